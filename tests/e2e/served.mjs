// SPDX-License-Identifier: MIT
// What a session answers of books, indicators and the scanner, made up for the tests of the page: always the same,
// and with as many pairs as asked for.

const HEALTH = ["fresh", "fresh", "fresh", "stale", "warming"];
const REGIMES = ["ranging", "rising", "falling", null];

function wave(seed, length) {
  return Array.from({ length }, (_, i) => 100 + 8 * Math.sin(i / 3 + seed) + 3 * Math.sin(i * 1.7 + seed * 2));
}

export function scannerRows(count) {
  return Array.from({ length: count }, (_, i) => ({
    pair: i === 0 ? "BTC/USD" : i === 1 ? "ETH/USD" : `P${String(i).padStart(3, "0")}/USD`,
    last: i % 41 === 7 ? null : (1000 / (i + 1)).toFixed(4),
    day_change: i % 41 === 7 ? null : Number((0.12 * Math.sin(i * 7.3)).toFixed(6)),
    spread_bps: Number((1 + 9 * Math.abs(Math.sin(i * 3.1))).toFixed(3)),
    imbalance: Number(Math.sin(i * 1.3).toFixed(4)),
    book_score: i % 5 === 4 ? null : Number(Math.cos(i * 2.1).toFixed(4)),
    regime: REGIMES[i % 4],
    against: i % 3 === 0 ? null : i % 3 === 1 ? "spread" : "cooling",
    health: HEALTH[i % 5],
    sparkline: i % 41 === 7 ? [] : wave(i, 24),
  }));
}

export function bookOf(pair, middle = 64000) {
  const side = (sign) =>
    Array.from({ length: 10 }, (_, i) => [(middle + sign * (i + 0.5) * 2).toFixed(1), (0.05 + 0.4 * Math.abs(Math.sin(i * 2.3 + sign))).toFixed(8)]);
  return { pair, time: "2024-08-06T16:00:00.000Z", bids: side(-1), asks: side(1), imbalance: 0.31, score: -0.12 };
}

/** Lines over the candles that the page has been sent: an average of the closes, and one between 0 and 100. */
function lineOf(name, candles) {
  const below = /^(rsi|macd|adx|atr|mfi)/.test(name);
  const points = candles.map((row, i) => {
    const span = candles.slice(Math.max(0, i - 19), i + 1);
    const mean = span.reduce((sum, each) => sum + Number(each.close), 0) / span.length;
    return [Date.parse(row.time) / 1000, i < 19 ? null : below ? 50 + 30 * Math.sin(i / 9) : mean];
  });
  return { name: name.replace(/:/g, "_"), panel: below ? "below" : "price", points };
}

/** Answers on a page what `answers` has a function for, and these three otherwise. */
export async function serve(page, answers = {}) {
  const tell = (route, data) => route.fulfill({ contentType: "application/json", body: JSON.stringify(data) });
  await page.route(/\/api\/v1\/scanner/, (route) => tell(route, answers.scanner?.() ?? { pairs: scannerRows(answers.pairs ?? 24) }));
  await page.route(/\/api\/v1\/book\?/, (route) => tell(route, answers.book?.() ?? bookOf(new URL(route.request().url()).searchParams.get("pair"))));
  await page.route(/\/api\/v1\/indicators\?/, async (route) => {
    const asked = new URL(route.request().url()).searchParams;
    const query = new URLSearchParams({ pair: asked.get("pair"), timeframe: asked.get("timeframe"), limit: "1000" });
    const reply = await page.request.get(`${new URL(route.request().url()).origin}/api/v1/candles?${query}`);
    const { candles } = await reply.json();
    await tell(route, { lines: asked.get("names").split(",").map((name) => lineOf(name, candles)) });
  });
}
