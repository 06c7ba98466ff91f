// SPDX-License-Identifier: MIT
// A panel of what the session pushes. Beside Panel (panel.tsx), which asks: here nothing has to be fetched, so
// what can go wrong is that the connection is gone, or that the session behind it does not report.

import type { ComponentChildren } from "preact";
import type { State } from "./store";
import type { Sections } from "./types";

/** Why what is shown is from before; null while it is not. */
export function staleness(state: State): string | null {
  if (!state.connected) return state.ended ? "the session has ended" : "not connected";
  return state.sections?.status.runtime_degraded ? "no news" : null;
}

export function Stale({ state }: { state: State }) {
  const why = staleness(state);
  return why ? (
    <span class="flag from-before" title={why}>
      from before
    </span>
  ) : null;
}

interface PushedProps {
  name: string;
  class?: string;
  state: State;
  empty?: string | null | ((sections: Sections) => string | null); // a sentence where there is nothing to show
  side?: ComponentChildren;
  children: ComponentChildren | ((sections: Sections) => ComponentChildren);
}

export function Pushed({ name, class: kind = "panel", state, empty, side, children }: PushedProps) {
  const { sections } = state;
  const nothing = !sections ? "Loading …" : typeof empty === "function" ? empty(sections) : empty;
  return (
    <section class={`glass ${kind} ${staleness(state) ? "stale" : ""}`} aria-label={name} aria-busy={!sections}>
      <div class="title">
        <h2>{name}</h2>
        <Stale state={state} />
        {side}
      </div>
      {nothing ? <p class="empty">{nothing}</p> : typeof children === "function" ? children(sections!) : children}
    </section>
  );
}
