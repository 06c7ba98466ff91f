// SPDX-License-Identifier: MIT
// A table that scrolls in its own place: of rows made by hand, or of columns that say what a row has in each.

import { Fragment, type ComponentChildren } from "preact";
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

function Cells<Row>({ columns, row }: { columns: Column<Row>[]; row: Row }) {
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

interface RowsProps<Row> {
  columns: Column<Row>[];
  rows: Row[];
  keyOf: (row: Row) => string | number;
  rowClass?: (row: Row) => string;
  more?: (row: Row) => ComponentChildren; // null: the row is closed
}

/** The rows as they come, each with what it opens to below it. */
export function Rows<Row>({ columns, rows, keyOf, rowClass, more }: RowsProps<Row>) {
  return (
    <>
      {rows.map((row) => {
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
    </>
  );
}

export function Listed<Row>({ name, ...rows }: RowsProps<Row> & { name: string }) {
  return (
    <Table name={name} heads={rows.columns.map((column) => column.head)}>
      <Rows {...rows} />
    </Table>
  );
}
