// SPDX-License-Identifier: MIT
// What a session answers of performance, trades, events, limits and options, made up for the tests of the pages:
// always the same figures, filtered and paged as a session would.

const START = Date.parse("2024-08-01T00:00:00Z");
const HOUR = 3_600_000;
const PAIRS = ["BTC/USD", "ETH/USD", "SOL/USD", "PEPE/USD"];
const STRATEGIES = ["sma_cross", "trend", "mean_reversion"];
const at = (ms) => new Date(ms).toISOString();

/** 120 trades, one an hour, the newest with the highest number. */
export const trades = Array.from({ length: 120 }, (_, i) => {
  const pnl = (Math.round(((i * 37) % 101) - 48) / 4 + 0.01).toFixed(8);
  return {
    number: 5000 + i * 10,
    pair: PAIRS[i % 4],
    direction: "long",
    strategy: STRATEGIES[i % 3],
    opened: at(START + i * HOUR),
    closed: at(START + i * HOUR + 1_500_000),
    quantity: "0.01230000",
    entry: "64210.5000000000",
    exit: "64310.2500000000",
    cost: "789.78915000",
    fee: "3.15000001",
    pnl,
    closed_by: Number(pnl) > 0 ? "target" : "stop",
  };
}).reverse();

export function wanted(query) {
  const from = query.get("from");
  const to = query.get("to");
  return trades.filter(
    (each) =>
      (!query.get("pair") || each.pair === query.get("pair")) &&
      (!query.get("strategy") || each.strategy === query.get("strategy")) &&
      (!from || Date.parse(each.closed) >= Date.parse(from)) &&
      (!to || Date.parse(each.closed) < Date.parse(to)),
  );
}

const cents = (value) => value.toFixed(8);
const total = (rows, name) => rows.reduce((sum, each) => sum + Number(each[name]), 0);

export function figures(rows, value = null) {
  const won = rows.filter((each) => Number(each.pnl) > 0);
  const lost = rows.filter((each) => Number(each.pnl) <= 0);
  const results = rows.map((each) => Number(each.pnl));
  return {
    value,
    trades: rows.length,
    won: won.length,
    lost: lost.length,
    win_rate: rows.length ? won.length / rows.length : null,
    profit_factor: lost.length ? total(won, "pnl") / -total(lost, "pnl") : null,
    expectancy: rows.length ? cents(total(rows, "pnl") / rows.length) : null,
    pnl: cents(total(rows, "pnl")),
    fees: cents(total(rows, "fee")),
    average_win: won.length ? cents(total(won, "pnl") / won.length) : null,
    average_loss: lost.length ? cents(total(lost, "pnl") / lost.length) : null,
    best: rows.length ? cents(Math.max(...results)) : null,
    worst: rows.length ? cents(Math.min(...results)) : null,
    hold_seconds: rows.length ? 1500 : null,
  };
}

function split(rows, of) {
  const parts = new Map();
  for (const row of rows) parts.set(of(row), [...(parts.get(of(row)) ?? []), row]);
  return [...parts].map(([value, some]) => figures(some, value));
}

export function performance(query) {
  const rows = wanted(query);
  const day = (row) => new Date(row.opened).toLocaleDateString("en-US", { weekday: "short", timeZone: "UTC" });
  return {
    currency: "USD",
    from: query.get("from"),
    to: query.get("to"),
    whole: figures(rows),
    by: {
      strategy: split(rows, (row) => row.strategy),
      pair: split(rows, (row) => row.pair),
      hour: split(rows, (row) => String(new Date(row.opened).getUTCHours())),
      weekday: split(rows, day),
    },
  };
}

export function equity(query) {
  let peak = 0;
  const points = Array.from({ length: 240 }, (_, i) => {
    const value = 10000 + 60 * Math.sin(i / 19) + 25 * Math.sin(i / 4.3) + i * 0.9;
    peak = Math.max(peak, value);
    return { time: at(START + i * HOUR), equity: cents(value), drawdown: (peak - value) / peak };
  });
  return { currency: "USD", points: points.filter((each) => !query.get("from") || each.time >= query.get("from")) };
}

const record = (number, time, kind, sentence, more = {}) => ({
  number, time, kind, pair: "BTC/USD", sentence, price: 64210.5, stop: 63900, target: 64800, atr: 120, quantity: "0.01230000",
  cost: "0.00000000", risk: "3.81000000", fee: "0.00000000", equity: "10000.00000000", direction: "long", strength: 0.8,
  confidence: 0.61, gate: 0.5, imbalance: 0.1, agree: 1, actionable: 1, votes: [], ...more,
});

