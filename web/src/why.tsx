// SPDX-License-Identifier: MIT
// Why a trade was made and what ended it: its records, from the decision to the exit; and why a position is held.

import { query } from "./filters";
import { useData } from "./panel";
import { ThoughtItem } from "./thoughts";
import type { Position, Thought, Trade } from "./types";

const BEFORE_MS = 30 * 60_000; // a resting entry may have been decided on long before it was filled
const AFTER_MS = 60_000;
const SLACK_MS = 2000;
const MOST = 1000;

interface Told {
  thoughts: Thought[]; // newest first
  total: number;
}

function moment(text: string, more: number): string {
  return new Date(Date.parse(text) + more).toISOString();
}

const MOVES = ["entry", "exit", "stop", "command", "planned", "note", "order_ended"];

/** Whether it set out to open: a strategy's decision, or a command. */
function began(each: Thought): boolean {
  return (each.kind === "decision" && each.verdict === "enter") || (each.kind === "command" && each.order !== undefined);
}

/** What moved it, oldest first; decisions in between that changed nothing are left out. */
function story(trade: Trade, thoughts: Thought[]): Thought[] {
  const fills = thoughts.filter(
    (each) => each.kind === "entry" && each.time >= moment(trade.opened, -SLACK_MS) && each.time <= trade.closed,
  );
  const order = fills[fills.length - 1]?.order;
  const begun = thoughts.find(
    (each) => began(each) && (order === undefined ? each.time <= trade.opened : each.order === order) && each.number < trade.number,
  );
  const begins = begun?.number ?? (fills[fills.length - 1]?.number ?? trade.number) - 1;
  const closing = (each: Thought): boolean => each.kind === "decision" && each.verdict === "close";
  return thoughts
    .filter((each) => each === begun || (each.number > begins && each.number <= trade.number && (MOVES.includes(each.kind) || closing(each))))
    .sort((a, b) => a.number - b.number);
}

/** Its beginning is asked for by itself: of a long trade the newest records would crowd it out. */
function useStory(trade: Trade): { parts: Thought[] | null; error: string | null } {
  const asked = (from: string, to: string): string => query("/api/v1/thoughts", { pair: trade.pair, from, to, limit: String(MOST) });
  const begun = useData<Told>(asked(moment(trade.opened, -BEFORE_MS), moment(trade.opened, AFTER_MS)));
  const ended = useData<Told>(asked(moment(trade.opened, AFTER_MS), moment(trade.closed, AFTER_MS)));
  if (!begun.data || !ended.data) return { parts: null, error: begun.error ?? ended.error };
  const all = new Map([...ended.data.thoughts, ...begun.data.thoughts].map((each) => [each.number, each]));
  return { parts: story(trade, [...all.values()].sort((a, b) => b.number - a.number)), error: null };
}

/** What opens a trade to its story, and shuts it. */
export function WhyButton({ trade, opened, open, text }: { trade: Trade; opened: number | null; open: (number: number | null) => void; text?: string }) {
  const shown = trade.number === opened;
  return (
    <button
      type="button"
      class="link"
      aria-expanded={shown}
      aria-label={`${trade.pair}, trade ${trade.number}: why`}
      title="Why it was made, and what ended it"
      data-act={`why-${trade.number}`}
      onClick={() => open(shown ? null : trade.number)}
    >
      <span aria-hidden="true">{shown ? "▾" : "▸"}</span> {text}
    </button>
  );
}

export function Why({ trade, decimals }: { trade: Trade; decimals: number | undefined }) {
  const { parts, error } = useStory(trade);
  if (!parts) return <p class="empty">{error ?? "Loading …"}</p>;
  if (parts.length === 0) return <p class="empty">Its records are not kept any more (session.keep).</p>;
  const missing = !parts.some((each) => each.verdict === "enter" || each.kind === "command");
  return (
    <div class="why-story">
      {missing && <p class="of">The decision that began it is not among the records that are kept.</p>}
      <ol class="thoughts-of" aria-label={`How trade ${trade.number} went`}>
        {parts.map((each) => (
          <ThoughtItem key={each.number} thought={each} decimals={decimals} opened={each.verdict === "enter" || each.number === trade.number} />
        ))}
      </ol>
    </div>
  );
}

/** The decision that an open position rests on, with its votes, and the fills that it brought. */
export function WhyOpened({ position, decimals }: { position: Position; decimals: number | undefined }) {
  const { pair, opened } = position;
  const from = opened && moment(opened, -BEFORE_MS);
  const path = opened && query("/api/v1/thoughts", { pair, from: from!, to: moment(opened, AFTER_MS), limit: String(MOST) });
  const { data, error } = useData<Told>(path);
  if (!data) return <p class="empty">{error ?? "Loading …"}</p>;
  const fills = data.thoughts.filter((each) => each.kind === "entry" && each.time >= moment(opened!, -SLACK_MS));
  const order = fills[fills.length - 1]?.order;
  const begun = data.thoughts.find((each) => began(each) && (order === undefined ? each.time <= opened! : each.order === order));
  const parts = [...(begun ? [begun] : []), ...fills.filter((each) => each.order === order).reverse()];
  if (parts.length === 0) return <p class="empty">Its records are not kept any more (session.keep).</p>;
  return (
    <ol class="thoughts-of why-opened" aria-label={`Why ${pair} was bought`}>
      {parts.map((each) => (
        <ThoughtItem key={each.number} thought={each} decimals={decimals} opened={each === begun} />
      ))}
    </ol>
  );
}
