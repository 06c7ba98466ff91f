// SPDX-License-Identifier: MIT
// How closed trades did, by strategy, pair, hour or weekday. A rate stands with its count and what it
// could as well be, so that few trades look like few.

import { duration, money, NONE, signed, tone, words } from "./format";
import { share } from "./model";
import { inOrder } from "./order";
import { Sorted } from "./sorted";
import type { Column } from "./table";
import type { Figures } from "./types_pages";

export const FEW = 10; // trades: below it a row is grey

export type Split = "strategy" | "pair" | "hour" | "weekday";

const NAMES: Record<Split, string> = { strategy: "Strategy", pair: "Pair", hour: "Entered, UTC", weekday: "Entered on" };
const WEEK = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

function place(split: Split, value: string | null): number | string {
  if (split === "hour") return Number(value);
  return split === "weekday" ? WEEK.indexOf(value ?? "") : (value ?? "");
}

/** By the clock, and by that of the entry: a trade counts where it began. */
export function isTimed(split: Split): boolean {
  return split === "hour" || split === "weekday";
}

/** Hours and days as they follow each other, the others by what they brought. */
function laidOut(split: Split, rows: Figures[]): Figures[] {
  return inOrder(rows, (row) => (isTimed(split) ? place(split, row.value) : Number(row.pnl)), !isTimed(split));
}

function named(split: Split, value: string | null): string {
  if (value === null) return "not known";
  if (split === "hour") return `${value.padStart(2, "0")}:00`;
  return split === "strategy" ? words(value) : value;
}

/** To the right of the middle a gain, to the left a loss. */
function Bar({ value, most }: { value: number; most: number }) {
  const width = most > 0 ? (50 * Math.abs(value)) / most : 0;
  const side = value < 0 ? { right: "50%" } : { left: "50%" };
  return (
    <span class="bar" aria-hidden="true">
      <i class={tone(value)} style={{ ...side, width: `${width}%` }} />
    </span>
  );
}

export function Breakdown({ split, rows }: { split: Split; rows: Figures[] }) {
  const most = Math.max(...rows.map((row) => Math.abs(Number(row.pnl))));
  const columns: Column<Figures>[] = [
    { head: NAMES[split], cell: (row) => named(split, row.value), by: (row) => place(split, row.value) },
    {
      head: "P&L",
      cell: (row) => (
        <>
          <Bar value={Number(row.pnl)} most={most} /> <span class={tone(row.pnl)}>{signed(row.pnl)}</span>
        </>
      ),
      by: (row) => Number(row.pnl),
    },
    { head: "Trades", cell: (row) => row.trades.toLocaleString("en-US"), by: (row) => row.trades },
    { head: "Won (95 %)", cell: (row) => share(row.win_rate, row.trades), by: (row) => row.win_rate },
    {
      head: "A trade",
      cell: (row) => (row.expectancy === null ? NONE : signed(row.expectancy)),
      by: (row) => (row.expectancy === null ? null : Number(row.expectancy)),
      class: (row) => tone(row.expectancy),
    },
    { head: "Factor", cell: (row) => row.profit_factor?.toFixed(2) ?? NONE, by: (row) => row.profit_factor },
    { head: "Fees", cell: (row) => money(row.fees), by: (row) => Number(row.fees) },
    { head: "Held", cell: (row) => (row.hold_seconds === null ? NONE : duration(row.hold_seconds)), by: (row) => row.hold_seconds },
  ];
  return (
    <Sorted
      name={`Closed trades by ${split}${isTimed(split) ? " of the entry" : ""}`}
      columns={columns}
      rows={laidOut(split, rows)}
      keyOf={(row) => row.value ?? ""}
      rowClass={(row) => (row.trades < FEW ? "weak" : "")}
    />
  );
}
