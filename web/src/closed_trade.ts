// SPDX-License-Identifier: MIT
// What is told of a closed trade, column by column; each place puts the pair before it in its own way.

import { average, duration, money, NONE, quantity, signed, time, tone, words } from "./format";
import type { Column } from "./table";
import type { Trade } from "./types";

function heldSeconds(trade: Trade): number {
  return (Date.parse(trade.closed) - Date.parse(trade.opened)) / 1000;
}

export const PNL: Column<Trade> = {
  head: "P&L",
  cell: (trade) => signed(trade.pnl),
  by: (trade) => Number(trade.pnl),
  class: (trade) => tone(trade.pnl),
};

export const STRATEGY: Column<Trade> = {
  head: "Strategy",
  cell: (trade) => (trade.strategy ? words(trade.strategy) : NONE),
  by: (trade) => trade.strategy ?? "",
};

export function endOf(decimals: Map<string, number>): Column<Trade>[] {
  return [
    { head: "By", cell: (trade) => trade.closed_by, by: (trade) => trade.closed_by },
    { head: "Closed", cell: (trade) => time(trade.closed, true), by: (trade) => trade.closed },
    { head: "Held", cell: (trade) => duration(heldSeconds(trade)), by: heldSeconds },
    { head: "Quantity", cell: (trade) => quantity(trade.quantity) },
    { head: "Entry", cell: (trade) => average(trade.entry, decimals.get(trade.pair)) },
    { head: "Exit", cell: (trade) => average(trade.exit, decimals.get(trade.pair)) },
    { head: "Fees", cell: (trade) => money(trade.fee), by: (trade) => Number(trade.fee) },
  ];
}
