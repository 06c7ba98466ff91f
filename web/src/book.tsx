// SPDX-License-Identifier: MIT
// The watched pair's order book: what is bid and asked near the price, how deep, and which side is the heavier.

import { compact, NONE, percent, price, tone } from "./format";
import { Panel, useData } from "./panel";
import type { State } from "./store";
import type { Book, Level } from "./types";

const AGAIN_MS = 1000;

/** Each level's share of the deeper side, summed from the best price away. */
function depths(levels: Level[], whole: number): number[] {
  let sum = 0;
  return levels.map((level) => {
    sum += Number(level[1]);
    return whole > 0 ? sum / whole : 0;
  });
}

function total(levels: Level[]): number {
  return levels.reduce((sum, level) => sum + Number(level[1]), 0);
}

function Side({ name, levels, whole }: { name: "bids" | "asks"; levels: Level[]; whole: number }) {
  const deep = depths(levels, whole);
  const heads = name === "bids" ? ["Quantity", "Bid"] : ["Ask", "Quantity"];
  return (
    <table class={name} aria-label={name === "bids" ? "Bids" : "Asks"}>
      <thead>
        <tr>
          {heads.map((head) => (
            <th key={head} scope="col">
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {levels.map(([at, quantity], index) => {
          const cells = [<td key="p">{price(at)}</td>, <td key="q">{compact(quantity)}</td>];
          return (
            <tr key={at} style={{ "--depth": `${(100 * deep[index]!).toFixed(1)}%` }} title={`${quantity} at ${at}`}>
              {name === "bids" ? cells.reverse() : cells}
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function leaning(imbalance: number | null): string {
  if (imbalance === null) return "not known";
  if (Math.abs(imbalance) < 0.05) return "even";
  return imbalance > 0 ? "▲ more is bid" : "▼ more is asked";
}

function Balance({ book }: { book: Book }) {
  const bid = book.imbalance === null ? 0.5 : (1 + book.imbalance) / 2;
  const best = [Number(book.bids[0]?.[0]), Number(book.asks[0]?.[0])] as const;
  const spread = ((best[1] - best[0]) / best[0]) * 10_000;
  return (
    <div class="balance">
      <div class="leaning" style={{ "--bid": `${(100 * bid).toFixed(1)}%` }} aria-hidden="true" />
      <dl class="facts">
        <div>
          <dt>Imbalance</dt>
          <dd class={tone(book.imbalance)}>
            {percent(book.imbalance, 0, true)} <small>{leaning(book.imbalance)}</small>
          </dd>
        </div>
        <div>
          <dt>Score</dt>
          <dd class={tone(book.score)}>{percent(book.score, 0, true)}</dd>
        </div>
        <div>
          <dt>Spread</dt>
          <dd>{Number.isFinite(spread) ? `${spread.toFixed(1)} bps` : NONE}</dd>
        </div>
      </dl>
    </div>
  );
}

export function OrderBook({ state }: { state: State }) {
  const answer = useData<Book>(state.pair ? `/api/v1/book?pair=${encodeURIComponent(state.pair)}` : null, AGAIN_MS);
  return (
    <Panel
      name="Order book"
      state={state}
      answer={answer}
      empty={(book) => (book.bids.length + book.asks.length === 0 ? `The book of ${book.pair} is not known yet.` : null)}
    >
      {(book) => {
        const whole = Math.max(total(book.bids), total(book.asks));
        return (
          <div class="book">
            <div class="levels" tabIndex={0} role="region" aria-label={`Levels of ${book.pair}`}>
              <Side name="bids" levels={book.bids} whole={whole} />
              <Side name="asks" levels={book.asks} whole={whole} />
            </div>
            <Balance book={book} />
          </div>
        );
      }}
    </Panel>
  );
}
