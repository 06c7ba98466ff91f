// SPDX-License-Identifier: MIT
// What closed trades have in common by more than luck, in the session's own sentences.

import { many, tone } from "./format";
import { Told, useData, type Answer } from "./panel";
import type { State } from "./store";
import type { Insights as Found } from "./types";

export function useInsights(state: State): Answer<Found> {
  return useData<Found>("/api/v1/insights", 0, state.trades[0]?.number ?? 0);
}

export function InsightsTold({ state }: { state: State }) {
  return (
    <Told state={state} answer={useInsights(state)}>
      {(told) => <Insights told={told} />}
    </Told>
  );
}

export function Insights({ told }: { told: Found }) {
  return (
    <div class="insights scroll" tabIndex={0} role="region" aria-label="Insights">
      <ul>
        {told.insights.map((each) => (
          <li key={each.sentence} class={tone(each.mean)}>
            {each.sentence}.
          </li>
        ))}
      </ul>
      <p class="empty">
        {told.silence ??
          `${many(told.asked, "question was", "questions were")} asked of ${many(told.trades, "trade")}; of what stands out at most ${told.fdr * 100} % is luck.`}
      </p>
    </div>
  );
}
