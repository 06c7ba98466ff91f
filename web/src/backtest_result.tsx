// SPDX-License-Identifier: MIT
// What a backtest came to: figures beside buy and hold, the curves, the trades, and how to repeat it.

import type { BacktestTrade, Result, Summary, Whole } from "./backtest_ask";
import { Curves } from "./backtest_curve";
import { duration, many, money, NONE, percent, price, quantity, signed, time, tone, words } from "./format";
import { Table } from "./table";

type Show = (value: number) => string;

const part: Show = (value) => percent(value, 2, true);
const share: Show = (value) => percent(value, 1);
const figure: Show = (value) => price(value, 2);
const count: Show = (value) => value.toLocaleString("en-US");

// Each with the summary's own name; those of the first list buy and hold has too.
const CURVE: [string, string, Show][] = [
  ["equity", "Equity at the end", money],
  ["total_return", "Total return", part],
  ["cagr", "A year (CAGR)", part],
  ["volatility", "Volatility a year", share],
  ["sharpe", "Sharpe ratio", figure],
  ["sortino", "Sortino ratio", figure],
  ["calmar", "Calmar ratio", figure],
  ["drawdown_max", "Worst drawdown", share],
  ["drawdown_longest_seconds", "Longest below a peak", duration],
];
const TRADES: [string, string, Show][] = [
  ["closed_trades", "Closed trades", count],
  ["open_positions", "Still open", count],
  ["win_rate", "Win rate", share],
  ["profit_factor", "Profit factor", figure],
  ["expectancy", "Expectancy a trade", money],
  ["average_win", "Average win", money],
  ["average_loss", "Average loss", money],
  ["best_trade", "Best trade", money],
  ["worst_trade", "Worst trade", money],
  ["average_held_seconds", "Held on average", duration],
  ["exposure", "Time in the market", share],
  ["turnover", "Turnover (times equity)", figure],
  ["fees", "Fees paid", money],
  ["orders_refused", "Orders refused", count],
];

const told = (from: Record<string, unknown>, name: string, show: Show): string => {
  const value = from[name];
  return typeof value === "number" ? show(value) : NONE;
};

function Figures({ summary }: { summary: Summary }) {
  const held = summary.buy_and_hold;
  return (
    <div class="bt-figures">
      <Table name="Figures" heads={["Figure", "Backtest", "Buy and hold"]}>
        {CURVE.map(([name, label, show]) => (
          <tr key={name}>
            <th scope="row">{label}</th>
            <td>{told(summary, name, show)}</td>
            <td>{told(held, name, show)}</td>
          </tr>
        ))}
      </Table>
      <Table name="Figures of its trades" heads={["Trades", "Backtest"]}>
        {TRADES.map(([name, label, show]) => (
          <tr key={name}>
            <th scope="row">{label}</th>
            <td>{told(summary, name, show)}</td>
          </tr>
        ))}
      </Table>
    </div>
  );
}

function Row({ trade }: { trade: BacktestTrade }) {
  return (
    <tr>
      <td>{time(trade.opened, true)}</td>
      <td>{time(trade.closed, true)}</td>
      <td>{words(trade.strategies)}</td>
      <td>{quantity(trade.quantity)}</td>
      <td>{price(trade.entry)}</td>
      <td>{price(trade.exit)}</td>
      <td class={tone(trade.pnl)}>{signed(trade.pnl)}</td>
      <td class={tone(trade.return)}>{percent(trade.return, 2, true)}</td>
      <td>{money(trade.fee)}</td>
      <td>{words(trade.end)}</td>
    </tr>
  );
}

function Trades({ result }: { result: Result }) {
  if (result.trades_total === 0) return <p class="empty">No trade was closed. The verdicts below say what kept it from entering.</p>;
  return (
    <>
      <Table
        name="Trades of the backtest"
        heads={["Opened", "Closed", "Voted for by", "Quantity", "Entry", "Exit", "P&L", "Return", "Fees", "Ended by"]}
      >
        {result.trades.map((trade) => (
          <Row key={trade.number} trade={trade} />
        ))}
      </Table>
      {result.trades_left_out > 0 && <p class="empty">The newest 500; {many(result.trades_left_out, "older one is", "older ones are")} not shown.</p>}
    </>
  );
}

/** What became of the decisions, the most first. */
function verdicts(summary: Summary): string {
  const all = Object.entries((summary["verdicts"] ?? {}) as Record<string, number>).sort((a, b) => b[1] - a[1]);
  return all.map(([name, times]) => `${words(name)} ${count(times)}`).join(", ");
}

export function Outcome({ job, other }: { job: Whole; other: { result: Result; name: string } | null }) {
  const { result } = job;
  if (job.state === "failed")
    return (
      <p class="empty bt-error" role="status">
        It could not be run: {job.error}
      </p>
    );
  if (!result) return <p class="empty">{job.state === "cancelled" ? "It was cancelled." : "It is not done yet."}</p>;
  const { summary } = result;
  return (
    <div class="bt-result" data-backtest={job.id}>
      <p class="bt-span">
        {time(summary.start, true)} to {time(summary.end, true)} UTC, decided on {summary.timeframe}, filled on {summary.filled_on}:{" "}
        {summary.fills.sentence}.
      </p>
      <Curves result={result} name={`#${job.id}`} other={other} />
      <Figures summary={summary} />
      <h3>Trades</h3>
      <Trades result={result} />
      <p class="bt-span">Decisions: {verdicts(summary) || "none"}.</p>
      <details>
        <summary>Repeat it on the command line</summary>
        <code class="bt-command" tabIndex={0}>
          {job.command}
        </code>
      </details>
    </div>
  );
}
