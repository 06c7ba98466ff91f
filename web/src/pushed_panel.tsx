// SPDX-License-Identifier: MIT
// A panel of what is pushed: the same states as one that asks.

import type { ComponentChildren } from "preact";
import { Panel } from "./panel";
import type { State } from "./store";
import type { Sections } from "./types";

interface PushedPanelProps {
  name: string;
  state: State;
  empty?: (sections: Sections) => string | null;
  side?: ComponentChildren;
  children: (sections: Sections) => ComponentChildren;
}

export function PushedPanel({ name, state, empty, side, children }: PushedPanelProps) {
  const error = state.sections || state.connected ? null : "No connection to cuttle.";
  return (
    <Panel name={name} state={state} answer={{ data: state.sections, error }} empty={empty} side={side}>
      {children}
    </Panel>
  );
}
