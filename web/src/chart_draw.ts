// SPDX-License-Identifier: MIT
// The chart's canvas: its colours, its candles and their volume.

import {
  CandlestickSeries,
  ColorType,
  createChart,
  createSeriesMarkers,
  CrosshairMode,
  HistogramSeries,
  LineSeries,
  LineType,
  type IChartApi,
  type IPriceLine,
  type ISeriesApi,
  type ISeriesMarkersPluginApi,
  type Time,
  type UTCTimestamp,
} from "lightweight-charts";
import { Tags } from "./chart_tags";
import type { Candles } from "./store";
import type { Row } from "./types";

const SHOWN = 160; // candles at first
const SPACE = 4; // candles' widths left free at the right

export interface Drawing {
  chart: IChartApi;
  candles: ISeriesApi<"Candlestick">;
  volume: ISeriesApi<"Histogram">;
  trail: ISeriesApi<"Line">;
  markers: ISeriesMarkersPluginApi<Time>;
  lines: IPriceLine[];
  tags: Tags;
  version: number;
  key: string;
  drawn: Row | null;
  gone: boolean; // with its page: what is drawn on it is gone with it
}

export function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

export function dress(drawing: Drawing): void {
  const text = colour("--text-soft");
  const line = colour("--line-soft");
  drawing.chart.applyOptions({
    layout: {
      background: { type: ColorType.Solid, color: "transparent" },
      textColor: text,
      fontFamily: getComputedStyle(document.body).fontFamily,
      fontSize: Math.round(parseFloat(getComputedStyle(document.documentElement).fontSize) * 0.8),
      attributionLogo: false,
      panes: { separatorColor: line, enableResize: true },
    },
    grid: { vertLines: { color: line }, horzLines: { color: line } },
    rightPriceScale: { borderColor: line, scaleMargins: { top: 0.08, bottom: 0.22 } },
    timeScale: { borderColor: line, timeVisible: true, secondsVisible: false, rightOffset: SPACE },
    crosshair: { mode: CrosshairMode.Normal },
  });
  drawing.candles.applyOptions({
    upColor: colour("--gain-fill"),
    downColor: colour("--loss-fill"),
    wickUpColor: colour("--gain-fill"),
    wickDownColor: colour("--loss-fill"),
    borderVisible: false,
  });
  drawing.trail.applyOptions({ color: colour("--loss") });
}

function legendEnd(element: HTMLElement): number {
  const legend = element.parentElement?.querySelector<HTMLElement>(".chart-legend");
  return legend ? legend.offsetTop + legend.offsetHeight : 0;
}

export function make(element: HTMLElement): Drawing {
  const chart = createChart(element, { autoSize: true, layout: { attributionLogo: false } });
  const candles = chart.addSeries(CandlestickSeries, {});
  const volume = chart.addSeries(HistogramSeries, {
    priceScaleId: "",
    priceFormat: { type: "volume" },
    lastValueVisible: false,
    priceLineVisible: false,
  });
  volume.priceScale().applyOptions({ scaleMargins: { top: 0.84, bottom: 0 } });
  const trail = chart.addSeries(LineSeries, {
    lineType: LineType.WithSteps,
    lineWidth: 2,
    lastValueVisible: false,
    priceLineVisible: false,
    crosshairMarkerVisible: false,
    autoscaleInfoProvider: () => null, // a far stop does not press the candles flat
  });
  const drawing: Drawing = {
    chart,
    candles,
    volume,
    trail,
    markers: createSeriesMarkers(candles, []),
    lines: [],
    tags: new Tags(() => legendEnd(element)),
    version: -1,
    key: "",
    drawn: null,
    gone: false,
  };
  candles.attachPrimitive(drawing.tags);
  dress(drawing);
  return drawing;
}

function candleOf(row: Row) {
  return { time: row[0] as UTCTimestamp, open: row[1], high: row[2], low: row[3], close: row[4] };
}

function volumeOf(row: Row, paint: string) {
  return { time: row[0] as UTCTimestamp, value: row[5], color: paint };
}

/** At once: an animated way there would be cut short by the next candle. */
export function toNewest(drawing: Drawing): void {
  drawing.chart.timeScale().scrollToPosition(SPACE, false);
}

function drawAll(drawing: Drawing, candles: Candles, key: string): void {
  const paint = colour("--volume");
  drawing.candles.setData(candles.rows.map(candleOf));
  drawing.volume.setData(candles.rows.map((row) => volumeOf(row, paint)));
  // A few candles are not stretched over the width, nor are many squeezed into it.
  if (drawing.key !== key)
    drawing.chart.timeScale().setVisibleLogicalRange({
      from: Math.max(candles.rows.length - SHOWN, Math.min(0, candles.rows.length - 40)),
      to: candles.rows.length + SPACE,
    });
  drawing.version = candles.version;
  drawing.key = key;
}

/** Everything after a switch, else only the rows from the last one drawn. */
export function drawCandles(drawing: Drawing, candles: Candles | null): void {
  if (!candles) {
    drawing.candles.setData([]);
    drawing.volume.setData([]);
    drawing.drawn = null;
    return;
  }
  const key = `${candles.pair},${candles.timeframe}`;
  if (drawing.version !== candles.version || drawing.key !== key || !drawing.drawn) {
    drawAll(drawing, candles, key);
  } else {
    const paint = colour("--volume");
    for (const row of candles.rows)
      if (row[0] >= drawing.drawn[0]) {
        drawing.candles.update(candleOf(row));
        drawing.volume.update(volumeOf(row, paint));
      }
  }
  drawing.drawn = candles.rows[candles.rows.length - 1] ?? null;
}
