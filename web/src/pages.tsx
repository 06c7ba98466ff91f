// SPDX-License-Identifier: MIT
// Which component is which page. Only the one that is shown is mounted.

import type { ComponentChildren, ComponentType } from "preact";
import type { PageName } from "./address";
import { Insights } from "./insights";
import { Model } from "./model";
import { Scanner } from "./scanner";
import { Limits } from "./side";
import type { State } from "./store";
import { Trades } from "./tables";
import { TradePage } from "./trade";

type Page = ComponentType<{ state: State }>;

function Section({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <section class="panel glass" aria-label={name}>
      <div class="title">
        <h2>{name}</h2>
      </div>
      {children}
    </section>
  );
}

function PerformancePage({ state }: { state: State }) {
  return (
    <>
      <Section name="Model">
        <Model state={state} />
      </Section>
      <Section name="Insights">
        <Insights state={state} />
      </Section>
    </>
  );
}

function HistoryPage({ state }: { state: State }) {
  return (
    <Section name="Closed trades">
      <Trades state={state} />
    </Section>
  );
}

function BacktestPage() {
  return (
    <Section name="Backtest">
      <p class="empty">
        From a terminal: <code>cuttle backtest --help</code>
      </p>
    </Section>
  );
}

function HealthPage({ state }: { state: State }) {
  const feed = state.sections?.status.feed;
  return (
    <Section name="Feed">
      <dl class="facts">
        {Object.entries(feed ?? {}).map(([name, value]) => (
          <div key={name}>
            <dt>{name.replace(/_/g, " ")}</dt>
            <dd>{String(value)}</dd>
          </div>
        ))}
      </dl>
    </Section>
  );
}

function SettingsPage({ state }: { state: State }) {
  return <Limits state={state} />;
}

export const PAGE_TABLE: Record<PageName, Page> = {
  trade: TradePage,
  markets: Scanner,
  performance: PerformancePage,
  history: HistoryPage,
  backtest: BacktestPage,
  health: HealthPage,
  settings: SettingsPage,
};
