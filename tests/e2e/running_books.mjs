// SPDX-License-Identifier: MIT
// Performance and History of a running session: every figure worked out anew from the ledger's trades.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { bare, iso, moment, money, performance, sameRow, shows, showsPart, showsTime, TRADES, tradeOf, units } from "./running_figures.mjs";
import { agree } from "./running_session.mjs";
import { rowsOf } from "./running_trade.mjs";

const SPLITS = ["strategy", "pair", "hour", "weekday"];
const POINTS = 600;
const COLUMNS = { number: "number", pair: "pair", strategies: "strategy", quantity: "quantity", cost: "cost", fee: "fee", pnl: "pnl", end: "closed_by" };

const figure = (text, value, what, least = 2) => (value === null ? assert.equal(text, "–", what) : shows(text, value, what, least));

/** The span in half as many parts as points; of each the deepest, if another, and the last. */
function curve(rows) {
  const time = (row) => BigInt(row.time_ns);
  const first = time(rows[0]);
  const width = (time(rows.at(-1)) - first) / BigInt(POINTS / 2) + 1n;
  const parts = new Map();
  for (const row of rows) {
    const part = (time(row) - first) / width;
    const deepest = parts.get(part)?.deepest;
    parts.set(part, { deepest: deepest && deepest.drawdown > row.drawdown ? deepest : row, last: row });
  }
  const kept = [...parts.values()].flatMap(({ deepest, last }) => (deepest === last ? [last] : [deepest, last]));
  return kept.map((row) => ({ time: iso(row.time_ns), equity: money(row.equity), drawdown: Math.max(0, row.drawdown) }));
}

function sameCurve(shown, points) {
  assert.equal(shown.points, points.length);
  assert.equal(shown.line.length, points.length);
  const equities = points.map((each) => Number(each.equity));
  const highest = shown.line.indexOf(Math.min(...shown.line));
  assert.ok(Math.abs(equities[highest] - Math.max(...equities)) <= 0.02 * (Math.max(...equities) - Math.min(...equities)), "the line's highest point");
  samePoint(shown.label.split("from ")[1], points[0]);
  samePoint(shown.label.split(", to ")[1], points.at(-1));
  const deepest = Math.max(...points.map((each) => each.drawdown));
  showsPart(/deepest .*drawdown (.*)$/.exec(shown.label)[1], deepest, "deepest drawdown");
}

function samePoint(text, point) {
  assert.ok(text.startsWith(moment(point.time)), `"${text}" is not of ${point.time}`);
  shows(/equity (.*)/.exec(text)[1], point.equity, `equity at ${point.time}`, 2);
  showsPart(/drawdown (.*)/.exec(text)[1], point.drawdown, `drawdown at ${point.time}`);
}

const drawn = (page) =>
  page.locator(".equity").evaluate((each) => ({
    points: Number(each.dataset.points),
    label: each.querySelector("svg").getAttribute("aria-label"),
    line: each.querySelector(".line").getAttribute("points").split(" ").map((point) => Number(point.split(",")[1])),
  }));

/** Wilson's interval in brackets behind a part won. */
function won(text, row, what) {
  if (row.win_rate === null) return assert.ok(text.startsWith("–"), what);
  showsPart(text, row.win_rate, what);
  const [p, n, z] = [row.win_rate, row.trades, 1.96];
  const middle = (p + (z * z) / (2 * n)) / (1 + (z * z) / n);
  const half = (z * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n))) / (1 + (z * z) / n);
  const [low, high] = /\(([^)]*)\)/.exec(text)[1].split("–");
  shows(low, 100 * (middle - half), `${what}, at least`);
  shows(high, 100 * (middle + half), `${what}, at most`);
}

function sameWhole(shown, row) {
  figure(shown["P&L"], row.pnl, "P&L");
  assert.equal(bare(shown["Closed trades"]), String(row.trades));
  won(shown["Won (95 %)"], row, "won");
  figure(shown["A trade brings"], row.expectancy, "a trade brings");
  figure(shown["Profit factor"], row.profit_factor, "profit factor");
  figure(shown.Fees, row.fees, "fees");
  const [win, loss] = shown["Average win, loss"].split(", ");
  figure(win, row.average_win, "average win");
  figure(loss, row.average_loss, "average loss");
  const [best, worst] = shown["Best, worst"].split(", ");
  figure(best, row.best, "best");
  figure(worst, row.worst, "worst");
  showsTime(shown["Held, median"], row.hold_seconds, "held");
}

