// SPDX-License-Identifier: MIT
// The frame of the pages, the Trade page and Markets in a real browser:
//     node trade.mjs PATH/TO/demo_bridge [FOLDER FOR PICTURES]
// The scripted bridge pushes; books, indicators and the scanner are answered here (served.mjs), so that every state
// of a panel can be brought about.

import assert from "node:assert/strict";
import { accessFaults, camera, openBrowser, runChecks, smallLetters, startServer, stopServer } from "./pages_browser.mjs";
import { bookOf, scannerRows, serve } from "./served.mjs";

const [program, pictures] = process.argv.slice(2);
const browser = program ? await openBrowser() : null;
if (!browser) {
  console.error("usage: node trade.mjs PATH/TO/demo_bridge [FOLDER]   (needs Chromium)");
  process.exit(2);
}
const { context } = browser;
const page = context.pages()[0] ?? (await context.newPage());
const picture = camera(page, pictures);
const PAIRS = 250;
const answers = { pairs: PAIRS };
const faults = [];
page.on("pageerror", (error) => faults.push(String(error)));
await serve(page, answers);

const SIZES = [[390, 844], [768, 1024], [1440, 900], [2560, 1440], [3840, 2160]];
const PAGES = ["trade", "markets", "performance", "history", "backtest", "health", "settings"];
const base = () => `http://127.0.0.1:${bridge.port}`;

async function open(hash) {
  await page.goto("about:blank");
  await page.goto(`${base()}/#${hash}`);
  await page.locator(".head").waitFor();
}

async function sized(width, height) {
  await page.setViewportSize({ width, height });
  await page.waitForFunction((wanted) => innerWidth === wanted, width);
}

const chartRows = (least) => page.waitForFunction((rows) => Number(document.querySelector(".chart")?.dataset.rows) > rows, least);
const panel = (name) => page.locator(`section[aria-label="${name}"]`);
const lastClose = async () => Number(/last close ([\d.]+)/.exec(await page.locator(".chart").getAttribute("aria-label"))[1]);

/** The order of the scanner's rows by a column, worked out apart from the page. */
function sorted(rows, value, falling) {
  const order = (a, b) => (a === b ? 0 : a === null ? 1 : b === null ? -1 : (a < b ? -1 : 1) * (falling ? -1 : 1));
  return [...rows].sort((a, b) => order(value(a), value(b)) || (a.pair < b.pair ? -1 : 1)).map((row) => row.pair);
}

/** All rows in their order, though only those in sight are drawn. */
const shownPairs = () =>
  page.locator(".main-markets .scroll").evaluate(async (box) => {
    const seen = new Set();
    const drawn = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    box.scrollTop = 0;
    for (let last = -1; box.scrollTop !== last; ) {
      last = box.scrollTop;
      await drawn();
      await drawn();
      for (const row of box.querySelectorAll("tr[data-pair]")) seen.add(row.dataset.pair);
      box.scrollTop += box.clientHeight / 2;
    }
    box.scrollTop = 0;
    return [...seen];
  });

