// SPDX-License-Identifier: MIT
// The pages performance, history, health and settings in a real browser:
//     node pages.mjs PATH/TO/demo_bridge [FOLDER FOR PICTURES]
// The scripted bridge brings the page and what is pushed; what the pages ask over REST is answered here
// (pages_fixture.mjs), so that every figure is known. running.mjs has the answers of sessions that run.
// PAGES_WEB: a folder with index.html, app.js and app.css, to try a page that is not in the bridge.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { accessFaults, camera, openBrowser, runChecks, startServer, stopServer, TOKEN, until, watchFaults } from "./pages_browser.mjs";
import * as fixture from "./pages_fixture.mjs";
import { asked, CSV, json, problem, serve, served } from "./pages_served.mjs";

const [program, pictures] = process.argv.slice(2);
// A page that does not come from this machine's own server may otherwise not talk to it.
const foreign = process.env.PAGES_WEB ? ["--disable-features=LocalNetworkAccessChecks"] : [];
const browser = program ? await openBrowser(foreign) : null;
if (!browser) {
  console.error("usage: node pages.mjs PATH/TO/demo_bridge [FOLDER]   (needs Chromium)");
  process.exit(2);
}
const page = browser.context.pages()[0] ?? (await browser.context.newPage());
const picture = camera(page, pictures);
page.setDefaultTimeout(8000);
const faults = watchFaults(page, /Failed to load resource|ERR_CONNECTION_REFUSED/);

const last = (path, method = "GET") => asked.filter((each) => each.path === path && each.method === method).at(-1);
const act = (name) => page.locator(`[data-act="${name}"]`);
const panel = (name) => page.getByRole("region", { name, exact: true }).first();
const bare = (text) => text.replace(/\u2212/g, "-").replace(/,/g, "");

/** What the bridge itself says; asked past the fixture. */
async function told(route) {
  return (await page.request.get(`http://127.0.0.1:${bridge.port}/api/v1/${route}`)).json();
}

async function show(name) {
  await page.goto(`http://127.0.0.1:${bridge.port}/#${name}`);
  await page.reload(); // another hash alone loads nothing
  await page.locator(".sheet").waitFor();
}

const SIZES = [[1440, 900], [390, 844], [2560, 1440]];

/** Both themes and three sizes: nothing wider than the screen, no serious fault, and a picture of each. */
async function looked(name, before = async () => undefined) {
  for (const theme of ["dark", "light"]) {
    await page.emulateMedia({ colorScheme: theme });
    for (const [width, height] of SIZES) {
      await page.setViewportSize({ width, height });
      await show(name);
      await page.waitForFunction((wanted) => innerWidth === wanted, width);
      await page.locator(".panel[aria-busy=true]").first().waitFor({ state: "detached" });
      await before();
      const over = await page.evaluate(() => Math.max(document.documentElement.scrollWidth - innerWidth,
        ...[...document.querySelectorAll("table")].map((each) => (innerWidth > 1400 ? each.scrollWidth - each.parentElement.clientWidth : 0))));
      assert.ok(over <= 0, `${name}, or a table of it, is ${over} pixels too wide at ${width}`);
      assert.deepEqual(await accessFaults(page), [], `${name}, ${theme}, ${width}`);
      await picture(`${theme}-${width}-${name}`, true);
    }
  }
  await page.emulateMedia({ colorScheme: "dark" });
  await page.setViewportSize({ width: 1440, height: 900 });
}

async function whole(name) {
  return bare(await page.locator(`[data-whole="${name}"]`).innerText());
}

