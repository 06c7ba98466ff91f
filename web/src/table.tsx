// SPDX-License-Identifier: MIT
// A table that scrolls in its own place: of rows made by hand, or of columns that say what a row has in each.

import type { ComponentChildren } from "preact";
import type { Value } from "./order";

export interface Column<Row> {
  head: string;
  cell: (row: Row) => ComponentChildren;
  by?: (row: Row) => Value; // what Sorted (sorted.tsx) sorts it by; without it the head is plain
  class?: (row: Row) => string;
  names?: boolean; // the row; where no column does, the first
}

export function Table({ heads, children, name }: { heads: string[]; children: ComponentChildren; name: string }) {
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={name}>
      <table>
        <thead>
          <tr>
            {heads.map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}

export function Cells<Row>({ columns, row }: { columns: Column<Row>[]; row: Row }) {
  const naming = columns.find((column) => column.names) ?? columns[0];
  return (
    <>
      {columns.map((column) =>
        column === naming ? (
          <th key={column.head} scope="row">
            {column.cell(row)}
          </th>
        ) : (
          <td key={column.head} class={column.class?.(row)}>
            {column.cell(row)}
          </td>
        ),
      )}
    </>
  );
}

interface ListedProps<Row> {
  name: string;
  columns: Column<Row>[];
  rows: Row[];
  keyOf: (row: Row) => string | number;
}

/** The rows as they come. */
export function Listed<Row>({ name, columns, rows, keyOf }: ListedProps<Row>) {
  return (
    <Table name={name} heads={columns.map((column) => column.head)}>
      {rows.map((row) => (
        <tr key={keyOf(row)} data-row={keyOf(row)}>
          <Cells columns={columns} row={row} />
        </tr>
      ))}
    </Table>
  );
}
