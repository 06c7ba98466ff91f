// SPDX-License-Identifier: MIT
// Below the chart: positions, orders, closed trades, strategies, the model, insights.

import { useState } from "preact/hooks";
import { BALANCES, NO_BALANCE, NO_ORDER, ORDER, orderKey } from "./account";
import { endOf, PNL } from "./closed_trade";
import { Asked, command } from "./control";
import { duration, money, NONE, price, quantity, signed, time, tone, words } from "./format";
import { InsightsTold } from "./insights";
import { ModelTold } from "./model";
import { NoTradeYet } from "./nothing";
import { ExitPlan } from "./plan";
import { Stale, staleness } from "./pushed";
import { decimalsOf, TRADES_PUSHED, watch, type State } from "./store";
import { Listed, Table, type Column } from "./table";
import type { Order, Position, Sections, Trade } from "./types";
import { Why, WhyButton, WhyOpened } from "./why";

type Tab = "positions" | "orders" | "balances" | "trades" | "strategies" | "model" | "insights";

function PairLink({ pair, state }: { pair: string; state: State }) {
  return (
    <button type="button" class="link" onClick={() => watch(pair, state.timeframe)}>
      {pair}
    </button>
  );
}

function linked(state: State): Column<{ pair: string }> {
  return { head: "Pair", names: true, cell: ({ pair }) => <PairLink pair={pair} state={state} /> };
}

function age(since: string | null, now: string | null): string {
  return since && now ? duration((Date.parse(now) - Date.parse(since)) / 1000) : NONE;
}

const POSITION_HEADS = ["Pair", "Open P&L", "Quantity", "Entry", "Last", "Stop", "Target", "At risk", "Held", ""];

interface PositionRowProps {
  position: Position;
  state: State;
  now: string | null;
  asked: boolean; // why it was opened
  ask: () => void;
}

function PositionRow({ position, state, now, asked, ask }: PositionRowProps) {
  const { pair } = position;
  return (
    <>
      <tr data-pair={pair}>
        <th scope="row">
          <PairLink pair={pair} state={state} />
          {position.direction === "short" && " short"}
        </th>
        <td data-head="Open P&L" class={tone(position.unrealised)} title="After the fees of buying and of selling it now">
          {signed(position.unrealised)}
        </td>
        <td data-head="Quantity">{quantity(position.quantity)}</td>
        <td data-head="Entry">{price(position.entry)}</td>
        <td data-head="Last">{price(position.last)}</td>
        <td data-head="Stop">{position.stop ? price(position.stop) : <span class="loss">none</span>}</td>
        <td data-head="Target">{price(position.target)}</td>
        <td data-head="At risk" title="From the entry to the stop, with the fees">
          {money(position.risk)}
        </td>
        <td data-head="Held">{age(position.opened, now)}</td>
        <td class="hand">
          <Asked
            name={`close-${pair}`}
            text="×"
            label={`Close ${pair}`}
            question={`Sell ${pair}?`}
            act={() => void command({ command: "close", pair })}
          />
        </td>
      </tr>
      <tr class="plan">
        <td colSpan={POSITION_HEADS.length}>
          <ExitPlan position={position} state={state}>
            <button type="button" class="link" aria-expanded={asked} data-act={`why-${pair}`} onClick={ask}>
              Why it was bought
            </button>
          </ExitPlan>
          {asked && <WhyOpened position={position} decimals={decimalsOf(state).get(pair)} />}
        </td>
      </tr>
    </>
  );
}

function Positions({ state, sections }: { state: State; sections: Sections }) {
  const [asked, ask] = useState<string | null>(null);
  if (sections.positions.length === 0) return <p class="empty">No position is open.</p>;
  return (
    <div class="positions">
      <Table name="Positions" heads={POSITION_HEADS}>
        {sections.positions.map((each) => (
          <PositionRow
            key={each.pair}
            position={each}
            state={state}
            now={sections.status.market_time}
            asked={asked === each.pair}
            ask={() => ask(asked === each.pair ? null : each.pair)}
          />
        ))}
      </Table>
    </div>
  );
}

/** What the account holds by the venue's word, coins of the operator's own included. */
function Balances({ sections }: { sections: Sections }) {
  const { balances } = sections.status;
  if (balances.length === 0) return <p class="empty">{NO_BALANCE}</p>;
  return <Listed name="Balances" columns={BALANCES} rows={balances} keyOf={(each) => each.asset} />;
}

const CANCEL: Column<Order> = {
  head: "",
  class: () => "hand",
  cell: ({ order, purpose }) =>
    purpose !== "protect" && (
      <button
        type="button"
        class="act"
        title={`Cancel order ${order}`}
        aria-label={`Cancel order ${order}`}
        data-act={`cancel-${order}`}
        onClick={() => void command({ command: "cancel", order })}
      >
        ×
      </button>
    ),
};

