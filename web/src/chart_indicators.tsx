// SPDX-License-Identifier: MIT
// Indicators on the chart, as the session itself computes them; each is asked for and drawn by itself.

import { LineSeries, type ISeriesApi, type UTCTimestamp } from "lightweight-charts";
import { useEffect, useRef } from "preact/hooks";
import { INDICATORS, type Choice } from "./chart_choice";
import { colour, type Drawing } from "./chart_draw";
import { useData } from "./panel";
import type { State } from "./store";
import type { IndicatorLine } from "./types";

const AGAIN_MS = 10_000;
const PAINTS = ["--line-1", "--line-2", "--line-3", "--line-4", "--line-5", "--line-6"];
const PANE_SHARE = 0.3; // of the candles' own height

/** The name of each line that is drawn, for the legend. */
export type Drawn = Map<ISeriesApi<"Line">, { name: string; paint: string; last: number | null }>;

interface OneProps {
  name: string;
  state: State;
  drawing: Drawing;
  drawn: Drawn;
  decimals: number;
  theme: number;
  onDrawn: () => void;
}

/** The colour that the fewest lines have. */
function freePaint(drawn: Drawn): string {
  const uses = (paint: string): number => [...drawn.values()].filter((each) => each.paint === paint).length;
  return PAINTS.reduce((best, paint) => (uses(paint) < uses(best) ? paint : best));
}

/** Prices lie over the candles, all lines of an indicator in one colour; others have a pane of their own below. */
function addLines(props: OneProps, lines: IndicatorLine[]): ISeriesApi<"Line">[] {
  const { drawing, drawn, decimals } = props;
  const pane = drawing.chart.panes().length;
  const shared = freePaint(drawn);
  const made = lines.map((line) => {
    const below = line.panel === "below";
    const series = drawing.chart.addSeries(
      LineSeries,
      {
        lineWidth: 1,
        priceLineVisible: false,
        lastValueVisible: false,
        crosshairMarkerVisible: false,
        ...(below ? {} : { autoscaleInfoProvider: () => null, priceFormat: { type: "price", precision: decimals, minMove: 10 ** -decimals } }),
      },
      below ? pane : 0,
    );
    drawn.set(series, { name: line.name, paint: below ? freePaint(drawn) : shared, last: null });
    return series;
  });
  drawing.chart.panes().forEach((each, index) => each.setStretchFactor(index === 0 ? 1 : PANE_SHARE));
  return made;
}

function One(props: OneProps) {
  const { name, state, drawing, drawn } = props;
  const asked = new URLSearchParams({ pair: state.pair, timeframe: state.timeframe, names: name });
  const newest = state.candles?.rows[state.candles.rows.length - 1]?.[0] ?? 0;
  const { data } = useData<{ lines: IndicatorLine[] }>(state.pair ? `/api/v1/indicators?${asked}` : null, AGAIN_MS, newest);
  const series = useRef<ISeriesApi<"Line">[]>([]);
  const remove = (): void => {
    if (drawing.gone) return;
    for (const each of series.current) {
      drawing.chart.removeSeries(each);
      drawn.delete(each);
    }
    series.current = [];
  };
  useEffect(() => remove, []);
  useEffect(() => {
    const lines = data?.lines ?? [];
    const first = state.candles?.rows[0]?.[0];
    if (series.current.length !== lines.length) {
      remove();
      if (lines.length) series.current = addLines(props, lines);
    }
    // Only where there are candles: a line further back would stretch the chart's time.
    lines.forEach((line, index) => {
      const points = line.points.filter(([seconds, value]) => value !== null && first !== undefined && seconds >= first);
      const told = drawn.get(series.current[index]!)!;
      told.last = points[points.length - 1]?.[1] ?? null;
      series.current[index]!.setData(points.map(([seconds, value]) => ({ time: seconds as UTCTimestamp, value: value! })));
    });
    props.onDrawn();
  }, [data, state.candles?.version]);
  useEffect(() => {
    for (const each of series.current) each.applyOptions({ color: colour(drawn.get(each)!.paint) });
  }, [data, props.theme]);
  return null;
}

export function IndicatorLines(props: Omit<OneProps, "name"> & { names: string[] }) {
  return (
    <>
      {props.names.map((name) => (
        <One key={name} {...props} name={name} />
      ))}
    </>
  );
}

export function IndicatorMenu({ choice, choose }: { choice: Choice; choose: (choice: Choice) => void }) {
  const menu = useRef<HTMLDetailsElement>(null);
  useEffect(() => {
    const close = (event: Event): void => {
      const key = event instanceof KeyboardEvent;
      if (!menu.current?.open || (key ? event.key !== "Escape" : menu.current.contains(event.target as Node))) return;
      menu.current.open = false;
      if (key) menu.current.querySelector("summary")?.focus();
    };
    addEventListener("pointerdown", close);
    addEventListener("keydown", close);
    return () => {
      removeEventListener("pointerdown", close);
      removeEventListener("keydown", close);
    };
  }, []);
  const toggle = (name: string, on: boolean): void =>
    choose({ ...choice, indicators: INDICATORS.map(([each]) => each).filter((each) => (each === name ? on : choice.indicators.includes(each))) });
  return (
    <details class="menu" ref={menu}>
      <summary>Indicators{choice.indicators.length > 0 && <span class="count">{choice.indicators.length}</span>}</summary>
      <fieldset>
        <legend class="unseen">Indicators on the chart</legend>
        {INDICATORS.map(([name, title]) => (
          <label key={name}>
            <input
              type="checkbox"
              checked={choice.indicators.includes(name)}
              onChange={(event) => toggle(name, event.currentTarget.checked)}
            />{" "}
            {title}
          </label>
        ))}
      </fieldset>
    </details>
  );
}
