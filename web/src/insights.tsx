// SPDX-License-Identifier: MIT
// What closed trades have in common by more than luck, in the session's own sentences.

import { tone } from "./format";
import { useData } from "./panel";
import type { State } from "./store";
import type { Insights as Told } from "./types";

export function Insights({ state }: { state: State }) {
  const newest = state.trades[0]?.number ?? 0;
  const { data: told, error } = useData<Told>("/api/v1/insights", 0, newest);
  if (!told) return <p class="empty">{error ?? "Looking at the closed trades …"}</p>;
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
          `${told.asked} questions were asked of ${told.trades} trades; of what stands out at most ${told.fdr * 100} % is luck.`}
      </p>
    </div>
  );
}
