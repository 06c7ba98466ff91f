// SPDX-License-Identifier: MIT
// All markets in one table, by any column: what moves, how its day went, and what stands against an entry there.

import { memo } from "preact/compat";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { HEALTH_WORDS, many, NONE, percent, price, tone, words } from "./format";
import { ariaSort, inOrder, type Order, type Value } from "./order";
import { Panel, useData } from "./panel";
import { go, type State } from "./store";
import type { Pair, ScannerRow } from "./types";

const AGAIN_MS = 5000;
const WIDE = 84; // of a sparkline, in its own units
const HIGH = 22;
const SPARE = 6; // rows that are drawn above and below those in sight

interface Column {
  name: string;
  title: string;
  help?: string;
  value: (row: ScannerRow) => Value; // what it is sorted by
  fallsFirst?: boolean; // a first click puts the largest on top
}

const number = (text: string | null): number | null => (text === null ? null : Number(text));

const COLUMNS: readonly Column[] = [
  { name: "pair", title: "Pair", value: (row) => row.pair },
  { name: "last", title: "Last", value: (row) => number(row.last), fallsFirst: true },
  { name: "change", title: "24 h", value: (row) => row.day_change, fallsFirst: true },
  { name: "course", title: "Last day", help: "hourly closes; sorted by their rise", value: (row) => rise(row.sparkline), fallsFirst: true },
  { name: "spread", title: "Spread, bps", help: "basis points: hundredths of a per cent", value: (row) => row.spread_bps },
  { name: "imbalance", title: "Imbalance", help: "of the order book: +100 % all bid", value: (row) => row.imbalance, fallsFirst: true },
  { name: "score", title: "Book score", value: (row) => row.book_score, fallsFirst: true },
  { name: "regime", title: "Regime", value: (row) => row.regime },
  { name: "against", title: "Against an entry", value: (row) => row.against },
  { name: "health", title: "Feed", value: (row) => row.health },
];

const WAYS: Record<string, string> = { rising: "▲", falling: "▼", ranging: "◆" };

function rise(closes: number[]): number | null {
  const first = closes[0];
  return first ? closes[closes.length - 1]! / first - 1 : null;
}

const Sparkline = memo(
  function Sparkline({ closes }: { closes: number[] }) {
    if (closes.length < 2) return <>{NONE}</>;
    const low = Math.min(...closes);
    const span = Math.max(...closes) - low || 1;
    const at = (close: number, i: number): string =>
      `${((i * WIDE) / (closes.length - 1)).toFixed(1)},${(HIGH - 1 - ((close - low) / span) * (HIGH - 2)).toFixed(1)}`;
    return (
      <svg class={`spark ${tone(rise(closes))}`} viewBox={`0 0 ${WIDE} ${HIGH}`} preserveAspectRatio="none" aria-hidden="true">
        <polyline points={closes.map(at).join(" ")} />
      </svg>
    );
  },
  // Asked anew, the same closes come in another array.
  (a, b) => a.closes.length === b.closes.length && a.closes.every((close, i) => close === b.closes[i]),
);

const ROW_KEYS: (keyof ScannerRow)[] = ["pair", "last", "day_change", "spread_bps", "imbalance", "book_score", "regime", "against", "health", "sparkline"];

