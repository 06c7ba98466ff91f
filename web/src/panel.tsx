// SPDX-License-Identifier: MIT
// A panel of what the session answers over REST, and its five states: loading, refused, empty, stale, and as it is.

import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { ask } from "./answer";
import { state as live, type State } from "./store";

const AGAIN_AFTER_MS = 3000; // what was refused is asked again: a session that warms up has no answer yet

export interface Answer<T> {
  data: T | null; // the newest that came, kept while another is on its way
  error: string | null; // why the newest request brought none
}

/** Asks at once, again every `everyMs` (0: never), whenever `when` changes, and once the connection is back. A null
 * path asks nothing. */
export function useData<T>(path: string | null, everyMs = 0, when: string | number = ""): Answer<T> {
  const [answer, setAnswer] = useState<Answer<T>>({ data: null, error: null });
  useEffect(() => setAnswer({ data: null, error: null }), [path]);
  useEffect(() => {
    if (path === null) return;
    const ending = new AbortController();
    let timer: number | undefined;
    const again = (ms: number): void => {
      if (ms > 0 && !ending.signal.aborted) timer = window.setTimeout(turn, ms);
    };
    const turn = (): void => {
      ask<T>(path, { signal: ending.signal })
        .then((data) => {
          setAnswer({ data, error: null });
          again(everyMs);
        })
        .catch((error: Error) => {
          if (ending.signal.aborted) return;
          setAnswer((before) => ({ data: before.data, error: error.message }));
          again(everyMs || AGAIN_AFTER_MS);
        });
    };
    turn();
    return () => {
      ending.abort();
      clearTimeout(timer);
    };
  }, [path, everyMs, when, live.connections]);
  return answer;
}

interface PanelProps<T> {
  name: string; // of the region, and its heading
  state: State;
  answer: Answer<T>;
  empty?: (data: T) => string | null; // a sentence where there is nothing to show
  side?: ComponentChildren; // beside the heading
  children: (data: T) => ComponentChildren;
}

function isStale<T>({ data, error }: Answer<T>, state: State): boolean {
  return data !== null && (error !== null || !state.connected);
}

function FromBefore({ error, state }: { error: string | null; state: State }) {
  return <span class="flag from-before">{state.connected ? `${error}: from before` : "from before"}</span>;
}

/** The same states within a frame that has several such answers. */
export function Told<T>({ state, answer, children }: Pick<PanelProps<T>, "state" | "answer" | "children">) {
  const { data, error } = answer;
  if (data === null) return <p class="empty">{error ?? "Loading …"}</p>;
  const stale = isStale(answer, state);
  return (
    <div class={stale ? "told stale" : "told"}>
      {stale && (
        <p class="title">
          <FromBefore error={error} state={state} />
        </p>
      )}
      {children(data)}
    </div>
  );
}

export function Panel<T>({ name, state, answer, empty, side, children }: PanelProps<T>) {
  const { data, error } = answer;
  const nothing = data === null ? (error ?? "Loading …") : (empty?.(data) ?? null);
  const stale = isStale(answer, state);
  return (
    <section class={`panel glass ${stale ? "stale" : ""}`} aria-label={name} aria-busy={data === null && error === null}>
      <div class="title">
        <h2>{name}</h2>
        {stale && <FromBefore error={error} state={state} />}
        {side}
      </div>
      {nothing === null ? children(data!) : <p class="empty">{nothing}</p>}
    </section>
  );
}
