// SPDX-License-Identifier: MIT
// The head-up line: what must be seen without looking for it.

import { Controls } from "./control";
import { duration, money, percent, signed, time, tone } from "./format";
import { go, type State } from "./store";
import type { Risk, Status } from "./types";
import type { MonitoringEvent } from "./types_pages";

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

function Figure({ name, value, note, class: kind = "" }: { name: string; value: string; note?: string; class?: string }) {
  return (
    <div class="figure">
      <dt>{name}</dt>
      <dd class={kind} data-figure={name}>
        {value}
        {note && <small>{note}</small>}
      </dd>
    </div>
  );
}

function dayPart(status: Status): string {
  const start = Number(status.equity) - Number(status.day_pnl);
  return start > 0 ? percent(Number(status.day_pnl) / start, 2, true) : "";
}

function Health({ status }: { status: Status }) {
  const { feed } = status;
  const heard = feed.fresh + feed.stale + feed.warming;
  const good = feed.connected && feed.stale === 0 && feed.warming === 0;
  const text = !feed.connected
    ? "not connected"
    : feed.stale > 0
      ? `${feed.stale} of ${heard} pairs silent`
      : feed.warming > 0
        ? `${feed.warming} of ${heard} pairs warming up`
        : `all ${heard} pairs heard`;
  const help = `${feed.messages.toLocaleString("en-US")} messages, ${feed.reconnects} reconnections, ${feed.checksum_faults} checksum faults, ${feed.rest_repairs} gaps repaired`;
  return (
    <div class="figure health" title={help}>
      <dt>{status.venue || "Venue"}</dt>
      <dd data-figure="Feed">
        <span class={`dot ${good ? "good" : "bad"}`} aria-hidden="true" />
        {text}
      </dd>
    </div>
  );
}

/** What was raised and still stands, gravely enough to be seen on every page. */
function Alarms({ events }: { events: MonitoringEvent[] }) {
  const open = events.filter((event) => event.cleared === null && event.severity === "critical");
  if (open.length === 0) return null;
  return (
    <button type="button" class="flag" title={open.map((event) => event.message).join("\n")} onClick={() => go("health")}>
      {open.length === 1 ? "1 alarm stands" : `${open.length} alarms stand`}
    </button>
  );
}

function Flags({ status, risk }: { status: Status; risk: Risk }) {
  return (
    <>
      {status.paused && <span class="flag">Paused: no new entries</span>}
      {risk.loss_limit_hit && <span class="flag">Day's loss limit reached</span>}
      {risk.crashed && <span class="flag">The market crashed: entries wait</span>}
      {!status.reconciled && <span class="flag">Reconciling with the venue</span>}
      {status.reconciled && !status.entries_possible && <span class="flag">The venue takes no entries now</span>}
      {status.trouble && <span class="flag">{status.trouble}</span>}
    </>
  );
}

export function Head({ state }: { state: State }) {
  const sections = state.sections;
  if (!sections) return null;
  const { status, risk } = sections;
  const pace = status.speed !== 1 && status.speed > 0 ? ` at ${status.speed}×` : "";
  const limit = risk.positions_max ? ` of ${risk.positions_max}` : "";
  return (
    <header class="head glass">
      <div class="brand">
        <h1>cuttle</h1>
        <span class={`mode mode-${status.mode}`} title={MODE_HELP[status.mode]} data-mode={status.mode}>
          {MODES[status.mode]}
        </span>
        <Flags status={status} risk={risk} />
        <Alarms events={state.events} />
        <Controls status={status} />
      </div>
      <dl class="figures">
        <Figure name="Equity" value={`${money(status.equity)} ${status.currency}`} class="big" />
        <Figure name="Today" value={signed(status.day_pnl)} note={dayPart(status)} class={`big ${tone(status.day_pnl)}`} />
        <Figure name="Open P&L" value={signed(status.unrealised)} class={tone(status.unrealised)} />
        <Figure name="Realised" value={signed(status.realised)} note={`fees ${money(status.fees)}`} class={tone(status.realised)} />
        <Figure name="Drawdown" value={percent(status.drawdown)} note={`worst ${percent(status.drawdown_max)}`} />
        <Figure name="Positions" value={`${status.open_positions}${limit}`} />
        <Figure name="Uptime" value={duration(status.uptime_seconds)} />
        <Figure name="Market time" value={time(status.market_time)} note={`${(status.market_time ?? "").slice(0, 10)}${pace}`} />
        <Health status={status} />
      </dl>
    </header>
  );
}

/** What is wrong, at once and in words. */
export function Banner({ state }: { state: State }) {
  const status = state.sections?.status;
  if (!state.connected)
    return (
      <div class="banner lost" role="alert">
        <strong>{state.sections ? "Connection to cuttle lost" : "No connection to cuttle"}</strong>
        {state.sections && state.lostAt && ` at ${state.lostAt.toLocaleTimeString()}. What you see is from then.`} Trying
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
