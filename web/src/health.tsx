// SPDX-License-Identifier: MIT
// The page of how the session is: one sentence on the whole, what it raised, its feed, the money, and what stands against entries.

import { Balances, OpenOrders } from "./account";
import { Capital } from "./capital";
import { Events } from "./events";
import { FeedHealth } from "./feed";
import { NothingTrades } from "./nothing";
import type { State } from "./store";
import { Verdict } from "./verdict";

export function HealthPage({ state }: { state: State }) {
  return (
    <div class="sheet health-page">
      <Verdict state={state} />
      <Events state={state} />
      <div class="pairs-of">
        <NothingTrades state={state} />
        <Capital state={state} />
        <FeedHealth state={state} />
        <Balances state={state} />
      </div>
      <OpenOrders state={state} />
    </div>
  );
}
