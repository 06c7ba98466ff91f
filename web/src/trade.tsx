// SPDX-License-Identifier: MIT
// The Trade page: one pair's chart, the account below it, and beside them what to watch meanwhile.

import { OrderBook } from "./book";
import { ChartPanel } from "./chart";
import { Limits } from "./gauges";
import { Pulse } from "./pulse";
import { Pairs } from "./side";
import type { State } from "./store";
import { Tables } from "./tables";
import { Thoughts } from "./thoughts";

export function TradePage({ state }: { state: State }) {
  if (!state.sections) return null;
  return (
    <>
      <div class="left">
        <Pairs state={state} />
        <Pulse state={state} />
        <Limits state={state} />
      </div>
      <div class="centre">
        <ChartPanel state={state} />
        <Tables state={state} />
      </div>
      <div class="right">
        <OrderBook state={state} />
        <Thoughts state={state} />
      </div>
    </>
  );
}
