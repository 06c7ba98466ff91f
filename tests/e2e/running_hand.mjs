// SPDX-License-Identifier: MIT
// The operator's hand at a running session, by the page alone: what is commanded is then in the interface and in the
// ledger, and a session that was killed is caught up with.

import assert from "node:assert/strict";
import { bare, FILLS, holdings, shows, showsPart } from "./running_figures.mjs";
import { agree } from "./running_session.mjs";
import { current, rowsOf } from "./running_trade.mjs";
import { until } from "./pages_browser.mjs";

const LONG = 60_000; // for what a slow machine has to do
const LIMIT = "risk.max_positions";
const WIDE = 0.2; // a bracket that the price does not reach meanwhile

function sameTrades(shown, trades) {
  assert.equal(shown.length, trades.length);
  shown.forEach(([opened, , votes, quantity, entry, exit, pnl, part, fees], i) => {
    const trade = trades[i];
    assert.equal(opened, `${trade.opened.slice(0, 10)} ${trade.opened.slice(11, 19)}`);
    assert.equal(votes, trade.strategies.replace(/_/g, " "));
    assert.equal(Number(bare(quantity)), Number(trade.quantity));
    shows(entry, trade.entry, "entry");
    shows(exit, trade.exit, "exit");
    shows(pnl, trade.pnl, "P&L", 2);
    showsPart(part, trade.return, "return");
    shows(fees, trade.fee, "fees", 2);
  });
}

function sameBacktest(shown, { result: { summary, trades } }) {
  const figures = Object.fromEntries(shown.figures.map(([name, ...cells]) => [name, cells]));
  const figure = (name, value, check, at = 0) =>
    value === null || value === undefined ? assert.equal(figures[name][at], "–", name) : check(figures[name][at], value, name);
  for (const [at, of] of [summary, summary.buy_and_hold].entries()) {
    figure("Equity at the end", of.equity, shows, at);
    figure("Total return", of.total_return, showsPart, at);
    figure("Sharpe ratio", of.sharpe, shows, at);
    figure("Worst drawdown", of.drawdown_max, showsPart, at);
  }
  figure("Closed trades", summary.closed_trades, shows);
  figure("Win rate", summary.win_rate, showsPart);
  figure("Profit factor", summary.profit_factor, shows);
  figure("Fees paid", summary.fees, shows);
  figure("Expectancy a trade", summary.expectancy, shows);
  sameTrades(shown.trades, trades);
}

