// SPDX-License-Identifier: MIT
// Health and Settings of a running session: what it tells of itself, and how it is configured.

import assert from "node:assert/strict";
import { bare, decimal, iso, moment, shows, showsPart } from "./running_figures.mjs";
import { agree } from "./running_session.mjs";
import { rowsOf, sections } from "./running_trade.mjs";

const SEVERITIES = ["info", "warning", "critical"];

function sameEvents(shown, events) {
  assert.deepEqual(Object.keys(shown).map(Number).sort((a, b) => a - b), events.map((each) => each.id).sort((a, b) => a - b));
  for (const { id, severity, event_type, timestamp, message, cleared, remedy } of events) {
    const says = shown[id];
    for (const part of [severity, event_type.replace(/_/g, " "), moment(timestamp), message]) assert.ok(says.includes(part), `event ${id}: no "${part}" in ${says}`);
    if (remedy) assert.ok(says.includes(remedy), `event ${id}: ${says}`);
    assert.equal(says.includes("stands"), cleared === null && severity !== "info", `event ${id}: ${says}`);
  }
}

function sameCapital(shown, { status, positions, orders }) {
  const resting = orders.filter((each) => each.side === "buy" && each.limit !== null);
  const held = resting.reduce((sum, each) => sum + (Number(each.quantity) - Number(each.filled)) * Number(each.limit), 0);
  const parts = { "Free cash": Math.max(0, Number(status.cash) - held), "Held by entry orders": held };
  for (const each of positions) parts[each.pair] = each.last ? Number(each.quantity) * Number(each.last) : Number(each.cost);
  const total = Object.values(parts).reduce((sum, each) => sum + each);
  assert.deepEqual(Object.keys(shown.parts).sort(), Object.keys(parts).sort());
  for (const [name, value] of Object.entries(parts)) {
    shows(shown.parts[name][0], value, name, 2);
    showsPart(shown.parts[name][1], value / total, `${name}, its part`);
  }
  showsPart(shown.lead, 1 - parts["Free cash"] / total, "in use");
  shows(/% of (.*)/.exec(shown.lead)[1], total, "capital", 2);
}

function sameAgainst(shown, { pairs }) {
  const counts = { none: pairs.filter((each) => !each.against).length };
  for (const { against } of pairs) if (against) counts[against] = (counts[against] ?? 0) + 1;
  assert.deepEqual(shown, counts);
}

function sameFeed(shown, { status }) {
  const { feed, counters } = status;
  const names = { Messages: "messages", Reconnections: "reconnects", "Gaps repaired": "rest_repairs", "Books asked anew": "resyncs",
    "Checksum faults": "checksum_faults", Malformed: "malformed", Late: "late" };
  for (const [name, member] of Object.entries(names)) assert.equal(shown.counters[name], String(feed[member]), name);
  for (const [name, value] of Object.entries(counters)) assert.equal(shown.counters[name.replace(/_/g, " ")], String(value), name);
  assert.ok(shown.lead.includes(`${feed.fresh} heard, ${feed.stale} silent, ${feed.warming} warming up`), shown.lead);
}

function sameOptions(shown, options, secrets) {
  assert.equal(shown.length, options.length);
  options.forEach((option, i) => {
    const name = `${option.section}.${option.name}`;
    const { value, preset, from, id } = shown[i];
    assert.equal(id, name);
    const text = (of) => (of === null || of === "" ? "not set" : String(of));
    assert.equal(value, option.secret ? (option.value ? "***" : "not set") : text(option.value), name);
    assert.equal(preset, option.secret ? "secret" : text(option.default), name);
    assert.equal(from, option.from, name);
  });
  const told = JSON.stringify([shown, options]);
  for (const secret of secrets) assert.ok(!told.includes(secret), "a secret left the session");
}

