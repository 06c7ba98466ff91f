// SPDX-License-Identifier: MIT
// What happened on the candles: entries and exits, decisions, and the open position's entry, stop and target, with
// the way its stop has come.

import { LineStyle, type SeriesMarker, type Time, type UTCTimestamp } from "lightweight-charts";
import { colour, type Drawing } from "./chart_draw";
import type { Tag } from "./chart_tags";
import { price, signed } from "./format";
import type { State } from "./store";
import type { Position, Row, Thought } from "./types";

/** The last candle that had begun by then; -1 when all are later. */
function candleAt(rows: Row[], seconds: number): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rows[middle]![0] <= seconds) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function secondsOf(text: string | null): number {
  return text ? Date.parse(text) / 1000 : NaN;
}

/** The decisions on each candle, by the candle's time, newest first. */
export function decisionsByCandle(state: State): Map<number, Thought[]> {
  const rows = state.candles?.rows ?? [];
  const found = new Map<number, Thought[]>();
  for (const thought of state.thoughts) {
    if (thought.kind !== "decision" || thought.pair !== state.pair) continue;
    const row = rows[candleAt(rows, secondsOf(thought.time))];
    if (!row) continue;
    found.set(row[0], [...(found.get(row[0]) ?? []), thought]);
  }
  return found;
}

function decisionMarkers(state: State): SeriesMarker<Time>[] {
  return [...decisionsByCandle(state)].map(([time, thoughts]) => {
    const entered = thoughts.some((each) => each.verdict === "enter");
    return {
      time: time as UTCTimestamp,
      position: "aboveBar",
      shape: entered ? "circle" : "square",
      color: colour(entered ? "--accent" : "--text-soft"),
      size: entered ? 0.7 : 0.4,
    };
  });
}

function tradeMarkers(state: State, position: Position | undefined): SeriesMarker<Time>[] {
  const rows = state.candles?.rows ?? [];
  const markers: SeriesMarker<Time>[] = [];
  const add = (when: string | null, above: boolean, paint: string, text: string): void => {
    const row = rows[candleAt(rows, secondsOf(when))];
    if (!row) return;
    markers.push({
      time: row[0] as UTCTimestamp,
      position: above ? "aboveBar" : "belowBar",
      shape: above ? "arrowDown" : "arrowUp",
      color: colour(paint),
      text,
    });
  };
  for (const trade of state.trades.filter((each) => each.pair === state.pair)) {
    const short = trade.direction === "short";
    add(trade.opened, short, "--text-soft", "");
    add(trade.closed, !short, Number(trade.pnl) < 0 ? "--loss" : "--gain", `${signed(trade.pnl)} ${trade.closed_by}`);
  }
  if (position) {
    const short = position.direction === "short";
    add(position.opened, short, "--text", short ? "sold" : "bought");
  }
  return markers;
}

export function drawMarkers(drawing: Drawing, state: State, position: Position | undefined, decisions: boolean): void {
  const markers = [...tradeMarkers(state, position), ...(decisions ? decisionMarkers(state) : [])];
  drawing.markers.setMarkers(markers.sort((a, b) => Number(a.time) - Number(b.time)));
}

export function drawLines(drawing: Drawing, position: Position | undefined): void {
  for (const line of drawing.lines) drawing.candles.removePriceLine(line);
  drawing.lines = [];
  const tags: Tag[] = [];
  const add = (at: string | null, title: string, paint: string, style: LineStyle): void => {
    if (!at) return;
    drawing.lines.push(
      drawing.candles.createPriceLine({
        price: Number(at),
        color: colour(paint),
        lineWidth: 1,
        lineStyle: style,
        axisLabelVisible: false, // it would lie over the axis's own figures
      }),
    );
    tags.push({ price: Number(at), text: `${title} ${price(at)}`, ground: colour(paint), ink: colour("--ground") });
  };
  add(position?.target ?? null, "target", "--gain", LineStyle.Dashed);
  add(position?.entry ?? null, "entry", "--text-soft", LineStyle.Dotted);
  add(position?.stop ?? null, "stop", "--loss", LineStyle.Dashed);
  drawing.tags.put(tags);
}

/** The raises of an open position's stop, oldest first. */
export function raisesOf(position: Position, thoughts: Thought[]): Thought[] {
  const opened = secondsOf(position.opened);
  return thoughts
    .filter((each) => each.kind === "stop" && each.pair === position.pair && secondsOf(each.time) >= opened && each.stop !== null)
    .sort((a, b) => a.number - b.number);
}

/** Where the stop stood from the entry until now, as steps; nothing while it has not moved. */
export function drawTrail(drawing: Drawing, state: State, position: Position | undefined): void {
  const rows = state.candles?.rows ?? [];
  const raises = position ? raisesOf(position, state.thoughts) : [];
  const first = raises[0];
  if (!position || !first || rows.length === 0) return drawing.trail.setData([]);
  const steps = new Map<number, number>(); // by the candle; the last of a candle stands
  const put = (seconds: number, stop: number | null | undefined): void => {
    const row = rows[Math.max(0, candleAt(rows, seconds))]!;
    if (stop) steps.set(row[0], stop);
  };
  put(secondsOf(position.opened), first.stop_before ?? first.stop);
  for (const raise of raises) put(secondsOf(raise.time), raise.stop);
  put(rows[rows.length - 1]![0], Number(position.stop) || null);
  drawing.trail.setData([...steps].sort((a, b) => a[0] - b[0]).map(([time, value]) => ({ time: time as UTCTimestamp, value })));
}
