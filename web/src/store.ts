// SPDX-License-Identifier: MIT
// The page's one state, fed by the WebSocket. Components subscribe and are drawn once a frame.

import { useEffect, useState } from "preact/hooks";
import { addressOf, readAddress, type PageName } from "./address";
import { forgetKey, keepKey, storedKey } from "./key";
import type { Message, Notice, Row, Sections, Thought, Timeframe, Trade } from "./types";
import type { MonitoringEvent, Severity } from "./types_pages";

const THOUGHTS_KEPT = 1000;
const TRADES_KEPT = 500;
export const TRADES_PUSHED = 200; // the newest, in a first message: there may be more
const EVENTS_KEPT = 50;
const ROWS_KEPT = 2000;
const ROWS_SPARE = 200; // drawing anew is costly, so the oldest rows leave in one lot
const SILENT_MS = 4000; // the status changes every second, so silence means a dead connection
const CLOSED_END = 1001; // the session ended in order
const CLOSED_KEY = 4401; // a key is needed, or ours is none
const CLOSED_WAIT = 4429; // too many wrong ones came from our address
const RETRY_WAIT_MS = 60000;
const RETRY_MS = [250, 500, 1000, 2000, 5000];

export interface Candles {
  pair: string;
  timeframe: Timeframe;
  rows: Row[];
  version: number; // counts resets and cuts: the chart then draws everything anew
}

export interface State {
  connected: boolean;
  connections: number; // made so far; another one means that news was missed
  lostAt: Date | null;
  ended: boolean; // what was connected has ended in order, and nothing has come since
  page: PageName;
  sections: Sections | null;
  thoughts: Thought[]; // newest first
  trades: Trade[];
  events: MonitoringEvent[]; // newest first, what was last heard of each
  open: Record<Severity, number>; // how many stand, those too old to be among them included
  pair: string;
  timeframe: Timeframe;
  candles: Candles | null;
  notice: Notice | null;
  locked: "missing" | "wrong" | null; // nothing is told before a key is shown
}

export const state: State = {
  connected: false,
  connections: 0,
  lostAt: null,
  ended: false,
  page: "trade",
  sections: null,
  thoughts: [],
  trades: [],
  events: [],
  open: { info: 0, warning: 0, critical: 0 },
  pair: "",
  timeframe: "5m",
  candles: null,
  notice: null,
  locked: null,
};

const listeners = new Set<() => void>();
let framed = false;

function changed(): void {
  if (framed) return;
  framed = true;
  const draw = (): void => {
    framed = false;
    for (const listener of listeners) listener();
  };
  // A hidden tab has no frames; it must not pile up work, but must not go stale either.
  if (document.hidden) setTimeout(draw, 500);
  else requestAnimationFrame(draw);
}

export function useStore(): State {
  const [, redraw] = useState(0);
  useEffect(() => {
    const listener = (): void => redraw((n) => n + 1);
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }, []);
  return state;
}

/** The decimals of each pair's prices. */
export function decimalsOf(state: State): Map<string, number> {
  return new Map(state.sections?.pairs.map((each) => [each.pair, each.price_decimals]));
}

export function notify(notice: Notice | null): void {
  state.notice = notice;
  changed();
}

/** Adds thoughts to those we have; a number that we have is the same thought. */
export function mergeThoughts(more: Thought[]): void {
  const known = new Set(state.thoughts.map((thought) => thought.number));
  const fresh = more.filter((thought) => !known.has(thought.number));
  if (fresh.length === 0) return;
  state.thoughts = [...fresh, ...state.thoughts]
    .sort((a, b) => b.number - a.number)
    .slice(0, THOUGHTS_KEPT);
  changed();
}

function takeCandles(message: Extract<Message, { type: "candles" }>): void {
  if (message.pair !== state.pair || message.timeframe !== state.timeframe) return;
  const before = state.candles;
  const rows = message.reset || !before ? [] : before.rows.slice();
  for (const row of message.candles) {
    while (rows.length && rows[rows.length - 1]![0] >= row[0]) rows.pop();
    rows.push(row);
  }
  const cut = rows.length > ROWS_KEPT + ROWS_SPARE;
  if (cut) rows.splice(0, rows.length - ROWS_KEPT);
  state.candles = {
    pair: message.pair,
    timeframe: message.timeframe,
    rows,
    version: (before?.version ?? 0) + (message.reset || cut ? 1 : 0),
  };
}

