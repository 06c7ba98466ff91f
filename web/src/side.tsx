// SPDX-License-Identifier: MIT
// The left column: the pairs with their last price, and how far each limit is used up.

import { useState } from "preact/hooks";
import { percent, price, tone } from "./format";
import { watch, type State } from "./store";
import type { Pair, Risk } from "./types";

const HEALTH: Record<Pair["health"], string> = {
  warming: "warming up",
  fresh: "",
  stale: "silent",
  unlisted: "not listed",
};

function PairRow({ pair, chosen, held, timeframe }: { pair: Pair; chosen: boolean; held: boolean; timeframe: State["timeframe"] }) {
  const spread = pair.spread_bps === null ? "" : `, spread ${pair.spread_bps.toFixed(1)} bps`;
  return (
    <li>
      <button
        type="button"
        class={`pair ${chosen ? "chosen" : ""} ${pair.health}`}
        aria-pressed={chosen}
        title={`bid ${price(pair.bid)}, ask ${price(pair.ask)}${spread}`}
        onClick={() => watch(pair.pair, timeframe)}
      >
        <span class="symbol">
          {pair.pair}
          {held && <span class="held" title="a position is open">●</span>}
        </span>
        <span class="last">{price(pair.last)}</span>
        {HEALTH[pair.health] ? (
          <span class="state">{HEALTH[pair.health]}</span>
        ) : (
          <span class={`change ${tone(pair.day_change)}`}>{percent(pair.day_change, 2, true)}</span>
        )}
      </button>
    </li>
  );
}

/** Arrow keys walk the list. */
function onKey(event: KeyboardEvent): void {
  const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
  if (!step) return;
  const list = event.currentTarget as HTMLElement;
  const buttons = [...list.querySelectorAll("button")];
  const next = buttons[buttons.indexOf(document.activeElement as HTMLButtonElement) + step];
  if (!next) return;
  next.focus();
  event.preventDefault();
}

export function Pairs({ state }: { state: State }) {
  const [search, setSearch] = useState("");
  const pairs = state.sections?.pairs ?? [];
  const wanted = search.trim().toUpperCase();
  const shown = pairs.filter((pair) => pair.pair.includes(wanted));
  const held = new Set(state.sections?.positions.map((position) => position.pair));
  return (
    <section class="pairs glass" aria-label="Pairs">
      <div class="title">
        <h2>Pairs</h2>
        {pairs.length > 12 && (
          <input
            type="search"
            placeholder="find"
            aria-label="Find a pair"
            value={search}
            onInput={(event) => setSearch(event.currentTarget.value)}
          />
        )}
      </div>
      <ul onKeyDown={onKey}>
        {shown.map((pair) => (
          <PairRow
            key={pair.pair}
            pair={pair}
            chosen={pair.pair === state.pair}
            held={held.has(pair.pair)}
            timeframe={state.timeframe}
          />
        ))}
      </ul>
      {shown.length === 0 && <p class="empty">{pairs.length ? "None by that name." : "No pairs yet."}</p>}
    </section>
  );
}

function Gauge({ name, value, max, digits = 1 }: { name: string; value: number; max: number; digits?: number }) {
  const used = max > 0 ? Math.min(1, Math.max(0, value / max)) : 0;
  const level = used >= 1 ? "full" : used >= 0.75 ? "high" : "";
  return (
    <div class="gauge">
      <span>{name}</span>
      <span class="of">
        {percent(value, digits)}
        {max > 0 && ` of ${percent(max, digits)}`}
      </span>
      {max > 0 && (
        <meter class={level} min={0} max={1} value={used} aria-label={`${name}: ${Math.round(used * 100)} % of its limit`} />
      )}
    </div>
  );
}

export function Limits({ risk }: { risk: Risk }) {
  return (
    <section class="limits glass" aria-label="Limits">
      <div class="title">
        <h2>Limits</h2>
      </div>
      <Gauge name="Day's loss" value={risk.day_loss} max={risk.day_loss_max} />
      <Gauge name="In positions" value={risk.exposure} max={risk.exposure_max} />
      <Gauge name="Lost if every stop is hit" value={risk.at_risk} max={0} digits={2} />
    </section>
  );
}
