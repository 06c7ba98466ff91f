// SPDX-License-Identifier: MIT
// The Trade page: one pair's chart, the account below it, and beside them what to watch meanwhile.

import { Chart } from "./chart";
import { percent, price, tone } from "./format";
import { Limits, Pairs } from "./side";
import { watch, type State } from "./store";
import { Tables } from "./tables";
import { Thoughts } from "./thoughts";
import { TIMEFRAMES } from "./types";

function ChartPanel({ state }: { state: State }) {
  const pair = state.sections?.pairs.find((each) => each.pair === state.pair);
  return (
    <section class="market glass" aria-label="Chart">
      <div class="title">
        <h2>{state.pair || "Chart"}</h2>
        {pair && (
          <span class="quote">
            <strong>{price(pair.last)}</strong>{" "}
            <span class={tone(pair.day_change)}>{percent(pair.day_change, 2, true)}</span>
          </span>
        )}
        <div class="timeframes" role="group" aria-label="Timeframe">
          {TIMEFRAMES.map((each) => (
            <button
              key={each}
              type="button"
              aria-pressed={each === state.timeframe}
              onClick={() => watch(state.pair, each)}
            >
              {each}
            </button>
          ))}
        </div>
      </div>
      <Chart state={state} pair={pair} />
    </section>
  );
}

export function TradePage({ state }: { state: State }) {
  if (!state.sections) return null;
  return (
    <>
      <div class="left">
        <Pairs state={state} />
        <Limits risk={state.sections.risk} />
      </div>
      <div class="centre">
        <ChartPanel state={state} />
        <Tables state={state} />
      </div>
      <div class="right">
        <Thoughts state={state} />
      </div>
    </>
  );
}
