// SPDX-License-Identifier: MIT
// The reasoning of each decision, newest first; each opens to its votes and figures.

import { memo } from "preact/compat";
import { useEffect, useState } from "preact/hooks";
import { ask } from "./answer";
import { query } from "./filters";
import { time, tone, words } from "./format";
import { verdictWords } from "./nothing";
import { Stale, staleness } from "./pushed";
import { Inside } from "./record";
import { decimalsOf, mergeThoughts, type State } from "./store";
import type { Thought } from "./types";

const KINDS = ["decision", "entry", "exit", "order_ended", "stale", "fresh", "loss_limit", "drawdown", "day_target", "new_day", "paused", "resumed",
  "held", "released", "note", "flow", "command", "crash", "crash_trial", "crash_over",
  "stop", "planned", "mood", "model", "drift", "demoted"];
const PAGE = 60;

function badge(thought: Thought): [string, string] {
  if (thought.kind === "exit") return [thought.pnl && Number(thought.pnl) < 0 ? "loss" : "gain", "exit"];
  if (thought.kind === "decision") return [thought.verdict === "enter" ? "act" : "", words(thought.verdict ?? "")];
  return [thought.kind === "entry" ? "act" : "note", words(thought.kind)];
}

export const ThoughtItem = memo(function ThoughtItem({
  thought,
  decimals,
  opened = false,
}: {
  thought: Thought;
  decimals: number | undefined;
  opened?: boolean;
}) {
  const [open, setOpen] = useState(opened);
  const [kind, label] = badge(thought);
  const lead = thought.pair ? `${thought.pair}: ` : "";
  const rest = thought.sentence.startsWith(lead) ? thought.sentence.slice(lead.length) : thought.sentence;
  const text = rest.charAt(0).toUpperCase() + rest.slice(1);
  return (
    <li>
      <details class="thought" open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary title={open ? undefined : text}>
          <span class="opens" aria-hidden="true" />
          <span class="when" title={thought.time}>
            {time(thought.time)}
          </span>
          {thought.pair && <span class="symbol">{thought.pair}</span>}
          <span class={`badge ${kind}`} title={thought.verdict && verdictWords(thought.verdict)}>
            {label}
          </span>
          <span class={`says ${thought.pnl ? tone(thought.pnl) : ""}`}>{text}</span>
        </summary>
        {open && <Inside thought={thought} decimals={decimals} />}
      </details>
    </li>
  );
});

export async function fetchThoughts(pair: string, kind: string): Promise<void> {
  const { thoughts } = await ask<{ thoughts: Thought[] }>(query("/api/v1/thoughts", { limit: "200", pair, kind }));
  mergeThoughts(thoughts);
}

/** Its sentence and those of its votes: so that a strategy's name finds what it said. */
function says(thought: Thought, sought: string): boolean {
  return [thought.sentence, ...thought.votes.map((vote) => `${vote.strategy} ${vote.sentence}`)].some((text) => text.toLowerCase().includes(sought));
}

export function Thoughts({ state }: { state: State }) {
  const [pair, setPair] = useState("");
  const [kind, setKind] = useState("");
  const [search, setSearch] = useState("");
  const [shown, setShown] = useState(PAGE);
  const sought = search.trim().toLowerCase();
  const pairs = state.sections?.pairs ?? [];
  const decimals = decimalsOf(state);
  const wanted = state.thoughts.filter(
    (thought) => (!pair || thought.pair === pair) && (!kind || thought.kind === kind) && (!sought || says(thought, sought)),
  );
  // The page holds the newest of all kinds; of one kind or pair the server may know older ones.
  useEffect(() => {
    setShown(PAGE);
    if (pair || kind) fetchThoughts(pair, kind).catch(() => undefined);
  }, [pair, kind]);
  return (
    <section class={`thoughts glass ${staleness(state) ? "stale" : ""}`} aria-label="Thoughts">
      <div class="title">
        <h2>Thoughts</h2>
        <Stale state={state} />
        <input
          type="search"
          placeholder="find"
          aria-label="Find in thoughts"
          value={search}
          onInput={(event) => setSearch(event.currentTarget.value)}
        />
        <select aria-label="Pair" value={pair} onChange={(event) => setPair(event.currentTarget.value)}>
          <option value="">all pairs</option>
          {pairs.map((each) => (
            <option key={each.pair} value={each.pair}>
              {each.pair}
            </option>
          ))}
        </select>
        <select aria-label="Kind" value={kind} onChange={(event) => setKind(event.currentTarget.value)}>
          <option value="">all kinds</option>
          {KINDS.map((each) => (
            <option key={each} value={each}>
              {words(each)}
            </option>
          ))}
        </select>
      </div>
      <ol>
        {wanted.slice(0, shown).map((thought) => (
          <ThoughtItem key={thought.number} thought={thought} decimals={decimals.get(thought.pair ?? "")} />
        ))}
        {wanted.length > shown && (
          <li>
            <button type="button" class="more" onClick={() => setShown(shown + PAGE)}>
              Show more
            </button>
          </li>
        )}
      </ol>
      {wanted.length === 0 && <p class="empty">{pair || kind || sought ? "Nothing like that has been said." : "Nothing has been said yet."}</p>}
    </section>
  );
}
