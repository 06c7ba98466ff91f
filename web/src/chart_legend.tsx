// SPDX-License-Identifier: MIT
// The figures of the candle under the crosshair, or of the newest.

import type { ISeriesApi, MouseEventParams, Time } from "lightweight-charts";
import { useEffect, useState } from "preact/hooks";
import type { Drawing } from "./chart_draw";
import type { Drawn } from "./chart_indicators";
import { decisionsByCandle } from "./chart_overlay";
import { compact, percent, price, tone, words } from "./format";
import type { State } from "./store";

interface Hovered {
  time: number;
  values: Map<unknown, number>;
}

function hovered(drawn: Drawn, at: MouseEventParams<Time>): Hovered | null {
  if (typeof at.time !== "number") return null;
  const values = new Map<unknown, number>();
  for (const series of drawn.keys()) {
    const point = at.seriesData.get(series as ISeriesApi<"Line">);
    if (point && "value" in point) values.set(series, point.value);
  }
  return { time: at.time, values };
}

/** Decimals that show four digits of an indicator that is not a price. */
function figure(value: number | null | undefined, decimals: number): string {
  if (value === null || value === undefined) return "–";
  return price(value, Math.abs(value) >= 100 ? Math.min(2, decimals) : Math.abs(value) >= 1 ? Math.min(3, decimals + 2) : Math.max(4, decimals));
}

interface LegendProps {
  drawing: Drawing;
  drawn: Drawn;
  state: State;
  decimals: number;
  marks: boolean; // decisions are marked
}

export function Legend({ drawing, drawn, state, decimals, marks }: LegendProps) {
  const [at, setAt] = useState<Hovered | null>(null);
  useEffect(() => {
    const move = (event: MouseEventParams<Time>): void => setAt(hovered(drawn, event));
    drawing.chart.subscribeCrosshairMove(move);
    return () => {
      if (!drawing.gone) drawing.chart.unsubscribeCrosshairMove(move);
    };
  }, []);
  const rows = state.candles?.rows ?? [];
  const row = (at && rows.find((each) => each[0] === at.time)) ?? rows[rows.length - 1];
  if (!row) return null;
  const [seconds, open, high, low, close, volume] = row;
  const change = open > 0 ? close / open - 1 : null;
  const decided = at ? decisionsByCandle(state).get(seconds) : undefined;
  return (
    <div class="chart-legend" aria-hidden="true">
      <span>{new Date(seconds * 1000).toISOString().slice(at ? 0 : 11, 16).replace("T", " ")}</span>
      <span>
        O {price(open, decimals)} H {price(high, decimals)} L {price(low, decimals)} C {price(close, decimals)}
      </span>
      <span class={tone(change)}>{percent(change, 2, true)}</span>
      <span>V {compact(volume)}</span>
      {[...drawn].map(([series, line]) => (
        <span key={line.name}>
          <i class={`ink ${line.paint.slice(2)}`} /> {line.name.replace(/_/g, " ")} {figure(at ? at.values.get(series) : line.last, decimals)}
        </span>
      ))}
      {marks && <span>● decided to enter, ■ decided otherwise</span>}
      {decided && <span class="decided">decided: {[...new Set(decided.map((each) => words(each.verdict ?? "")))].join(", ")}</span>}
    </div>
  );
}
