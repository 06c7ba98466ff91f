// SPDX-License-Identifier: MIT
// Equity, and below it how far it stood under its highest: a line each on one axis of time.

import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { money, percent, time } from "./format";
import type { Equity, EquityPoint } from "./types_pages";

const STEPS_S = [60, 300, 900, 1800, 3600, 10800, 21600, 43200, 86400, 172800, 604800, 2592000, 7776000, 31536000];
const LEFT = 4.6; // rem, for the figures beside the lines
const TOP = 13;
const GAP = 1;
const BELOW = 5;
const FOOT = 1.6;

interface Frame {
  rem: number;
  width: number;
  x: (ms: number) => number;
  y: (equity: number) => number;
  down: (drawdown: number) => number;
  low: number;
  high: number;
  deepest: number;
  from: number;
  to: number;
}

function frameOf(points: EquityPoint[], width: number, rem: number): Frame {
  const equities = points.map((point) => Number(point.equity));
  const least = Math.min(...equities);
  const most = Math.max(...equities);
  const room = (most - least || Math.abs(most) * 0.001 || 1) * 0.06;
  const [low, high] = [least - room, most + room];
  const deepest = Math.max(0.0001, ...points.map((point) => point.drawdown));
  const from = Date.parse(points[0]!.time);
  const to = Date.parse(points[points.length - 1]!.time);
  const left = LEFT * rem;
  return {
    rem,
    width,
    x: (ms) => left + ((width - left - rem * 0.3) * (ms - from)) / (to - from || 1),
    y: (equity) => TOP * rem * (1 - (equity - low) / (high - low)),
    down: (drawdown) => (TOP + GAP) * rem + (BELOW * rem * drawdown) / deepest,
    low,
    high,
    deepest,
    from,
    to,
  };
}

/** Round figures between two, about `count` of them. */
function ticks(low: number, high: number, count: number): number[] {
  const rough = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((each) => each >= rough)!;
  const out: number[] = [];
  for (let at = Math.ceil(low / step) * step; at <= high; at += step) out.push(at);
  return out;
}

function timeTicks(frame: Frame): [number, string][] {
  const room = (frame.width - LEFT * frame.rem) / (6 * frame.rem);
  const step = (STEPS_S.find((each) => (frame.to - frame.from) / 1000 / each <= room) ?? STEPS_S[STEPS_S.length - 1]!) * 1000;
  const out: [number, string][] = [];
  for (let at = Math.ceil(frame.from / step) * step; at <= frame.to; at += step) {
    const text = new Date(at).toISOString();
    const midnight = at % 86_400_000 === 0;
    out.push([at, step >= 86_400_000 || midnight ? text.slice(0, 10) : text.slice(11, 16)]);
  }
  return out;
}

function Axes({ frame }: { frame: Frame }) {
  const left = LEFT * frame.rem;
  const digits = frame.high - frame.low < 10 ? 2 : 0;
  return (
    <g class="axes">
      {ticks(frame.low, frame.high, 5).map((value) => (
        <g key={value}>
          <line x1={left} x2={frame.width} y1={frame.y(value)} y2={frame.y(value)} />
          <text x={left - 0.5 * frame.rem} y={frame.y(value) + 0.3 * frame.rem} text-anchor="end">
            {value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits })}
          </text>
        </g>
      ))}
      {[0, frame.deepest].map((value) => (
        <g key={value}>
          <line x1={left} x2={frame.width} y1={frame.down(value)} y2={frame.down(value)} />
          <text x={left - 0.5 * frame.rem} y={frame.down(value) + (value ? 0 : 0.6) * frame.rem} text-anchor="end">
            {value ? `−${percent(value)}` : "0 %"}
          </text>
        </g>
      ))}
      {timeTicks(frame).map(([at, text]) => (
        <text key={at} x={Math.min(frame.x(at), frame.width - 2.6 * frame.rem)} y={(TOP + GAP + BELOW + FOOT * 0.8) * frame.rem} text-anchor="middle">
          {text}
        </text>
      ))}
    </g>
  );
}

