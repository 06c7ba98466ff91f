// SPDX-License-Identifier: MIT
// The candles of the watched pair, with what was traded on them, what protects the position, and what was decided.

import { useEffect, useRef, useState } from "preact/hooks";
import { useChoice, type Choice } from "./chart_choice";
import { drawCandles, dress, make, toNewest, type Drawing } from "./chart_draw";
import { IndicatorLines, IndicatorMenu, type Drawn } from "./chart_indicators";
import { Legend } from "./chart_legend";
import { drawLines, drawMarkers, drawTrail } from "./chart_overlay";
import { percent, price, tone } from "./format";
import { Stale, staleness } from "./pushed";
import { watch, type State } from "./store";
import { onTheme } from "./theme";
import { fetchThoughts } from "./thoughts";
import { TIMEFRAMES, type Pair, type Position } from "./types";

interface Made {
  drawing: Drawing;
  drawn: Drawn;
}

/** The canvas, made once the element is there; `theme` counts the changes of dress. */
function useDrawing() {
  const element = useRef<HTMLDivElement>(null);
  const [made, setMade] = useState<Made | null>(null);
  const [theme, setTheme] = useState(0);
  const [past, setPast] = useState(false); // the newest candle is out of sight
  useEffect(() => {
    const drawing = make(element.current!);
    setMade({ drawing, drawn: new Map() });
    const endTheme = onTheme(() => {
      dress(drawing);
      drawing.version = -1;
      setTheme((n) => n + 1);
    });
    const onResize = (): void => dress(drawing); // the page's letters grow with the screen
    const onMove = (): void => setPast(drawing.chart.timeScale().scrollPosition() < -1);
    drawing.chart.timeScale().subscribeVisibleLogicalRangeChange(onMove);
    addEventListener("resize", onResize);
    return () => {
      removeEventListener("resize", onResize);
      endTheme();
      drawing.gone = true;
      drawing.chart.remove();
    };
  }, []);
  return { element, made, theme, past };
}

function useOverlays(made: Made | null, state: State, position: Position | undefined, choice: Choice, theme: number): void {
  const drawing = made?.drawing;
  useEffect(() => drawing && drawCandles(drawing, state.candles), [drawing, state.candles, theme]);
  useEffect(
    () => drawing && drawMarkers(drawing, state, position, choice.decisions),
    [drawing, state.trades, choice.decisions && state.thoughts, state.candles?.version, state.candles?.rows.length, position?.opened, theme],
  );
  useEffect(
    () => drawing && drawLines(drawing, position),
    [drawing, state.pair, position?.entry, position?.stop, position?.target, theme],
  );
  useEffect(
    () => drawing && drawTrail(drawing, state, position),
    [drawing, state.thoughts, state.candles?.version, state.candles?.rows.length, position?.opened, position?.stop],
  );
  // The page holds the newest thoughts of all pairs; of this one the session may know older ones.
  const held = position !== undefined;
  useEffect(() => {
    if (state.pair && held) void fetchThoughts(state.pair, "stop").catch(() => undefined);
  }, [state.pair, held]);
  useEffect(() => {
    if (state.pair && choice.decisions) void fetchThoughts(state.pair, "decision").catch(() => undefined);
  }, [state.pair, choice.decisions]);
}

/** Arrow keys move through time, + and - zoom, End goes to the newest. */
function onKey(event: KeyboardEvent, drawing: Drawing): void {
  const scale = drawing.chart.timeScale();
  const range = scale.getVisibleLogicalRange();
  if (!range || event.ctrlKey || event.altKey || event.metaKey) return;
  const width = range.to - range.from;
  const by = (from: number, to: number): void => scale.setVisibleLogicalRange({ from: range.from + from, to: range.to + to });
  if (event.key === "ArrowLeft") by(-width / 10, -width / 10);
  else if (event.key === "ArrowRight") by(width / 10, width / 10);
  else if (event.key === "+" || event.key === "=") by(width / 8, 0);
  else if (event.key === "-") by(-width / 6, 0);
  else if (event.key === "End") toNewest(drawing);
  else return;
  event.preventDefault();
}

function summaryOf(state: State, decimals: number): string {
  const rows = state.candles?.rows ?? [];
  const last = rows[rows.length - 1];
  return last
    ? `${state.pair}, ${state.timeframe} candles, ${rows.length} shown, last close ${last[4].toFixed(decimals)}`
    : `${state.pair}: no candles yet`;
}

function Chart({ state, pair, choice }: { state: State; pair: Pair | undefined; choice: Choice }) {
  const { element, made, theme, past } = useDrawing();
  const [, redraw] = useState(0);
  const position = state.sections?.positions.find((each) => each.pair === state.pair);
  const decimals = pair?.price_decimals ?? 2;
  const { candles } = state;
  useEffect(() => {
    made?.drawing.candles.applyOptions({ priceFormat: { type: "price", precision: decimals, minMove: 10 ** -decimals } });
  }, [made, decimals]);
  useOverlays(made, state, position, choice, theme);
  return (
    <div class="chart-box">
      <div
        class="chart"
        ref={element}
        role="application"
        aria-roledescription="chart"
        tabIndex={0}
        aria-label={summaryOf(state, decimals)}
        data-rows={candles?.rows.length ?? 0}
        onKeyDown={(event) => made && onKey(event, made.drawing)}
      />
      {made && candles && <Legend {...made} state={state} decimals={decimals} marks={choice.decisions} />}
      {made && candles && (
        <IndicatorLines
          key={`${candles.pair},${candles.timeframe}`}
          {...made}
          names={choice.indicators}
          state={state}
          decimals={decimals}
          theme={theme}
          onDrawn={() => redraw((n) => n + 1)}
        />
      )}
      {past && (
        <button type="button" class="newest act" onClick={() => made && toNewest(made.drawing)}>
          Newest »
        </button>
      )}
      {!candles && <p class="empty chart-empty">Loading the candles of {state.pair || "a pair"} …</p>}
      {candles?.rows.length === 0 && <p class="empty chart-empty">No candles of {state.pair} yet.</p>}
    </div>
  );
}

function Timeframes({ state }: { state: State }) {
  return (
    <div class="timeframes" role="group" aria-label="Timeframe">
      {TIMEFRAMES.map((each) => (
        <button key={each} type="button" aria-pressed={each === state.timeframe} onClick={() => watch(state.pair, each)}>
          {each}
        </button>
      ))}
    </div>
  );
}

export function ChartPanel({ state }: { state: State }) {
  const [choice, choose] = useChoice();
  const pair = state.sections?.pairs.find((each) => each.pair === state.pair);
  return (
    <section class={`market glass ${staleness(state) ? "stale" : ""}`} aria-label="Chart">
      <div class="title">
        <h2>{state.pair || "Chart"}</h2>
        {pair && (
          <span class="quote">
            <strong>{price(pair.last)}</strong> <span class={tone(pair.day_change)}>{percent(pair.day_change, 2, true)}</span>
          </span>
        )}
        <Stale state={state} />
        <div class="tools">
          <IndicatorMenu choice={choice} choose={choose} />
          <button
            type="button"
            aria-pressed={choice.decisions}
            title="Where on the candles something was decided"
            onClick={() => choose({ ...choice, decisions: !choice.decisions })}
          >
            Decisions
          </button>
        </div>
        <Timeframes state={state} />
      </div>
      <Chart state={state} pair={pair} choice={choice} />
    </section>
  );
}
