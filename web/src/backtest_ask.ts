// SPDX-License-Identifier: MIT
// What /api/v1/backtests answers (docs/api.md), and the two requests that take the operator's token.

import { ask, Refused } from "./answer";
import { forgetKey, storedKey } from "./key";
import { notify } from "./store";

export interface Parameter {
  name: string;
  type: "switch" | "whole" | "number" | "duration" | "money" | "choice";
  unit: string;
  default: string;
  value: string; // as the session is configured
  min: number | null;
  max: number | null;
  choices: string[];
  help: string;
}

export interface Stock {
  pair: string;
  venue: string;
  from: string;
  to: string;
  days: number;
  candles_of: string[];
}

export interface Options {
  market: "synthetic" | "store";
  currency: string;
  pairs: Stock[];
  missing: string | null;
  days_max: number;
  timeframes: string[];
  strategies: { strategy: string; help: string; enabled: boolean; parameters: Parameter[] }[];
  account: Parameter[];
}

export interface Asked {
  pair: string;
  days: number;
  strategy: string | null;
  timeframe: string | null;
  set: Record<string, string>;
}

export interface Figures {
  total_return: number | null;
  buy_and_hold: number | null;
  drawdown_max: number | null;
  sharpe: number | null;
  win_rate: number | null;
  trades: number;
}

export interface Job {
  id: number;
  state: "queued" | "running" | "done" | "failed" | "cancelled";
  progress: number;
  asked: Asked;
  made: string;
  ended: string | null;
  command: string;
  error: string | null;
  figures: Figures | null;
}

export interface Point {
  time: string;
  equity: string;
  buy_and_hold: string;
  drawdown: number;
}

export interface BacktestTrade {
  number: number;
  pair: string;
  strategies: string;
  opened: string;
  closed: string;
  quantity: string;
  entry: string | null;
  exit: string | null;
  cost: string;
  fee: string;
  pnl: string;
  return: number | null;
  end: string;
}

export interface Summary extends Record<string, unknown> {
  start: string;
  end: string;
  timeframe: string;
  filled_on: string;
  currency: string;
  capital: number;
  equity: number;
  fills: { sentence: string };
  buy_and_hold: Record<string, unknown>;
}

export interface Result {
  summary: Summary;
  curve: Point[]; // oldest first
  trades: BacktestTrade[]; // newest first
  trades_total: number;
  trades_left_out: number;
}

export interface Whole extends Job {
  result: Result | null;
}

export const ROUTE = "/api/v1/backtests";

/** What was answered, or a sentence why not. */
async function send(method: "POST" | "DELETE", path: string, body?: Asked): Promise<{ id: number } | string> {
  try {
    return await ask<{ id: number }>(path, {
      method,
      headers: { "Content-Type": "application/json" },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
  } catch (error) {
    if (!(error instanceof Refused) || error.status !== 401) return (error as Error).message;
    notify({ done: false, text: "", token: storedKey() ? "wrong" : "missing" });
    forgetKey();
    return "Show the token above, then ask again.";
  }
}

export const order = (asked: Asked): Promise<{ id: number } | string> => send("POST", ROUTE, asked);
export const cancel = (id: number): Promise<{ id: number } | string> => send("DELETE", `${ROUTE}/${id}`);
