// SPDX-License-Identifier: MIT
// The Trade page, Markets and the head-up line of a running session, figure by figure.

import assert from "node:assert/strict";
import { bare, decimal, FILLS, holdings, moment, money, shows, showsPart, showsTime, TRADES, tradeOf } from "./running_figures.mjs";
import { agree } from "./running_session.mjs";

const SECTIONS = ["status", "risk", "positions", "orders", "pairs", "strategies"];
const ALIVE = "state <= 4"; // of an order: from intended to unknown
const TAKER_FEE = 0.004;
const BEHIND_S = 2; // what is shown may be so much older than what is asked, by the wall's clock

export async function sections(session) {
  const all = await Promise.all(SECTIONS.map((name) => session.ask(`/api/v1/${name}`)));
  return Object.fromEntries(SECTIONS.map((name, i) => [name, all[i]]));
}

/** The texts of each row's cells. */
export const rowsOf = (page, selector) =>
  page.$$eval(selector, (rows) => rows.map((row) => [...row.children].map((cell) => cell.innerText.trim())));

const price = (text, told, what) => (told === null ? assert.equal(text, "–", what) : assert.equal(bare(text), told, what));
const amount = (text, told, what) => shows(text, told, what, 2);
const orNone = (text, told, check, what) => (told === null ? assert.equal(text.split("\n")[0].split(" ")[0], "–", what) : check(text, told, what));

function sameHead(shown, { status, risk }) {
  amount(shown.Equity, status.equity, "equity");
  assert.ok(shown.Equity.endsWith(status.currency), shown.Equity);
  amount(shown.Today, status.day_pnl, "day's P&L");
  showsPart(shown.Today.split("\n")[1], Number(status.day_pnl) / (Number(status.equity) - Number(status.day_pnl)), "day's P&L in per cent");
  amount(shown["Open P&L"], status.unrealised, "open P&L");
  amount(shown.Realised, status.realised, "realised");
  amount(shown.Realised.split("fees ")[1], status.fees, "fees");
  showsPart(shown.Drawdown, status.drawdown, "drawdown");
  showsPart(shown.Drawdown.split("worst ")[1], status.drawdown_max, "worst drawdown");
  assert.equal(shown.Positions, `${status.open_positions} of ${risk.positions_max}`);
  showsTime(shown.Uptime, status.uptime_seconds, "uptime", BEHIND_S);
  const [clock, note] = shown["Market time"].split("\n");
  const [day, speed] = note.split(" at ");
  const behind = (Date.parse(status.market_time) - Date.parse(`${day}T${clock}Z`)) / 1000;
  assert.ok(Math.abs(behind) <= BEHIND_S * status.speed, `market time ${shown["Market time"]}, told ${status.market_time}`);
  assert.equal(speed, `${status.speed}×`);
  const { fresh, stale, warming } = status.feed;
  const pairs = fresh + stale + warming;
  assert.equal(shown.Feed, stale ? `${stale} of ${pairs} pairs silent` : warming ? `${warming} of ${pairs} pairs warming up` : `all ${pairs} pairs heard`);
}

const head = (page) => page.$$eval("[data-figure]", (all) => Object.fromEntries(all.map((each) => [each.dataset.figure, each.innerText.trim()])));

function samePositions(shown, { positions, status }) {
  assert.equal(shown.length, 2 * positions.length);
  positions.forEach((each, i) => {
    const [pair, open, quantity, entry, last, stop, target, risk, held] = shown[2 * i];
    assert.equal(pair, each.pair);
    amount(open, each.unrealised, `${pair}: open P&L`);
    assert.equal(Number(bare(quantity)), Number(each.quantity), pair);
    price(entry, each.entry, `${pair}: entry`);
    price(last, each.last, `${pair}: last`);
    price(stop, each.stop, `${pair}: stop`);
    price(target, each.target, `${pair}: target`);
    amount(risk, each.risk, `${pair}: at risk`);
    showsTime(held, (Date.parse(status.market_time) - Date.parse(each.opened)) / 1000, `${pair}: held`, BEHIND_S * status.speed);
    const plan = bare(shown[2 * i + 1][0]);
    assert.ok(plan.includes(`Stop ${each.stop}`), `${pair}: ${plan}`);
    assert.ok(plan.includes(`Target ${each.target}`), `${pair}: ${plan}`);
    for (const [name, at] of [["Stop", each.stop], ["Target", each.target]]) {
      const way = Number(at) / Number(each.last) - 1;
      const told = new RegExp(`${name} [\\d.]+ \\(([\\d.]+ %) (below|above)\\)`).exec(plan);
      if (each.last && way !== 0) showsPart(told?.[1] ?? "none", Math.abs(way), `${pair}: ${name} from here, in "${plan}"`);
    }
  });
}

