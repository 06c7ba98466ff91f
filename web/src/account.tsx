// SPDX-License-Identifier: MIT
// What the account at the venue holds by the venue's word, and the orders that are alive.

import { NONE, price, quantity, time, words } from "./format";
import { Pushed } from "./pushed";
import { Sorted, type Column } from "./sorted";
import type { State } from "./store";
import type { Balance, Order } from "./types";

const BALANCES: Column<Balance>[] = [
  { head: "Asset", cell: (each) => each.asset, by: (each) => each.asset },
  { head: "Total", cell: (each) => quantity(each.total) },
  { head: "Held by orders", cell: (each) => quantity(each.held) },
];

const ORDERS: Column<Order>[] = [
  { head: "Order", cell: (each) => each.order, by: (each) => each.order },
  { head: "Pair", cell: (each) => each.pair, by: (each) => each.pair },
  { head: "Purpose", cell: (each) => words(each.purpose), by: (each) => each.purpose },
  { head: "State", cell: (each) => each.state, by: (each) => each.state, tone: (each) => (each.state === "unknown" ? "loss" : "") },
  { head: "Side", cell: (each) => each.side },
  { head: "Quantity", cell: (each) => quantity(each.quantity) },
  { head: "Filled", cell: (each) => quantity(each.filled) },
  { head: "Limit", cell: (each) => price(each.limit) },
  { head: "Stop", cell: (each) => price(each.stop) },
  { head: "Target", cell: (each) => price(each.target) },
  { head: "Since", cell: (each) => time(each.created), by: (each) => each.created },
  { head: "At the venue", cell: (each) => each.venue_id ?? NONE },
];

export function Balances({ state }: { state: State }) {
  return (
    <Pushed
      name="Balances"
      state={state}
      empty={({ status }) =>
        status.balances.length > 0
          ? null
          : status.orders_at_venue
            ? "The venue has not told what the account holds."
            : "On paper there is no account at a venue: the money is what Capital shows."
      }
    >
      {({ status }) => <Sorted name="Balances" columns={BALANCES} rows={status.balances} keyOf={(each) => each.asset} />}
    </Pushed>
  );
}

export function OpenOrders({ state }: { state: State }) {
  return (
    <Pushed name="Open orders" state={state} empty={({ orders }) => (orders.length === 0 ? "No order is working." : null)}>
      {({ orders }) => <Sorted name="Open orders" columns={ORDERS} rows={orders} keyOf={(each) => each.venue_id ?? each.order} />}
    </Pushed>
  );
}
