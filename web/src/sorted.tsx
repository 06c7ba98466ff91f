// SPDX-License-Identifier: MIT
// A table whose rows are put in order by a click on a head. A row may open to more of itself.

import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { ariaSort, inOrder, type Order } from "./order";
import { Rows, type Column } from "./table";

interface SortedProps<Row> {
  name: string; // its caption, for those who hear the page
  columns: Column<Row>[];
  rows: Row[];
  keyOf: (row: Row) => string | number;
  rowClass?: (row: Row) => string;
  more?: (row: Row) => ComponentChildren; // null: the row is closed
  foot?: ComponentChildren;
}

function laidOut<Row>(rows: Row[], columns: Column<Row>[], order: Order | null): Row[] {
  const by = columns.find((column) => column.head === order?.column)?.by;
  return by && order ? inOrder(rows, by, order.falling) : rows;
}

function Head<Row>({ column, order, turn }: { column: Column<Row>; order: Order | null; turn: (order: Order | null) => void }) {
  if (!column.by) return <th scope="col">{column.head}</th>;
  const { head } = column;
  const mine = order?.column === head;
  // Largest first, then smallest first, then as it came.
  const next = !mine ? { column: head, falling: true } : order.falling ? { column: head, falling: false } : null;
  return (
    <th scope="col" aria-sort={ariaSort(order, head)}>
      <button type="button" class="sorts" onClick={() => turn(next)}>
        {head}
        <span aria-hidden="true">{!mine ? "" : order.falling ? " ↓" : " ↑"}</span>
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
          <Rows columns={columns} rows={laidOut(rows, columns, order)} keyOf={keyOf} rowClass={rowClass} more={more} />
        </tbody>
        {foot && <tfoot>{foot}</tfoot>}
      </table>
    </div>
  );
}
