// SPDX-License-Identifier: MIT
// The page of closed trades: all that the ledger has, by pair, strategy and day, each open to its why.

import { useEffect, useState } from "preact/hooks";
import { endOf, PNL, STRATEGY } from "./closed_trade";
import { Download } from "./download";
import { Choice, query } from "./filters";
import { money, signed, tone } from "./format";
import { share } from "./model";
import { Panel, useData } from "./panel";
import { Sorted } from "./sorted";
import { decimalsOf, type State } from "./store";
import { sum } from "./sum";
import type { Column } from "./table";
import type { Trade } from "./types";
import type { Performance, Trades } from "./types_pages";
import { Why, WhyButton } from "./why";

const PAGE = 50;
const AGAIN_MS = 15_000;

interface Filter {
  pair: string;
  strategy: string;
  from: string; // days, "2024-08-05"; empty: no bound
  to: string;
}

const NO_FILTER: Filter = { pair: "", strategy: "", from: "", to: "" };

/** "2024-08-05" to the day after it. */
function dayAfter(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString();
}

/** A day is meant whole; what the session is told to end at is not in it any more. */
function members(filter: Filter): Record<string, string> {
  return {
    pair: filter.pair,
    strategy: filter.strategy,
    from: filter.from && `${filter.from}T00:00:00Z`,
    to: filter.to && dayAfter(filter.to),
  };
}

function Day({ name, value, choose }: { name: string; value: string; choose: (day: string) => void }) {
  return (
    <label>
      {name}
      <input type="date" value={value} onChange={(event) => choose(event.currentTarget.value)} />
    </label>
  );
}

function Filters({ state, filter, choose }: { state: State; filter: Filter; choose: (filter: Filter) => void }) {
  const set = (name: keyof Filter) => (value: string) => choose({ ...filter, [name]: value });
  const narrowed = Object.values(filter).some((value) => value !== "");
  return (
    <div class="filters" role="search" aria-label="Which trades">
      <Choice name="Pair" value={filter.pair} among={state.sections?.pairs.map((each) => each.pair) ?? []} choose={set("pair")} />
      <Choice
        name="Strategy"
        value={filter.strategy}
        among={state.sections?.strategies.map((each) => each.strategy) ?? []}
        choose={set("strategy")}
      />
      <Day name="From" value={filter.from} choose={set("from")} />
      <Day name="To" value={filter.to} choose={set("to")} />
      {narrowed && (
        <button type="button" class="act" data-act="all-trades" onClick={() => choose(NO_FILTER)}>
          All trades
        </button>
      )}
    </div>
  );
}

function Pager({ data, go }: { data: Trades; go: (offset: number) => void }) {
  const last = data.offset + data.trades.length;
  return (
    <nav class="pager" aria-label="Pages of trades">
      <button type="button" class="act" data-act="newer" disabled={data.offset === 0} onClick={() => go(Math.max(0, data.offset - PAGE))}>
        Newer
      </button>
      <span aria-live="polite" data-shown>
        {(data.offset + 1).toLocaleString("en-US")}–{last.toLocaleString("en-US")} of {data.total.toLocaleString("en-US")}
      </span>
      <button type="button" class="act" data-act="older" disabled={last >= data.total} onClick={() => go(data.offset + PAGE)}>
        Older
      </button>
    </nav>
  );
}

function Sums({ trades }: { trades: Trade[] }) {
  const pnl = sum(trades.map((each) => each.pnl));
  const won = trades.filter((each) => Number(each.pnl) > 0).length;
  return (
    <tr data-row="sums">
      <th scope="row">{trades.length === 1 ? "This one" : `These ${trades.length}`}</th>
      <td class={tone(pnl)}>{signed(pnl)}</td>
      <td colSpan={7}>
        {won} won, {trades.length - won} not
      </td>
      <td>{money(sum(trades.map((each) => each.fee)))}</td>
    </tr>
  );
}

function columnsOf(decimals: Map<string, number>, opened: number | null, open: (number: number | null) => void): Column<Trade>[] {
  return [
    {
      head: "Pair",
      cell: (trade) => <WhyButton trade={trade} opened={opened} open={open} text={trade.pair} />,
      by: (trade) => trade.pair,
    },
    PNL,
    STRATEGY,
    ...endOf(decimals),
  ];
}

/** Of all trades that the filter lets through, not of this page's alone. */
function Through({ told }: { told: Performance | null }) {
  if (!told || told.whole.trades === 0) return null;
  const { whole, currency } = told;
  return (
    <p class="of" data-through>
      {whole.trades === 1 ? "The one trade" : `All ${whole.trades.toLocaleString("en-US")} together`}:{" "}
      <strong class={tone(whole.pnl)}>
        {signed(whole.pnl)} {currency}
      </strong>
      , fees {money(whole.fees)}, won {share(whole.win_rate, whole.trades)}.
    </p>
  );
}

export function HistoryPage({ state }: { state: State }) {
  const [filter, setFilter] = useState(NO_FILTER);
  const [offset, setOffset] = useState(0);
  const [opened, open] = useState<number | null>(null);
  useEffect(() => setOffset(0), [filter]);
  const newest = state.trades[0]?.number ?? 0;
  const asked = members(filter);
  const answer = useData<Trades>(query("/api/v1/trades", { ...asked, limit: String(PAGE), offset: String(offset) }), AGAIN_MS, newest);
  const whole = useData<Performance>(query("/api/v1/performance", asked), AGAIN_MS, newest);
  const decimals = decimalsOf(state);
  const narrowed = filter !== NO_FILTER;
  return (
    <div class="sheet history">
      <Panel
        name="Trades"
        state={state}
        answer={answer}
        empty={(data) => (data.total > 0 ? null : narrowed ? "No closed trade is like that." : "No trade has been closed yet.")}
        side={
          <>
            <Filters state={state} filter={filter} choose={setFilter} />
            <Download members={asked} />
          </>
        }
      >
        {(data) => (
          <>
            <Through told={whole.data} />
            <Sorted
              name="Closed trades, sorted within the page"
              columns={columnsOf(decimals, opened, open)}
              rows={data.trades}
              keyOf={(trade) => trade.number}
              more={(trade) => (trade.number === opened ? <Why trade={trade} decimals={decimals.get(trade.pair)} /> : null)}
              foot={<Sums trades={data.trades} />}
            />
            <Pager data={data} go={setOffset} />
          </>
        )}
      </Panel>
    </div>
  );
}