function sameOrders(shown, { orders, status }) {
  assert.equal(shown.length, orders.length);
  orders.forEach((each, i) => {
    const cells = shown[i];
    assert.deepEqual(cells.slice(0, 6), [String(each.order), each.pair, each.purpose, each.kind, each.state, each.side]);
    assert.deepEqual(cells.slice(6, 8).map((text) => Number(bare(text))), [Number(each.quantity), Number(each.filled)]);
    [each.limit, each.stop, each.target].forEach((told, k) => price(cells[8 + k], told, `order ${each.order}`));
    if (status.orders_at_venue) assert.equal(cells[11], each.venue_id ?? "–");
  });
}

function sameGauges(shown, { risk, status }) {
  const parts = { "Day's loss": risk.day_loss, "In positions": risk.exposure, "Lost if every stop is hit": risk.at_risk, "Below the highest equity": status.drawdown };
  for (const [name, part] of Object.entries(parts)) showsPart(shown[name], part, name);
  for (const [name, most] of [["Day's loss", risk.day_loss_max], ["In positions", risk.exposure_max]]) showsPart(shown[name].split("of ")[1], most, name);
  assert.match(shown.Positions, new RegExp(`^${risk.positions} of ${risk.positions_max}\\b`));
}

function samePulse(shown, { strategies, status }) {
  assert.deepEqual(Object.keys(shown).sort(), strategies.map((each) => each.strategy).sort());
  for (const { strategy, last, signals, actionable, enabled, shadow, timeframe } of strategies) {
    const told = shown[strategy];
    assert.equal(bare(told.share), `${actionable} of ${signals} actionable`);
    assert.ok(told.who.endsWith(!enabled ? "off" : shadow ? "shadow" : timeframe), told.who);
    if (!last.time) assert.equal(told.said, "silent");
    else {
      assert.ok(told.said.includes(last.direction) && told.said.includes(last.pair), `${told.said} is not ${last.direction} ${last.pair}`);
      showsTime(told.ago, (Date.parse(status.market_time) - Date.parse(last.time)) / 1000, strategy, BEHIND_S * status.speed);
    }
  }
}

/** What the account's figures have to be by the ledger's fills and orders, and the last prices. */
function byLedger(session, { status, positions, risk }) {
  const { cash, held } = holdings(session.ledger(FILLS));
  assert.equal(status.cash, cash, "cash, by the ledger's fills");
  assert.deepEqual(Object.fromEntries(positions.map((each) => [each.pair, each.quantity])), held, "what is held, by the ledger's fills");
  const [{ fees }] = session.ledger("SELECT sum(fee) AS fees FROM fills");
  assert.equal(status.fees, money(fees), "fees, by the ledger's fills");
  const near = (told, value, what) => assert.ok(Math.abs(Number(told) - value) < 1e-5, `${what}: ${told}, reckoned ${value}`);
  const values = positions.map((each) => Number(each.quantity) * Number(each.last));
  const value = values.reduce((sum, each) => sum + each, 0);
  near(status.equity, Number(cash) + value, "equity: cash and what is held at the last price");
  near(status.drawdown, 1 - Number(status.equity) / Number(status.equity_peak), "drawdown");
  near(risk.exposure, value / Number(status.equity), "exposure");
  near(risk.at_risk, positions.reduce((sum, each, i) => sum + Math.max(0, values[i] - Number(each.quantity) * Number(each.stop) * (1 - TAKER_FEE)), 0) / Number(status.equity), "at risk");
  near(status.unrealised, positions.reduce((sum, each) => sum + Number(each.unrealised), 0), "open P&L");
  const stops = session.ledger(`SELECT symbol, stop_ticks, target_ticks, decimals FROM orders WHERE purpose = 1 AND ${ALIVE}`);
  for (const { symbol, stop_ticks, target_ticks, decimals } of stops) {
    const { stop, target } = positions.find((each) => each.pair === symbol);
    const digits = Math.floor(Number(decimals) / 100);
    assert.deepEqual([decimal(stop_ticks, digits), decimal(target_ticks, digits)], [stop, target], `${symbol}: its bracket in the ledger`);
  }
  for (const [i, each] of positions.entries()) {
    const [{ fee, cost }] = session.ledger(`SELECT fee, cost FROM orders WHERE symbol = '${each.pair}' AND side = 0 AND filled_lots > 0 ORDER BY id DESC LIMIT 1`);
    if (money(cost) === each.cost)
      near(each.unrealised, values[i] * (1 - TAKER_FEE) - Number(each.cost) - Number(money(fee)), `${each.pair}: open P&L, net of both fees`);
  }
}

