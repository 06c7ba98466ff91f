// SPDX-License-Identifier: MIT
// The candles of the watched pair, with what was traded on them and what protects the position.

import {
  CandlestickSeries,
  ColorType,
  createChart,
  createSeriesMarkers,
  CrosshairMode,
  HistogramSeries,
  LineStyle,
  type IChartApi,
  type IPriceLine,
  type ISeriesApi,
  type ISeriesMarkersPluginApi,
  type SeriesMarker,
  type Time,
  type UTCTimestamp,
} from "lightweight-charts";
import { useEffect, useRef, useState } from "preact/hooks";
import { signed } from "./format";
import type { Candles, State } from "./store";
import { onTheme } from "./theme";
import { TIMEFRAME_SECONDS, type Pair, type Position, type Row, type Trade } from "./types";

interface Drawing {
  chart: IChartApi;
  candles: ISeriesApi<"Candlestick">;
  volume: ISeriesApi<"Histogram">;
  markers: ISeriesMarkersPluginApi<Time>;
  lines: IPriceLine[];
  version: number;
  key: string;
  drawn: Row | null;
}

function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function dress(drawing: Drawing): void {
  const text = colour("--text-soft");
  const line = colour("--line-soft");
  drawing.chart.applyOptions({
    layout: {
      background: { type: ColorType.Solid, color: "transparent" },
      textColor: text,
      fontFamily: getComputedStyle(document.body).fontFamily,
      fontSize: Math.round(parseFloat(getComputedStyle(document.documentElement).fontSize) * 0.8),
      attributionLogo: false,
    },
    grid: { vertLines: { color: line }, horzLines: { color: line } },
    rightPriceScale: { borderColor: line, scaleMargins: { top: 0.08, bottom: 0.22 } },
    timeScale: { borderColor: line, timeVisible: true, secondsVisible: false, rightOffset: 4 },
    crosshair: { mode: CrosshairMode.Normal },
  });
  drawing.candles.applyOptions({
    upColor: colour("--gain-fill"),
    downColor: colour("--loss-fill"),
    wickUpColor: colour("--gain-fill"),
    wickDownColor: colour("--loss-fill"),
    borderVisible: false,
  });
}

function make(element: HTMLElement): Drawing {
  const chart = createChart(element, { autoSize: true, layout: { attributionLogo: false } });
  const candles = chart.addSeries(CandlestickSeries, {});
  const volume = chart.addSeries(HistogramSeries, {
    priceScaleId: "",
    priceFormat: { type: "volume" },
    lastValueVisible: false,
    priceLineVisible: false,
  });
  volume.priceScale().applyOptions({ scaleMargins: { top: 0.84, bottom: 0 } });
  const drawing: Drawing = {
    chart,
    candles,
    volume,
    markers: createSeriesMarkers(candles, []),
    lines: [],
    version: -1,
    key: "",
    drawn: null,
  };
  dress(drawing);
  return drawing;
}

function candleOf(row: Row) {
  return { time: row[0] as UTCTimestamp, open: row[1], high: row[2], low: row[3], close: row[4] };
}

function volumeOf(row: Row) {
  return { time: row[0] as UTCTimestamp, value: row[5], color: colour("--volume") };
}

/** Everything after a switch, else only the rows from the last one drawn. */
function drawCandles(drawing: Drawing, candles: Candles | null): void {
  if (!candles) {
    drawing.candles.setData([]);
    drawing.volume.setData([]);
    drawing.drawn = null;
    return;
  }
  const key = `${candles.pair},${candles.timeframe}`;
  if (drawing.version !== candles.version || drawing.key !== key || !drawing.drawn) {
    drawing.candles.setData(candles.rows.map(candleOf));
    drawing.volume.setData(candles.rows.map(volumeOf));
    const shown = 160;
    // A few candles are not stretched over the width, nor are many squeezed into it.
    if (drawing.key !== key)
      drawing.chart.timeScale().setVisibleLogicalRange({
        from: Math.max(candles.rows.length - shown, Math.min(0, candles.rows.length - 40)),
        to: candles.rows.length + 4,
      });
    drawing.version = candles.version;
    drawing.key = key;
  } else {
    for (const row of candles.rows)
      if (row[0] >= drawing.drawn[0]) {
        drawing.candles.update(candleOf(row));
        drawing.volume.update(volumeOf(row));
      }
  }
  drawing.drawn = candles.rows[candles.rows.length - 1] ?? null;
}

