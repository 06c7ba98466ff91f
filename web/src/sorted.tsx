// SPDX-License-Identifier: MIT
// A table whose rows are put in order by a click on a head. A row may open to more of itself.

import { Fragment, type ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { Cells, type Column } from "./table";

interface SortedProps<Row> {
  name: string; // its caption, for those who hear the page
  columns: Column<Row>[];
  rows: Row[];
  keyOf: (row: Row) => string | number;
  rowClass?: (row: Row) => string;
  more?: (row: Row) => ComponentChildren; // null: the row is closed
  foot?: ComponentChildren;
}

interface Order {
  head: string;
  down: boolean;
}

function compare(a: number | string | null, b: number | string | null): number {
  if (a === null || b === null) return Number(b === null) - Number(a === null);
  return typeof a === "string" || typeof b === "string" ? String(a).localeCompare(String(b)) : a - b;
}

function inOrder<Row>(rows: Row[], columns: Column<Row>[], order: Order | null): Row[] {
  const by = columns.find((column) => column.head === order?.head)?.by;
  if (!by || !order) return rows;
  return [...rows].sort((a, b) => (order.down ? compare(by(b), by(a)) : compare(by(a), by(b))));
}

function Head<Row>({ column, order, turn }: { column: Column<Row>; order: Order | null; turn: (order: Order | null) => void }) {
  if (!column.by) return <th scope="col">{column.head}</th>;
  const mine = order?.head === column.head;
  // Largest first, then smallest first, then as it came.
  const next = !mine ? { head: column.head, down: true } : order.down ? { head: column.head, down: false } : null;
  return (
    <th scope="col" aria-sort={!mine ? "none" : order.down ? "descending" : "ascending"}>
      <button type="button" class="sorts" onClick={() => turn(next)}>
        {column.head}
        <span aria-hidden="true">{!mine ? "" : order.down ? " ↓" : " ↑"}</span>
      </button>
    </th>
  );
}

export function Sorted<Row>({ name, columns, rows, keyOf, rowClass, more, foot }: SortedProps<Row>) {
  const [order, turn] = useState<Order | null>(null);
  return (
    <div class="wide" tabIndex={0} role="region" aria-label={name}>
      <table>
        <caption class="unseen">{name}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <Head key={column.head} column={column} order={order} turn={turn} />
            ))}
          </tr>
        </thead>
        <tbody>
          {inOrder(rows, columns, order).map((row) => {
            const inside = more?.(row) ?? null;
            return (
              <Fragment key={keyOf(row)}>
                <tr class={rowClass?.(row) ?? ""} data-row={keyOf(row)}>
                  <Cells columns={columns} row={row} />
                </tr>
                {inside !== null && (
                  <tr class="inside-row">
                    <td colSpan={columns.length}>{inside}</td>
                  </tr>
                )}
              </Fragment>
            );
          })}
        </tbody>
        {foot && <tfoot>{foot}</tfoot>}
      </table>
    </div>
  );
}