function sameThoughts(shown, thoughts) {
  assert.ok(shown.length >= thoughts.length, `${shown.length} thoughts`);
  thoughts.forEach((each, i) => {
    assert.equal(shown[i].time, each.time);
    const says = each.pair ? each.sentence.replace(`${each.pair}: `, "") : each.sentence;
    assert.equal(shown[i].says.toLowerCase(), says.toLowerCase());
    assert.equal(shown[i].pair, each.pair);
  });
}

const thoughtsShown = (page) =>
  page.$$eval(".thoughts details.thought", (all) =>
    all.map((each) => ({
      time: each.querySelector(".when").title,
      pair: each.querySelector(".symbol")?.textContent ?? null,
      says: each.querySelector(".says").textContent,
    })),
  );

function sameRecord(shown, record) {
  assert.equal(shown.votes.length, 2 * record.votes.length);
  record.votes.forEach((vote, i) => {
    const [name, says, strength, confidence] = shown.votes[2 * i];
    assert.equal(name, vote.strategy.replace(/_/g, " "));
    assert.ok(says.startsWith(vote.direction), says);
    shows(strength, vote.strength, `strength of ${name}`, 2);
    shows(confidence, vote.confidence, `confidence of ${name}`, 2);
    assert.equal(shown.votes[2 * i + 1][0], vote.sentence.replace(/^[^:]*: /, ""));
  });
  const facts = shown.facts;
  shows(facts.price, record.price, "price");
  shows(facts.confidence, record.confidence, "confidence", 2);
  shows(facts.confidence.split("of ")[1], record.gate, "gate", 2);
  shows(facts.strength, record.strength, "strength", 2);
  showsPart(facts["book imbalance"], record.imbalance, "book imbalance");
  assert.equal(facts.record, String(record.number));
  if (record.stop) shows(facts.stop, record.stop, "stop");
  if (record.target) shows(facts.target, record.target, "target");
  if (Number(record.cost)) amount(facts.cost, record.cost, "cost");
  if (Number(record.risk)) amount(facts.risk, record.risk, "risk");
}

function sameScanner(shown, rows) {
  assert.deepEqual(Object.keys(shown).sort(), rows.map((each) => each.pair).sort());
  for (const row of rows) {
    const [, last, change, , spread, imbalance, score, regime, against, health] = shown[row.pair].cells;
    price(last, row.last, `${row.pair}: last`);
    orNone(change, row.day_change, showsPart, `${row.pair}: 24 h`);
    orNone(spread, row.spread_bps, shows, `${row.pair}: spread`);
    orNone(imbalance, row.imbalance, showsPart, `${row.pair}: imbalance`);
    orNone(score, row.book_score, showsPart, `${row.pair}: score`);
    assert.ok(row.regime ? regime.endsWith(row.regime) : regime === "–", `${row.pair}: ${regime} is not ${row.regime}`);
    assert.equal(against, row.against ? row.against.replace(/_/g, " ") : "nothing", row.pair);
    assert.equal(health, { fresh: "heard", stale: "silent", warming: "warming up", unlisted: "not listed" }[row.health]);
    const heights = shown[row.pair].course;
    assert.equal(heights.length, row.sparkline.length < 2 ? 0 : row.sparkline.length, `${row.pair}: sparkline`);
    const low = Math.min(...row.sparkline);
    const span = Math.max(...row.sparkline) - low;
    if (heights.length > 0 && span > 0)
      assert.ok((row.sparkline[heights.indexOf(Math.min(...heights))] - low) / span > 0.99, `${row.pair}: its highest hour`);
  }
}

