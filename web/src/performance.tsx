// SPDX-License-Identifier: MIT
// The page of what was earned: equity and drawdown, the figures of all closed trades and of their
// parts, what models proved, and what trades have in common.

import { useMemo, useState } from "preact/hooks";
import { Breakdown, FEW, isTimed, type Split } from "./breakdown";
import { EquityChart } from "./equity";
import { Choice, query } from "./filters";
import { duration, money, NONE, signed, time, tone } from "./format";
import { Insights, useInsights } from "./insights";
import { Model, share, useModels } from "./model";
import { Panel, useData } from "./panel";
import type { State } from "./store";
import type { Equity, Figures, Performance } from "./types_pages";

const RANGES = { day: 1, week: 7, month: 30, all: 0 } as const; // days; 0: no bound
type Range = keyof typeof RANGES;

const SPLITS: Split[] = ["strategy", "pair", "hour", "weekday"];
const POINTS = 600;
const AGAIN_MS = 15_000;
const DAY_MS = 86_400_000;

/** Where a range begins, by the market's clock at the moment that it was chosen. */
function beginning(range: Range, market: string | null): string {
  if (RANGES[range] === 0 || !market) return "";
  return new Date(Date.parse(market) - RANGES[range] * DAY_MS).toISOString();
}

function Ranges({ range, choose }: { range: Range; choose: (range: Range) => void }) {
  return (
    <div class="choices" role="group" aria-label="Range">
      {(Object.keys(RANGES) as Range[]).map((each) => (
        <button key={each} type="button" aria-pressed={each === range} onClick={() => choose(each)}>
          {each.charAt(0).toUpperCase() + each.slice(1)}
        </button>
      ))}
    </div>
  );
}

function Figure({ name, value, kind = "" }: { name: string; value: string; kind?: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd class={kind} data-whole={name}>
        {value}
      </dd>
    </div>
  );
}

function amount(text: string | null): string {
  return text === null ? NONE : signed(text);
}

function Whole({ of, currency }: { of: Figures; currency: string }) {
  return (
    <>
      <dl class="whole">
        <Figure name="P&L" value={`${signed(of.pnl)} ${currency}`} kind={tone(of.pnl)} />
        <Figure name="Closed trades" value={of.trades.toLocaleString("en-US")} />
        <Figure name="Won (95 %)" value={`${share(of.win_rate, of.trades)} of ${of.trades.toLocaleString("en-US")}`} />
        <Figure name="A trade brings" value={amount(of.expectancy)} kind={tone(of.expectancy)} />
        <Figure name="Profit factor" value={of.profit_factor?.toFixed(2) ?? NONE} />
        <Figure name="Fees" value={money(of.fees)} />
        <Figure name="Average win, loss" value={`${amount(of.average_win)}, ${amount(of.average_loss)}`} />
        <Figure name="Best, worst" value={`${amount(of.best)}, ${amount(of.worst)}`} />
        <Figure name="Held, median" value={of.hold_seconds === null ? NONE : duration(of.hold_seconds)} />
      </dl>
      {of.trades < FEW && <p class="note">{of.trades === 1 ? "One trade says" : `${of.trades} trades say`} next to nothing of what is to come.</p>}
    </>
  );
}

const noTrades = (data: Performance): string | null => (data.whole.trades === 0 ? "No trade was closed in this range." : null);
const noEquity = (data: Equity): string | null => (data.points.length === 0 ? "No equity was recorded in this range." : null);

export function PerformancePage({ state }: { state: State }) {
  const [range, setRange] = useState<Range>("all");
  const [pair, setPair] = useState("");
  const [strategy, setStrategy] = useState("");
  const known = state.sections !== null;
  const from = useMemo(() => beginning(range, state.sections?.status.market_time ?? null), [range, known]);
  const newest = state.trades[0]?.number ?? 0;
  const equity = useData<Equity>(query("/api/v1/equity", { from, points: String(POINTS) }), AGAIN_MS, newest);
  const told = useData<Performance>(query("/api/v1/performance", { from, pair, strategy }), AGAIN_MS, newest);
  const models = useModels(state);
  const insights = useInsights(state);
  const since = from && <span class="of">since {time(from, true)}</span>;
  return (
    <div class="sheet performance">
      <Panel name="Equity and drawdown" state={state} answer={equity} empty={noEquity} side={<Ranges range={range} choose={setRange} />}>
        {(data) => <EquityChart equity={data} />}
      </Panel>
      <Panel
        name="Closed trades"
        state={state}
        answer={told}
        empty={noTrades}
        side={
          <>
            {since}
            <div class="filters">
              <Choice name="Pair" value={pair} among={state.sections?.pairs.map((each) => each.pair) ?? []} choose={setPair} />
              <Choice name="Strategy" value={strategy} among={state.sections?.strategies.map((each) => each.strategy) ?? []} choose={setStrategy} />
            </div>
          </>
        }
      >
        {(data) => <Whole of={data.whole} currency={data.currency} />}
      </Panel>
      <div class="pairs-of splits">
        {SPLITS.map((split) => (
          <Panel key={split} name={`By ${split}`} state={state} answer={told} empty={noTrades} side={isTimed(split) && <span class="of">of the entry, UTC</span>}>
            {(data) => <Breakdown split={split} rows={data.by[split]} />}
          </Panel>
        ))}
      </div>
      <p class="note">In brackets: what the part won could as well be, with 95 % certainty. Rows of fewer than {FEW} trades are grey.</p>
      <Panel name="Model validation" state={state} answer={models}>
        {(told) => <Model state={state} told={told} />}
      </Panel>
      <Panel name="Insights" state={state} answer={insights}>
        {(told) => <Insights told={told} />}
      </Panel>
    </div>
  );
}
