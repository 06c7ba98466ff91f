// SPDX-License-Identifier: MIT
// The address says what is shown, so that a reload or a kept link shows the same: #PAGE,PAIR,TIMEFRAME.
// #PAIR,TIMEFRAME is the Trade page.

import { TIMEFRAMES, type Timeframe } from "./types";

export const PAGES = ["trade", "markets", "performance", "history", "backtest", "health", "settings"] as const;
export type PageName = (typeof PAGES)[number];

export interface Address {
  page: PageName;
  pair: string;
  timeframe: Timeframe | null;
}

/** Empty when it cannot be decoded: an address may have been cut on its way here. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}

export function readAddress(hash: string): Address {
  const parts = decoded(hash.replace(/^#/, "")).split(",");
  const page = PAGES.find((name) => name === parts[0]);
  const [pair = "", timeframe] = page ? parts.slice(1) : parts;
  return { page: page ?? "trade", pair, timeframe: TIMEFRAMES.find((name) => name === timeframe) ?? null };
}

export function addressOf(page: PageName, pair: string, timeframe: Timeframe): string {
  return pair ? `#${page},${pair},${timeframe}` : `#${page}`;
}