function drawMarkers(drawing: Drawing, state: State, position: Position | undefined): void {
  const first = state.candles?.rows[0]?.[0];
  const markers: SeriesMarker<Time>[] = [];
  const add = (when: string | null, above: boolean, paint: string, text: string): void => {
    const seconds = when ? Date.parse(when) / 1000 : NaN;
    const span = TIMEFRAME_SECONDS[state.timeframe];
    const bucket = Math.floor(seconds / span) * span;
    if (first === undefined || !(bucket >= first)) return;
    markers.push({
      time: bucket as UTCTimestamp,
      position: above ? "aboveBar" : "belowBar",
      shape: above ? "arrowDown" : "arrowUp",
      color: colour(paint),
      text,
    });
  };
  const entry = (opened: string | null, direction: string, text: string): void =>
    add(opened, direction === "short", "--text-soft", text);
  const ours = (trade: Trade): boolean => trade.pair === state.pair;
  for (const trade of state.trades.filter(ours)) {
    entry(trade.opened, trade.direction, "");
    add(trade.closed, trade.direction !== "short", Number(trade.pnl) < 0 ? "--loss" : "--gain", signed(trade.pnl));
  }
  if (position) entry(position.opened, position.direction, position.direction === "short" ? "sold" : "bought");
  drawing.markers.setMarkers(markers.sort((a, b) => Number(a.time) - Number(b.time)));
}

function drawLines(drawing: Drawing, position: Position | undefined): void {
  for (const line of drawing.lines) drawing.candles.removePriceLine(line);
  drawing.lines = [];
  const add = (at: string | null, title: string, paint: string, style: LineStyle): void => {
    if (!at) return;
    drawing.lines.push(
      drawing.candles.createPriceLine({
        price: Number(at),
        title,
        color: colour(paint),
        lineWidth: 1,
        lineStyle: style,
        axisLabelVisible: true,
      }),
    );
  };
  if (!position) return;
  add(position.target, "target", "--gain", LineStyle.Dashed);
  add(position.entry, "entry", "--text-soft", LineStyle.Dotted);
  add(position.stop, "stop", "--loss", LineStyle.Dashed);
}

export function Chart({ state, pair }: { state: State; pair: Pair | undefined }) {
  const element = useRef<HTMLDivElement>(null);
  const drawing = useRef<Drawing | null>(null);
  const position = state.sections?.positions.find((each) => each.pair === state.pair);
  const decimals = pair?.price_decimals ?? 2;
  const [theme, setTheme] = useState(0);

  useEffect(() => {
    const made = make(element.current!);
    drawing.current = made;
    const endTheme = onTheme(() => {
      dress(made);
      made.version = -1;
      setTheme((n) => n + 1);
    });
    const onResize = (): void => dress(made); // the page's letters grow with the screen
    addEventListener("resize", onResize);
    return () => {
      removeEventListener("resize", onResize);
      endTheme();
      made.chart.remove();
    };
  }, []);
  useEffect(() => {
    drawing.current!.candles.applyOptions({
      priceFormat: { type: "price", precision: decimals, minMove: 10 ** -decimals },
    });
  }, [decimals]);
  useEffect(() => drawCandles(drawing.current!, state.candles), [state.candles, theme]);
  useEffect(
    () => drawMarkers(drawing.current!, state, position),
    [state.trades, state.candles?.version, state.candles?.rows.length, position?.opened, theme],
  );
  useEffect(
    () => drawLines(drawing.current!, position),
    [state.pair, position?.entry, position?.stop, position?.target, theme],
  );

  const rows = state.candles?.rows ?? [];
  const last = rows[rows.length - 1];
  const summary = last
    ? `${state.pair}, ${state.timeframe} candles, ${rows.length} shown, last close ${last[4].toFixed(decimals)}`
    : `${state.pair}: no candles yet`;
  return (
    <div class="chart-box">
      <div class="chart" ref={element} role="img" aria-label={summary} data-rows={rows.length} />
      {rows.length === 0 && <p class="empty chart-empty">No candles of {state.pair || "this pair"} yet.</p>}
    </div>
  );
}
