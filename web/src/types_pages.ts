// SPDX-License-Identifier: MIT
// What the pages performance, history, health and settings ask over REST (docs/api.md). Money and
// prices are decimal strings, fractions numbers, times RFC 3339 in UTC.

import type { Trade } from "./types";

export interface EquityPoint {
  time: string;
  equity: string;
  drawdown: number;
}

export interface Equity {
  currency: string;
  points: EquityPoint[]; // oldest first
}

export interface Figures {
  value: string | null; // of the split; null: of the whole
  trades: number;
  won: number;
  lost: number;
  win_rate: number | null;
  profit_factor: number | null;
  expectancy: string | null;
  pnl: string;
  fees: string;
  average_win: string | null;
  average_loss: string | null;
  best: string | null;
  worst: string | null;
  hold_seconds: number | null; // the median
}

export interface Performance {
  currency: string;
  from: string | null;
  to: string | null;
  whole: Figures;
  by: Record<"strategy" | "pair" | "hour" | "weekday", Figures[]>;
}

export interface Trades {
  total: number;
  offset: number;
  limit: number;
  trades: Trade[];
}

export type Severity = "info" | "warning" | "critical";

export interface MonitoringEvent {
  id: number;
  timestamp: string;
  event_type: string;
  severity: Severity;
  message: string;
  remedy: string;
  metadata: Record<string, unknown>;
  cleared: string | null; // null: it still stands
}

export interface Monitoring {
  count: number;
  total: number;
  open: Record<Severity, number>;
  events: MonitoringEvent[];
}

export interface Limit {
  name: string; // "risk.max_positions"
  value: string | number;
  configured: string | number;
  changed: boolean;
  min: string | number;
  max: string | number;
}

export interface RiskAnswer {
  limits: Limit[];
}

export interface Option {
  section: string;
  name: string;
  value: string;
  default: string;
  from: "default" | "file" | "environment" | "command line";
  help: string;
  secret: boolean;
}

export interface Config {
  options: Option[];
}

export type Part = "on" | "shadow" | "off" | "configured";
