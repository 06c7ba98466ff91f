// SPDX-License-Identifier: MIT
// The head-up line: what must be seen without looking for it.

import { Controls } from "./control";
import { duration, many, money, percent, signed, time, tone, venueName, wallClock } from "./format";
import { everywhere, verdictWords } from "./nothing";
import { go, type State } from "./store";
import type { Sections, Status } from "./types";

const MODES: Record<Status["mode"], string> = {
  rehearsal: "Rehearsal",
  paper: "Paper",
  validate: "Validate",
  live: "Live: real money",
};

const MODE_HELP: Record<Status["mode"], string> = {
  rehearsal: "Orders go to a local Kraken. No money is at stake.",
  paper: "Orders are filled here on the market's book. No money is at stake.",
  validate: "The venue checks orders but does not execute them.",
  live: "Orders go to the venue and spend real money.",
};

function Figure({ name, value, note, help, class: kind = "" }: { name: string; value: string; note?: string; help?: string; class?: string }) {
  return (
    <div class="figure" title={help}>
      <dt>{name}</dt>
      <dd class={kind} data-figure={name}>
        {value}
        {note && <small>{note}</small>}
      </dd>
    </div>
  );
}

const WHOLE_FROM = 1_000_000; // cents of a larger amount say nothing

/** An amount for the head-up line; `say` puts a sign before it or not. */
function brief(amount: string, say: (text: string) => string): string {
  return Math.abs(Number(amount)) < WHOLE_FROM ? say(amount) : say(String(Math.round(Number(amount)))).replace(/\.00$/, "");
}

/** Equity has the fees of selling what is held before it; "Since start" has them taken off. */
function dayNote(status: Status): string {
  const start = Number(status.equity) - Number(status.day_pnl);
  const part = start > 0 ? percent(Number(status.day_pnl) / start, 2, true) : "";
  return `${part} gross`;
}

function Health({ status }: { status: Status }) {
  const { feed } = status;
  const heard = feed.fresh + feed.stale + feed.warming;
  const good = feed.connected && feed.stale === 0 && feed.warming === 0;
  const text = !feed.connected
    ? "not connected"
    : feed.stale > 0
      ? `${feed.stale} of ${many(heard, "pair")} silent`
      : feed.warming > 0
        ? `${feed.warming} of ${many(heard, "pair")} warming up`
        : heard === 1 ? "its pair is heard" : `all ${heard} pairs heard`;
  const help = `${many(feed.messages, "message")}, ${many(feed.reconnects, "reconnection")}, ${many(feed.checksum_faults, "checksum fault")}, ${many(feed.rest_repairs, "gap")} repaired. The session runs for ${duration(status.uptime_seconds)} of wall time.`;
  return (
    <div class="figure health" title={help}>
      <dt>Venue: {venueName(status)}</dt>
      <dd>
        <span class={`dot ${good ? "good" : "bad"}`} aria-hidden="true" />
        <span data-figure="Feed">{text}</span>
        <small>
          running <span data-figure="Uptime">{duration(status.uptime_seconds)}</span>
        </small>
      </dd>
    </div>
  );
}

const GRAVE = { critical: "critical alarm", warning: "warning" } as const;

/** What was raised and still stands, on every page; a click leads to it. */
function Alarms({ open, events }: Pick<State, "open" | "events">) {
  return (
    <>
      {(["critical", "warning"] as const).map((severity) => {
        if (open[severity] === 0) return null;
        const known = events.filter((event) => event.cleared === null && event.severity === severity);
        return (
          <button key={severity} type="button" class={`flag ${severity}`} data-standing={severity} title={known.map((event) => event.message).join("\n")} onClick={() => go("health")}>
            {many(open[severity], GRAVE[severity])}
          </button>
        );
      })}
    </>
  );
}

const TOLD = ["paused", "loss_limit", "crash", "stale", "drawdown"]; // by a flag, by the feed, or as the trouble

