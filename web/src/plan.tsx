// SPDX-License-Identifier: MIT
// How an open position will end: its stop and the way that has come, its target, and the time by which it is sold.

import type { ComponentChildren } from "preact";
import { raisesOf } from "./chart_overlay";
import { money, percent, price, time, words } from "./format";
import type { State } from "./store";
import type { Position, Thought } from "./types";

const WIDE = 300; // of the ladder, in its own units

/** When a plan sells it, if the decision that opened it said so. */
export function soldBy(position: Position, thoughts: Thought[]): Date | null {
  const opened = Date.parse(position.opened ?? "");
  const said = thoughts.find(
    (each) => each.plan && each.pair === position.pair && each.verdict === "enter" && Date.parse(each.time) <= opened,
  )?.plan;
  const seconds = said ? (said.moved ? said.hold_seconds : said.hold_own_seconds) : 0;
  return seconds > 0 ? new Date(opened + seconds * 1000) : null;
}

/** From the last price: "1.2 % below". */
function away(at: string, last: string | null): string {
  const way = last ? Number(at) / Number(last) - 1 : 0;
  return way === 0 ? "" : ` (${percent(Math.abs(way), 2)} ${way < 0 ? "below" : "above"})`;
}

function Stops({ position, raises }: { position: Position; raises: Thought[] }) {
  const newest = raises[raises.length - 1];
  if (!position.stop) return <strong class="loss">No stop.</strong>;
  return (
    <>
      Stop {price(position.stop)}
      {away(position.stop, position.last)}
      {newest
        ? `, raised ${raises.length === 1 ? "once" : `${raises.length} times`}, last at ${time(newest.time)}${newest.cause ? ` (${words(newest.cause)})` : ""}`
        : ", where it was set"}
      .
    </>
  );
}

/** The stop at the left, the target at the right, and between them the entry and the price as it is. */
function Ladder({ position }: { position: Position }) {
  const ends = [position.stop, position.entry, position.target, position.last].flatMap((each) => (each ? [Number(each)] : []));
  const low = Math.min(...ends);
  const span = Math.max(...ends) - low;
  if (!position.last || !position.entry || !(span > 0)) return null;
  const x = (at: string | null): number => (WIDE * (Number(at) - low)) / span;
  const entry = x(position.entry);
  const last = x(position.last);
  return (
    <svg class="ladder" viewBox={`-6 0 ${WIDE + 12} 12`} preserveAspectRatio="none" aria-hidden="true">
      <line class="rail" x1="0" x2={WIDE} y1="6" y2="6" />
      <line class={last < entry ? "loss" : "gain"} x1={entry} x2={last} y1="6" y2="6" />
      {position.stop && <line class="loss end" x1={x(position.stop)} x2={x(position.stop)} y1="1" y2="11" />}
      {position.target && <line class="gain end" x1={x(position.target)} x2={x(position.target)} y1="1" y2="11" />}
      <line class="end" x1={entry} x2={entry} y1="2" y2="10" />
      <line class="now" x1={last} x2={last} y1="0" y2="12" />
    </svg>
  );
}

/** What it is worth at its last price. */
function Worth({ position, state }: { position: Position; state: State }) {
  const status = state.sections?.status;
  if (!status || position.last === null) return null;
  const worth = Number(position.quantity) * Number(position.last);
  const part = Number(status.equity) > 0 ? `, ${percent(worth / Number(status.equity), 1)} of equity` : "";
  return <>{`Worth ${money(worth)} ${status.currency}${part}. `}</>;
}

export function ExitPlan({ position, state, children }: { position: Position; state: State; children?: ComponentChildren }) {
  const by = soldBy(position, state.thoughts);
  return (
    <div class="exit-plan">
      <Ladder position={position} />
      <span>
        <Worth position={position} state={state} />
        <Stops position={position} raises={raisesOf(position, state.thoughts)} />{" "}
        {position.target ? `Target ${price(position.target)}${away(position.target, position.last)}.` : "No target."}{" "}
        {by && `Sold by ${time(by.toISOString(), true)} at the latest.`} {children}
      </span>
    </div>
  );
}