function Lines({ frame, points }: { frame: Frame; points: EquityPoint[] }) {
  const at = points.map((point) => frame.x(Date.parse(point.time)).toFixed(1));
  const equity = points.map((point, i) => `${at[i]},${frame.y(Number(point.equity)).toFixed(1)}`);
  const drawdown = points.map((point, i) => `${at[i]},${frame.down(point.drawdown).toFixed(1)}`);
  const start = frame.y(Number(points[0]!.equity));
  return (
    <>
      <polygon class="under" points={`${at[0]},${frame.down(0)} ${drawdown.join(" ")} ${at[at.length - 1]},${frame.down(0)}`} />
      <polyline class="depth" points={drawdown.join(" ")} />
      <line class="start" x1={frame.x(frame.from)} x2={frame.x(frame.to)} y1={start} y2={start} />
      <polyline class="line" points={equity.join(" ")} />
    </>
  );
}

function Mark({ frame, point }: { frame: Frame; point: EquityPoint }) {
  const x = frame.x(Date.parse(point.time));
  return (
    <g class="mark">
      <line x1={x} x2={x} y1="0" y2={(TOP + GAP + BELOW) * frame.rem} />
      <circle cx={x} cy={frame.y(Number(point.equity))} r={0.25 * frame.rem} />
    </g>
  );
}

function nearest(points: EquityPoint[], frame: Frame, x: number): number {
  let best = 0;
  points.forEach((point, i) => {
    const far = (of: EquityPoint): number => Math.abs(frame.x(Date.parse(of.time)) - x);
    if (far(point) < far(points[best]!)) best = i;
  });
  return best;
}

function told(point: EquityPoint, currency: string): string {
  return `${time(point.time, true)}: equity ${money(point.equity)} ${currency}, drawdown ${percent(point.drawdown)}`;
}

/** By pointer, or by arrow keys, each point says what it is. */
export function EquityChart({ equity }: { equity: Equity }) {
  const { points, currency } = equity;
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  const [chosen, choose] = useState<number | null>(null);
  useLayoutEffect(() => {
    const watcher = new ResizeObserver(() => setWidth(box.current?.clientWidth ?? 0));
    watcher.observe(box.current!);
    return () => watcher.disconnect();
  }, []);
  const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
  const frame = width > 0 ? frameOf(points, width, rem) : null;
  const last = points[points.length - 1]!;
  const shown = chosen === null ? last : (points[Math.min(chosen, points.length - 1)] ?? last);
  const deepest = points.reduce((worst, point) => (point.drawdown > worst.drawdown ? point : worst));
  const label = `Equity from ${told(points[0]!, currency)}, to ${told(last, currency)}; deepest ${told(deepest, currency)}`;
  const onKey = (event: KeyboardEvent): void => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (by) {
      choose(Math.min(points.length - 1, Math.max(0, (chosen ?? points.length - 1) + by)));
      event.preventDefault();
    } else if (event.key === "Escape") {
      choose(null);
    }
  };
  return (
    <figure class="equity" data-points={points.length}>
      <div ref={box} class="drawing" tabIndex={0} role="group" aria-label="Equity and drawdown, point by point with the arrow keys" onKeyDown={onKey}>
        {frame && (
          <svg
            width={width}
            height={(TOP + GAP + BELOW + FOOT) * rem}
            role="img"
            aria-label={label}
            onPointerMove={(event) => choose(nearest(points, frame, event.offsetX))}
            onPointerLeave={() => choose(null)}
          >
            <Axes frame={frame} />
            <Lines frame={frame} points={points} />
            {chosen !== null && <Mark frame={frame} point={shown} />}
          </svg>
        )}
      </div>
      <figcaption aria-live="polite">{told(shown, currency)}</figcaption>
    </figure>
  );
}
