// SPDX-License-Identifier: MIT
// What the bridge sends (src/operator/server/live.h, section.c, api.c). Money, prices and
// quantities are decimal strings.

import type { MonitoringEvent, Severity } from "./types_pages";

export type Direction = "long" | "short" | "neutral";
export type Timeframe = "1m" | "5m" | "15m" | "1h" | "4h" | "1d";

export const TIMEFRAMES: readonly Timeframe[] = ["1m", "5m", "15m", "1h", "4h", "1d"];
export const TIMEFRAME_SECONDS: Record<Timeframe, number> = {
  "1m": 60,
  "5m": 300,
  "15m": 900,
  "1h": 3600,
  "4h": 14400,
  "1d": 86400,
};

export interface Feed {
  connected: boolean;
  reason: string;
  warming: number;
  fresh: number;
  stale: number;
  unlisted: number;
  messages: number;
  reconnects: number;
  checksum_faults: number;
  resyncs: number;
  malformed: number;
  rest_repairs: number;
  late: number;
}

export interface Status {
  mode: "rehearsal" | "paper" | "validate" | "live";
  venue: string;
  version: string;
  market_time: string | null;
  started: string | null;
  uptime_seconds: number;
  speed: number;
  runtime_degraded: boolean;
  degraded_reason: string | null;
  paused: boolean;
  reconciled: boolean;
  open_positions: number;
  open_orders: number;
  currency: string;
  equity: string;
  cash: string;
  day_pnl: string;
  realised: string;
  unrealised: string;
  fees: string;
  equity_peak: string;
  drawdown: number;
  drawdown_max: number;
  feed: Feed;
  counters: Record<string, number>;
  orders_at_venue: boolean;
  entries_possible: boolean;
  trouble: string | null;
  balances: Balance[];
}

// What the account at the venue holds, by its own word; none on paper.
export interface Balance {
  asset: string;
  total: string;
  held: string;
}

// What came of a command. `token`: it could not be given for want of one.
export interface Notice {
  done: boolean;
  text: string;
  token?: "missing" | "wrong";
  again?: () => void; // what a key that is shown now is for
  awaits?: { pairs: string[]; after: number }; // pairs to be sold: the exits that follow the record of this number
}

export interface Pair {
  pair: string;
  health: "warming" | "fresh" | "stale" | "unlisted";
  last: string | null;
  bid: string | null;
  ask: string | null;
  spread_bps: number | null;
  day_change: number | null;
  imbalance: number | null;
  book_score: number | null;
  regime: string | null;
  against: string | null;
  heard: string | null;
  price_decimals: number;
  quantity_decimals: number;
}

export interface Position {
  pair: string;
  direction: Direction;
  quantity: string;
  entry: string | null;
  stop: string | null;
  target: string | null;
  last: string | null;
  cost: string;
  unrealised: string;
  risk: string;
  opened: string | null;
}

export interface Order {
  order: number;
  pair: string;
  purpose: string;
  kind: string;
  state: string;
  side: "buy" | "sell";
  quantity: string;
  filled: string;
  limit: string | null;
  stop: string | null;
  target: string | null;
  created: string | null;
  venue_id: string | null;
}

interface ModelSums {
  independent: number;
  won: number | null;
  log_loss: number | null;
  brier: number | null;
  accuracy: number | null;
  reward: number | null;
  reward_yes: number | null;
}

interface ModelScore {
  outcomes: number;
  yes: number;
  all: ModelSums;
  recent: ModelSums;
}

/** How right a strategy's model has been since it came into force. */
export interface ModelAtWork {
  state: "shadow" | "live" | "demoted";
  asked: number;
  known: number;
  own: number;
  model: ModelScore;
  heuristic: ModelScore;
}

export interface Strategy {
  strategy: string;
  enabled: boolean;
  shadow: boolean;
  timeframe: string;
  signals: number;
  actionable: number;
  last: { time: string | null; pair: string | null; direction: Direction };
  model: ModelAtWork | null;
}

export interface Risk {
  paused: boolean;
  loss_limit_hit: boolean;
  crashed: boolean;
  day_loss: number;
  day_loss_max: number;
  at_risk: number;
  exposure: number;
  exposure_max: number;
  positions: number;
  positions_max: number;
}

export interface Vote {
  strategy: string | number;
  direction: Direction;
  actionable: boolean;
  cooling: boolean;
  shadow: boolean;
  reason: string;
  sentence: string;
  strength: number;
  confidence: number;
  stop: number | null;
  target: number | null;
  figures: number[];
}

/** A filter or timeframe that was asked; without `high` it has no upper bound. */
export interface Finding {
  name: string;
  state: string;
  figure: number;
  low: number;
  high: number | null;
}

