// SPDX-License-Identifier: MIT
// The strategies' pulse: which of them speaks, what it said last and how long ago.

import { duration, words } from "./format";
import { Pushed } from "./pushed";
import { watch, type State } from "./store";
import { TIMEFRAME_SECONDS, type Strategy, type Timeframe } from "./types";

const SIGNS = { long: "▲", short: "▼", neutral: "●" };
const SAYS = { long: "gain", short: "loss", neutral: "" };

/** 1 for a signal of this very candle, down to 0 for one of twelve candles ago. */
function freshness(strategy: Strategy, ago: number): number {
  const span = TIMEFRAME_SECONDS[strategy.timeframe as Timeframe] ?? 60;
  return Math.max(0, 1 - ago / (12 * span));
}

function Beat({ strategy, state, now }: { strategy: Strategy; state: State; now: number }) {
  const { last } = strategy;
  const ago = last.time ? Math.max(0, (now - Date.parse(last.time)) / 1000) : null;
  const stands = !strategy.enabled ? "off" : strategy.shadow ? "shadow" : strategy.timeframe;
  return (
    <li class={strategy.enabled ? "" : "off"} data-strategy={strategy.strategy}>
      <span class={`beat ${SAYS[last.direction]}`} aria-hidden="true">
        {last.time ? SIGNS[last.direction] : "–"}
      </span>
      <span class="who">
        {words(strategy.strategy)} <small title={strategy.shadow ? "shadow: it is asked, but it moves nothing" : undefined}>{stands}</small>
      </span>
      <span class="said">
        {ago === null ? (
          "silent"
        ) : (
          <>
            <span class="unseen">{last.direction} </span>
            {last.pair && (
              <button type="button" class="link" onClick={() => watch(last.pair!, state.timeframe)}>
                {last.pair}
              </button>
            )}
          </>
        )}
      </span>
      <span class="ago">{ago === null ? "" : duration(ago)}</span>
      <span class="fresh" style={{ "--fresh": `${ago === null ? 0 : (100 * freshness(strategy, ago)).toFixed(0)}%` }} aria-hidden="true" />
      <span class="share" title="Signals strong enough to count, of all it gave">
        {strategy.actionable.toLocaleString("en-US")} of {strategy.signals.toLocaleString("en-US")} actionable
      </span>
    </li>
  );
}

export function Pulse({ state }: { state: State }) {
  const strategies = state.sections?.strategies ?? [];
  const now = Date.parse(state.sections?.status.market_time ?? "") || Date.now();
  const on = [...strategies].sort((a, b) => Number(b.enabled) - Number(a.enabled));
  return (
    <Pushed name="Strategies" class="pulse" state={state} empty={strategies.length ? null : "No strategy is known."}>
      <ul tabIndex={0} aria-label="What each strategy said last">
        {on.map((each) => (
          <Beat key={each.strategy} strategy={each} state={state} now={now} />
        ))}
      </ul>
    </Pushed>
  );
}
