// SPDX-License-Identifier: MIT
// The left column: the pairs with their last price, those that are held first.

import { useState } from "preact/hooks";
import { percent, price, tone } from "./format";
import { Pushed } from "./pushed";
import { watch, type State } from "./store";
import type { Pair } from "./types";

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
  const held = new Set(state.sections?.positions.map((position) => position.pair));
  const found = pairs.filter((pair) => pair.pair.includes(wanted));
  const shown = [...found.filter((pair) => held.has(pair.pair)), ...found.filter((pair) => !held.has(pair.pair))];
  const none = pairs.length ? "None by that name." : "No pairs yet.";
  return (
    <Pushed
      name="Pairs"
      class="pairs"
      state={state}
      empty={shown.length ? null : none}
      side={
        pairs.length > 12 && (
          <input
            type="search"
            placeholder="find"
            aria-label="Find a pair"
            value={search}
            onInput={(event) => setSearch(event.currentTarget.value)}
          />
        )
      }
    >
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
    </Pushed>
  );
}