export function handChecks({ session, page, open }) {
  const act = (name) => page.locator(`[data-act="${name}"]`);
  const done = page.locator('[data-notice="done"]');

  /** The record that the page names as the answer, out of the ledger. */
  async function recorded(kind) {
    const refused = page.locator('[data-notice="refused"]');
    await done.or(refused).waitFor({ timeout: LONG });
    const text = await done.or(refused).innerText();
    const number = /Record (\d+)\./.exec(text)?.[1];
    assert.ok((await refused.count()) === 0 && number, text);
    const row = () => session.ledger(`SELECT word, sentence FROM records WHERE number = ${number}`)[0];
    await until(`record ${number} is not in the ledger`, row, LONG);
    assert.equal(row().word, kind);
    assert.ok(text.startsWith(row().sentence), `${text} is not ${row().sentence}`);
    await act("notice-off").click();
    return row().sentence;
  }

  async function resumed() {
    await open("trade");
    if (await act("resume").count()) {
      await act("resume").click();
      await recorded("resumed");
    }
    await until("it is still paused", async () => !(await session.ask("/api/v1/status")).paused, LONG);
  }

  const positions = () => session.ask("/api/v1/positions");

  const headers = () => ({ Authorization: `Bearer ${session.token}`, "Content-Type": "application/json" });
  const patch = (path, body) => session.ask(path, { method: "PATCH", headers: headers(), body: JSON.stringify(body) });

  /** Bought by hand, with a bracket far away: something to sell. */
  async function held() {
    const known = await positions();
    const free = (await session.ask("/api/v1/pairs")).filter((each) => each.health === "fresh" && each.last && !known.some((one) => one.pair === each.pair));
    let refusal = "no pair is heard";
    for (const { pair, last, price_decimals } of free) {
      const at = (part) => (Number(last) * part).toFixed(price_decimals);
      const body = JSON.stringify({ command: "buy", pair, cash: "200", stop: at(1 - WIDE), target: at(1 + WIDE) });
      const reply = await fetch(`${session.origin}/api/v1/commands`, { method: "POST", headers: headers(), body });
      if (!reply.ok) {
        refusal = (await reply.json()).detail;
        continue;
      }
      const there = async () => (await positions()).find((each) => each.pair === pair);
      await until(`${pair} was not bought`, there, LONG);
      return there();
    }
    return assert.fail(`no pair could be bought by hand: ${refusal}`);
  }

  async function changed(value) {
    const limit = async () => (await session.ask("/api/v1/risk")).limits.find((each) => each.name === LIMIT);
    await until(`${LIMIT} is not ${value}`, async () => (await limit()).value === value, LONG);
    return limit();
  }

  return {
    async "a limit is changed by the page, and is then in force and recorded"() {
      await open("settings");
      const before = (await session.ask("/api/v1/risk")).limits.find((each) => each.name === LIMIT).value;
      await act(`limit-${LIMIT}`).fill(String(before + 2));
      await act(`change-${LIMIT}`).click();
      assert.match(await page.locator('[data-dialog="limit"]').innerText(), new RegExp(`from ${before} to ${before + 2}\\?`));
      await act("limit-no").click();
      assert.equal((await changed(before)).changed, false);
      await act(`limit-${LIMIT}`).fill(String(before + 2));
      await act(`change-${LIMIT}`).click();
      await act("limit-yes").click();
      assert.match(await recorded("command"), new RegExp(`${LIMIT} is now ${before + 2}; it was ${before}`));
      assert.equal((await changed(before + 2)).configured, before);
      await act(`back-${LIMIT}`).waitFor();
      assert.equal(await act(`limit-${LIMIT}`).inputValue(), String(before + 2));
    },

    async "all limits that may be changed are shown as they are"() {
      const { limits } = await session.ask("/api/v1/risk");
      for (const { name, value, configured } of limits) {
        assert.equal(await act(`limit-${name}`).inputValue(), String(value), name);
        const row = page.locator(`tr[data-row="${name}"] td`);
        assert.equal(await row.nth(1).innerText(), String(configured), name);
      }
    },

    async "a strategy is only watched once that is confirmed, and decides again"() {
      const part = async () => (await session.ask("/api/v1/strategies")).find((each) => each.strategy === "trend");
      await act("part-trend-shadow").click();
      await act("part-yes").click();
      await recorded("command");
      await until("trend is no shadow", async () => (await part()).shadow, LONG);
      await page.locator('[data-act="part-trend-shadow"][aria-pressed="true"]').waitFor();
      await act("part-trend-configured").click();
      await act("part-yes").click();
      await recorded("command");
      await until("trend is still a shadow", async () => !(await part()).shadow, LONG);
      // From here on the hand alone trades: no signal is to close what is to be sold by the page.
      for (const { strategy } of await session.ask("/api/v1/strategies")) await patch("/api/v1/strategies", { strategy, part: "off" });
    },

    async "a backtest from the page comes to what the session answers"() {
      await open("backtest");
      await page.locator("#bt-days").fill("2");
      await act("bt-run").click();
      const { id } = (await agree(() => session.ask("/api/v1/backtests"), async () => null, (_, { backtests }) => assert.equal(backtests[0]?.asked.days, 2))).backtests[0];
      const job = () => session.ask(`/api/v1/backtests/${id}`);
      await until("the backtest does not end", async () => !["queued", "running"].includes((await job()).state), 3 * LONG);
      const told = await job();
      assert.equal(told.state, "done", told.error);
      await page.locator(`[data-backtest="${id}"]`).waitFor({ timeout: LONG });
      const table = (name) => `[role="region"][aria-label="${name}"] tbody tr`;
      sameBacktest({ figures: [...(await rowsOf(page, table("Figures"))), ...(await rowsOf(page, table("Figures of its trades")))], trades: await rowsOf(page, table("Trades of the backtest")) }, told);
      assert.equal(await page.locator(`[data-backtest="${id}"] .bt-command`).textContent(), told.command);
    },

    async "killed: the page says so at once, and catches up with the one that is started in its place"() {
      await open("trade");
      const before = await session.ask("/api/v1/trades?limit=1");
      const kept = () => session.ledger("SELECT count(*) AS count FROM records WHERE word = 'paused'")[0].count;
      assert.ok(Number(kept()) > 0);
      await session.end("SIGKILL");
      await page.locator(".banner.lost", { hasText: "Connection to cuttle lost" }).waitFor();
      await page.locator(".flag.from-before").first().waitFor();
      await session.start();
      await page.locator(".banner.lost").waitFor({ state: "detached", timeout: LONG });
      await until("the market is not heard", async () => (await session.ask("/api/v1/status")).feed.fresh > 0, LONG);
      await current({ session, page, open: async () => undefined });
      assert.ok((await session.ask("/api/v1/trades?limit=1")).total >= before.total, "trades are gone");
      assert.ok((await session.ask("/api/v1/status")).paused, "it was paused");
      assert.equal((await changed(7)).configured, 5, "the limit was changed by hand");
    },

    async "the token of the one before commands nothing; a new link, opened in the same tab, does"() {
      await act("resume").click();
      await page.locator('[data-notice="refused"]', { hasText: "That token is not this session's" }).waitFor();
      assert.ok((await session.ask("/api/v1/status")).paused, "an old token was obeyed");
      await open("trade");
      assert.ok(!page.url().includes(session.token), "the token stands in the address");
      await act("resume").click();
      await done.waitFor({ timeout: LONG });
      await recorded("resumed");
      await until("it is still paused", async () => !(await session.ask("/api/v1/status")).paused, LONG);
    },

    async "one position is closed by its button, once it is confirmed"() {
      await resumed();
      const { pair, quantity } = await held();
      const sold = `SELECT sum(fills.qty_lots) AS lots FROM fills JOIN orders ON id = order_id WHERE fills.symbol = '${pair}' AND purpose = 2 AND fills.time_ns > `;
      const [{ now }] = session.ledger("SELECT max(time_ns) AS now FROM fills");
      await act(`close-${pair}`).click({ timeout: LONG });
      await act(`close-${pair}-no`).click();
      assert.ok((await positions()).some((each) => each.pair === pair), "it was closed unasked");
      await act(`close-${pair}`).click();
      await act(`close-${pair}-yes`).click();
      await recorded("command");
      await until(`${pair} is still held`, async () => !(await positions()).some((each) => each.pair === pair), LONG);
      await page.locator(`#tab-panel tr[data-pair="${pair}"]`).waitFor({ state: "detached", timeout: LONG });
      await until("the ledger has no sale", () => Number(session.ledger(sold + now)[0].lots) >= Number(quantity.replace(".", "")), LONG);
      assert.ok(!(pair in holdings(session.ledger(FILLS)).held), "the ledger's fills leave some of it");
    },

    async "all positions are closed once the words are typed, and trading pauses"() {
      await held();
      await open("trade");
      await act("flatten").click();
      await act("close-all-phrase").fill("close");
      assert.ok(await act("close-all-yes").isDisabled());
      await act("close-all-phrase").fill("close all");
      await page.keyboard.press("Enter");
      await recorded("command");
      await until("something is still held", async () => (await positions()).length === 0, LONG);
      await page.locator("#tab-panel", { hasText: "No position is open." }).waitFor({ timeout: LONG });
      await page.locator(".flag", { hasText: "Paused" }).waitFor();
      await until("the ledger's fills leave something", () => Object.keys(holdings(session.ledger(FILLS)).held).length === 0, LONG);
      await current({ session, page, open });
      await resumed();
    },
  };
}

