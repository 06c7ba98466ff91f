// SPDX-License-Identifier: MIT
// What closed trades have in common by more than luck, in the session's own sentences.

import { useEffect, useState } from "preact/hooks";
import { tone } from "./format";
import type { State } from "./store";
import type { Insights as Told } from "./types";

async function fetchInsights(): Promise<Told | string> {
  const reply = await fetch("/api/v1/insights");
  return reply.ok ? ((await reply.json()) as Told) : ((await reply.json()) as { detail: string }).detail;
}

export function Insights({ state }: { state: State }) {
  const [told, setTold] = useState<Told | string>("Looking at the closed trades …");
  const newest = state.trades[0]?.number ?? 0;
  useEffect(() => {
    let wanted = true;
    fetchInsights()
      .catch(() => "The session did not answer.")
      .then((answer) => wanted && setTold(answer));
    return () => {
      wanted = false;
    };
  }, [newest]);
  if (typeof told === "string") return <p class="empty">{told}</p>;
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
