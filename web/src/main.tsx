// SPDX-License-Identifier: MIT
import { render } from "preact";
import { useEffect } from "preact/hooks";
import { Chart } from "./chart";
import { Outcome, takeToken } from "./control";
import { percent, price, signed, tone } from "./format";
import { Banner, Head } from "./head";
import { Limits, Pairs } from "./side";
import { connect, restore, useStore, watch, type State } from "./store";
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

function App() {
  const state = useStore();
  const status = state.sections?.status;
  const title = status
    ? `${state.connected ? "" : "⚠ "}${signed(status.day_pnl)} ${status.currency} · cuttle ${status.mode}`
    : "cuttle";
  useEffect(() => {
    document.title = title;
  }, [title]);
  return (
    <>
      <Banner state={state} />
      <div class={`page ${state.connected ? "" : "stale-page"}`}>
        <Head state={state} />
        <Outcome />
        {state.sections ? (
          <main>
            <div class="left">
              <Pairs state={state} />
              <Limits risk={state.sections.risk} />
            </div>
            <div class="centre">
              <ChartPanel state={state} />
              <Tables state={state} />
            </div>
            <Thoughts state={state} />
          </main>
        ) : (
          <p class="loading">Connecting to cuttle …</p>
        )}
        <footer>
          <span>cuttle {status?.version}. All times UTC.</span>
          <span>
            Charts: Lightweight Charts™, Copyright © 2025{" "}
            <a href="https://www.tradingview.com/" rel="noreferrer noopener" target="_blank">
              TradingView, Inc.
            </a>
          </span>
        </footer>
      </div>
    </>
  );
}

takeToken();
restore(TIMEFRAMES);
const root = document.getElementById("app")!;
root.textContent = "";
render(<App />, root);
connect();