const scanner = (page) =>
  page.$$eval(".scanner tbody tr[data-pair]", (rows) =>
    Object.fromEntries(
      rows.map((row) => [
        row.dataset.pair,
        {
          cells: [...row.children].map((cell) => cell.innerText.trim()),
          course: (row.querySelector("polyline")?.getAttribute("points") ?? "").split(" ").filter(Boolean).map((point) => Number(point.split(",")[1])),
        },
      ]),
    ),
  );

function sameBook(shown, book) {
  for (const side of ["bids", "asks"]) {
    assert.equal(shown[side].length, book[side].length, side);
    book[side].forEach(([at, quantity], i) => {
      const cells = side === "bids" ? shown[side][i].toReversed() : shown[side][i];
      assert.equal(bare(cells[0]), at);
      const unit = { k: 1e3, M: 1e6, B: 1e9 }[/[kMB]$/.exec(cells[1])?.[0]] ?? 1;
      shows(cells[1], Number(quantity) / unit, `${side} at ${at}`);
    });
  }
  const [imbalance, score, spread] = shown.facts;
  orNone(imbalance, book.imbalance, showsPart, "imbalance");
  orNone(score, book.score, showsPart, "score");
  const [bid, ask] = [Number(book.bids[0][0]), Number(book.asks[0][0])];
  shows(spread, ((ask - bid) / bid) * 1e4, "spread");
}

const CANDLES = "/api/v1/candles?limit=1&timeframe=5m&pair=";

