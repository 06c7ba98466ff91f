// SPDX-License-Identifier: MIT
// Which component is which page. Only the one that is shown is mounted.

import type { ComponentType } from "preact";
import type { PageName } from "./address";
import { BacktestPage } from "./backtest";
import { HealthPage } from "./health";
import { HistoryPage } from "./history";
import { PerformancePage } from "./performance";
import { Scanner } from "./scanner";
import { SettingsPage } from "./settings";
import type { State } from "./store";
import { TradePage } from "./trade";

export const PAGE_TABLE: Record<PageName, ComponentType<{ state: State }>> = {
  trade: TradePage,
  markets: Scanner,
  performance: PerformancePage,
  history: HistoryPage,
  backtest: BacktestPage,
  health: HealthPage,
  settings: SettingsPage,
};