const vote = {
  strategy: "sma_cross", direction: "long", actionable: true, cooling: false, shadow: false, reason: "sma_cross_up",
  sentence: "sma_cross: close 64,210.5 crossed above SMA 64,180.2", strength: 0.8, confidence: 0.61, stop: 63900, target: 64800, figures: [],
};

/** How the trade of this number went, among records that have nothing to do with it. */
export function story(trade) {
  const opened = Date.parse(trade.opened);
  const n = trade.number;
  return [
    record(n, trade.closed, "exit", `Sold 0.0123 ${trade.pair} at its end: trade ${n} is over.`, { pair: trade.pair, order: 77, pnl: trade.pnl }),
    record(n - 2, at(opened + 900_000), "stop", `${trade.pair}: the stop follows to 64,000.0.`, { pair: trade.pair }),
    record(n - 3, at(opened + 600_000), "decision", `${trade.pair}: hold.`, { pair: trade.pair, verdict: "hold" }),
    record(n - 4, at(opened + 10), "entry", `Bought 0.0123 ${trade.pair} at 64,210.5.`, { pair: trade.pair, order: 77 }),
    record(n - 5, at(opened - 300), "decision", `${trade.pair}: buy. 1 of 1 strategy says long.`, {
      pair: trade.pair, verdict: "enter", order: 77, votes: [vote],
    }),
    record(n - 7, at(opened - 500_000), "decision", `${trade.pair}: no entry.`, { pair: trade.pair, verdict: "unsure" }),
  ];
}

export function thoughts(query) {
  const trade = trades.find(
    (each) => each.pair === query.get("pair") && Date.parse(each.opened) >= Date.parse(query.get("from") ?? 0) - 120_000 &&
      Date.parse(each.closed) <= Date.parse(query.get("to") ?? 0) + 2_000_000,
  );
  const told = (trade ? story(trade) : []).filter((each) => each.time >= query.get("from") && each.time <= query.get("to"));
  return { thoughts: told, total: told.length, offset: 0, limit: Number(query.get("limit")) };
}

const event = (id, severity, event_type, message, cleared, remedy = "", metadata = {}) => ({
  id, severity, event_type, message, remedy, metadata, cleared, timestamp: at(START + id * 60_000),
});

export const events = [
  ...Array.from({ length: 60 }, (_, i) => event(100 - i, "info", "resumed", `Trading goes on, the ${100 - i}th time.`, null)),
  event(40, "warning", "stale_pair", "ICP/USD has been silent for 75 s.", at(START + 45 * 60_000), "Nothing, if it is rarely traded.", { pair: "ICP/USD", seconds: 75 }),
  event(30, "critical", "unprotected_position", "What is held of SOL/USD stands without a stop.", null, "Close it, or set a stop with a bracket.", { pair: "SOL/USD" }),
  event(20, "warning", "clock_skew", "This machine's clock is 2.4 s behind the venue's.", null, "Let NTP set it.", { seconds: 2.4 }),
];

export function monitoring(query) {
  const some = events.filter((each) => !query.get("severity") || each.severity === query.get("severity"));
  const offset = Number(query.get("offset") ?? 0);
  const stand = (severity) => events.filter((each) => each.severity === severity && each.cleared === null).length;
  const open = { info: 0, warning: stand("warning"), critical: stand("critical") };
  return { count: some.length, total: some.length, open, events: some.slice(offset, offset + Number(query.get("limit") ?? 50)) };
}

export const options = [
  { section: "session", name: "capital", value: "10000", default: "10000", from: "default", help: "What it starts with", secret: false },
  { section: "session", name: "state", value: "elsewhere", default: "state", from: "command line", help: "Where ledger and log live", secret: false },
  { section: "venue", name: "name", value: "local", default: "local", from: "default", help: "Who trades", secret: false },
  { section: "venue", name: "secret", value: "***", default: "", from: "environment", help: "Signs what is private", secret: true },
  { section: "venue", name: "key", value: "", default: "", from: "default", help: "Who asks", secret: true },
  { section: "risk", name: "max_positions", value: "5", default: "5", from: "default", help: "Positions open at once; one a pair", secret: false },
  { section: "risk", name: "cool_off", value: "45m", default: "30m", from: "file", help: "How long, on all pairs", secret: false },
];

export const limits = () => [
  { name: "risk.max_positions", value: 5, configured: 5, changed: false, min: 1, max: 200 },
  { name: "risk.max_daily_loss", value: 0.03, configured: 0.05, changed: true, min: 0, max: 1 },
  { name: "risk.cool_off", value: "45m", configured: "45m", changed: false, min: "0s", max: "30d" },
];
