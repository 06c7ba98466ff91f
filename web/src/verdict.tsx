// SPDX-License-Identifier: MIT
// How the session is, in one sentence: what the Health page begins with.

import { stands } from "./events";
import { venueName } from "./format";
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
  const named = (severity: string): string[] => raised.filter((each) => each.severity === severity).map((each) => each.message);
  const wrong = [...named("critical")];
  const look = [...named("warning")];
  const why = staleness(state);
  if (why) wrong.unshift(why === "not connected" ? "this page is not connected to the session" : "the session does not report");
  if (!feed.connected) wrong.push("the feed is not connected");
  else if (feed.stale > 0) look.push(`${feed.stale} pairs are silent`);
  return { wrong, look: [...look, ...wholes(sections).map((each) => each.replace(/\.$/, ""))] };
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
          <strong>Well:</strong> {venueName(sections.status)} is connected, all {feed.fresh} pairs are heard, entries are allowed, and
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
