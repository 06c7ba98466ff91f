// SPDX-License-Identifier: MIT
// The reasoning of each decision, newest first; each opens to its votes and figures.

import { memo } from "preact/compat";
import { useEffect, useState } from "preact/hooks";
import { money, percent, price, signed, time, tone, words } from "./format";
import { request } from "./key";
import { mergeThoughts, type State } from "./store";
import type { Pair, Thought } from "./types";

const KINDS = ["decision", "entry", "exit", "order_ended", "stale", "fresh", "loss_limit", "drawdown", "day_target", "new_day", "paused", "resumed",
  "held", "released", "note", "flow", "command", "crash", "crash_trial", "crash_over",
  "stop", "planned", "mood", "model", "drift", "demoted"];
const PAGE = 60;

function Votes({ thought }: { thought: Thought }) {
  return (
    <table class="votes">
      <thead>
        <tr>
          <th scope="col">Strategy</th>
          <th scope="col">Says</th>
          <th scope="col">Strength</th>
          <th scope="col">Confidence</th>
        </tr>
      </thead>
      <tbody>
        {thought.votes.map((vote) => (
          <>
            <tr key={vote.strategy} class={vote.actionable ? "" : "weak"}>
              <th scope="row">{words(String(vote.strategy))}</th>
              <td>{vote.direction}</td>
              <td>{vote.strength.toFixed(2)}</td>
              <td>{vote.confidence.toFixed(2)}</td>
            </tr>
            <tr class={`why ${vote.actionable ? "" : "weak"}`}>
              <td colSpan={4}>{vote.sentence.replace(/^[^:]*: /, "")}</td>
            </tr>
          </>
        ))}
      </tbody>
    </table>
  );
}

function Figures({ thought, decimals }: { thought: Thought; decimals: number | undefined }) {
  const decision = thought.kind === "decision";
  const rows: [string, string][] = [];
  const add = (name: string, value: string | null): void => {
    if (value !== null) rows.push([name, value]);
  };
  const amount = (text: string | undefined): string | null => (text && Number(text) !== 0 ? money(text) : null);
  add("price", thought.price === null ? null : price(thought.price, decimals));
  add("stop", thought.stop === null ? null : price(thought.stop, decimals));
  add("target", thought.target === null ? null : price(thought.target, decimals));
  add("confidence", decision ? `${thought.confidence.toFixed(2)} of ${thought.gate.toFixed(2)}` : null);
  if (thought.blend) {
    const { model, voted, probability, share } = thought.blend;
    add("by votes", voted.toFixed(2));
    add(words(model), `${probability.toFixed(2)}, for ${percent(share, 0)}`);
  }
  add("strength", decision ? thought.strength.toFixed(2) : null);
  add("book imbalance", decision ? percent(thought.imbalance, 0, true) : null);
  add("book score", decision && thought.book ? percent(thought.book.score, 0, true) : null);
  add("ATR", thought.atr === null ? null : price(thought.atr, decimals));
  add("cost", amount(thought.cost));
  add("risk", amount(thought.risk));
  add("fee", amount(thought.fee));
  add("result", thought.pnl === undefined ? null : signed(thought.pnl));
  add("equity", amount(thought.equity));
  add("order", thought.order === undefined ? null : String(thought.order));
  add("record", String(thought.number));
  return (
    <dl class="facts">
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function badge(thought: Thought): [string, string] {
  if (thought.kind === "exit") return [thought.pnl && Number(thought.pnl) < 0 ? "loss" : "gain", "exit"];
  if (thought.kind === "decision") return [thought.verdict === "enter" ? "act" : "", words(thought.verdict ?? "")];
  return [thought.kind === "entry" ? "act" : "note", words(thought.kind)];
}

const ThoughtItem = memo(function ThoughtItem({ thought, decimals }: { thought: Thought; decimals: number | undefined }) {
  const [open, setOpen] = useState(false);
  const [kind, label] = badge(thought);
  const lead = thought.pair ? `${thought.pair}: ` : "";
  const rest = thought.sentence.startsWith(lead) ? thought.sentence.slice(lead.length) : thought.sentence;
  const text = rest.charAt(0).toUpperCase() + rest.slice(1);
  return (
    <li>
      <details class="thought" open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>
          <span class="when" title={thought.time}>
            {time(thought.time)}
          </span>
          {thought.pair && <span class="symbol">{thought.pair}</span>}
          <span class={`badge ${kind}`}>{label}</span>
          <span class={`says ${thought.pnl ? tone(thought.pnl) : ""}`}>{text}</span>
        </summary>
        {open && (
          <div class="inside">
            {thought.votes.length > 0 && <Votes thought={thought} />}
            <Figures thought={thought} decimals={decimals} />
          </div>
        )}
      </details>
    </li>
  );
});

export async function fetchThoughts(pair: string, kind: string): Promise<void> {
  const query = new URLSearchParams({ limit: "200" });
  if (pair) query.set("pair", pair);
  if (kind) query.set("kind", kind);
  const reply = await request(`/api/v1/thoughts?${query}`);
  if (reply.ok) mergeThoughts(((await reply.json()) as { thoughts: Thought[] }).thoughts);
}

export function Thoughts({ state }: { state: State }) {
  const [pair, setPair] = useState("");
  const [kind, setKind] = useState("");
  const [shown, setShown] = useState(PAGE);
  const pairs = state.sections?.pairs ?? [];
  const decimals = new Map(pairs.map((each: Pair) => [each.pair, each.price_decimals]));
  const wanted = state.thoughts.filter(
    (thought) => (!pair || thought.pair === pair) && (!kind || thought.kind === kind),
  );
  // The page holds the newest of all kinds; of one kind or pair the server may know older ones.
  useEffect(() => {
    setShown(PAGE);
    if (pair || kind) fetchThoughts(pair, kind).catch(() => undefined);
  }, [pair, kind]);
  return (
    <section class="thoughts glass" aria-label="Thoughts">
      <div class="title">
        <h2>Thoughts</h2>
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
      {wanted.length === 0 && <p class="empty">Nothing {pair || kind ? "of that kind " : ""}has been said yet.</p>}
    </section>
  );
}