/** What stops entries, in few words. */
function stops(sections: Sections): string[] {
  const { status, risk } = sections;
  const one = everywhere(sections);
  return [
    status.paused && "Paused: no new entries",
    risk.loss_limit_hit && "Day's loss limit reached",
    risk.crashed && "The market crashed: entries wait",
    !status.reconciled && "Reconciling with the venue",
    status.reconciled && !status.entries_possible && !status.trouble && "The venue takes no entries now",
    one !== null && !TOLD.includes(one) && `No entries: ${verdictWords(one)}`,
    status.trouble,
  ].filter((each): each is string => !!each);
}

export function Head({ state }: { state: State }) {
  const sections = state.sections;
  if (!sections) return null;
  const { status, risk } = sections;
  const pace = status.speed !== 1 && status.speed > 0 ? ` at ${status.speed}×` : "";
  const limit = risk.positions_max ? ` of ${risk.positions_max}` : "";
  const sum = String(Number(status.realised) + Number(status.unrealised));
  return (
    <header class="head glass">
      <div class="brand">
        <h1>cuttle</h1>
        <span class={`mode mode-${status.mode}`} title={MODE_HELP[status.mode]} data-mode={status.mode}>
          {MODES[status.mode]}
        </span>
        <Controls status={status} />
        <div class="flags">
          <Alarms open={state.open} events={state.events} />
          {stops(sections).map((text) => (
            <span key={text} class="flag" title={text}>
              {text}
            </span>
          ))}
        </div>
      </div>
      <dl class="figures">
        <Figure name="Equity" value={brief(status.equity, money)} note={status.currency} class="big"
          help="Cash, and what is held at its last price: gross, for the fees of selling it are not taken off yet." />
        <Figure name="Today" value={brief(status.day_pnl, signed)} note={dayNote(status)} class={`big ${tone(status.day_pnl)}`}
          help="Equity now less equity at the day's begin, 00:00 UTC of market time. Gross: the fees of selling what is held are not taken off." />
        <Figure name="Realised" value={brief(status.realised, signed)} note={`all fees ${money(status.fees)}`} class={tone(status.realised)}
          help="Of all that was sold since the start, after fees. The fees named are those of all orders, with the buys of what is still held." />
        <Figure name="Open P&L" value={brief(status.unrealised, signed)} note="after sale fees" class={tone(status.unrealised)}
          help="What the open positions would bring if they were sold now: after the fees paid for buying them and those of selling them." />
        <Figure name="Since start" value={brief(sum, signed)} note="after sale fees" class={tone(sum)}
          help="Realised and Open P&L together: what has been earned since the start, were everything sold now. On a first day it is less than Today by the fees of selling what is held." />
        <Figure name="Drawdown" value={percent(status.drawdown)} note={`worst ${percent(status.drawdown_max)}`}
          help="How far equity stands below its highest, and the most it ever did." />
        <Figure name="Positions" value={`${status.open_positions}${limit}`} help="Open positions, of as many as risk.max_positions allows." />
        <Figure name="Market time" value={time(status.market_time)} note={`${(status.market_time ?? "").slice(0, 10)}${pace}`}
          help="UTC, as the venue's clock goes. A rehearsal's may go faster than the wall's." />
        <Health status={status} />
      </dl>
    </header>
  );
}

/** What is wrong, at once and in words. */
export function Banner({ state }: { state: State }) {
  const status = state.sections?.status;
  if (state.ended && state.lostAt)
    return (
      <div class="banner ended" role="status">
        <strong>The session has ended in order</strong>
        {` at ${wallClock(state.lostAt)}. What you see is from then. Waiting for the next one …`}
      </div>
    );
  if (!state.connected)
    return (
      <div class="banner lost" role="alert">
        <strong>{state.sections ? "Connection to cuttle lost" : "No connection to cuttle"}</strong>
        {state.sections && state.lostAt && ` at ${wallClock(state.lostAt)}. What you see is from then.`} Trying
        again …
      </div>
    );
  if (status?.runtime_degraded)
    return (
      <div class="banner" role="alert">
        <strong>Degraded:</strong> {status.degraded_reason}
        {!status.feed.connected && status.feed.reason ? ` (${status.feed.reason})` : ""}.
      </div>
    );
  return null;
}
