// SPDX-License-Identifier: MIT
// Numbers and times for reading. What arrives is exact text; here it is only shown.

import type { Pair, Status } from "./types";

const MINUS = "\u2212";
export const NONE = "–";

/** How a pair is heard. */
export const HEALTH_WORDS: Record<Pair["health"], string> = { warming: "warming up", fresh: "heard", stale: "silent", unlisted: "not listed" };

// Made once for each count of digits: to make one takes twenty times as long as to use it.
const groupings = new Map<number, Intl.NumberFormat>();

function group(value: number, digits: number): string {
  let grouping = groupings.get(digits);
  if (!grouping) {
    grouping = new Intl.NumberFormat("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
    groupings.set(digits, grouping);
  }
  const text = grouping.format(Math.abs(value));
  return /[1-9]/.test(text) && value < 0 ? MINUS + text : text;
}

/** Two decimals, or as many as it takes to see two digits of an amount below a cent. */
export function money(text: string | number): string {
  const value = Number(text);
  const size = Math.abs(value);
  const digits = size === 0 || size >= 0.01 ? 2 : Math.min(8, Math.max(2, 1 - Math.floor(Math.log10(size))));
  return group(value, digits);
}

export function signed(text: string): string {
  return Number(text) > 0 ? "+" + money(text) : money(text);
}

export function price(text: string | number | null, decimals?: number): string {
  if (text === null) return NONE;
  const digits = decimals ?? (typeof text === "string" ? (text.split(".")[1] ?? "").length : 2);
  return group(Number(text), digits);
}

/** All its digits but the zeros at the end. */
export function quantity(text: string): string {
  const [whole = "0", fraction = ""] = text.split(".");
  const kept = fraction.replace(/0+$/, "");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return kept ? `${grouped}.${kept}` : grouped;
}

/** Four digits are enough to compare: "31.00 M", "0.0123". */
export function compact(text: string | number): string {
  const value = Number(text);
  const size = Math.abs(value);
  const [unit, name] = size >= 1e9 ? [1e9, " B"] : size >= 1e6 ? [1e6, " M"] : size >= 1e4 ? [1e3, " k"] : [1, ""];
  const scaled = value / unit;
  const whole = Math.abs(scaled) < 1 ? 1 : Math.floor(Math.log10(Math.abs(scaled))) + 1;
  const digits = Math.abs(scaled) < 1 && scaled !== 0 ? Math.min(8, 2 - Math.floor(Math.log10(Math.abs(scaled)))) : Math.max(0, 4 - whole);
  return group(scaled, name ? Math.max(0, 3 - whole) : digits) + name;
}

export function percent(fraction: number | null, digits = 2, sign = false): string {
  if (fraction === null) return NONE;
  const text = group(fraction * 100, digits);
  return `${sign && fraction > 0 && /[1-9]/.test(text) ? "+" : ""}${text} %`;
}

/** "1 pair", "24 pairs". */
export function many(count: number, one: string, more = `${one}s`): string {
  return `${count.toLocaleString("en-US")} ${count === 1 ? one : more}`;
}

export function duration(seconds: number): string {
  const units: [number, string][] = [
    [86400, "d"],
    [3600, "h"],
    [60, "min"],
    [1, "s"],
  ];
  const at = Math.max(0, units.findIndex(([size]) => seconds >= size));
  const [size, name] = seconds < 1 ? units[3]! : units[at]!;
  const next = units[(seconds < 1 ? 3 : at) + 1];
  const first = `${Math.floor(seconds / size)} ${name}`;
  const rest = next ? Math.floor((seconds % size) / next[0]) : 0;
  return next && rest ? `${first} ${rest} ${next[1]}` : first;
}

/** "2024-08-05 12:03:05", as the server says it: UTC. */
export function time(text: string | null, withDay = false): string {
  if (!text) return NONE;
  const day = text.slice(0, 10);
  const clock = text.slice(11, 19);
  return withDay ? `${day} ${clock}` : clock;
}

/** "16:03:05 UTC, wall clock": of what happened to the page itself, whatever the market's time is. */
export function wallClock(at: Date): string {
  return `${at.toISOString().slice(11, 19)} UTC, wall clock`;
}

/** As an operator would call it. */
export function venueName({ venue }: Status): string {
  return venue === "local" ? "local Kraken" : venue || "none";
}

/** The class that colours profit and loss; the sign says it too. */
export function tone(value: string | number | null): string {
  const number = Number(value ?? 0);
  return number > 0 ? "gain" : number < 0 ? "loss" : "";
}

export function words(code: string): string {
  return code.replace(/_/g, " ");
}

/** Averages have many digits: those of the pair are enough, or six where it is no longer traded. */
export function average(at: string | null, decimals: number | undefined): string {
  if (at === null) return NONE;
  return decimals === undefined ? String(Number(Number(at).toPrecision(6))) : price(at, decimals);
}