export interface Thought {
  number: number;
  time: string;
  kind: string;
  pair: string | null;
  verdict?: string;
  sentence: string;
  price: number | null;
  stop: number | null;
  target: number | null;
  atr: number | null;
  order?: number;
  cause?: string; // why a stop was raised, or a position sold by its plan
  stop_before?: number | null;
  quantity: string;
  cost: string;
  risk: string;
  fee: string;
  equity: string;
  pnl?: string;
  direction: Direction;
  strength: number;
  confidence: number;
  gate: number;
  imbalance: number;
  book?: { score: number; imbalance: number; delta: number; whales: number; voids: number; spoofing: number };
  agree: number;
  actionable: number;
  votes: Vote[];
  blend?: {
    model: string;
    voted: number;
    probability: number;
    share: number;
    contributions?: { feature: string; sentence: string }[];
  };
  filters?: Finding[];
  timeframes?: Finding[];
  regime?: { way: string; volatility: string; adx: number };
  mood?: { kind: string; risen: number; counted: number };
  effect?: { size: number };
  plan?: { moved: boolean; hold_seconds: number; hold_own_seconds: number };
  expected_value?: number;
  size_rule?: string;
  size_factors?: Record<string, number>;
}

export interface Trade {
  number: number;
  pair: string;
  direction: Direction;
  opened: string;
  closed: string;
  quantity: string;
  entry: string | null;
  exit: string | null;
  cost: string;
  fee: string;
  pnl: string;
  closed_by: "stop" | "target" | "exit" | "hand";
  strategy: string | null; // those that voted for it
}

export interface Sections {
  status: Status;
  pairs: Pair[];
  positions: Position[];
  orders: Order[];
  strategies: Strategy[];
  risk: Risk;
}

export type Level = [price: string, quantity: string];

/** Of /api/v1/book: at most ten levels a side, the best first. */
export interface Book {
  pair: string;
  time: string | null;
  bids: Level[];
  asks: Level[];
  imbalance: number | null;
  score: number | null;
}

/** A row of /api/v1/scanner; the closes are hourly, the oldest first. */
export interface ScannerRow {
  pair: string;
  last: string | null;
  day_change: number | null;
  spread_bps: number | null;
  imbalance: number | null;
  book_score: number | null;
  regime: string | null;
  against: string | null;
  health: Pair["health"];
  sparkline: number[];
}

export interface IndicatorLine {
  name: string;
  panel: "price" | "below";
  points: [seconds: number, value: number | null][];
}

/** What closed trades have in common; of /api/v1/insights what the page shows. */
export interface Insights {
  trades: number;
  asked: number;
  fdr: number;
  insights: { sentence: string; mean: number }[];
  silence: string | null;
}

/** A bin of a reliability diagram. */
export interface ModelBin {
  count: number;
  predicted: number;
  observed: number;
  low: number;
  high: number;
}

export interface ModelScores {
  support: number;
  effective: number;
  accuracy: number | null;
  precision: number | null;
  brier: number | null;
  auc: number | null;
}

export interface ModelReward {
  signals: number;
  taken: number;
  without_model: number | null;
  with_model: number | null;
}

/** What a strategy's model proved forward in time. */
export interface ModelProof {
  verdict: "live" | "shadow" | "refused";
  reason: string;
  reward: ModelReward;
  predictors: { ensemble: ModelScores & { calibration: ModelBin[] } };
  rivals: ({ rival: string } & ({ shown: true; log_loss_less: number; low: number; high: number } | { shown: false }))[];
  pairs: (ModelScores & { pair: string; reward: ModelReward })[];
  model: { importance: Record<string, number> };
}

export interface ModelStrategy {
  strategy: string;
  state: "live" | "shadow" | "demoted";
  proof: ModelProof | null;
}

/** Of /api/v1/ml-metrics what the page shows. */
export interface Models {
  model: string | null;
  asked: boolean;
  made: string | null;
  from: string | null;
  until: string | null;
  strategies: ModelStrategy[];
}

// seconds, open, high, low, close, volume
export type Row = [number, number, number, number, number, number];

export type Message =
  | { type: "state"; sections: Sections; thoughts: Thought[]; trades: Trade[]; events: MonitoringEvent[]; open: Record<Severity, number> }
  | { type: "section"; name: keyof Sections; data: never }
  | { type: "thought"; thought: Thought }
  | { type: "trade"; trade: Trade }
  | { type: "event"; event: MonitoringEvent; open: Record<Severity, number> }
  | { type: "candles"; pair: string; timeframe: Timeframe; reset: boolean; candles: Row[] }
  | { type: "error"; detail: string };
