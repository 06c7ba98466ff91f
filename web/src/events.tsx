// SPDX-License-Identifier: MIT
// Monitoring events: what was raised, how grave, what to do about it, and whether it still stands.

import { useState } from "preact/hooks";
import { query } from "./filters";
import { duration, many, time, words } from "./format";
import { inOrder } from "./order";
import { Panel, useData } from "./panel";
import type { State } from "./store";
import type { Monitoring, MonitoringEvent, Severity } from "./types_pages";

const PAGE = 50;
const AGAIN_MS = 10_000;
const SEVERITIES: Severity[] = ["critical", "warning", "info"];
const BADGES: Record<Severity, string> = { critical: "loss", warning: "note", info: "" };

/** Those that stand first, the gravest of them before the others; then the newest. */
function laidOut(events: MonitoringEvent[]): MonitoringEvent[] {
  const newest = inOrder(events, (event) => event.timestamp, true);
  return inOrder(newest, (event) => (stands(event) ? SEVERITIES.indexOf(event.severity) : null), false);
}

export function stands(event: MonitoringEvent): boolean {
  return event.cleared === null && event.severity !== "info";
}

/** "1 critical, 2 warnings stand". */
function standingWords({ critical, warning }: Monitoring["open"]): string {
  if (critical + warning === 0) return "nothing stands";
  const parts = [critical > 0 && `${critical} critical`, warning > 0 && many(warning, "warning")].filter(Boolean);
  return `${parts.join(", ")} ${critical + warning === 1 ? "stands" : "stand"}`;
}

function shown(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function EventItem({ event }: { event: MonitoringEvent }) {
  const facts = Object.entries(event.metadata);
  const lasted = event.cleared && event.cleared !== event.timestamp && duration((Date.parse(event.cleared) - Date.parse(event.timestamp)) / 1000);
  return (
    <li class={`event ${stands(event) ? "stands" : ""}`} data-event={event.id}>
      <p>
        <span class={`badge ${BADGES[event.severity]}`}>{event.severity}</span> <strong>{words(event.event_type)}</strong>{" "}
        <span class="when" title="UTC, by the wall's clock, not the market's">
          {time(event.timestamp, true)} wall clock
        </span>
        {stands(event) && <span class="flag">stands</span>}
        {lasted && (
          <span class="of">
            over at {time(event.cleared, true)}, after {lasted}
          </span>
        )}
      </p>
      <p>{event.message}</p>
      {event.remedy && <p class="remedy">What to do: {event.remedy}</p>}
      {facts.length > 0 && (
        <details>
          <summary>its figures</summary>
          <dl class="facts">
            {facts.map(([name, value]) => (
              <div key={name}>
                <dt>{words(name)}</dt>
                <dd>{shown(value)}</dd>
              </div>
            ))}
          </dl>
        </details>
      )}
    </li>
  );
}

function SeverityChoice({ severity, choose }: { severity: string; choose: (severity: string) => void }) {
  return (
    <div class="choices" role="group" aria-label="Severity">
      {["", ...SEVERITIES].map((each) => (
        <button key={each} type="button" aria-pressed={each === severity} onClick={() => choose(each)}>
          {each || "all"}
        </button>
      ))}
    </div>
  );
}

function none(severity: string): string {
  return severity ? `No event of severity ${severity}.` : "Nothing has been raised: no alarm, no warning.";
}

function asks(severity: string, limit: number): string {
  return query("/api/v1/monitoring", { severity, limit: String(limit), offset: "0" });
}

/** What stands may be older than the newest page: it is asked for by itself. */
function useStanding(when: string): MonitoringEvent[] {
  const critical = useData<Monitoring>(asks("critical", PAGE), AGAIN_MS, when);
  const warning = useData<Monitoring>(asks("warning", PAGE), AGAIN_MS, when);
  const all = [...(critical.data?.events ?? []), ...(warning.data?.events ?? [])].filter(stands);
  return [...new Map(all.map((event) => [event.id, event])).values()]; // what asks for warnings is told of graver ones too
}

function together(events: MonitoringEvent[], standing: MonitoringEvent[], severity: string): MonitoringEvent[] {
  const known = new Set(events.map((event) => event.id));
  const all = [...events, ...standing.filter((event) => !known.has(event.id))];
  return severity === "" ? all : all.filter((event) => event.severity === severity);
}

export function Events({ state }: { state: State }) {
  const [severity, setSeverity] = useState("");
  const [limit, setLimit] = useState(PAGE);
  const pushed = state.events[0];
  const when = pushed ? `${pushed.id} ${pushed.cleared}` : "";
  const answer = useData<Monitoring>(asks(severity, limit), AGAIN_MS, when);
  const standing = useStanding(when);
  const choose = (each: string): void => {
    setSeverity(each);
    setLimit(PAGE);
  };
  return (
    <Panel
      name="Events"
      state={state}
      answer={answer}
      empty={(data) => (data.events.length === 0 ? none(severity) : null)}
      side={
        <>
          {answer.data && <span class="of">{standingWords(answer.data.open)}</span>}
          <SeverityChoice severity={severity} choose={choose} />
        </>
      }
    >
      {(data) => (
        <>
          <div class="events" tabIndex={0} role="group" aria-label="List of events">
            <ul aria-live="polite">
              {laidOut(together(data.events, standing, severity)).map((event) => (
                <EventItem key={event.id} event={event} />
              ))}
            </ul>
          </div>
          {data.total > data.events.length && (
            <button type="button" class="more" data-act="older-events" onClick={() => setLimit(limit + PAGE)}>
              Older
            </button>
          )}
        </>
      )}
    </Panel>
  );
}
