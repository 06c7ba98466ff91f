// SPDX-License-Identifier: MIT
// Equity and drawdown of a backtest as lines that can be read off by pointer and by arrow keys.

import { useEffect, useRef, useState } from "preact/hooks";
import type { Point, Result } from "./backtest_ask";
import { money, percent, time } from "./format";

const HEIGHT = 230;
const FALL_HEIGHT = 90;
const LEFT = 58; // room for the scale
const EDGE = 8;
const DAYS_HEIGHT = 18;

interface Line {
  name: string; // the class, and in the legend
  values: number[];
  times: number[]; // since its own beginning, in seconds
}

/** The element's width in pixels, as it changes. */
function useWidth(): [{ current: HTMLDivElement | null }, number] {
  const place = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const watcher = new ResizeObserver((entries) => setWidth(Math.floor(entries[0]!.contentRect.width)));
    if (place.current) watcher.observe(place.current);
    return () => watcher.disconnect();
  }, []);
  return [place, width];
}

/** Round figures between the least and the most, three to six of them. */
function marks(least: number, most: number): number[] {
  const rough = (most - least) / 4 || 1;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((each) => each * power).find((each) => each >= rough)!;
  const out: number[] = [];
  for (let at = Math.ceil(least / step) * step; at <= most + step / 1e6; at += step) out.push(at);
  return out;
}

function lineOf(name: string, points: Point[], value: (point: Point) => number): Line {
  const start = Date.parse(points[0]?.time ?? "");
  return {
    name,
    values: points.map(value),
    times: points.map((point) => (Date.parse(point.time) - start) / 1000),
  };
}

interface PlotProps {
  lines: Line[];
  width: number;
  height: number;
  cursor: number | null; // seconds since the beginning
  filled?: boolean;
  days?: Point[]; // those of the axis below it
}

/** The days that the axis names: the first, the middle and the last. */
function Days({ points, x, y }: { points: Point[]; x: (seconds: number) => number; y: number }) {
  const first = Date.parse(points[0]!.time);
  const last = Date.parse(points[points.length - 1]!.time);
  const anchors = ["start", "middle", "end"] as const;
  return (
    <>
      {anchors.map((anchor, i) => {
        const at = first + ((last - first) * i) / 2;
        return (
          <text key={anchor} x={x((at - first) / 1000)} y={y} text-anchor={anchor} data-day>
            {time(new Date(at).toISOString(), true).slice(0, last - first > 3 * 86_400_000 ? 10 : 16)}
          </text>
        );
      })}
    </>
  );
}

function Plot({ lines, width, height, cursor, filled, days }: PlotProps) {
  const all = lines.flatMap((line) => line.values);
  const least = Math.min(0, ...all);
  const most = Math.max(0, ...all);
  const last = Math.max(1, ...lines.map((line) => line.times[line.times.length - 1] ?? 0));
  const x = (seconds: number): number => LEFT + (seconds / last) * Math.max(1, width - LEFT - EDGE);
  const y = (value: number): number => EDGE + ((most - value) / (most - least || 1)) * (height - 2 * EDGE);
  const path = (line: Line): string =>
    line.values.map((value, i) => `${i ? "L" : "M"}${x(line.times[i]!).toFixed(1)} ${y(value).toFixed(1)}`).join("");
  return (
    <svg width={width} height={height + (days ? DAYS_HEIGHT : 0)} aria-hidden="true">
      {marks(least, most).map((mark) => (
        <g key={mark}>
          <line class={mark === 0 ? "zero" : "grid"} x1={LEFT} x2={width - EDGE} y1={y(mark)} y2={y(mark)} />
          <text x={LEFT - 6} y={y(mark) + 4} text-anchor="end">
            {percent(mark, most - least < 0.05 ? 1 : 0)}
          </text>
        </g>
      ))}
      {lines.map((line) => (
        <g key={line.name} class={`line ${line.name}`}>
          {filled && <path class="area" d={`${path(line)}L${x(last)} ${y(0)}L${LEFT} ${y(0)}Z`} />}
          <path d={path(line)} />
        </g>
      ))}
      {days && <Days points={days} x={x} y={height + DAYS_HEIGHT - 5} />}
      {cursor !== null && <line class="cursor" x1={x(cursor)} x2={x(cursor)} y1={0} y2={height} />}
    </svg>
  );
}

