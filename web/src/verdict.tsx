// SPDX-License-Identifier: MIT
// How the session is, in one sentence: what the Health page begins with.

import { stands } from "./events";
import { many, venueName } from "./format";
import { wholes } from "./nothing";
import { staleness } from "./pushed";
import type { State } from "./store";
import type { Sections } from "./types";

interface Said {
  wrong: string[]; // somebody has to do something
  look: string[]; // somebody should look, or meant it so
}

function judged(state: State, sections: Sections): Said {
  const { feed } = sections.status;
  const raised = state.events.filter(stands);
  const named = (severity: "critical" | "warning", called: string): string[] => {
    const known = raised.filter((each) => each.severity === severity).map((each) => each.message);
    const older = state.open[severity] - known.length;
    return older > 0 ? [...known, `${known.length > 0 ? "older: " : ""}${many(older, called)} that ${older === 1 ? "stands" : "stand"}`] : known;
  };
  const wrong = named("critical", "critical alarm");
  const look = named("warning", "warning");
  const why = staleness(state);
  if (why) wrong.unshift(state.ended ? why : why === "not connected" ? "this page is not connected to the session" : "the session does not report");
  if (!feed.connected) wrong.push("the feed is not connected");
  else if (feed.stale > 0) look.push(`${many(feed.stale, "pair")} ${feed.stale === 1 ? "is" : "are"} silent`);
  // What an alarm has said already is not said again.
  const said = new Set([...wrong, ...look].map((each) => each.toLowerCase()));
  const rest = wholes(sections).map((each) => each.replace(/\.$/, ""));
  return { wrong, look: [...look, ...rest.filter((each) => !said.has(each.toLowerCase()))] };
}

export function Verdict({ state }: { state: State }) {
  const { sections } = state;
  if (!sections) return null;
  const { wrong, look } = judged(state, sections);
  const { feed } = sections.status;
  const level = wrong.length > 0 ? "wrong" : look.length > 0 ? "look" : "well";
  return (
    <p class={`verdict glass ${level}`} role="status" data-verdict-of={level}>
      {level === "well" ? (
        <>
          <strong>Well:</strong> {venueName(sections.status)} is connected, {feed.fresh === 1 ? "its one pair is" : `all ${feed.fresh} pairs are`} heard, entries are allowed, and
          no alarm or warning stands.
        </>
      ) : (
        <>
          <strong>{level === "wrong" ? "Not well:" : "Look:"}</strong> {[...wrong, ...look].join("; ")}.
        </>
      )}
    </p>
  );
}
