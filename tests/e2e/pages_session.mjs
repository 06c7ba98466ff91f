// SPDX-License-Identifier: MIT
// The pages beside a session of the program itself.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startServer, stopServer, until } from "./pages_browser.mjs";
import { serveWeb } from "./pages_served.mjs";

/** Every route that the session has is compared with what its page shows. */
export async function realSession(context, cuttle) {
  const folder = mkdtempSync(join(tmpdir(), "cuttle-pages-"));
  const session = await startServer(cuttle, ["run", "--state", join(folder, "state"), "--port", "0"], /dashboard: http:\/\/127\.0\.0\.1:(\d+)/);
  const tab = await context.newPage();
  try {
    await serveWeb(tab);
    const origin = `http://127.0.0.1:${session.port}`;
    const ask = async (path) => {
      const reply = await tab.request.get(origin + path);
      return reply.ok() ? reply.json() : null;
    };
    await tab.goto(`${origin}/#health`);
    await tab.locator('[data-counter="Messages"]').waitFor({ timeout: 20_000 });
    await until("the session has no pairs", async () => (await ask("/api/v1/pairs")).length === 24, 30_000);
    const compared = [];
    if (await ask("/api/v1/monitoring")) {
      await tab.getByRole("region", { name: "Events" }).locator("[data-event], .empty").first().waitFor();
      assert.equal(await tab.getByText("session answered").count(), 0);
      compared.push("monitoring");
    }
    const config = await ask("/api/v1/config");
    await tab.goto(`${origin}/#settings`);
    await tab.reload();
    if (config) {
      await tab.locator("[data-section]").first().waitFor();
      const count = await tab.locator("[data-option]").count();
      assert.equal(count, config.options.length);
      compared.push("config");
    }
    const risk = await ask("/api/v1/risk");
    if (risk.limits) {
      await tab.locator('[data-act^="limit-risk."]').first().waitFor();
      assert.equal(await tab.locator('[data-act^="limit-risk."]').count(), risk.limits.length);
      compared.push("limits");
    }
    await tab.goto(`${origin}/#performance`);
    await tab.reload();
    if (await ask("/api/v1/equity?points=600")) {
      await tab.locator(".equity, .empty").first().waitFor();
      compared.push("equity");
    }
    await tab.goto(`${origin}/#history`);
    await tab.reload();
    await tab.getByRole("region", { name: "Trades", exact: true }).locator("[data-shown], .empty").first().waitFor();
    compared.push("trades");
    console.log(`     compared: ${compared.join(", ")}`);
  } finally {
    await tab.close();
    await stopServer(session);
    rmSync(folder, { recursive: true, force: true });
  }
}
