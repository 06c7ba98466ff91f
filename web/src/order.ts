// SPDX-License-Identifier: MIT
// Rows in the order of a column.

export type Value = number | string | null;

/** The column that a table is sorted by. */
export interface Order {
  column: string;
  falling: boolean;
}

/** What is equal stays as it came; null stands last either way. Text is compared by its characters' codes. */
export function inOrder<Row>(rows: readonly Row[], value: (row: Row) => Value, falling: boolean): Row[] {
  const sign = falling ? -1 : 1;
  const keyed = rows.map((row) => ({ row, value: value(row) }));
  keyed.sort(({ value: a }, { value: b }) => (a === b ? 0 : a === null ? 1 : b === null ? -1 : a < b ? -sign : sign));
  return keyed.map(({ row }) => row);
}

export function ariaSort(order: Order | null, column: string): "none" | "ascending" | "descending" {
  return order?.column !== column ? "none" : order.falling ? "descending" : "ascending";
}