/** Paused by the page while something is held, and then with a market that stands still. */
export async function pauseWith({ session, page, open }) {
  const act = (name) => page.locator(`[data-act="${name}"]`);
  for (const end = Date.now() + 4 * LONG; ; ) {
    const traded = async () => (await session.ask("/api/v1/trades?limit=1")).total >= 2 && (await session.ask("/api/v1/positions")).length > 0;
    await until("it does not trade", traded, 4 * LONG);
    await open("trade");
    await act("pause").click();
    await page.locator('[data-notice="done"]', { hasText: /^Paused: .* Record \d+\./ }).waitFor({ timeout: LONG });
    session.standStill();
    await new Promise((resolve) => setTimeout(resolve, 1500)); // what was under way is told, and kept
    const number = /Record (\d+)\./.exec(await page.locator('[data-notice="done"]').innerText())[1];
    const [record] = session.ledger(`SELECT word FROM records WHERE number = ${number}`);
    assert.equal(record?.word, "paused");
    assert.ok((await session.ask("/api/v1/status")).paused);
    if ((await session.ask("/api/v1/positions")).length > 0) return act("notice-off").click();
    assert.ok(Date.now() < end, "nothing is held when it is paused");
    session.goOn();
    await act("resume").click();
    await page.locator('[data-notice="done"]', { hasText: "Resumed" }).waitFor({ timeout: LONG });
  }
}
