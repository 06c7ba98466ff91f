// SPDX-License-Identifier: MIT
// What the ledger's rows come to, worked out apart from the program; and whether a text shows a figure.

import assert from "node:assert/strict";

const MONEY = 8; // decimals of an amount
const WEEK = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

/** "-0.76856808" of -76856808 and 8. */
export function decimal(units, decimals) {
  const value = BigInt(units);
  const digits = (value < 0n ? -value : value).toString().padStart(decimals + 1, "0");
  const cut = digits.length - decimals;
  return `${value < 0n ? "-" : ""}${digits.slice(0, cut)}${decimals > 0 ? `.${digits.slice(cut)}` : ""}`;
}

export const money = (units) => decimal(units, MONEY);

/** An amount's units: those of a text with all its digits. */
export function units(text) {
  const [whole, fraction = ""] = text.replace("-", "").split(".");
  const value = BigInt(whole + fraction.padEnd(MONEY, "0"));
  return text.startsWith("-") ? -value : value;
}

export const iso = (ns) => (ns === "0" ? null : new Date(Number(BigInt(ns) / 1_000_000n)).toISOString());

/** "2024-01-01 00:25:19" */
export const moment = (text) => `${text.slice(0, 10)} ${text.slice(11, 19)}`;

/** A shown text without what is only for the eye. */
export const bare = (text) => text.replace(/\u2212/g, "-").replace(/,/g, "").replace(/\s+/g, " ").trim();

const NUMBER = /^[+-]?\d+(\.\d+)?/;

/** The figure that a text begins with, and to how many decimals it is told. */
function figureOf(text) {
  const found = NUMBER.exec(bare(text));
  assert.ok(found, `"${text}" begins with no figure`);
  return { value: Number(found[0]), decimals: (found[1] ?? ".").length - 1 };
}

/** A text shows a figure: rounded to its last digit it is that, and of an amount no cent is left out. */
export function shows(text, figure, what, least = 0) {
  const { value, decimals } = figureOf(text);
  const exact = Number(figure);
  assert.ok(!/^-0(\.0*)?$/.test(NUMBER.exec(bare(text))[0]), `${what}: "${text}" is less than nothing`);
  assert.ok(decimals >= least, `${what}: "${text}" has fewer than ${least} decimals`);
  const off = Math.abs(value - exact);
  assert.ok(off <= 0.5000001 * 10 ** -decimals + Math.abs(exact) * 1e-12, `${what}: "${text}" is not ${figure}`);
}

/** The same of a part that is shown in per cent. */
export function showsPart(text, part, what) {
  assert.match(text, /%/, `${what}: "${text}"`);
  shows(text, Number(part) * 100, what);
}

/** "1 h 35 min" is a length of time to its second unit. */
export function showsTime(text, seconds, what, slack = 0) {
  const units = { d: 86400, h: 3600, min: 60, s: 1 };
  const parts = [...text.matchAll(/(\d+) (d|h|min|s)\b/g)];
  assert.ok(parts.length > 0, `${what}: "${text}" is no length of time`);
  const told = parts.reduce((sum, [, count, unit]) => sum + Number(count) * units[unit], 0);
  const least = units[parts.at(-1)[2]];
  assert.ok(told <= seconds + slack + 0.5 && seconds < told + least + slack + 0.5, `${what}: "${text}" is not ${seconds} s`);
}

/** As /api/v1/trades tells it; averages to what a double holds. */
export function tradeOf(row) {
  return {
    number: Number(row.number),
    pair: row.symbol,
    direction: "long",
    opened: iso(row.opened_ns),
    closed: iso(row.closed_ns),
    quantity: decimal(row.qty_lots, Number(row.qty_decimals)),
    entry: row.entry_price.toFixed(10),
    exit: row.exit_price.toFixed(10),
    cost: money(row.cost),
    fee: money(row.fee),
    pnl: money(row.pnl),
    closed_by: row.by_hand === "1" ? "hand" : row.purpose !== "1" ? "exit" : row.stop_hit === "1" ? "stop" : "target",
    strategy: row.strategies || null,
  };
}