/** The last point at or before so many seconds. */
function indexAt(line: Line, seconds: number): number {
  let at = 0;
  while (at + 1 < line.times.length && line.times[at + 1]! <= seconds) at++;
  return at;
}

interface CurvesProps {
  result: Result;
  name: string;
  other: { result: Result; name: string } | null;
}

const growth =
  (points: Point[], of: "equity" | "buy_and_hold", capital: number) =>
  (point: Point): number =>
    capital > 0 && points.length > 0 ? Number(point[of]) / capital - 1 : 0;

export function Curves({ result, name, other }: CurvesProps) {
  const [place, width] = useWidth();
  const [cursor, setCursor] = useState<number | null>(null);
  const { curve, summary } = result;
  const ours = lineOf("bt-ours", curve, growth(curve, "equity", summary.capital));
  const held = lineOf("bt-held", curve, growth(curve, "buy_and_hold", summary.capital));
  const falls = [lineOf("bt-fall", curve, (point) => -point.drawdown)];
  const lines = [held, ours];
  if (other) {
    const points = other.result.curve;
    lines.push(lineOf("bt-other", points, growth(points, "equity", other.result.summary.capital)));
    falls.push(lineOf("bt-other", points, (point) => -point.drawdown));
  }
  const last = Math.max(1, ...lines.map((line) => line.times[line.times.length - 1] ?? 0));
  const point = curve[cursor === null ? curve.length - 1 : indexAt(ours, cursor)];
  const theirs = other?.result.curve[cursor === null ? other.result.curve.length - 1 : indexAt(lines[2]!, cursor)];
  const move = (event: PointerEvent): void => {
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
    const share = (event.clientX - box.left - LEFT) / Math.max(1, width - LEFT - EDGE);
    setCursor(Math.min(1, Math.max(0, share)) * last);
  };
  const key = (event: KeyboardEvent): void => {
    const step = { ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10, Home: -1e9, End: 1e9 }[event.key];
    if (event.key === "Escape") setCursor(null);
    if (step === undefined) return;
    event.preventDefault();
    const at = indexAt(ours, cursor ?? last) + step;
    setCursor(ours.times[Math.min(ours.times.length - 1, Math.max(0, at))] ?? 0);
  };
  if (!point) return <p class="empty">There is no bar in it.</p>;
  const told = `${time(point.time, true)}: equity ${money(point.equity)}, buy and hold ${money(point.buy_and_hold)}, ${percent(
    point.drawdown,
  )} below the peak${theirs ? `; ${other!.name}: equity ${money(theirs.equity)}` : ""}`;
  return (
    <div class="curves" ref={place}>
      <p class="legend">
        <span class="key bt-ours">{name}</span>
        <span class="key bt-held">buy and hold</span>
        {other && <span class="key bt-other">{other.name}</span>}
      </p>
      <div
        class="plots"
        tabIndex={0}
        role="slider"
        aria-label="Equity and drawdown; arrow keys read it off"
        aria-valuemin={0}
        aria-valuemax={curve.length - 1}
        aria-valuenow={cursor === null ? curve.length - 1 : indexAt(ours, cursor)}
        aria-valuetext={told}
        onPointerMove={move}
        onPointerLeave={() => setCursor(null)}
        onKeyDown={key}
      >
        {width > 0 && (
          <>
            <Plot lines={lines} width={width} height={HEIGHT} cursor={cursor} />
            <Plot lines={falls} width={width} height={FALL_HEIGHT} cursor={cursor} filled days={other ? undefined : curve} />
          </>
        )}
      </div>
      <p class="read">{told}</p>
    </div>
  );
}
