// SPDX-License-Identifier: MIT
// What the operator wants to see on the chart, remembered by the browser.

import { useState } from "preact/hooks";

export interface Choice {
  indicators: string[]; // as /api/v1/indicators names them
  decisions: boolean;
}

/** What may be chosen: over the candles, and below them in a pane of its own. */
export const INDICATORS: readonly [name: string, title: string][] = [
  ["ema:20", "EMA 20"],
  ["ema:50", "EMA 50"],
  ["sma:200", "SMA 200"],
  ["bollinger:20", "Bollinger 20"],
  ["keltner:20", "Keltner 20"],
  ["vwap:20", "VWAP 20"],
  ["rsi:14", "RSI 14"],
  ["macd", "MACD"],
  ["adx:14", "ADX 14"],
  ["atr:14", "ATR 14"],
  ["mfi:14", "MFI 14"],
];

const KEY = "cuttle-chart";

function remembered(): Choice {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? "{}") as Partial<Choice>;
    const known = INDICATORS.map(([name]) => name);
    return { indicators: known.filter((name) => kept.indicators?.includes(name)), decisions: kept.decisions ?? false };
  } catch {
    return { indicators: [], decisions: false };
  }
}

export function useChoice(): [Choice, (choice: Choice) => void] {
  const [choice, setChoice] = useState(remembered);
  const choose = (next: Choice): void => {
    localStorage.setItem(KEY, JSON.stringify(next));
    setChoice(next);
  };
  return [choice, choose];
}