const checks = {
  async "every page opens by its key, its address and its name, and says which it is"() {
    await open("trade");
    for (const [index, name] of PAGES.entries()) {
      await page.keyboard.press(String(index + 1));
      await page.locator(`.main-${name}`).waitFor();
      assert.equal((await page.locator('.nav [aria-current="page"]').innerText()).replace(/^\d\s*/, "").toLowerCase(), name);
      assert.match(page.url(), new RegExp(`#${name}\\b`));
    }
    await page.goBack();
    await page.locator(".main-health").waitFor();
    await page.getByRole("button", { name: "Markets" }).click();
    await page.locator(".main-markets").waitFor();
    await open("ETH/USD,15m");
    await page.locator(".main-trade").waitFor();
    await page.waitForFunction(() => document.querySelector(".chart")?.getAttribute("aria-label").startsWith("ETH/USD, 15m"));
    await page.getByLabel("Find a pair").fill("2");
    await page.getByLabel("Find a pair").press("2"); // a figure that is typed is no key
    assert.equal(await page.locator(".main-trade").count(), 1);
  },

  async "no page is wider than its screen, in five sizes and both themes"() {
    for (const theme of ["dark", "light"]) {
      await page.emulateMedia({ colorScheme: theme });
      for (const [width, height] of SIZES) {
        await sized(width, height);
        await open("trade");
        for (const [index, name] of PAGES.entries()) {
          await page.keyboard.press(String(index + 1));
          await page.locator(`.main-${name}`).waitFor();
          if (name === "trade") await chartRows(50);
          const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
          assert.ok(over <= 0, `${name} is ${over} pixels too wide at ${width} in ${theme}`);
          assert.deepEqual(await smallLetters(page), [], `${name} at ${width}`);
          if (name === "trade" || name === "markets") await picture(`${name}-${theme}-${width}`);
        }
      }
    }
    await page.emulateMedia({ colorScheme: "dark" });
    await sized(1440, 900);
  },

  async "axe finds no serious or critical fault on any page in both themes"() {
    const found = [];
    for (const theme of ["dark", "light"]) {
      await page.emulateMedia({ colorScheme: theme });
      for (const width of [1440, 390]) {
        await sized(width, 900);
        await open("trade");
        for (const [index, name] of PAGES.entries()) {
          await page.keyboard.press(String(index + 1));
          await page.locator(`.main-${name}`).waitFor();
          if (name === "trade") await chartRows(50);
          if (name === "markets") await page.locator(".scanner").waitFor();
          for (const fault of await accessFaults(page)) found.push(`${name}, ${theme}, ${width}: ${fault}`);
        }
      }
    }
    await page.emulateMedia({ colorScheme: "dark" });
    await sized(1440, 900);
    assert.deepEqual(found, []);
  },

  async "the theme is the operator's, and stays after a reload"() {
    await open("trade");
    const worn = () => page.evaluate(() => document.documentElement.dataset.theme);
    assert.equal(await worn(), "dark"); // the system's
    await page.getByRole("button", { name: "Theme: system" }).click();
    await page.getByRole("button", { name: "Theme: dark" }).click();
    assert.equal(await worn(), "light");
    await page.reload();
    await page.getByRole("button", { name: "Theme: light" }).waitFor();
    assert.equal(await worn(), "light");
    await page.getByRole("button", { name: "Theme: light" }).click();
    await page.getByRole("button", { name: "Theme: system" }).waitFor();
    assert.equal(await worn(), "dark");
  },

  async "Tab alone reaches every control of the Trade page, and each shows that it has the focus"() {
    await open("trade");
    await chartRows(50);
    await page.locator(".book").waitFor();
    const unseen = await page.evaluate(() => {
      const all = [...document.querySelectorAll("a[href], button, input, select, summary, [tabindex='0']")];
      globalThis.wanted = new Set(all.filter((each) => each.tabIndex >= 0 && each.checkVisibility({ visibilityProperty: true })));
      return globalThis.wanted.size;
    });
    assert.ok(unseen > 60, `${unseen} controls`);
    const bare = [];
    for (let i = 0; i < unseen + 150; i++) {
      await page.keyboard.press("Tab");
      const told = await page.evaluate(() => {
        const at = document.activeElement;
        globalThis.wanted.delete(at);
        const style = getComputedStyle(at);
        return { left: globalThis.wanted.size, ring: at === document.body || style.outlineStyle !== "none", what: at.outerHTML.slice(0, 80) };
      });
      if (!told.ring) bare.push(told.what);
      if (told.left === 0) break;
    }
    assert.deepEqual(bare, []);
    // A list's rows may have been drawn anew meanwhile: only what still stands there counts.
    const missed = await page.evaluate(() => [...globalThis.wanted].filter((each) => each.isConnected).map((each) => each.outerHTML.slice(0, 90)));
    assert.deepEqual(missed, []);
  },

  async "the keyboard alone skips to the page, picks a pair, an indicator and a thought, and sorts the markets"() {
    await open("trade");
    await chartRows(50);
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement.className), "skip");
    await page.keyboard.press("Enter");
    assert.equal(await page.evaluate(() => document.activeElement.id), "main");
    await page.locator(".pair", { hasText: "BTC/USD" }).focus();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => document.querySelector(".chart").getAttribute("aria-label").startsWith("ETH/USD"));
    await page.locator(".menu summary").focus();
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Space");
    await page.locator(".chart-legend", { hasText: "ema 20" }).waitFor();
    await page.keyboard.press("Escape");
    assert.equal(await page.locator(".menu[open]").count(), 0);
    assert.equal(await page.evaluate(() => document.activeElement.tagName), "SUMMARY");
    await page.locator(".chart").focus();
    for (let i = 0; i < 8; i++) await page.keyboard.press("ArrowLeft");
    await page.locator(".newest").waitFor();
    await page.keyboard.press("End");
    await page.locator(".newest").waitFor({ state: "detached" });
    await page.locator(".thought summary").first().focus();
    await page.keyboard.press("Enter");
    await page.locator(".thought[open] .facts").first().waitFor();
    await page.keyboard.press("2");
    await page.locator('[data-sort="change"]').focus();
    await page.keyboard.press("Enter");
    assert.equal(await page.locator('th[aria-sort="descending"]').innerText(), "▼ 24 h");
    await page.locator(".scanner tbody .link").first().focus();
    await page.keyboard.press("Enter");
    await page.locator(".main-trade").waitFor();
    await page.evaluate(() => localStorage.clear());
  },

  async "two hundred and fifty pairs are sorted right by every column, and fast"() {
    await open("markets");
    await page.locator(`.scanner[aria-rowcount="${PAIRS + 1}"]`).waitFor();
    const drawn = await page.locator(".scanner tr[data-pair]").count();
    assert.ok(drawn > 20 && drawn < 80, `${drawn} rows are drawn`);
    // Of pairs that the bridge has the pushed figures go before those asked for; it has two of these.
    const rows = scannerRows(PAIRS).filter((row) => !/^(BTC|ETH)/.test(row.pair));
    const rise = (row) => (row.sparkline.length ? row.sparkline.at(-1) / row.sparkline[0] - 1 : null);
    const columns = {
      last: [(row) => (row.last === null ? null : Number(row.last)), true],
      change: [(row) => row.day_change, true],
      course: [rise, true],
      spread: [(row) => row.spread_bps, false],
      imbalance: [(row) => row.imbalance, true],
      score: [(row) => row.book_score, true],
      regime: [(row) => row.regime, false],
      against: [(row) => row.against, false],
      health: [(row) => row.health, false],
      pair: [(row) => row.pair, false],
    };
    const meter = await context.newCDPSession(page);
    await meter.send("Performance.enable", { timeDomain: "threadTicks" }); // what it computed, not how long it waited
    const worked = async () => (await meter.send("Performance.getMetrics")).metrics.find((each) => each.name === "TaskDuration").value;
    const took = [];
    for (const [name, [value, falling]] of Object.entries(columns))
      for (const turn of [falling, !falling]) {
        const before = await worked();
        await page.evaluate((column) => {
          document.querySelector(`[data-sort="${column}"]`).click();
          return new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
        }, name);
        took.push(1000 * ((await worked()) - before));
        const shown = (await shownPairs()).filter((pair) => !/^(BTC|ETH)/.test(pair));
        assert.deepEqual(shown, sorted(rows, value, turn), `${name}, ${turn ? "falling" : "rising"}`);
      }
    took.sort((a, b) => a - b);
    const median = took[took.length >> 1];
    console.log(`     sorting ${PAIRS} rows and drawing them took the page's thread ${median.toFixed(1)} ms (median)`);
    assert.ok(median < 60, "slow, even on a busy machine"); // half of that beside builds on both cores, a third on a quiet one
    const inSight = await page.locator(".scanner tr[data-pair]").evaluateAll((all) => all.map((row) => row.dataset.pair));
    assert.equal(new Set(inSight).size, inSight.length, "each is drawn once, though the table's rows are used again");
    // A search from the table's end shows what it finds, though the rows that stood in sight are gone.
    await page.locator(".main-markets .scroll").evaluate((box) => (box.scrollTop = box.scrollHeight));
    await page.locator(`.scanner tr[aria-rowindex="${PAIRS + 1}"]`).waitFor();
    await page.getByLabel("Find a pair").fill("p01");
    await page.waitForFunction(() => document.querySelectorAll(".scanner tr[data-pair]").length === 10);
    await page.getByLabel("Regime").selectOption("rising");
    const words = await page.locator(".scanner tbody tr td:nth-child(8)").allInnerTexts();
    assert.ok(words.length > 0 && words.every((each) => each === "▲ rising"), String(words));
  },

  async "a click on a market opens its chart"() {
    await open("markets");
    await page.locator('.scanner tr[data-pair="ETH/USD"] td').first().click();
    await page.locator(".main-trade").waitFor();
    await page.waitForFunction(() => document.querySelector(".chart")?.getAttribute("aria-label").startsWith("ETH/USD"));
    assert.match(page.url(), /#trade,ETH\/USD,/);
  },

  async "the book shows both sides, how deep they are, and which is heavier"() {
    await open("trade,BTC/USD,5m");
    await page.locator(".book").waitFor();
    const book = bookOf("BTC/USD");
    const bids = await page.locator(".bids tbody tr td:last-child").allInnerTexts();
    assert.deepEqual(bids.map((text) => Number(text.replace(/,/g, ""))), book.bids.map(([at]) => Number(at)));
    const depths = await page.locator(".asks tbody tr").evaluateAll((rows) => rows.map((row) => parseFloat(row.style.getPropertyValue("--depth"))));
    assert.ok(depths.every((each, i) => i === 0 || each > depths[i - 1]) && depths.at(-1) <= 100, String(depths));
    assert.match(await page.locator(".balance").innerText(), /Imbalance\s+\+31 % ▲ more is bid\s+Score\s+\u221212 %/);
  },

  async "the chart has the trades, the position's lines, the stop's course, decisions and the chosen indicators"() {
    await open("trade,BTC/USD,5m");
    await chartRows(50);
    assert.match(await page.locator(".plan").first().innerText(), /raised 2 times, last at .* \(trail\)\. Target .* Sold by 2024-08-07 20:45:00 at the latest\./);
    await page.locator(".menu summary").click();
    for (const name of ["EMA 50", "RSI 14", "MACD"]) await page.getByLabel(name).check();
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Decisions" }).click();
    for (const name of ["ema 50", "rsi 14", "macd"]) await page.locator(".chart-legend", { hasText: name }).waitFor();
    const box = await page.locator(".chart").boundingBox();
    const time = await page.locator(".chart-legend span").first().innerText();
    await page.mouse.move(box.x + box.width / 3, box.y + box.height / 3);
    await page.waitForFunction((before) => document.querySelector(".chart-legend span").textContent !== before, time);
    await picture("chart-indicators");
    await page.reload();
    for (const name of ["ema 50", "rsi 14", "macd"]) await page.locator(".chart-legend", { hasText: name }).waitFor();
    assert.equal(await page.getByRole("button", { name: "Decisions" }).getAttribute("aria-pressed"), "true");
    await page.locator(".menu summary").click();
    for (const name of ["EMA 50", "RSI 14", "MACD"]) await page.getByLabel(name).uncheck();
    await page.waitForFunction(() => !/rsi|macd/.test(document.querySelector(".chart-legend").textContent));
    await page.evaluate(() => localStorage.clear());
  },

  async "a thought opens to the whole of its record"() {
    await open("trade");
    await page.getByLabel("Find in thoughts").fill("rising");
    await page.getByLabel("Find in thoughts").fill("");
    await page.getByLabel("Pair", { exact: true }).selectOption("BTC/USD");
    const thought = page.locator(".thought", { has: page.locator(".badge.act", { hasText: "enter" }) }).first();
    await thought.locator("summary").first().click();
    assert.match(await thought.locator(".findings").innerText(), /Filters[\s\S]*✓ passed\s+1\.4\s+at least 1/);
    assert.match(await thought.locator(".inside").innerText(), /held for\s+1 d 6 h/);
    await thought.getByText("The record as it is kept").click();
    const kept = JSON.parse(await thought.locator(".kept pre").innerText());
    assert.equal(kept.plan.hold_seconds, 108000);
    assert.equal(kept.votes.length, 3);
  },

  async "what is asked for says when it loads, is empty, is refused, or is from before"() {
    let refuse = false;
    const empty = { pair: "BTC/USD", time: null, bids: [], asks: [], imbalance: null, score: null };
    for (const [hash, name, route, nothing, said] of [
      ["trade,BTC/USD,5m", "Order book", /api\/v1\/book/, empty, /The book of BTC\/USD is not known yet/],
      ["markets", "Markets", /api\/v1\/scanner/, { pairs: [] }, /No pair is known yet/],
    ]) {
      let release;
      const held = new Promise((resolve) => (release = resolve));
      let body = JSON.stringify(nothing);
      await page.route(route, async (to) => {
        await held;
        if (refuse) await to.fulfill({ status: 503, contentType: "application/problem+json", body: JSON.stringify({ detail: "The session is busy." }) });
        else if (body) await to.fulfill({ contentType: "application/json", body });
        else await to.fallback();
      });
      await open(hash);
      await panel(name).getByText("Loading …").waitFor();
      assert.equal(await panel(name).getAttribute("aria-busy"), "true");
      release();
      await panel(name).getByText(said).waitFor();
      body = null;
      await panel(name).locator("tbody tr").first().waitFor({ timeout: 8000 });
      refuse = true;
      await panel(name).locator(".flag", { hasText: "The session is busy.: from before" }).waitFor({ timeout: 8000 });
      assert.ok((await panel(name).locator("tbody tr").count()) > 0, "what was there has gone");
      await open(hash);
      await panel(name).getByText("The session is busy.").waitFor();
      refuse = false;
      await panel(name).locator("tbody tr").first().waitFor({ timeout: 8000 });
      await page.unroute(route);
    }
  },

  async "what is pushed says when it loads, and when the session behind it is silent"() {
    const tab = await context.newPage();
    await serve(tab);
    let open = false;
    await tab.routeWebSocket(/\/ws\/live$/, (socket) => {
      const server = socket.connectToServer();
      server.onMessage((text) => {
        if (!open) return;
        const message = JSON.parse(text);
        const status = message.sections?.status ?? (message.name === "status" ? message.data : null);
        if (status && open === "silent") Object.assign(status, { runtime_degraded: true, degraded_reason: "the session has not reported" });
        socket.send(JSON.stringify(message));
      });
    });
    await tab.goto(`${base()}/`);
    await tab.getByText("Connecting to cuttle …").waitFor();
    open = "silent";
    await tab.reload();
    await tab.locator(".banner", { hasText: "Degraded: the session has not reported" }).waitFor();
    for (const name of ["Pairs", "Strategies", "Limits", "Chart", "Account", "Thoughts"])
      await tab.locator(`section[aria-label="${name}"] .from-before`).waitFor();
    await tab.close();
  },

  async "a lost connection is told in every panel; once it is back the page has caught up"() {
    await open("trade,BTC/USD,1m");
    await chartRows(50);
    await page.locator(".book").waitFor();
    const before = Number(await page.locator(".chart").getAttribute("data-rows"));
    await stopServer(bridge);
    await page.locator(".banner.lost").waitFor({ timeout: 1500 });
    for (const name of ["Pairs", "Strategies", "Limits", "Chart", "Account", "Thoughts", "Order book"])
      await panel(name).locator(".from-before").waitFor();
    await picture("lost");
    bridge = await startServer(program, [String(bridge.port), "paper"]);
    await page.locator(".banner.lost").waitFor({ state: "detached", timeout: 8000 });
    await chartRows(before - 100);
    await page.waitForFunction(() => document.querySelectorAll(".from-before").length === 0);
    const { candles, forming } = await (await page.request.get(`${base()}/api/v1/candles?pair=BTC/USD&timeframe=1m&limit=3`)).json();
    assert.ok(candles.length === 3);
    const close = await lastClose();
    assert.ok(Math.abs(close - Number(forming.close)) < 0.002 * close, `${close} is drawn, ${forming.close} is known`);
    const { number } = (await (await page.request.get(`${base()}/api/v1/thoughts?limit=1`)).json()).thoughts[0];
    assert.ok(number > 0 && (await page.locator(".thought").count()) > 10);
  },

  async "a session in which nothing has happened says so in every panel"() {
    await stopServer(bridge);
    bridge = await startServer(program, [String(bridge.port), "empty"]);
    answers.scanner = () => ({ pairs: [] });
    await open("trade");
    await page.getByText("No position is open.").waitFor();
    await page.getByText("Nothing has been said yet.").waitFor();
    await page.getByText(/No candles of .* yet\./).waitFor();
    await page.keyboard.press("2");
    await page.getByText("No pair is known yet.").waitFor();
    answers.scanner = undefined;
  },

  async "nothing went wrong in the page"() {
    assert.deepEqual(faults, []);
  },
};

let bridge = await startServer(program, ["0", "paper"]);
const failed = await runChecks(checks);
await stopServer(bridge);
await browser.close();
process.exit(failed ? 1 : 0);
