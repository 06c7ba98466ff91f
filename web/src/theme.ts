// SPDX-License-Identifier: MIT
// Dark or light, by the operator's choice or else the system's. Canvases ask `onTheme` when to be drawn anew.

export const THEMES = ["dark", "light", "system"] as const;
export type Theme = (typeof THEMES)[number];

const KEY = "cuttle-theme";
const light = matchMedia("(prefers-color-scheme: light)");
const listeners = new Set<() => void>();
let chosen: Theme = "system";

function wear(): void {
  const shown = chosen === "system" ? (light.matches ? "light" : "dark") : chosen;
  document.documentElement.dataset.theme = shown;
  for (const listener of listeners) listener();
}

export function themeChosen(): Theme {
  return chosen;
}

export function chooseTheme(theme: Theme): void {
  chosen = theme;
  localStorage.setItem(KEY, theme);
  wear();
}

/** Returns what ends the listening. */
export function onTheme(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

export function startTheme(): void {
  chosen = THEMES.find((name) => name === localStorage.getItem(KEY)) ?? "system";
  light.addEventListener("change", wear);
  wear();
}