function samePart(cells, row, what) {
  const [pnl, trades, rate, each, factor, fees, held] = cells;
  figure(pnl, row.pnl, `${what}: P&L`);
  assert.equal(bare(trades), String(row.trades), `${what}: trades`);
  won(rate, row, `${what}: won`);
  figure(each, row.expectancy, `${what}: a trade`);
  figure(factor, row.profit_factor, `${what}: factor`);
  figure(fees, row.fees, `${what}: fees`);
  if (row.hold_seconds === null) assert.equal(held, "–");
  else showsTime(held, row.hold_seconds, `${what}: held`);
}

function sameTrade([pair, pnl, strategy, by, closed, held, quantity, entry, exit, fees], row) {
  assert.ok(pair.endsWith(row.pair), `${pair} is not ${row.pair}`);
  figure(pnl, row.pnl, `trade ${row.number}: P&L`);
  assert.deepEqual([strategy, by, closed], [row.strategy?.replace(/_/g, " ") ?? "–", row.closed_by, moment(row.closed)]);
  showsTime(held, (Date.parse(row.closed) - Date.parse(row.opened)) / 1000, `trade ${row.number}: held`);
  assert.equal(Number(bare(quantity)), Number(row.quantity), `trade ${row.number}: quantity`);
  shows(entry, row.entry, `trade ${row.number}: entry`);
  shows(exit, row.exit, `trade ${row.number}: exit`);
  figure(fees, row.fee, `trade ${row.number}: fees`);
}

/** Without its averages, which a double holds to some fifteen digits. */
function sameTold(told, rows) {
  const exact = ({ entry, exit, ...others }) => others;
  assert.deepEqual(told.map(exact), rows.map(exact));
  told.forEach((each, i) => {
    for (const name of ["entry", "exit"]) assert.ok(Math.abs(Number(each[name]) / Number(rows[i][name]) - 1) < 1e-4, `${name} of ${each.number}`);
  });
}

async function saved(page, name) {
  const [file] = await Promise.all([page.waitForEvent("download"), page.locator(`[data-act="${name}"]`).click()]);
  return readFileSync(await file.path(), "utf8");
}

function sameCsv(text, rows) {
  const [names, ...lines] = text.trim().split(/\r?\n/).map((line) => line.split(","));
  assert.equal(lines.length, rows.length, "lines of trades.csv");
  lines.forEach((cells, i) => {
    const line = Object.fromEntries(names.map((name, at) => [name, cells[at]]));
    for (const [name, member] of Object.entries(COLUMNS)) assert.equal(line[name], String(rows[i][member] ?? ""), `${name} of trade ${rows[i].number}`);
    for (const name of ["opened", "closed"]) assert.equal(line[name], rows[i][name], `${name} of trade ${rows[i].number}`);
    assert.equal(Number(line.entry_price).toFixed(7), Number(rows[i].entry).toFixed(7));
    assert.equal(Number(line.exit_price).toFixed(7), Number(rows[i].exit).toFixed(7));
  });
}

