// SPDX-License-Identifier: MIT
// What tests of the page share: the scripted bridge (demo_bridge.c), a browser, and the count of what held.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

export const TOKEN = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"; // demo_bridge.c has it too

const BROWSERS = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** A process that says on its first line, or in one that matches, where it listens. */
export function startServer(program, args, says = /^(\d+)$/m) {
  const child = spawn(program, args, { stdio: ["pipe", "pipe", "pipe"] });
  return new Promise((resolve, reject) => {
    let text = "";
    const read = (data) => {
      text += data;
      const port = Number(says.exec(text)?.[1]);
      if (port) resolve({ child, port });
    };
    child.once("exit", (code) => reject(new Error(`${program} ended with ${code}: ${text}`)));
    child.stdout.on("data", read);
    child.stderr.on("data", read);
  });
}

export function stopServer({ child }) {
  return new Promise((resolve) => {
    child.removeAllListeners("exit");
    child.once("exit", resolve);
    child.stdin.end();
    child.kill("SIGTERM");
  });
}

/** What goes wrong in a page; `expected`: what one of the tests is about. */
export function watchFaults(page, expected, faults = [], who = "") {
  page.on("pageerror", (error) => faults.push(`${who}${error}`));
  page.on("console", (message) => {
    if (message.type() === "error" && !expected.test(message.text())) faults.push(`${who}${message.text()}`);
  });
  return faults;
}

/** Headless Chromium on a profile of its own, and what ends it; null where there is none. */
export async function openBrowser(more = []) {
  const executablePath = process.env.CHROMIUM ?? BROWSERS.find((path) => existsSync(path));
  if (!executablePath) return null;
  const folder = mkdtempSync(join(tmpdir(), "cuttle-browser-"));
  const context = await chromium.launchPersistentContext(folder, {
    executablePath,
    headless: true,
    viewport: { width: 1440, height: 900 },
    colorScheme: "dark",
    acceptDownloads: true,
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
      "--disable-component-update", "--disable-sync", ...more],
  });
  const close = async () => {
    await context.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  };
  return { context, close };
}

/** Takes pictures into the folder, where one is given. */
export function camera(page, folder) {
  if (folder) mkdirSync(folder, { recursive: true });
  return async (name, whole = false) => {
    if (!folder) return;
    await page.waitForTimeout(400);
    await page.screenshot({ path: join(folder, `${name}.png`), fullPage: whole });
  };
}

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Every serious or critical fault that axe-core finds on the page, in words; none where it can be used by all. */
export async function accessFaults(page) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target} ${node.failureSummary.split("\n")[1]?.trim()}`));
}

/** Another tab, which is told by the push what `change` makes of each message, and can be cut off. */
export async function toldOtherwise(context, port, change) {
  const tab = await context.newPage();
  const wires = [];
  await tab.routeWebSocket(/\/ws\/live$/, (socket) => {
    const server = socket.connectToServer();
    wires.push(socket);
    server.onMessage((text) => {
      const message = JSON.parse(text);
      change(message);
      socket.send(JSON.stringify(message));
    });
  });
  await tab.goto(`http://127.0.0.1:${port}/`);
  await tab.locator(".head").waitFor();
  return { tab, cut: () => wires.at(-1).close() };
}

/** Runs every check, whatever became of the others, or those whose name has the words; how many failed. */
export async function runChecks(checks, words = "") {
  let failed = 0;
  const chosen = Object.entries(checks).filter(([name]) => name.includes(words));
  for (const [name, check] of chosen) {
    try {
      await check();
      console.log(`ok   ${name}`);
    } catch (error) {
      failed++;
      console.log(`FAIL ${name}\n     ${String(error?.message ?? error).replace(/\n/g, "\n     ")}`);
    }
  }
  console.log(`${chosen.length - failed} passed, ${failed} failed`);
  return failed;
}

/** Looks until it holds. */
export async function until(what, holds, ms = 5000) {
  const end = Date.now() + ms;
  while (!(await holds())) {
    assert.ok(Date.now() < end, what);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** What is too small to be read: of figures and sentences below 12 pixels, of all else below 11. */
export function smallLetters(page) {
  return page.evaluate(() => {
    const found = new Set();
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const of = node.parentElement;
      if (!/[\p{L}\d]/u.test(node.data) || !of.checkVisibility({ visibilityProperty: true }) || of.closest(".unseen, style, script")) continue;
      const scale = of instanceof SVGElement ? of.getScreenCTM().a : 1;
      const size = parseFloat(getComputedStyle(of).fontSize) * scale;
      const body = of.closest("td, dd, p, .says") && !of.closest("small, .of, .badge, .flag, .held");
      if (size < (body ? 12 : 11) - 0.05) found.add(`${size.toFixed(1)} px: ${of.tagName}.${of.className?.baseVal ?? of.className} in ${of.parentElement.className?.baseVal ?? of.parentElement.className} "${node.data.trim().slice(0, 20)}"`);
    }
    return [...found];
  });
}
