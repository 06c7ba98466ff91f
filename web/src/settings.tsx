// SPDX-License-Identifier: MIT
// The page of what the session goes by: limits and strategies, which may be changed while it runs,
// and every option with where its value comes from.

import { Configuration } from "./configuration";
import { Limits } from "./gauges";
import { RiskLimits } from "./limits";
import { useData } from "./panel";
import { StrategyParts } from "./parts";
import type { State } from "./store";
import type { Config } from "./types_pages";

const AGAIN_MS = 30_000;

export function SettingsPage({ state }: { state: State }) {
  const config = useData<Config>("/api/v1/config", AGAIN_MS);
  return (
    <div class="sheet settings">
      <div class="pairs-of">
        <Limits state={state} />
        <StrategyParts state={state} />
      </div>
      <RiskLimits state={state} config={config.data} />
      <Configuration state={state} config={config} />
    </div>
  );
}
