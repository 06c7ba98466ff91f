// SPDX-License-Identifier: MIT
// The whole of a thought: the votes, what was checked and found, what the model said, and the record as it is kept.

import { useState } from "preact/hooks";
import { duration, money, NONE, percent, price, signed, words } from "./format";
import type { Finding, Thought } from "./types";

export function Votes({ thought }: { thought: Thought }) {
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
              <td>
                {vote.direction}
                {vote.shadow ? ", shadow" : vote.cooling ? ", cooling" : ""}
              </td>
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

type Fact = [name: string, value: string];

function amounts(thought: Thought, decimals: number | undefined): Fact[] {
  const at = (value: number | null): string | null => (value === null ? null : price(value, decimals));
  const amount = (text: string | undefined): string | null => (text && Number(text) !== 0 ? money(text) : null);
  const decision = thought.kind === "decision";
  const rows: [string, string | null][] = [
    ["price", at(thought.price)],
    ["stop", at(thought.stop)],
    ["target", at(thought.target)],
    ["confidence", decision ? `${thought.confidence.toFixed(2)} of ${thought.gate.toFixed(2)}` : null],
    ["by votes", thought.blend ? thought.blend.voted.toFixed(2) : null],
    [words(thought.blend?.model ?? ""), thought.blend ? `${thought.blend.probability.toFixed(2)}, for ${percent(thought.blend.share, 0)}` : null],
    ["strength", decision ? thought.strength.toFixed(2) : null],
    ["book imbalance", decision ? percent(thought.imbalance, 0, true) : null],
    ["book score", decision && thought.book ? percent(thought.book.score, 0, true) : null],
    ["ATR", at(thought.atr)],
    ["cost", amount(thought.cost)],
    ["risk", amount(thought.risk)],
    ["fee", amount(thought.fee)],
    ["result", thought.pnl === undefined ? null : signed(thought.pnl)],
    ["equity", amount(thought.equity)],
    ["expected value", thought.expected_value === undefined ? null : percent(thought.expected_value, 3, true)],
    ["size by", thought.size_rule ? words(thought.size_rule) : null],
    ["order", thought.order === undefined ? null : String(thought.order)],
    ["record", String(thought.number)],
  ];
  return rows.filter((row): row is Fact => row[1] !== null);
}

function surroundings(thought: Thought): Fact[] {
  const { regime, mood, effect, plan } = thought;
  const rows: Fact[] = [];
  if (regime) rows.push(["regime", `${words(regime.way)}, ${words(regime.volatility)}`], ["ADX", regime.adx.toFixed(1)]);
  if (mood) rows.push(["market", words(mood.kind)], ["risen", `${mood.risen} of ${mood.counted}`]);
  if (effect && effect.size !== 1) rows.push(["regime's size", `× ${effect.size.toFixed(2)}`]);
  if (plan) rows.push(["held for", duration(plan.moved ? plan.hold_seconds : plan.hold_own_seconds)]);
  for (const [name, factor] of Object.entries(thought.size_factors ?? {})) rows.push([`size, ${words(name)}`, `× ${factor.toFixed(3)}`]);
  return rows;
}

function Facts({ rows }: { rows: Fact[] }) {
  if (rows.length === 0) return null;
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

const SIGNS: Record<string, string> = { passed: "✓", failed: "✗" };

function Findings({ name, of }: { name: string; of: Finding[] | undefined }) {
  if (!of?.length) return null;
  return (
    <table class="findings">
      <caption>{name}</caption>
      <tbody>
        {of.map((each) => (
          <tr key={each.name} class={each.state === "failed" ? "loss" : ""}>
            <th scope="row">{words(each.name)}</th>
            <td>
              {SIGNS[each.state] ?? NONE} {words(each.state)}
            </td>
            <td>{Number(each.figure.toPrecision(4))}</td>
            <td>
              {each.high === null ? `at least ${Number(each.low.toPrecision(4))}` : `${Number(each.low.toPrecision(4))} to ${Number(each.high.toPrecision(4))}`}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Contributions({ thought }: { thought: Thought }) {
  const told = thought.blend?.contributions ?? [];
  if (told.length === 0) return null;
  return (
    <ul class="contributions" aria-label="What the model went by">
      {told.map((each) => (
        <li key={each.feature}>{each.sentence}</li>
      ))}
    </ul>
  );
}

/** Every member of it, for what no table above has. */
function Kept({ thought }: { thought: Thought }) {
  const [open, setOpen] = useState(false);
  return (
    <details class="kept" open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>The record as it is kept</summary>
      {open && (
        <pre tabIndex={0} aria-label="The record as JSON">
          {JSON.stringify(thought, null, 1)}
        </pre>
      )}
    </details>
  );
}

/** An entry whose expected value is below zero looks like a mistake, and is none. */
function BelowZero({ thought }: { thought: Thought }) {
  const value = thought.expected_value;
  if (thought.verdict !== "enter" || value === undefined || value >= 0) return null;
  return (
    <p class="below-zero">
      Expected value below zero: were the confidence of {thought.confidence.toFixed(2)} the chance of reaching the target, such trades would lose{" "}
      {percent(-value, 3)} of their cost on average, fees included. It was bought all the same, because this figure only says which entry goes
      first; what lets one through is a confidence of at least {thought.gate.toFixed(2)}, the filters and the limits of risk.
    </p>
  );
}

export function Inside({ thought, decimals }: { thought: Thought; decimals: number | undefined }) {
  return (
    <div class="inside">
      {thought.votes.length > 0 && <Votes thought={thought} />}
      <Facts rows={amounts(thought, decimals)} />
      <BelowZero thought={thought} />
      <Facts rows={surroundings(thought)} />
      <Findings name="Filters" of={thought.filters} />
      <Findings name="Timeframes" of={thought.timeframes} />
      <Contributions thought={thought} />
      <Kept thought={thought} />
    </div>
  );
}
