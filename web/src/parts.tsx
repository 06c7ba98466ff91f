// SPDX-License-Identifier: MIT
// What part each strategy takes: it decides, is only watched, or is not asked.

import { useState } from "preact/hooks";
import { change } from "./control";
import { AskedDialog } from "./dialog";
import { words } from "./format";
import { Pushed } from "./pushed";
import type { State } from "./store";
import type { Strategy } from "./types";
import type { Part } from "./types_pages";

const PARTS: Part[] = ["on", "shadow", "off"];
const MEANS: Record<Part, string> = {
  on: "Its signals decide, with those of the others.",
  shadow: "It is asked and what it says is kept, but it moves nothing.",
  off: "It is not asked any more. Positions it opened keep their stops.",
  configured: "It takes the part that the configuration gives it.",
};

function partOf(strategy: Strategy): Part {
  return !strategy.enabled ? "off" : strategy.shadow ? "shadow" : "on";
}

interface Wanted {
  strategy: string;
  part: Part;
}

function Row({ strategy, ask }: { strategy: Strategy; ask: (wanted: Wanted) => void }) {
  const name = strategy.strategy;
  return (
    <li data-strategy={name}>
      <span class="named">
        {words(name)} <span class="of">{strategy.timeframe}</span>
      </span>
      <span class="choices" role="group" aria-label={`Part of ${words(name)}`}>
        {PARTS.map((part) => (
          <button
            key={part}
            type="button"
            aria-pressed={part === partOf(strategy)}
            data-act={`part-${name}-${part}`}
            onClick={() => part !== partOf(strategy) && ask({ strategy: name, part })}
          >
            {part}
          </button>
        ))}
      </span>
      <button type="button" class="act" data-act={`part-${name}-configured`} onClick={() => ask({ strategy: name, part: "configured" })}>
        As configured
      </button>
    </li>
  );
}

export function StrategyParts({ state }: { state: State }) {
  const [wanted, ask] = useState<Wanted | null>(null);
  return (
    <>
      <Pushed name="Strategies" state={state} empty={({ strategies }) => (strategies.length === 0 ? "No strategy was started." : null)}>
        {({ strategies }) => (
          <ul class="parts">
            {strategies.map((strategy) => (
              <Row key={strategy.strategy} strategy={strategy} ask={ask} />
            ))}
          </ul>
        )}
      </Pushed>
      {wanted && (
        <AskedDialog
          name="part"
          title={`${words(wanted.strategy)}: ${wanted.part === "configured" ? "as configured" : wanted.part}?`}
          yes="Change it"
          grave={state.sections?.status.mode === "live"}
          act={() => change("/api/v1/strategies", { ...wanted })}
          close={() => ask(null)}
        >
          <p>{MEANS[wanted.part]}</p>
          <p>It is recorded, and kept over a restart.</p>
        </AskedDialog>
      )}
    </>
  );
}
