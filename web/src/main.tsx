// SPDX-License-Identifier: MIT
import { render } from "preact";
import { useEffect } from "preact/hooks";
import { takeToken } from "./control";
import { signed } from "./format";
import { Banner, Head } from "./head";
import { Nav, PAGE_TITLES, SkipLink } from "./nav";
import { Outcome } from "./outcome";
import { PAGE_TABLE } from "./pages";
import { connect, restore, useStore } from "./store";
import { startTheme } from "./theme";

function App() {
  const state = useStore();
  const status = state.sections?.status;
  const Page = PAGE_TABLE[state.page];
  const title = status
    ? `${state.connected ? "" : "⚠ "}${signed(status.day_pnl)} ${status.currency} · ${PAGE_TITLES[state.page]} · cuttle ${status.mode}`
    : "cuttle";
  useEffect(() => {
    document.title = title;
  }, [title]);
  return (
    <>
      <SkipLink />
      <Banner state={state} />
      <div class={`page page-${state.page} ${state.connected ? "" : "stale-page"}`}>
        <Head state={state} />
        <Nav state={state} />
        <Outcome />
        <main id="main" tabIndex={-1} class={`main-${state.page}`} aria-label={PAGE_TITLES[state.page]}>
          {state.sections ? <Page state={state} /> : <p class="loading">Connecting to cuttle …</p>}
        </main>
        <footer>
          <span>cuttle {status?.version}. All times UTC.</span>
          <span>
            Charts: Lightweight Charts™, Copyright © 2025{" "}
            <a href="https://www.tradingview.com/" rel="noreferrer noopener" target="_blank">
              TradingView, Inc.
            </a>
          </span>
        </footer>
      </div>
    </>
  );
}

/** A link with a token may be opened in a tab that shows the page already: that loads nothing anew. */
function follow(): void {
  takeToken();
  restore();
}

startTheme();
follow();
addEventListener("popstate", follow);
const root = document.getElementById("app")!;
root.textContent = "";
render(<App />, root);
connect();
