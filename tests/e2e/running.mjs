// SPDX-License-Identifier: MIT
// The dashboard of running sessions in a real browser, as a person would try it:
//     node running.mjs PATH/TO/cuttle [FOLDER FOR PICTURES]
// A rehearsal at 20x, and a paper session at 600x on recorded candles. What each page shows is held against what the
// session answers, and against its ledger.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { accessFaults, camera, openBrowser, runChecks, watchFaults } from "./pages_browser.mjs";
import { booksChecks } from "./running_books.mjs";
import { handChecks, pauseWith } from "./running_hand.mjs";
import { healthChecks } from "./running_health.mjs";
import { makeStore, Session } from "./running_session.mjs";
import { bookShown, current, tradeChecks } from "./running_trade.mjs";

const [program, pictures] = process.argv.slice(2);
const browser = program ? await openBrowser() : null;
if (!browser) {
  console.error("usage: node running.mjs PATH/TO/cuttle [FOLDER]   (needs Chromium)");
  process.exit(2);
}
const SIZES = [[390, 844], [768, 1024], [1440, 900], [2560, 1440], [3840, 2160]];
const PAGES = ["trade", "markets", "performance", "history", "backtest", "health", "settings"];
const PAIRS = "BTC/USD ETH/USD SOL/USD XRP/USD ADA/USD DOGE/USD AVAX/USD LINK/USD";
const SECRET = "hidden-7f3a91";

const folder = mkdtempSync(join(tmpdir(), "cuttle-running-"));
const faults = [];
// Where alarms go: an address that nobody is to see.
const hook = createServer((request, reply) => request.resume().on("end", () => reply.end())).listen(0, "127.0.0.1");
const common = () => ["--set", "risk.cool_off_losses=0", "--set", `alarm.webhook=http://127.0.0.1:${hook.address().port}/${SECRET}`];

/** A tab of a session, opened by the link that `cuttle ctl link` prints. */
async function tabOf(session) {
  const page = await browser.context.newPage();
  page.setDefaultTimeout(30_000);
  watchFaults(page, /Failed to load resource|ERR_CONNECTION_REFUSED|WebSocket connection/, faults, `${session.name}: `);
  let token = "";
  const open = async (name) => {
    if (token !== session.token) await page.goto(`${session.origin}/#token=${(token = session.token)}`);
    await page.goto(`${session.origin}/#${name}`);
    await page.locator(`.main-${name.split(",")[0]}`).waitFor();
    await page.locator("[aria-busy=true]").first().waitFor({ state: "detached" });
  };
  return { session, page, open, secrets: [SECRET], picture: camera(page, pictures) };
}

/** Five sizes and both themes: nothing is wider than the screen, and axe finds no serious fault. */
async function looked({ session, page, open, picture }, audited) {
  for (const theme of ["dark", "light"]) {
    await page.emulateMedia({ colorScheme: theme });
    for (const name of PAGES) {
      await open(name);
      for (const [width, height] of SIZES) {
        await page.setViewportSize({ width, height });
        await page.waitForFunction((wanted) => innerWidth === wanted, width);
        const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        assert.ok(over <= 0, `${name} is ${over} pixels too wide at ${width} in ${theme}`);
        if (width === audited[theme]) assert.deepEqual(await accessFaults(page), [], `${name}, ${theme}, ${width}`);
        await picture(`${session.name}-${name}-${theme}-${width}`);
      }
    }
  }
  await page.emulateMedia({ colorScheme: "dark" });
  await page.setViewportSize({ width: 1440, height: 900 });
}

function checksOf(tab, audited) {
  const { session } = tab;
  const still = { ...tradeChecks(tab), ...booksChecks(tab), ...healthChecks(tab) };
  const checks = {
    "what moves is what the session answers": () => current(tab),
    "the order book of a pair, level by level": () => bookShown(tab),
    "it is paused by its button, and holds something": () => pauseWith(tab),
    ...still,
    "every page in five sizes and both themes, with axe": async () => {
      session.goOn();
      await looked(tab, audited);
    },
    ...handChecks(tab),
    "it ends in order": async () => assert.equal(await session.end(), 0, session.said),
  };
  return Object.fromEntries(Object.entries(checks).map(([name, check]) => [`${session.name}: ${name}`, check]));
}

let failed = 1;
const sessions = [];
try {
  const store = await makeStore(program, folder, PAIRS, "2023-12-22");
  const replay = ["--market", "replay", "--store", store, "--from", "2023-12-24T02:00:00Z", "--speed", "600", "--set", "session.mode=paper",
    "--set", "risk.max_daily_loss=1", "--set", "risk.max_drawdown=1"];
  sessions.push(new Session(program, "rehearsal", folder, common()), new Session(program, "paper", folder, [...replay, ...common()]));
  await Promise.all(sessions.map((each) => each.start()));
  const [rehearsal, paper] = [await tabOf(sessions[0]), await tabOf(sessions[1])];
  // The faster one first: the other trades meanwhile.
  const checks = {
    ...checksOf(paper, { dark: 1440, light: 390 }),
    ...checksOf(rehearsal, { dark: 768, light: 2560 }),
    "nothing went wrong in the pages": () => assert.deepEqual(faults, []),
  };
  failed = await runChecks(checks, process.env.RUNNING_CHECKS);
} finally {
  await Promise.all(sessions.map((each) => each.end("SIGKILL")));
  hook.close();
  await browser.close();
  rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
}
process.exit(failed ? 1 : 0);