function take(message: Message): void {
  switch (message.type) {
    case "state":
      state.sections = message.sections;
      state.thoughts = message.thoughts;
      state.trades = message.trades;
      state.events = message.events;
      state.open = message.open;
      if (!state.sections.pairs.some((pair) => pair.pair === state.pair))
        state.pair = state.sections.pairs[0]?.pair ?? "";
      sendWatch();
      break;
    case "section":
      if (state.sections) state.sections = { ...state.sections, [message.name]: message.data };
      if (message.name === "pairs" && !state.pair) watch(state.sections?.pairs[0]?.pair ?? "", state.timeframe);
      break;
    case "thought":
      mergeThoughts([message.thought]);
      break;
    case "trade":
      state.trades = [message.trade, ...state.trades].slice(0, TRADES_KEPT);
      break;
    case "event":
      state.events = [message.event, ...state.events.filter((each) => each.id !== message.event.id)].slice(0, EVENTS_KEPT);
      state.open = message.open;
      break;
    case "candles":
      takeCandles(message);
      break;
    case "error":
      console.error("cuttle:", message.detail);
      break;
  }
  changed();
}

let socket: WebSocket | null = null;
let attempts = 0;
let silence: number | undefined;

function sendWatch(): void {
  if (socket?.readyState === WebSocket.OPEN && state.pair)
    socket.send(JSON.stringify({ watch: { pair: state.pair, timeframe: state.timeframe } }));
}

function choose(pair: string, timeframe: Timeframe): void {
  if (!pair || (pair === state.pair && timeframe === state.timeframe && state.candles)) return;
  state.pair = pair;
  state.timeframe = timeframe;
  state.candles = null;
  sendWatch();
  changed();
}

export function watch(pair: string, timeframe: Timeframe): void {
  choose(pair, timeframe);
  history.replaceState(null, "", addressOf(state.page, state.pair, state.timeframe));
}

/** To another page, with a pair if one is named there. The browser's Back goes to the one before. */
export function go(page: PageName, pair = state.pair): void {
  choose(pair, state.timeframe);
  if (page === state.page) return;
  state.page = page;
  history.pushState(null, "", addressOf(page, state.pair, state.timeframe));
  scrollTo(0, 0);
  changed();
}

function lost(of: WebSocket, code = 0): void {
  if (socket !== of) return;
  socket = null;
  clearTimeout(silence);
  if (state.connected || !state.lostAt) state.lostAt = new Date();
  if (state.connected) state.ended = code === CLOSED_END;
  state.connected = false;
  changed();
  of.close();
  if (code === CLOSED_KEY) {
    state.locked = storedKey() ? "wrong" : "missing";
    forgetKey();
    return; // until unlock
  }
  const retry = RETRY_MS[Math.min(attempts++, RETRY_MS.length - 1)];
  setTimeout(connect, code === CLOSED_WAIT ? RETRY_WAIT_MS : retry);
}

/** Knocks again with another key. False when it cannot be one. */
export function unlock(key: string): boolean {
  if (!keepKey(key)) return false;
  state.locked = null;
  changed();
  connect();
  return true;
}

function listen(of: WebSocket): void {
  clearTimeout(silence);
  silence = window.setTimeout(() => lost(of), SILENT_MS);
}

export function connect(): void {
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  const fresh = new WebSocket(`${scheme}://${location.host}/ws/live`);
  socket = fresh;
  listen(fresh);
  fresh.onopen = () => fresh.send(JSON.stringify({ key: storedKey() }));
  fresh.onmessage = (event: MessageEvent<string>) => {
    if (socket !== fresh) return;
    listen(fresh);
    attempts = 0;
    if (!state.connected) state.connections++;
    state.connected = true;
    state.lostAt = null;
    state.ended = false;
    take(JSON.parse(event.data) as Message);
  };
  fresh.onclose = (event) => lost(fresh, event.code);
}

/** What the address says: at the start, and when the operator goes back or edits it. */
export function restore(): void {
  const { page, pair, timeframe } = readAddress(location.hash);
  state.page = page;
  choose(pair, timeframe ?? state.timeframe);
  changed();
}