/** The checks of Health and Settings; the market stands still meanwhile. */
export function healthChecks({ session, page, open, secrets }) {
  const same = (look, check) => agree(() => sections(session), look, check);
  const lists = (selector, key) =>
    page.$$eval(selector, (all, name) => Object.fromEntries(all.map((each) => [each.dataset[name], each.innerText.trim()])), key);
  return {
    async "monitoring events are the ledger's"() {
      await open("health");
      const told = async () => (await session.ask("/api/v1/monitoring")).events;
      const events = await agree(told, () => lists("[data-event]", "event"), sameEvents);
      const kept = session.ledger("SELECT * FROM events ORDER BY id DESC LIMIT 50");
      assert.deepEqual(
        events.map((each) => [each.id, each.event_type, each.severity, each.message, each.timestamp]),
        kept.map((row) => [Number(row.id), row.type, SEVERITIES[row.severity], row.message, iso(row.raised_ns)]),
      );
    },

    async "why nothing trades, counted over the pairs"() {
      const counts = () =>
        page.$$eval("[data-against] [data-verdict]", (all) => Object.fromEntries(all.map((each) => [each.dataset.verdict, Number(each.querySelector("strong").innerText)])));
      await same(counts, sameAgainst);
      const { status } = await sections(session);
      assert.equal(await page.locator(".stops", { hasText: "Trading is paused" }).count(), Number(status.paused));
    },

    async "the capital, by where it is"() {
      await same(
        async () => ({
          lead: bare(await page.locator("[data-capital]").innerText()),
          parts: await page.$$eval("[data-part]", (all) => Object.fromEntries(all.map((each) => [each.dataset.part, [...each.querySelectorAll("td")].map((cell) => cell.innerText)]))),
        }),
        sameCapital,
      );
    },

    async "the feed and what was counted"() {
      await same(
        async () => ({
          lead: await page.getByRole("region", { name: "Feed", exact: true }).locator(".lead").innerText(),
          counters: Object.fromEntries(Object.entries(await lists("[data-counter]", "counter")).map(([name, text]) => [name, bare(text)])),
        }),
        sameFeed,
      );
    },

    async "balances and open orders"() {
      const table = (name) => `section[aria-label="${name}"] tbody tr`;
      const look = async () => ({ balances: await rowsOf(page, table("Balances")), orders: await rowsOf(page, table("Open orders")) });
      const told = await same(look, (shown, { status, orders }) => {
        assert.deepEqual(
          shown.balances.map(([asset, ...amounts]) => [asset, ...amounts.map((text) => Number(bare(text)))]),
          status.balances.map((each) => [each.asset, Number(each.total), Number(each.held)]),
        );
        assert.deepEqual(
          shown.orders.map((cells) => [cells[0], cells[1], cells[3], cells[4], Number(bare(cells[5])), bare(cells[8]), bare(cells[9])]),
          orders.map((each) => [String(each.order), each.pair, each.state, each.side, Number(each.quantity), each.stop ?? "–", each.target ?? "–"]),
        );
      });
      // At a venue a bracket that was filled in part is another order there, over what is left.
      const rows = session.ledger("SELECT id, qty_lots - filled_lots AS lots, decimals FROM orders WHERE state <= 4 AND qty_lots > 0");
      for (const { id, lots, decimals } of rows) {
        const { quantity, filled } = told.orders.find((each) => each.order === Number(id));
        assert.equal((Number(quantity) - Number(filled)).toFixed(Number(decimals) % 100), decimal(lots, Number(decimals) % 100), `order ${id}: what is left`);
      }
      const { by, balances } = await session.ask("/api/v1/balances");
      assert.equal(by, told.status.orders_at_venue ? "venue" : "session");
      const cash = Number(balances.find((each) => each.asset === told.status.currency).total);
      assert.ok(Math.abs(cash - Number(told.status.cash)) < 0.01, `${cash} at the venue, ${told.status.cash} by our own fills`);
    },

    async "every option as it is configured, secrets masked"() {
      await open("settings");
      const options = () =>
        page.$$eval("[data-option]", (all) =>
          all.map((each) => ({
            id: each.dataset.option,
            value: each.querySelector("code").textContent,
            preset: each.children[2].textContent,
            from: each.children[3].textContent,
          })),
        );
      const told = await agree(
        async () => (await session.ask("/api/v1/config")).options,
        options,
        (shown, each) => sameOptions(shown, each, secrets),
      );
      assert.ok(told.some((each) => each.secret && each.value === "***"), "no secret was set");
      const { mode, speed } = { mode: session.name, speed: (await session.ask("/api/v1/status")).speed };
      assert.equal(Number(told.find((each) => each.section === "market" && each.name === "speed").value), speed);
      if (mode === "paper") assert.equal(told.find((each) => each.section === "session" && each.name === "mode").value, mode);
    },
  };
}