function Orders({ state, sections }: { state: State; sections: Sections }) {
  if (sections.orders.length === 0) return <p class="empty">{NO_ORDER}</p>;
  const { order, purpose, kind, state: stands, side, quantity: amount, filled, limit, stop, target, venue } = ORDER;
  const told = [order, linked(state), purpose, kind, stands, side, amount, filled, limit, stop, target];
  const columns = sections.status.orders_at_venue ? [...told, venue, CANCEL] : [...told, CANCEL];
  return <Listed name="Orders" columns={columns} rows={sections.orders} keyOf={orderKey} />;
}

function Trades({ state }: { state: State }) {
  const [shown, setShown] = useState(50);
  const [opened, open] = useState<number | null>(null);
  if (state.trades.length === 0) return <NoTradeYet thoughts={state.thoughts} />;
  const decimals = decimalsOf(state);
  const pair: Column<Trade> = {
    head: "Pair",
    cell: (trade) => (
      <>
        <WhyButton trade={trade} opened={opened} open={open} /> <PairLink pair={trade.pair} state={state} />
      </>
    ),
  };
  return (
    <>
      <Listed
        name="Trades"
        columns={[pair, PNL, ...endOf(decimals)]}
        rows={state.trades.slice(0, shown)}
        keyOf={(each) => each.number}
        more={(trade) => (trade.number === opened ? <Why trade={trade} decimals={decimals.get(trade.pair)} /> : null)}
      />
      {state.trades.length > shown && (
        <button type="button" class="more" onClick={() => setShown(shown + 100)}>
          Show more
        </button>
      )}
    </>
  );
}

function Strategies({ sections }: { sections: Sections }) {
  return (
    <Table name="Strategies" heads={["Strategy", "Candles", "Signals", "Strong enough", "Last signal"]}>
      {sections.strategies.map((each) => (
        <tr key={each.strategy} class={each.enabled ? "" : "off"}>
          <th scope="row">{words(each.strategy)}</th>
          <td>{each.enabled ? each.timeframe : "off"}{each.shadow ? ", shadow" : ""}</td>
          <td>{each.signals.toLocaleString("en-US")}</td>
          <td>{each.actionable.toLocaleString("en-US")}</td>
          <td>{each.last.time ? `${each.last.direction} ${each.last.pair ?? ""} ${time(each.last.time)}` : NONE}</td>
        </tr>
      ))}
    </Table>
  );
}

export function Tables({ state }: { state: State }) {
  const [tab, setTab] = useState<Tab>("positions");
  const sections = state.sections;
  if (!sections) return null;
  const tabs: [Tab, string, number | string | null][] = [
    ["positions", "Positions", sections.positions.length],
    ["orders", "Orders", sections.orders.length],
    ...(sections.status.orders_at_venue ? [["balances", "Balances", sections.status.balances.length] as [Tab, string, number]] : []),
    ["trades", "Trades", state.trades.length < TRADES_PUSHED ? state.trades.length : `${state.trades.length}+`],
    ["strategies", "Strategies", null],
    ["model", "Model", null],
    ["insights", "Insights", null],
  ];
  const step = (event: KeyboardEvent): void => {
    const by = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    const at = tabs.findIndex(([name]) => name === tab);
    const next = tabs[(at + by + tabs.length) % tabs.length];
    if (!by || !next) return;
    setTab(next[0]);
    document.getElementById(`tab-${next[0]}`)?.focus();
    event.preventDefault();
  };
  return (
    <section class={`tables glass ${staleness(state) ? "stale" : ""}`} aria-label="Account">
      <div class="tabs" role="tablist" onKeyDown={step}>
        {tabs.map(([name, title, count]) => (
          <button
            key={name}
            id={`tab-${name}`}
            type="button"
            role="tab"
            aria-selected={tab === name}
            aria-controls="tab-panel"
            tabIndex={tab === name ? 0 : -1}
            onClick={() => setTab(name)}
          >
            {title}
            {count !== null && <span class="count">{count}</span>}
          </button>
        ))}
        <Stale state={state} />
      </div>
      <div id="tab-panel" role="tabpanel" aria-labelledby={`tab-${tab}`}>
        {tab === "positions" && <Positions state={state} sections={sections} />}
        {tab === "orders" && <Orders state={state} sections={sections} />}
        {tab === "balances" && <Balances sections={sections} />}
        {tab === "trades" && <Trades state={state} />}
        {tab === "strategies" && <Strategies sections={sections} />}
        {tab === "model" && <ModelTold state={state} />}
        {tab === "insights" && <InsightsTold state={state} />}
      </div>
    </section>
  );
}
