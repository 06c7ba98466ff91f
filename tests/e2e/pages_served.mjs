// SPDX-License-Identifier: MIT
// Answers a page's requests from the fixture, notes them, and lets a test answer otherwise.

import { join } from "node:path";
import * as fixture from "./pages_fixture.mjs";

/** What was asked, newest last. */
export const asked = [];

/** What a route answers instead of the fixture. */
export const served = { answers: {} };

let limits = fixture.limits();

export const json = (body, status = 200) => ({ status, contentType: "application/json", body: JSON.stringify(body) });
export const problem = (status, detail) => ({ ...json({ title: "refused", status, detail }, status), contentType: "application/problem+json" });

export const CSV = "number,pair\n5000,BTC/USD\n";
const routes = {
  "/api/v1/performance": (query) => json(fixture.performance(query)),
  "/api/v1/equity": (query) => json(fixture.equity(query)),
  "/api/v1/trades": (query) => {
    const rows = fixture.wanted(query);
    const [offset, limit] = [Number(query.get("offset")), Number(query.get("limit"))];
    return json({ total: rows.length, offset, limit, trades: rows.slice(offset, offset + limit) });
  },
  "/api/v1/trades.csv": () => ({ status: 200, contentType: "text/csv", headers: { "Content-Disposition": "attachment" }, body: CSV }),
  "/api/v1/thoughts": (query) => json(fixture.thoughts(query)),
  "/api/v1/monitoring": (query) => json(fixture.monitoring(query)),
  "/api/v1/config": () => json({ options: fixture.options }),
  "/api/v1/risk": (query, request) => {
    if (request.method() === "GET") return json({ limits });
    const { name, value } = request.postDataJSON();
    const limit = limits.find((each) => each.name === name);
    if (value > limit.max) return problem(400, `${name}: it has to be ${limit.min} to ${limit.max}`);
    const now = value === "configured" ? limit.configured : value;
    limits = limits.map((each) => (each === limit ? { ...limit, value: now, changed: now !== limit.configured } : each));
    return json({ sentence: `By hand: ${name} is ${now}; it was ${limit.value}.`, number: 9001, done: true });
  },
  "/api/v1/strategies": (query, request) => {
    const { strategy, part } = request.postDataJSON();
    return json({ sentence: `By hand: ${strategy} is ${part}.`, number: 9002, done: true });
  },
};

export async function serve(on) {
  await on.route(/\/api\/v1\//, async (route, request) => {
    const { pathname, searchParams } = new URL(request.url());
    const answer = served.answers[pathname] ?? routes[pathname];
    if (!answer) return route.continue();
    asked.push({ path: pathname, query: searchParams, method: request.method(), headers: request.headers(), body: request.postData() });
    await route.fulfill(await answer(searchParams, request));
  });
  await serveWeb(on);
}

async function serveWeb(on) {
  const folder = process.env.PAGES_WEB;
  const types = { "": "text/html", "app.js": "text/javascript", "app.css": "text/css" };
  for (const [name, contentType] of folder ? Object.entries(types) : [])
    await on.route(new RegExp(`^http://[^/]+/${name}$`), (route) => route.fulfill({ contentType, path: join(folder, name || "index.html") }));
}