/** The checks of what is pushed; the market stands still meanwhile. */
export function tradeChecks({ session, page, open }) {
  const told = () => sections(session);
  const same = (look, check) => agree(told, look, check);
  const tab = (name) => page.getByRole("tab", { name: new RegExp(`^${name}`) }).click();
  return {
    async "the scanner's rows"() {
      await open("markets");
      await agree(async () => (await session.ask("/api/v1/scanner")).pairs, () => scanner(page), sameScanner);
    },

    async "the head-up line is the status, and the status is the ledger"() {
      await open("trade");
      byLedger(session, await same(() => head(page), sameHead));
      assert.equal(await page.locator(".mode").getAttribute("data-mode"), session.name);
    },

    async "positions, with the way each will end"() {
      await tab("Positions");
      const { positions } = await same(() => rowsOf(page, "#tab-panel tbody tr"), samePositions);
      assert.ok(positions.length > 0, "no position was open");
    },

    async "orders that are alive, those of the ledger"() {
      await tab("Orders");
      const { orders } = await same(() => rowsOf(page, "#tab-panel tbody tr"), sameOrders);
      const alive = session.ledger(`SELECT id FROM orders WHERE ${ALIVE} ORDER BY id`).map((each) => Number(each.id));
      assert.deepEqual(orders.map((each) => each.order).sort((a, b) => a - b), alive);
    },

    async "balances by the venue's word, or none on paper"() {
      const { status } = await told();
      assert.equal(await page.getByRole("tab", { name: /^Balances/ }).count(), Number(status.orders_at_venue));
      if (!status.orders_at_venue) return;
      await tab("Balances");
      await same(
        () => rowsOf(page, "#tab-panel tbody tr"),
        (shown, { status: { balances } }) => {
          assert.deepEqual(shown.map(([asset]) => asset), balances.map((each) => each.asset));
          balances.forEach((each, i) => assert.deepEqual(shown[i].slice(1).map((text) => Number(bare(text))), [Number(each.total), Number(each.held)]));
        },
      );
    },

    async "closed trades are the ledger's"() {
      await tab("Trades");
      const rows = session.ledger(TRADES).map(tradeOf);
      await agree(
        async () => rows,
        () => rowsOf(page, "#tab-panel tbody tr"),
        (shown) => {
          assert.equal(shown.length, Math.min(50, rows.length));
          shown.forEach(([pair, pnl, by, closed, held, quantity, entry, exit, fees], i) => {
            const row = rows[i];
            assert.deepEqual([pair.replace(/^▸ /, ""), by, closed], [row.pair, row.closed_by, moment(row.closed)]);
            amount(pnl, row.pnl, `${pair}: P&L`);
            amount(fees, row.fee, `${pair}: fees`);
            showsTime(held, (Date.parse(row.closed) - Date.parse(row.opened)) / 1000, `${pair}: held`);
            assert.equal(Number(bare(quantity)), Number(row.quantity));
            shows(entry, row.entry, `${pair}: entry`);
            shows(exit, row.exit, `${pair}: exit`);
          });
        },
      );
    },

    async "the strategies' pulse and their table"() {
      const pulse = () =>
        page.$$eval(".pulse li[data-strategy]", (all) =>
          Object.fromEntries(
            all.map((each) => [each.dataset.strategy, Object.fromEntries(["who", "said", "ago", "share"].map((part) => [part, each.querySelector(`.${part}`).textContent.trim()]))]),
          ),
        );
      await same(pulse, samePulse);
      await tab("Strategies");
      await same(
        () => rowsOf(page, "#tab-panel tbody tr"),
        (shown, { strategies }) =>
          assert.deepEqual(
            shown.map((cells) => cells.map(bare).slice(0, 4)),
            strategies.map((each) => [each.strategy.replace(/_/g, " "), each.timeframe, String(each.signals), String(each.actionable)]),
          ),
      );
    },

    async "the gauges of risk"() {
      const gauges = () => page.$$eval("[data-gauge]", (all) => Object.fromEntries(all.map((each) => [each.dataset.gauge, each.querySelector(".of").innerText])));
      await same(gauges, sameGauges);
    },

    async "the newest thoughts are the ledger's records"() {
      await open("trade");
      const newest = async () => (await session.ask("/api/v1/thoughts?limit=20")).thoughts;
      const thoughts = await agree(newest, () => thoughtsShown(page), sameThoughts);
      const kept = session.ledger(`SELECT number, sentence, json FROM records WHERE number >= ${thoughts.at(-1).number} ORDER BY number DESC`);
      assert.deepEqual(thoughts, kept.slice(-20).map((each) => JSON.parse(each.json)));
    },

    async "a decision opens to its votes and figures, and to the record as the ledger has it"() {
      const { thoughts } = await session.ask("/api/v1/thoughts?kind=decision&limit=40");
      const record = thoughts.find((each) => each.verdict === "enter") ?? thoughts.find((each) => each.votes.length > 0);
      await page.locator(".thoughts").getByLabel("Pair", { exact: true }).selectOption(record.pair);
      await page.locator(".thoughts").getByLabel("Kind", { exact: true }).selectOption("decision");
      const item = page.locator(".thoughts details.thought", { has: page.locator(`.when[title="${record.time}"]`) }).first();
      await item.locator("summary").first().click();
      await item.locator(".kept summary").click();
      await item.locator(".kept pre").waitFor();
      const shown = await item.evaluate((each) => ({
        votes: [...each.querySelectorAll(".votes tbody tr")].map((row) => [...row.children].map((cell) => cell.innerText.trim())),
        facts: Object.fromEntries([...each.querySelectorAll(".facts > div")].map((fact) => [fact.children[0].textContent, fact.children[1].textContent])),
        kept: each.querySelector(".kept pre").textContent,
      }));
      sameRecord(shown, record);
      const [{ json }] = session.ledger(`SELECT json FROM records WHERE number = ${record.number}`);
      assert.deepEqual(JSON.parse(shown.kept), JSON.parse(json));
    },

    async "the chart's last candle is the one being formed"() {
      await open("trade,ETH/USD,5m");
      const chart = () => page.locator(".chart").getAttribute("aria-label");
      await agree(
        () => session.ask(`${CANDLES}ETH/USD`),
        chart,
        (shown, { candles, forming }) => assert.equal(/^ETH\/USD, 5m .* last close ([\d.]+)$/.exec(shown)?.[1], (forming ?? candles.at(-1)).close, shown),
      );
    },
  };
}

/** A book moves faster than one can ask: it is what the page itself was answered. */
export async function bookShown({ page, open }) {
  await open("trade,ETH/USD,5m");
  const told = async () => (await page.waitForResponse(/\/api\/v1\/book\?pair=ETH/)).json();
  const shown = async () => ({
    bids: await rowsOf(page, ".book .bids tbody tr"),
    asks: await rowsOf(page, ".book .asks tbody tr"),
    facts: await page.locator(".book .facts dd").allInnerTexts(),
  });
  const book = await agree(told, shown, sameBook);
  assert.equal(book.bids.length + book.asks.length, 20, "levels of the book");
}

/** For what moves on: the head-up line and the positions, as they are pushed. */
export async function current({ session, page, open }) {
  await open("trade");
  await agree(() => sections(session), () => head(page), sameHead);
  await agree(() => sections(session), () => rowsOf(page, "#tab-panel tbody tr"), samePositions);
}