/** The checks of what is asked over REST; the market stands still meanwhile. */
export function booksChecks({ session, page, open }) {
  const act = (name) => page.locator(`[data-act="${name}"]`);
  const trades = () => session.ledger(TRADES);
  return {
    async "equity and drawdown are the ledger's, point by point"() {
      await open("performance");
      const told = await agree(
        async () => (await session.ask(`/api/v1/equity?points=${POINTS}`)).points,
        () => drawn(page),
        sameCurve,
      );
      const kept = session.ledger("SELECT time_ns, equity, drawdown FROM equity ORDER BY time_ns");
      const whole = curve(kept.filter((row) => iso(row.time_ns) <= told.at(-1).time));
      assert.deepEqual(told.map((each) => [each.time, each.equity]), whole.map((each) => [each.time, each.equity]));
      told.forEach((each, i) => assert.ok(Math.abs(each.drawdown - whole[i].drawdown) < 1e-12, each.time));
      await page.locator(".equity .drawing").focus();
      for (let i = 2; i <= Math.min(25, told.length); i++) {
        await page.keyboard.press("ArrowLeft");
        samePoint(await page.locator(".equity figcaption").innerText(), told.at(-i));
      }
    },

    async "performance, whole and by strategy, pair, hour and weekday, is what the ledger's trades come to"() {
      const told = await session.ask("/api/v1/performance");
      const reckoned = performance(trades());
      assert.ok(reckoned.whole.trades > 1, "too few trades were closed");
      sameRow(told.whole, reckoned.whole, "whole");
      const whole = () => page.$$eval("[data-whole]", (all) => Object.fromEntries(all.map((each) => [each.dataset.whole, each.innerText.trim()])));
      await agree(() => reckoned.whole, whole, sameWhole);
      for (const split of SPLITS) {
        const full = told.by[split].filter((row) => row.trades > 0);
        assert.deepEqual(full.map((row) => row.value).sort(), reckoned.by[split].map((row) => row.value).sort(), split);
        for (const row of reckoned.by[split]) {
          sameRow(full.find((each) => each.value === row.value), row, `${split} ${row.value}`);
          const cells = await rowsOf(page, `section[aria-label="By ${split}"] tr[data-row="${row.value}"]`);
          samePart(cells[0].slice(1), row, `${split} ${row.value}`);
        }
        const shown = await page.locator(`section[aria-label="By ${split}"] tbody tr`).count();
        assert.equal(shown, told.by[split].length, `rows by ${split}`);
      }
    },

    async "the model and the insights, or why there are none"() {
      const [insights, model] = await Promise.all(["insights", "ml-metrics"].map((each) => session.ask(`/api/v1/${each}`)));
      const says = await page.getByRole("region", { name: "Insights", exact: true }).first().innerText();
      for (const { sentence } of insights.insights) assert.ok(says.includes(sentence), sentence);
      assert.ok(says.includes(insights.silence ?? `of ${insights.trades} trades`), says);
      assert.equal(insights.trades + insights.left_out, trades().length);
      const proof = await page.getByRole("region", { name: "Model validation" }).innerText();
      assert.ok(proof.includes(model.model ? model.model.slice(0, 12) : model.asked ? "the heuristic decides" : "model.enabled is off"), proof);
    },

    async "history is the ledger's trades, with their sums"() {
      await open("history");
      const rows = trades().map(tradeOf);
      sameTold((await session.ask("/api/v1/trades?limit=1000")).trades, rows);
      const look = () => rowsOf(page, ".history tbody tr[data-row]");
      await agree(
        () => rows.slice(0, 50),
        look,
        (shown, page_of) => {
          assert.equal(shown.length, page_of.length);
          shown.forEach((cells, i) => sameTrade(cells, page_of[i]));
        },
      );
      const sum = (name, of = rows) => money(of.reduce((total, each) => total + units(each[name]), 0n));
      const through = await page.locator("[data-through]").innerText();
      assert.ok(bare(through).startsWith(`All ${rows.length} together`), through);
      figure(through.split("together: ")[1], sum("pnl"), "P&L of all");
      figure(through.split("fees ")[1], sum("fee"), "fees of all");
      const foot = (await rowsOf(page, 'tr[data-row="sums"]'))[0];
      figure(foot[1], sum("pnl", rows.slice(0, 50)), "P&L of the page");
      figure(foot[3], sum("fee", rows.slice(0, 50)), "fees of the page");
    },

    async "the filters let the ledger's own through"() {
      const rows = trades().map(tradeOf);
      const { pair } = rows[0];
      await page.locator(".history").getByLabel("Pair", { exact: true }).selectOption(pair);
      const wanted = rows.filter((each) => each.pair === pair);
      await agree(
        () => wanted,
        () => rowsOf(page, ".history tbody tr[data-row]"),
        (shown) => {
          assert.equal(shown.length, Math.min(50, wanted.length));
          shown.forEach((cells, i) => sameTrade(cells, wanted[i]));
        },
      );
      sameCsv(await saved(page, "csv"), wanted);
      await act("all-trades").click();
    },

    async "both files hold the ledger's trades"() {
      await page.locator('[data-shown]', { hasText: `of ${trades().length}` }).waitFor();
      sameCsv(await saved(page, "csv"), trades().map(tradeOf));
      sameTold(JSON.parse(await saved(page, "json")), trades().map(tradeOf));
    },

    async "a trade's why is what the ledger recorded of it"() {
      const [trade] = trades().map(tradeOf);
      await act(`why-${trade.number}`).click();
      await page.locator(".why-story li").first().waitFor();
      const told = await page.$$eval(".why-story details.thought", (all) => all.map((each) => [each.querySelector(".when").title, each.querySelector(".says").textContent.toLowerCase()]));
      const kept = session.ledger(`SELECT json FROM records WHERE symbol = '${trade.pair}' AND number <= ${trade.number} ORDER BY number`).map((row) => JSON.parse(row.json));
      const said = kept.map((each) => [each.time, each.sentence.replace(`${each.pair}: `, "").toLowerCase()]);
      for (const each of told) assert.ok(said.some((one) => one[0] === each[0] && one[1] === each[1]), `no such record: ${each}`);
      const ended = kept.at(-1);
      assert.deepEqual([ended.number, ended.kind], [trade.number, "exit"]);
      assert.deepEqual(told.at(-1), said.at(-1), "it ends with its exit");
      const entered = kept.filter((each) => each.kind === "entry" && each.time <= trade.closed).at(-1);
      const began = kept.find((each) => each.verdict === "enter" && each.order === entered.order);
      if (began) assert.deepEqual(told[0], said[kept.indexOf(began)], "it begins with its decision");
    },
  };
}
