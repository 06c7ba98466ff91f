// SPDX-License-Identifier: MIT
// What stands against entries: what stands against the whole, what against each pair, and what became of
// the last decisions.

import { many, time, words } from "./format";
import { Pushed } from "./pushed";
import { go, type State } from "./store";
import type { Sections, Thought } from "./types";

// The verdicts of src/core/engine/action.h, as an operator would say them.
const WORDS: Record<string, string> = {
  tie: "as many strategies say long as short",
  too_few: "too few strategies agree",
  unsure: "not confident enough",
  no_short: "a short signal, and spot has no shorts",
  have_order: "an order of ours is still working there",
  full: "as many positions are open as are allowed",
  loss_limit: "the day's loss limit is reached",
  paused: "trading is paused",
  stale: "its feed is silent",
  pair_status: "the venue takes no entries there",
  no_stop: "no usable stop, so the risk has no bound",
  no_reward: "the target would not cover the fees",
  too_small: "the order would be below the pair's minimum",
  no_funds: "the free cash does not cover an order",
  late: "the candle was too old to act on",
  held: "the disk does not take what must be kept",
  crash: "the market crashed: it is given time",
  cooldown: "its strategies cool down after a close",
  filter: "a filter did not pass",
  mood: "the whole market's mood stops entries",
  timeframe: "another timeframe does not agree",
  drawdown: "the account has fallen too far: it waits for you to resume",
  at_risk: "all positions together risk as much as they may",
  pair_limit: "the pair's own limit is too small for an order",
  strategy_limit: "a strategy's positions cost as much as they may",
  strategy_full: "a strategy has as many positions as it may",
  group_full: "pairs that move with it are held already",
  day_target: "the day's profit target is reached",
  cool_off: "too many losses in a row: trading cools off",
  model: "the model expects it to lose",
  bandit: "what closed trades have taught skips it",
  enter: "entered",
  close: "closed what was held",
  hold: "agrees with what is held",
};

export function verdictWords(verdict: string): string {
  return WORDS[verdict] ?? words(verdict);
}

interface Count {
  of: string;
  pairs: string[];
  count: number;
}

function counted(items: { of: string; pair: string }[]): Count[] {
  const counts = new Map<string, Count>();
  for (const { of, pair } of items) {
    const found = counts.get(of) ?? { of, pairs: [], count: 0 };
    found.count++;
    if (!found.pairs.includes(pair)) found.pairs.push(pair);
    counts.set(of, found);
  }
  return [...counts.values()].sort((a, b) => b.count - a.count);
}

function against({ pairs }: Sections): Count[] {
  return counted(pairs.flatMap((pair) => (pair.against ? [{ of: pair.against, pair: pair.pair }] : [])));
}

/** What stands against an entry in every pair, where that is one thing. */
export function everywhere({ pairs }: Sections): string | null {
  const first = pairs[0]?.against ?? null;
  return first !== null && pairs.every((pair) => pair.against === first) ? first : null;
}

/** What stops every entry, whatever a strategy says. */
export function wholes(sections: Sections): string[] {
  const { status, risk } = sections;
  const said: string[] = [];
  if (status.paused) said.push("Trading is paused: Resume lets entries through again.");
  if (risk.loss_limit_hit) said.push("The day's loss limit is reached: entries wait for the next UTC day.");
  if (risk.crashed) said.push("The market crashed: entries are stopped or tried one at a time.");
  if (!status.feed.connected) said.push("The feed is not connected.");
  if (!status.reconciled) said.push("The ledger and the venue are being reconciled.");
  if (status.trouble) said.push(`${status.trouble[0]!.toUpperCase()}${status.trouble.slice(1)}.`);
  else if (status.reconciled && !status.entries_possible) said.push("The venue takes no entries now.");
  if (risk.positions_max > 0 && risk.positions >= risk.positions_max)
    said.push(`${risk.positions} of ${many(risk.positions_max, "position")} ${risk.positions === 1 ? "is" : "are"} open.`);
  if (risk.exposure_max > 0 && risk.exposure >= risk.exposure_max) said.push("As much of equity is in positions as may be.");
  const one = everywhere(sections);
  if (one !== null && said.length === 0) said.push(`No pair takes an entry: ${verdictWords(one)}.`);
  return said;
}

function Against({ sections }: { sections: Sections }) {
  const found = against(sections);
  const free = sections.pairs.filter((pair) => !pair.against).length;
  return (
    <ul class="counts" data-against>
      {found.map(({ of, pairs, count }) => (
        <li key={of} data-verdict={of}>
          <strong>{count}</strong>
          <span>
            {verdictWords(of)}{" "}
            <span class="of">
              {pairs.slice(0, 8).map((pair) => (
                <button key={pair} type="button" class="link" onClick={() => go("trade", pair)}>
                  {pair}
                </button>
              ))}
              {pairs.length > 8 && `and ${pairs.length - 8} more`}
            </span>
          </span>
        </li>
      ))}
      <li data-verdict="none">
        <strong>{free}</strong>
        <span>nothing stands against an entry: they wait for a signal</span>
      </li>
    </ul>
  );
}

function verdictsOf(thoughts: Thought[]): Count[] {
  return counted(thoughts.flatMap(({ kind, verdict, pair }) => (kind === "decision" && verdict ? [{ of: verdict, pair: pair ?? "" }] : [])));
}

function Verdicts({ thoughts }: { thoughts: Thought[] }) {
  const decisions = thoughts.filter((each) => each.kind === "decision" && each.verdict);
  if (decisions.length === 0) return <p class="empty">No strategy has had a signal yet.</p>;
  const oldest = decisions[decisions.length - 1]!;
  return (
    <>
      <h3>
        The last {decisions.length === 1 ? "decision" : `${decisions.length} decisions`}, since {time(oldest.time, true)}
      </h3>
      <ul class="counts" data-verdicts>
        {verdictsOf(decisions).map(({ of, count }) => (
          <li key={of} data-verdict={of}>
            <strong>{count}</strong>
            <span>{verdictWords(of)}</span>
          </li>
        ))}
      </ul>
    </>
  );
}

/** Why no trade has been closed yet: what most of the decisions that we know of came to. */
export function NoTradeYet({ thoughts }: { thoughts: Thought[] }) {
  const found = verdictsOf(thoughts).filter(({ of }) => of !== "enter");
  const total = found.reduce((before, { count }) => before + count, 0);
  return (
    <div class="empty">
      <p>No trade has been closed yet.</p>
      {total > 0 && (
        <p>
          {total === 1 ? "The last decision made no entry" : `Of the last ${total} decisions without an entry`}:{" "}
          {found
            .slice(0, 5)
            .map(({ of, count }) => `${count} ${verdictWords(of)}`)
            .join(", ")}
          .
        </p>
      )}
    </div>
  );
}

export function NothingTrades({ state }: { state: State }) {
  return (
    <Pushed name="What stands against entries" state={state} empty={({ pairs }) => (pairs.length === 0 ? "No pairs yet." : null)}>
      {(sections) => (
        <div class="nothing">
          {wholes(sections).map((sentence) => (
            <p key={sentence} class="stops">
              {sentence}
            </p>
          ))}
          <h3>Against an entry now, by pair</h3>
          <Against sections={sections} />
          <Verdicts thoughts={state.thoughts} />
        </div>
      )}
    </Pushed>
  );
}