const ScannerLine = memo(
  function ScannerLine({ row, held, place }: { row: ScannerRow; held: boolean; place: number }) {
    return (
      <tr data-pair={row.pair} aria-rowindex={place} class={row.health === "fresh" ? "" : "weak"} onClick={() => go("trade", row.pair)}>
        <th scope="row">
          <button type="button" class="link">
            {row.pair}
          </button>
          {held && (
            <span class="held" title="a position is open">
              ●<span class="unseen"> held</span>
            </span>
          )}
        </th>
        <td>{price(row.last)}</td>
        <td class={tone(row.day_change)}>{percent(row.day_change, 2, true)}</td>
        <td class="course">
          <Sparkline closes={row.sparkline} />
        </td>
        <td>{row.spread_bps === null ? NONE : row.spread_bps.toFixed(1)}</td>
        <td class={tone(row.imbalance)}>{percent(row.imbalance, 0, true)}</td>
        <td class={tone(row.book_score)}>{percent(row.book_score, 0, true)}</td>
        <td class="word">{row.regime ? `${WAYS[row.regime] ?? ""} ${words(row.regime)}` : NONE}</td>
        <td class="word">{row.against ? words(row.against) : "nothing"}</td>
        <td class={`word ${row.health === "stale" ? "loss" : ""}`}>{HEALTH_WORDS[row.health]}</td>
      </tr>
    );
  },
  (a, b) => a.held === b.held && a.place === b.place && ROW_KEYS.every((key) => a.row[key] === b.row[key]),
);

/** What is pushed every second goes before what was asked for some seconds ago. */
function current(rows: ScannerRow[], pushed: Pair[]): ScannerRow[] {
  const live = new Map(pushed.map((pair) => [pair.pair, pair]));
  return rows.map((row) => {
    const pair = live.get(row.pair);
    if (!pair) return row;
    const { last, day_change, spread_bps, imbalance, against, health } = pair;
    const [book_score, regime] = [pair.book_score ?? row.book_score, pair.regime ?? row.regime];
    return { ...row, last, day_change, spread_bps, imbalance, book_score, regime, against, health };
  });
}

function Heads({ order, sort }: { order: Order; sort: (column: Column) => void }) {
  return (
    <tr>
      {COLUMNS.map((column, index) => {
        const by = column.name === order.column;
        const sign = by ? <span aria-hidden="true">{order.falling ? "▼" : "▲"}</span> : null;
        return (
          <th key={column.name} scope="col" aria-sort={ariaSort(order, column.name)} title={column.help}>
            <button type="button" data-sort={column.name} onClick={() => sort(column)}>
              {index > 0 && sign} {column.title} {index === 0 && sign}
            </button>
          </th>
        );
      })}
    </tr>
  );
}

interface Sight {
  from: number;
  to: number;
  height: number; // of a row, in pixels
}

/** Which rows are in sight, or nearly: of hundreds only those are drawn. */
function useSight(count: number) {
  const box = useRef<HTMLDivElement>(null);
  const [sight, setSight] = useState<Sight>({ from: 0, to: 6 * SPARE, height: 28 });
  const look = (): void => {
    const element = box.current;
    if (!element) return;
    // A search may leave no row in sight to be measured: then the last height stands.
    const measured = element.querySelector<HTMLElement>("tbody tr[data-pair]")?.offsetHeight;
    setSight((before) => {
      const height = measured || before.height;
      const from = Math.max(0, Math.floor(element.scrollTop / height) - SPARE);
      const to = Math.ceil((element.scrollTop + element.clientHeight) / height) + SPARE;
      return before.from === from && before.to === to && before.height === height ? before : { from, to, height };
    });
  };
  useEffect(() => {
    const watcher = new ResizeObserver(look);
    watcher.observe(box.current!);
    return () => watcher.disconnect();
  }, []);
  useEffect(look, [count]);
  return { box, look, sight };
}

interface Drawn {
  pair: string;
  slot: number; // of the table's row that it is drawn in
}

/** Which of the table's rows each pair is drawn in. Who stays in sight keeps its own; who comes takes that of one who left,
 * best at the same place, for to change a row takes less than to make one. Only the row with the focus is nobody else's. */
