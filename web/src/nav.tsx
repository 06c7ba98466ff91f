// SPDX-License-Identifier: MIT
// From page to page: by pointer, by Tab, or by the keys 1 to 7. And the choice of the theme.

import { useEffect, useState } from "preact/hooks";
import { PAGES, type PageName } from "./address";
import { go, type State } from "./store";
import { chooseTheme, THEMES, themeChosen } from "./theme";

export const PAGE_TITLES: Record<PageName, string> = {
  trade: "Trade",
  markets: "Markets",
  performance: "Performance",
  history: "History",
  backtest: "Backtest",
  health: "Health",
  settings: "Settings",
};

const SIGNS = { dark: "☾", light: "☀", system: "◐" };

function typing(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches("input, select, textarea, [contenteditable]");
}

function onKey(event: KeyboardEvent): void {
  if (event.ctrlKey || event.altKey || event.metaKey || typing(event.target)) return;
  const page = /^[1-9]$/.test(event.key) && PAGES[Number(event.key) - 1];
  if (page) go(page);
}

/** To what the page is about, past the head-up line; the hash stays the page's address. */
export function SkipLink() {
  const skip = (event: Event): void => {
    event.preventDefault();
    document.querySelector("main")?.focus();
  };
  return (
    <a class="skip" href="#main" onClick={skip}>
      Skip to the page
    </a>
  );
}

function ThemeSwitch() {
  const [theme, setTheme] = useState(themeChosen());
  const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length]!;
  const turn = (): void => {
    chooseTheme(next);
    setTheme(next);
  };
  return (
    <button type="button" class="theme" title={`Theme: ${theme}; a click makes it ${next}`} aria-label={`Theme: ${theme}`} onClick={turn}>
      <span aria-hidden="true">{SIGNS[theme]}</span> <span class="said">{theme}</span>
    </button>
  );
}

export function Nav({ state }: { state: State }) {
  useEffect(() => {
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, []);
  useEffect(() => {
    document.querySelector('.nav [aria-current="page"]')?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [state.page]);
  return (
    <nav class="nav" aria-label="Pages">
      <ul>
        {PAGES.map((page, index) => (
          <li key={page}>
            <button
              type="button"
              aria-current={page === state.page ? "page" : undefined}
              title={`${PAGE_TITLES[page]} (key ${index + 1})`}
              onClick={() => go(page)}
            >
              <kbd aria-hidden="true">{index + 1}</kbd>
              {PAGE_TITLES[page]}
            </button>
          </li>
        ))}
      </ul>
      <ThemeSwitch />
    </nav>
  );
}
