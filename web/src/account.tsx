// SPDX-License-Identifier: MIT
// What the account at the venue holds by the venue's word, and the orders that are alive: their columns, of which each
// place takes those it has room for, and the two panels of the Health page.

import { NONE, price, quantity, time, words } from "./format";
import { Pushed } from "./pushed";
import { Sorted } from "./sorted";
import type { State } from "./store";
import type { Column } from "./table";
import type { Balance, Order } from "./types";

export const NO_BALANCE = "The venue has not told what the account holds.";
export const NO_ORDER = "No order is working.";

export const BALANCES: Column<Balance>[] = [
  { head: "Asset", cell: (each) => each.asset, by: (each) => each.asset },
  { head: "Total", cell: (each) => quantity(each.total) },
  { head: "Held by orders", cell: (each) => quantity(each.held) },
];

export const ORDER = {
  order: { head: "Order", cell: (each) => each.order, by: (each) => each.order },
  pair: { head: "Pair", cell: (each) => each.pair, by: (each) => each.pair },
  purpose: { head: "Purpose", cell: (each) => words(each.purpose), by: (each) => each.purpose },
  kind: { head: "Kind", cell: (each) => each.kind, by: (each) => each.kind },
  state: { head: "State", cell: (each) => each.state, by: (each) => each.state, class: (each) => (each.state === "unknown" ? "loss" : "") },
  side: { head: "Side", cell: (each) => each.side },
  quantity: { head: "Quantity", cell: (each) => quantity(each.quantity) },
  filled: { head: "Filled", cell: (each) => quantity(each.filled) },
  limit: { head: "Limit", cell: (each) => price(each.limit) },
  stop: { head: "Stop", cell: (each) => price(each.stop) },
  target: { head: "Target", cell: (each) => price(each.target) },
  since: { head: "Since", cell: (each) => time(each.created), by: (each) => each.created },
  venue: { head: "At the venue", cell: (each) => each.venue_id ?? NONE },
} satisfies Record<string, Column<Order>>;

const { order, pair, purpose, state, side, quantity: amount, filled, limit, stop, target, since, venue } = ORDER;
const ORDERS = [order, pair, purpose, state, side, amount, filled, limit, stop, target, since, venue];

/** What tells one from the others. */
export const orderKey = (each: Order): string | number => each.venue_id ?? each.order;

export function Balances({ state }: { state: State }) {
  return (
    <Pushed
      name="Balances"
      state={state}
      empty={({ status }) =>
        status.balances.length > 0
          ? null
          : status.orders_at_venue
            ? NO_BALANCE
            : "On paper there is no account at a venue: the money is what Capital shows."
      }
    >
      {({ status }) => <Sorted name="Balances" columns={BALANCES} rows={status.balances} keyOf={(each) => each.asset} />}
    </Pushed>
  );
}

export function OpenOrders({ state }: { state: State }) {
  return (
    <Pushed name="Open orders" state={state} empty={({ orders }) => (orders.length === 0 ? NO_ORDER : null)}>
      {({ orders }) => <Sorted name="Open orders" columns={ORDERS} rows={orders} keyOf={orderKey} />}
    </Pushed>
  );
}