function useSlots(rows: ScannerRow[]): Drawn[] {
  const last = useRef<Drawn[]>([]);
  const before = new Map(last.current.map(({ pair, slot }) => [pair, slot]));
  const here = new Set(rows.map((row) => row.pair));
  const focused = document.activeElement?.closest<HTMLElement>("tr[data-pair]")?.dataset.pair;
  const left = last.current.map(({ pair, slot }) => (here.has(pair) || pair === focused ? null : slot));
  const slots = rows.map(({ pair }, i) => {
    if (before.has(pair)) return before.get(pair)!;
    const slot = left[i] ?? null;
    if (slot !== null) left[i] = null;
    return slot;
  });
  const free = left.filter((slot) => slot !== null);
  let unused = Math.max(-1, ...before.values());
  last.current = rows.map(({ pair }, i) => ({ pair, slot: slots[i] ?? free.pop() ?? ++unused }));
  return last.current;
}

function Space({ rows, height }: { rows: number; height: number }) {
  return rows > 0 ? (
    <tr aria-hidden="true">
      <td colSpan={COLUMNS.length} style={{ height: rows * height, padding: 0 }} />
    </tr>
  ) : null;
}

function ScannerTable({ rows, state, search, regime }: { rows: ScannerRow[]; state: State; search: string; regime: string }) {
  const [order, setOrder] = useState<Order>({ column: "pair", falling: false });
  const sort = (column: Column): void =>
    setOrder((before) =>
      before.column === column.name ? { ...before, falling: !before.falling } : { column: column.name, falling: column.fallsFirst ?? false },
    );
  const column = COLUMNS.find((each) => each.name === order.column)!;
  const byPair = useMemo(() => inOrder(rows, (row) => row.pair, false), [rows]);
  const found = useMemo(
    () => current(byPair, state.sections?.pairs ?? []).filter((row) => row.pair.includes(search) && (!regime || row.regime === regime)),
    [byPair, state.sections?.pairs, search, regime],
  );
  const shown = useMemo(() => inOrder(found, column.value, order.falling), [found, order]);
  const { box, look, sight } = useSight(shown.length);
  const seen = shown.slice(sight.from, sight.to);
  const slots = useSlots(seen);
  const held = new Set(state.sections?.positions.map((position) => position.pair));
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={many(shown.length, "pair")} ref={box} onScroll={look}>
      <table class="scanner" aria-rowcount={shown.length + 1}>
        <thead>
          <Heads order={order} sort={sort} />
        </thead>
        <tbody>
          <Space rows={Math.min(sight.from, shown.length)} height={sight.height} />
          {seen.map((row, index) => (
            <ScannerLine key={slots[index]!.slot} row={row} held={held.has(row.pair)} place={sight.from + index + 2} />
          ))}
          <Space rows={shown.length - sight.to} height={sight.height} />
        </tbody>
      </table>
      {shown.length === 0 && <p class="empty">No pair is like that.</p>}
    </div>
  );
}

export function Scanner({ state }: { state: State }) {
  const [search, setSearch] = useState("");
  const [regime, setRegime] = useState("");
  const answer = useData<{ pairs: ScannerRow[] }>("/api/v1/scanner", AGAIN_MS);
  const regimes = [...new Set((answer.data?.pairs ?? []).flatMap((row) => row.regime ?? []))].sort();
  return (
    <Panel
      name="Markets"
      state={state}
      answer={answer}
      empty={({ pairs }) => (pairs.length === 0 ? "No pair is known yet." : null)}
      side={
        <>
          <input
            type="search"
            placeholder="find a pair"
            aria-label="Find a pair"
            value={search}
            onInput={(event) => setSearch(event.currentTarget.value)}
          />
          <select aria-label="Regime" value={regime} onChange={(event) => setRegime(event.currentTarget.value)}>
            <option value="">all regimes</option>
            {regimes.map((each) => (
              <option key={each} value={each}>
                {words(each)}
              </option>
            ))}
          </select>
          <span class="of">{answer.data ? many(answer.data.pairs.length, "pair") : ""}</span>
        </>
      }
    >
      {({ pairs }) => <ScannerTable rows={pairs} state={state} search={search.trim().toUpperCase()} regime={regime} />}
    </Panel>
  );
}