const checks = {
  async "performance says the figures of all closed trades"() {
    await show("performance");
    const all = fixture.figures(fixture.trades);
    await until("no figures", async () => (await page.locator("[data-whole]").count()) > 0);
    assert.equal(await whole("P&L"), `${Number(all.pnl) > 0 ? "+" : ""}${Number(all.pnl).toFixed(2)} USD`);
    assert.equal(await whole("Closed trades"), "120");
    assert.match(await whole("Won (95 %)"), new RegExp(`^${(all.win_rate * 100).toFixed(1)} % \\(.*\\) of 120$`));
    assert.equal(await whole("Profit factor"), all.profit_factor.toFixed(2));
    assert.equal(await whole("Fees"), Number(all.fees).toFixed(2));
    assert.equal(await whole("Held, median"), "25 min");
  },

  async "equity is drawn point by point, and each point can be read"() {
    const chart = page.locator(".equity");
    assert.equal(await chart.getAttribute("data-points"), "240");
    const points = await chart.locator(".line").getAttribute("points");
    assert.equal(points.split(" ").length, 240);
    assert.match(await chart.locator("svg").getAttribute("aria-label"), /^Equity from 2024-08-01 00:00:00: equity 10,000.00 USD/);
    const newest = fixture.equity(new URLSearchParams()).points.at(-2);
    await chart.locator(".drawing").focus();
    await page.keyboard.press("ArrowLeft");
    const says = bare(await chart.locator("figcaption").innerText());
    assert.ok(says.includes(`equity ${Number(newest.equity).toFixed(2)} USD`), says);
    assert.ok(says.startsWith("2024-08-10 22:00:00"), says);
  },

  async "a range asks for what is since then, of both"() {
    await page.getByRole("button", { name: "Week", exact: true }).click();
    await until("not asked", () => last("/api/v1/equity").query.get("from") && last("/api/v1/performance").query.get("from"));
    const market = await told("status");
    const days = (Date.parse(market.market_time) - Date.parse(last("/api/v1/equity").query.get("from"))) / 86_400_000;
    assert.ok(Math.abs(days - 7) < 0.2, `${days} days`);
    assert.equal(last("/api/v1/performance").query.get("from"), last("/api/v1/equity").query.get("from"));
    await page.getByRole("button", { name: "All", exact: true }).click();
    await until("the bound stays", () => last("/api/v1/equity").query.get("from") === null);
  },

  async "the parts are told by strategy, pair, hour and weekday, few trades in grey"() {
    const row = (split, key) => panel(`By ${split}`).locator(`tr[data-row="${key}"]`);
    for (const [split, key] of [["strategy", "trend"], ["pair", "SOL/USD"], ["hour", "7"], ["weekday", "Thu"]]) {
      const of = fixture.performance(new URLSearchParams()).by[split].find((each) => each.value === key);
      const cells = (await row(split, key).locator("td").allInnerTexts()).map(bare);
      assert.ok(cells[0].trim().endsWith(Math.abs(Number(of.pnl)).toFixed(2)), `${split}: ${cells[0]} is not ${of.pnl}`);
      assert.equal(cells[1], String(of.trades));
      assert.ok(cells[2].startsWith(`${(of.win_rate * 100).toFixed(1)} %`), cells[2]);
      assert.equal(await row(split, key).evaluate((each) => each.classList.contains("weak")), of.trades < 10);
    }
    assert.deepEqual([await panel("By hour").locator("tbody tr").count(), await page.getByText("of the entry, UTC").count()], [24, 2]);
  },

  async "a click on a head sorts, and another the other way"() {
    const values = async () => (await panel("By pair").locator("tbody tr td:nth-child(2)").allInnerTexts()).map((text) => Number(bare(text)));
    const head = panel("By pair").getByRole("button", { name: "P&L" });
    await head.click();
    const down = await values();
    assert.deepEqual(down, [...down].sort((a, b) => b - a));
    assert.equal(await panel("By pair").locator("th", { hasText: "P&L" }).getAttribute("aria-sort"), "descending");
    await head.click();
    assert.deepEqual(await values(), [...down].reverse());
  },

  async "what has no figure stands last, whichever way it is sorted"() {
    const told = fixture.performance(new URLSearchParams());
    told.by.pair[1].profit_factor = null;
    served.answers["/api/v1/performance"] = () => json(told);
    await show("performance");
    for (const way of ["descending", "ascending"]) {
      await panel("By pair").getByRole("button", { name: "Factor" }).click();
      await panel("By pair").locator(`th[aria-sort="${way}"]`).waitFor();
      assert.equal(await panel("By pair").locator("tbody tr th").last().innerText(), told.by.pair[1].value);
    }
    served.answers = {};
  },

  async "the pair and the strategy narrow the figures"() {
    await panel("Closed trades").getByLabel("Pair", { exact: true }).selectOption("ETH/USD");
    await until("not asked", () => last("/api/v1/performance").query.get("pair") === "ETH/USD");
    await until("not shown", async () => (await whole("Closed trades")) === "30");
    await panel("Closed trades").getByLabel("Pair", { exact: true }).selectOption("");
  },

  async "history shows a page of trades with their sums"() {
    await show("history");
    await page.locator("tbody tr[data-row]").first().waitFor();
    assert.equal(await page.locator("[data-shown]").innerText(), "1–50 of 120");
    const newest = fixture.trades[0];
    const cells = await page.locator(`tr[data-row="${newest.number}"] td`).allInnerTexts();
    assert.equal(Number(bare(cells[0])), Number(Number(newest.pnl).toFixed(2)));
    assert.deepEqual(cells.slice(1, 5), [newest.strategy.replace(/_/g, " "), newest.closed_by, "2024-08-05 23:25:00", "25 min"]);
    const rows = fixture.trades.slice(0, 50);
    const sums = (await page.locator('tr[data-row="sums"]').locator("th, td").allInnerTexts()).map(bare);
    assert.equal(sums[0], "These 50");
    assert.equal(Number(sums[1]), Number(rows.reduce((sum, each) => sum + Number(each.pnl), 0).toFixed(2)));
    assert.equal(sums[3], "157.50");
    assert.match(bare(await page.locator("[data-through]").innerText()), /^All 120 together: .*fees 378\.00/);
  },

  async "it is paged over the whole ledger"() {
    await act("older").click();
    await until("not paged", async () => (await page.locator("[data-shown]").innerText()) === "51–100 of 120");
    await act("older").click();
    await until("not paged", async () => (await page.locator("[data-shown]").innerText()) === "101–120 of 120");
    assert.equal(last("/api/v1/trades").query.get("offset"), "100");
    assert.equal(await page.locator(`tr[data-row="${fixture.trades[119].number}"]`).count(), 1);
    assert.ok(await act("older").isDisabled());
    await act("newer").click();
    await until("not paged", async () => (await page.locator("[data-shown]").innerText()) === "51–100 of 120");
  },

  async "a filter asks for its trades, from the first page on"() {
    await panel("Trades").getByLabel("Pair", { exact: true }).selectOption("SOL/USD");
    await panel("Trades").getByLabel("Strategy", { exact: true }).selectOption("trend");
    await panel("Trades").getByLabel("From", { exact: true }).fill("2024-08-02");
    await panel("Trades").getByLabel("To", { exact: true }).fill("2024-08-03");
    await until("not asked", () => last("/api/v1/trades").query.get("to"));
    const query = last("/api/v1/trades").query;
    assert.equal(query.get("pair"), "SOL/USD");
    assert.equal(query.get("strategy"), "trend");
    assert.equal(query.get("from"), "2024-08-02T00:00:00Z");
    assert.equal(query.get("to"), "2024-08-04T00:00:00.000Z");
    assert.equal(query.get("offset"), "0");
    const rows = fixture.wanted(query);
    await until("not shown", async () => (await page.locator("[data-shown]").innerText()) === `1–${rows.length} of ${rows.length}`);
    assert.match(await act("csv").getAttribute("href"), /^\/api\/v1\/trades\.csv\?pair=SOL%2FUSD&strategy=trend&from=2024-08-02T00/);
    await act("all-trades").click();
    await until("not cleared", async () => (await page.locator("[data-shown]").innerText()) === "1–50 of 120");
    await panel("Trades").getByLabel("Pair", { exact: true }).selectOption("BTC/USD");
    await panel("Trades").getByLabel("From", { exact: true }).fill("2030-01-01");
    await page.getByText("No closed trade is like that.").waitFor();
    await act("all-trades").click();
  },

  async "a trade opens to the decision that began it and to what ended it"() {
    const trade = fixture.trades[0];
    await act(`why-${trade.number}`).click();
    const story = page.locator(".why-story");
    await story.waitFor();
    assert.equal(await act(`why-${trade.number}`).getAttribute("aria-expanded"), "true");
    const says = await story.locator(".says").allInnerTexts();
    assert.equal(says.length, 4, says.join(" | "));
    assert.match(says[0], /^Buy\. 1 of 1 strategy says long/);
    assert.match(says[1], /^Bought 0\.0123/);
    assert.match(says[2], /^The stop follows/);
    assert.match(says[3], new RegExp(`trade ${trade.number} is over`));
    assert.match(await story.locator(".votes").innerText(), /close 64,210\.5 crossed above SMA/);
    await picture("dark-1440-history-why", true);
    await act(`why-${trade.number}`).click();
    await story.waitFor({ state: "detached" });
  },

  async "the trades are saved as CSV and as JSON, all of them"() {
    const [csv] = await Promise.all([page.waitForEvent("download"), act("csv").click()]);
    assert.equal(csv.suggestedFilename(), "trades.csv");
    const [whole] = await Promise.all([page.waitForEvent("download"), act("json").click()]);
    const rows = JSON.parse(readFileSync(await whole.path(), "utf8"));
    assert.deepEqual(rows, fixture.trades);
  },

  async "where there is a key, the file is fetched with it, and a refusal is told"() {
    await page.evaluate((token) => sessionStorage.setItem("cuttle-token", token), TOKEN);
    const [csv] = await Promise.all([page.waitForEvent("download"), act("csv").click()]);
    assert.equal(readFileSync(await csv.path(), "utf8"), CSV);
    assert.equal(last("/api/v1/trades.csv").headers.authorization, `Bearer ${TOKEN}`);
    served.answers["/api/v1/trades.csv"] = () => problem(503, "the ledger is not open");
    await act("csv").click();
    await page.getByText("trades.csv: the ledger is not open.").waitFor();
    served.answers = {};
    await page.evaluate(() => sessionStorage.clear());
  },

  async "health shows what stands first, its remedy, and the others on demand"() {
    await show("health");
    const items = panel("Events").locator("[data-event]");
    await items.first().waitFor();
    await until("what stands is not first", async () => (await items.first().getAttribute("data-event")) === "30");
    assert.equal(await items.nth(1).getAttribute("data-event"), "20");
    await panel("Events").getByText(/^1 critical, 1 warning stand$/).waitFor();
    await panel("Events").getByRole("button", { name: "critical" }).click();
    await until("not shown", async () => (await items.count()) === 1);
    const says = await items.first().innerText();
    assert.match(says, /critical\s*unprotected position.*stands/s);
    assert.match(says, /What is held of SOL\/USD stands without a stop\./);
    assert.match(says, /What to do: Close it, or set a stop with a bracket\./);
    await panel("Events").getByRole("button", { name: "warning" }).click();
    await until("not shown", async () => (await items.count()) === 2);
    assert.equal(await items.first().getAttribute("data-event"), "20", "what stands comes first");
    assert.match(await items.nth(1).innerText(), /over at 2024-08-01 00:45:00, after 5 min/);
    await panel("Events").getByRole("button", { name: "all" }).click();
    await until("not shown", async () => (await items.count()) === 52);
    await act("older-events").click();
    await until("not paged", async () => (await items.count()) === 63);
    assert.deepEqual([await items.nth(0).getAttribute("data-event"), await items.nth(1).getAttribute("data-event")], ["30", "20"]);
  },

  async "health counts the feed, the orders and the capital as the session does"() {
    const status = await told("status");
    for (const name of ["Reconnections", "Gaps repaired", "Checksum faults"]) {
      const key = { Reconnections: "reconnects", "Gaps repaired": "rest_repairs", "Checksum faults": "checksum_faults" }[name];
      assert.equal(bare(await page.locator(`[data-counter="${name}"]`).innerText()), String(status.feed[key]));
    }
    const orders = await told("orders");
    assert.equal(await panel("Open orders").locator("tbody tr").count(), orders.length);
    await panel("Balances").getByText("On paper there is no account at a venue").waitFor();
    const parts = await page.locator("[data-part]").allInnerTexts();
    const positions = await told("positions");
    assert.equal(parts.length, 2 + positions.length);
    const places = await page.locator("[data-part], .capital-bar, [data-capital]").evaluateAll((all) => all.map((each) => each.getBoundingClientRect().top));
    assert.equal(new Set(places.map(Math.round)).size, places.length, "the parts of the capital lie over each other");
    const shares = parts.map((text) => Number(/([\d.]+) %$/.exec(text)[1]));
    assert.ok(Math.abs(shares.reduce((a, b) => a + b) - 100) < 0.5, `${shares}`);
  },

  async "why nothing trades is counted by what stands against each pair"() {
    const pairs = await told("pairs");
    const free = pairs.filter((each) => !each.against).length;
    assert.equal(await page.locator('[data-against] [data-verdict="none"] strong').innerText(), String(free));
    const counts = new Map();
    for (const { against } of pairs) if (against) counts.set(against, (counts.get(against) ?? 0) + 1);
    for (const [word, count] of counts)
      assert.equal(await page.locator(`[data-against] [data-verdict="${word}"] strong`).innerText(), String(count));
    assert.match(await page.locator("[data-verdicts]").innerText(), /\d+\s+not confident enough/);
  },

  async "settings mask secrets and mark what differs from the default"() {
    await show("settings");
    await panel("Configuration").locator(".options").first().waitFor();
    await panel("Configuration").getByLabel("only what differs").check();
    await until("not narrowed", async () => (await page.locator("[data-option]").count()) === 3);
    assert.deepEqual(await page.locator("[data-option]").evaluateAll((rows) => rows.map((row) => row.dataset.option)),
      ["session.state", "venue.secret", "risk.cool_off"]);
    assert.match(await page.locator('[data-option="venue.secret"]').innerText(), /\*\*\*.*secret\s+environment/s);
    assert.match(await page.locator('[data-option="risk.cool_off"]').innerText(), /45m.*30m\s+file/s);
    await panel("Configuration").getByLabel("only what differs").uncheck();
    await panel("Configuration").getByLabel("Find").fill("who trades");
    await until("not found", async () => (await page.locator("[data-option]").count()) === 1);
    assert.equal(await page.locator('[data-option="venue.name"]').count(), 1);
    await panel("Configuration").getByLabel("Find").fill("");
  },

  async "the gauges stand against their limits"() {
    const risk = await told("risk");
    const used = await page.locator('[data-gauge="In positions"]').innerText();
    assert.ok(used.includes(`${(risk.exposure * 100).toFixed(1)} % of ${(risk.exposure_max * 100).toFixed(1)} %`), used);
    const positions = await page.locator('[data-gauge="Positions"]').innerText();
    assert.ok(positions.includes(`${risk.positions} of ${risk.positions_max}`), positions);
  },

  async "a limit asks before it changes, then says what was recorded, and goes back"() {
    await page.evaluate((token) => sessionStorage.setItem("cuttle-token", token), TOKEN);
    await act("limit-risk.max_positions").fill("3");
    await act("change-risk.max_positions").click();
    const dialog = page.locator('[data-dialog="limit"]');
    assert.match(await dialog.innerText(), /Change risk\.max_positions from 5 to 3\?/);
    assert.equal(last("/api/v1/risk", "PATCH"), undefined, "it was sent before it was asked");
    await picture("dark-1440-limit-asks");
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    assert.equal(last("/api/v1/risk", "PATCH"), undefined, "Escape is a no");
    await act("limit-risk.max_positions").fill("3");
    await act("change-risk.max_positions").click();
    await act("limit-yes").click();
    await page.locator('[data-notice="done"]', { hasText: "By hand: risk.max_positions is 3; it was 5. Record 9001." }).waitFor();
    const sent = last("/api/v1/risk", "PATCH");
    assert.deepEqual(JSON.parse(sent.body), { name: "risk.max_positions", value: 3 });
    assert.equal(sent.headers.authorization, `Bearer ${TOKEN}`);
    await act("back-risk.max_positions").click();
    await act("limit-yes").click();
    await page.locator('[data-notice="done"]', { hasText: "risk.max_positions is 5; it was 3." }).waitFor();
    assert.deepEqual(JSON.parse(last("/api/v1/risk", "PATCH").body), { name: "risk.max_positions", value: "configured" });
    await act("back-risk.max_positions").waitFor({ state: "detached" });
  },

  async "what is refused says why"() {
    await act("limit-risk.max_positions").fill("1000");
    await act("change-risk.max_positions").click();
    await act("limit-yes").click();
    await page.locator('dialog[data-notice="refused"]', { hasText: "Refused: nothing was changed. risk.max_positions: it has to be 1 to 200" }).waitFor();
    await act("limit-off").click();
    const late = /\/api\/v1\/risk$/;
    await page.route(late, (route) => (route.request().method() === "PATCH" ? route.fulfill({ status: 504 }) : route.fallback()));
    await act("limit-risk.max_positions").fill("4");
    await act("change-risk.max_positions").click();
    await act("limit-yes").click();
    const untold = "The session did not answer. Whether it obeyed will stand among the thoughts.";
    await page.locator('dialog[data-notice="refused"]', { hasText: untold, hasNotText: "Refused" }).waitFor();
    await page.unroute(late);
    await act("limit-off").click();
    await act("limit-risk.max_daily_loss").fill("much");
    assert.ok(await act("change-risk.max_daily_loss").isDisabled(), "that is no number");
  },

  async "a strategy takes another part once it is confirmed"() {
    await act("part-trend-shadow").click();
    assert.match(await page.locator('[data-dialog="part"]').innerText(), /trend: shadow\?.*it moves nothing/s);
    await act("part-no").click();
    assert.equal(last("/api/v1/strategies", "PATCH"), undefined);
    await act("part-trend-shadow").click();
    await act("part-yes").click();
    await page.locator('[data-notice="done"]', { hasText: "By hand: trend is shadow. Record 9002." }).waitFor();
    assert.deepEqual(JSON.parse(last("/api/v1/strategies", "PATCH").body), { strategy: "trend", part: "shadow" });
  },

  async "closing all needs the words typed, and the focus comes back"() {
    await show("settings");
    await page.evaluate((token) => sessionStorage.setItem("cuttle-token", token), TOKEN);
    const posted = [];
    page.on("request", (request) => request.method() === "POST" && posted.push(request.postData()));
    const held = await told("positions");
    await act("flatten").click();
    assert.ok(await act("close-all-phrase").evaluate((each) => each === document.activeElement), "the focus is not in the field");
    assert.match(await page.locator('[data-dialog="close-all"]').innerText(), new RegExp(`Sells ${held.map((each) => each.pair).join(", ")} at market`));
    assert.ok(await act("close-all-yes").isDisabled());
    const cut = await page.locator("dialog[open] p").evaluateAll((all) => all.filter((p) => p.scrollWidth > p.clientWidth).map((p) => p.innerText));
    assert.deepEqual(cut, [], "what it would do can be read to its end");
    for (const wrong of ["close", "Close all", "yes"]) {
      await act("close-all-phrase").fill(wrong);
      await page.keyboard.press("Enter");
      assert.ok(await act("close-all-yes").isDisabled(), `"${wrong}" is not it`);
    }
    await picture("dark-1440-close-all");
    assert.deepEqual(await accessFaults(page), []);
    for (let i = 0; i < 6; i++) {
      await page.keyboard.press("Tab");
      const inside = await page.evaluate(() => document.activeElement === document.body || document.activeElement.closest("dialog") !== null);
      assert.ok(inside, "the focus left the dialog");
    }
    await page.keyboard.press("Escape");
    await page.locator('[data-dialog="close-all"]').waitFor({ state: "detached" });
    assert.ok(await act("flatten").evaluate((each) => each === document.activeElement), "the focus is not where it was");
    assert.deepEqual(posted, []);
    await page.evaluate(() => sessionStorage.removeItem("cuttle-token"));
    await act("flatten").click();
    await act("close-all-phrase").fill("close all");
    await page.keyboard.press("Enter");
    await page.locator('dialog[data-notice="refused"]', { hasText: "Refused: nothing was sold. Who commands shows a token. Open the page with cuttle ctl link" }).waitFor();
    await picture("dark-1440-refused");
    assert.deepEqual(await accessFaults(page), []);
    assert.deepEqual(posted, []);
    await act("close-all-off").click();
    await page.evaluate((token) => sessionStorage.setItem("cuttle-token", token), TOKEN);
    await act("flatten").click();
    await act("close-all-phrase").fill("close all");
    await page.keyboard.press("Enter");
    await page.locator('[data-notice="done"]', { hasText: /Record \d+\./ }).waitFor();
    assert.deepEqual(posted.map((each) => JSON.parse(each)), [{ command: "flatten" }]);
    await page.locator(".flag", { hasText: "Paused" }).waitFor();
    await act("resume").click();
    await page.locator('[data-notice="done"]', { hasText: "Resumed" }).waitFor();
  },

  async "every panel says that it loads, that there is nothing, and why it was refused"() {
    let release;
    const held = new Promise((resolve) => (release = resolve));
    served.answers["/api/v1/equity"] = async (query) => (await held, json(fixture.equity(query)));
    served.answers["/api/v1/performance"] = () => json(fixture.performance(new URLSearchParams({ pair: "none" })));
    await show("performance");
    await panel("Equity and drawdown").getByText("Loading").waitFor();
    await panel("Closed trades").getByText("No trade was closed in this range.").waitFor();
    release();
    await page.locator(".equity").waitFor();
    served.answers = { "/api/v1/trades": () => problem(503, "the ledger is being read") };
    await show("history");
    await panel("Trades").getByText("the ledger is being read").waitFor();
    served.answers = { "/api/v1/trades": () => json({ total: 0, offset: 0, limit: 50, trades: [] }) };
    await show("history");
    await panel("Trades").getByText("No trade has been closed yet.").waitFor();
    served.answers = { "/api/v1/monitoring": () => json({ count: 0, total: 0, open: { info: 0, warning: 0, critical: 0 }, events: [] }) };
    await show("health");
    await panel("Events").getByText("Nothing has been raised").waitFor();
    served.answers = { "/api/v1/config": () => json({ options: [] }), "/api/v1/risk": () => json({ limits: [] }) };
    await show("settings");
    await panel("Configuration").getByText("This session tells no options.").waitFor();
    await panel("Limits of risk").getByText("tells no limits").waitFor();
    served.answers = {};
  },

  async "what is from before says so, and why"() {
    await show("health");
    await panel("Events").locator("[data-event]").first().waitFor();
    served.answers["/api/v1/monitoring"] = () => problem(503, "the ledger is busy");
    await panel("Events").locator(".flag", { hasText: "the ledger is busy: from before" }).waitFor({ timeout: 15_000 });
    assert.ok((await panel("Events").locator("[data-event]").count()) > 0, "what was known is gone");
    served.answers = {};
    await stopServer(bridge);
    for (const name of ["Feed", "Capital in use", "Open orders"])
      await panel(name).locator(".flag", { hasText: "from before" }).waitFor();
    await picture("dark-1440-health-lost", true);
    bridge = await startServer(program, [String(bridge.port), "live"]);
    await panel("Feed").locator(".flag", { hasText: "from before" }).waitFor({ state: "detached", timeout: 8000 });
  },

  async "with real money closing all asks for more, and says so"() {
    await page.locator('.mode[data-mode="live"]').waitFor();
    await act("flatten").click();
    assert.match(await page.locator('[data-dialog="close-all"]').innerText(), /Real money/i);
    await act("close-all-phrase").fill("close all");
    assert.ok(await act("close-all-yes").isDisabled(), "with real money that is not enough");
    await act("close-all-phrase").fill("close all for real money");
    assert.ok(await act("close-all-yes").isEnabled());
    await picture("dark-1440-close-all-live");
    await act("close-all-no").click();
    const { balances } = await told("status");
    assert.equal(await panel("Balances").locator("tbody tr").count(), balances.length);
  },

  async "performance can be used in every size and theme"() {
    await looked("performance");
  },
  async "history can be used in every size and theme"() {
    await looked("history", async () => {
      await act(`why-${fixture.trades[1].number}`).click();
      await page.locator(".why-story .votes").waitFor();
    });
  },
  async "health can be used in every size and theme"() {
    await looked("health");
  },
  async "settings can be used in every size and theme"() {
    await looked("settings", async () => void (await page.locator('[data-section="risk"] summary').click()));
  },

  async "nothing went wrong in the page"() {
    assert.deepEqual(faults, []);
  },
};

let bridge = await startServer(program, ["0", "paper"]);
await serve(page);
const failed = await runChecks(checks, process.env.PAGES_CHECKS).finally(() => stopServer(bridge).then(browser.close));
process.exit(failed ? 1 : 0);