export const TRADES = "SELECT * FROM trades ORDER BY number DESC";

/** A row of /api/v1/performance, of trades of the ledger. */
function performanceOf(value, rows) {
  const sum = (of) => of.reduce((total, each) => total + each, 0n);
  const results = rows.map((row) => BigInt(row.pnl));
  const won = results.filter((each) => each > 0n);
  const lost = results.filter((each) => each < 0n);
  const held = rows.map((row) => BigInt(row.closed_ns) - BigInt(row.opened_ns)).sort((a, b) => (a < b ? -1 : 1));
  const mean = (of) => (of.length ? Number(sum(of)) / of.length / 1e8 : null);
  const least = (a, b) => (a < b ? a : b);
  return {
    value,
    trades: rows.length,
    won: won.length,
    lost: lost.length,
    win_rate: rows.length ? won.length / rows.length : null,
    profit_factor: lost.length ? Number(sum(won)) / -Number(sum(lost)) : null,
    expectancy: mean(results),
    pnl: money(sum(results)),
    fees: money(sum(rows.map((row) => BigInt(row.fee)))),
    average_win: mean(won),
    average_loss: mean(lost),
    best: rows.length ? money(-results.map((each) => -each).reduce(least)) : null,
    worst: rows.length ? money(results.reduce(least)) : null,
    hold_seconds: rows.length ? Number(held[(held.length - 1) >> 1]) / 1e9 : null,
  };
}

/** Whole, and by strategy, pair, hour and weekday: what has no trade is left out. */
export function performance(rows) {
  const opened = (row) => new Date(iso(row.opened_ns));
  const splits = {
    strategy: (row) => (row.strategies || "unknown").split("+"),
    pair: (row) => [row.symbol],
    hour: (row) => [String(opened(row).getUTCHours())],
    weekday: (row) => [WEEK[opened(row).getUTCDay()]],
  };
  const by = Object.entries(splits).map(([split, keys]) => {
    const values = [...new Set(rows.flatMap(keys))];
    return [split, values.map((value) => performanceOf(value, rows.filter((row) => keys(row).includes(value))))];
  });
  return { whole: performanceOf(null, rows), by: Object.fromEntries(by) };
}

/** Equal, where a figure that is a mean may differ in its last digit. */
export function sameRow(told, expected, what) {
  for (const [name, value] of Object.entries(expected)) {
    if (typeof value === "number" && told[name] !== null)
      assert.ok(Math.abs(Number(told[name]) - value) <= 1e-8 + Math.abs(value) * 1e-9, `${what}: ${name} is ${told[name]}, by the ledger ${value}`);
    else assert.equal(told[name], value, `${what}: ${name}`);
  }
}

/** A fill's money: price times quantity, to the nearest unit. */
function moneyOf(fill) {
  const places = Math.floor(Number(fill.decimals) / 100) + (Number(fill.decimals) % 100) - MONEY;
  const product = BigInt(fill.price_ticks) * BigInt(fill.qty_lots);
  if (places <= 0) return product * 10n ** BigInt(-places);
  const unit = 10n ** BigInt(places);
  return (product * 2n + unit) / (2n * unit);
}

/** Cash, and what is held of each pair, of the fills alone. */
export function holdings(fills, capital = "10000.00000000") {
  let cash = units(capital);
  const held = new Map();
  for (const fill of fills) {
    const buys = fill.side === "0";
    cash += (buys ? -moneyOf(fill) : moneyOf(fill)) - BigInt(fill.fee);
    const before = held.get(fill.symbol) ?? { lots: 0n, decimals: Number(fill.decimals) % 100, bought: 0n };
    const lots = before.lots + (buys ? 1n : -1n) * BigInt(fill.qty_lots);
    held.set(fill.symbol, { ...before, lots });
  }
  const open = [...held].filter(([, each]) => each.lots !== 0n);
  return { cash: money(cash), held: Object.fromEntries(open.map(([pair, each]) => [pair, decimal(each.lots, each.decimals)])) };
}

export const FILLS = "SELECT * FROM fills ORDER BY time_ns, order_id, trade_id";
