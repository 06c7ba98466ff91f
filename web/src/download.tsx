// SPDX-License-Identifier: MIT
// Closed trades as a file. Where the session wants a key a plain link would be refused, so that the
// file is fetched with it; JSON comes in pages, which are put together here.

import { useState } from "preact/hooks";
import { ask, fetched } from "./answer";
import { query } from "./filters";
import { storedKey } from "./key";
import type { Trade } from "./types";
import type { Trades } from "./types_pages";

const LOT = 1000; // the most that one answer holds

function save(name: string, blob: Blob): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** A trade that is closed meanwhile moves the others on: by its number each stands there once. */
async function allTrades(members: Record<string, string>): Promise<Trade[]> {
  const found = new Map<number, Trade>();
  for (let offset = 0, total = 1; offset < total; offset += LOT) {
    const page = await ask<Trades>(query("/api/v1/trades", { ...members, limit: String(LOT), offset: String(offset) }));
    for (const trade of page.trades) found.set(trade.number, trade);
    total = page.total;
    if (page.trades.length === 0) break;
  }
  return [...found.values()].sort((a, b) => b.number - a.number);
}

export function Download({ members }: { members: Record<string, string> }) {
  const [said, say] = useState("");
  const csv = query("/api/v1/trades.csv", members);
  const run = (what: string, work: () => Promise<void>): void => {
    say(`Fetching ${what} …`);
    work()
      .then(() => say(`${what} is saved.`))
      .catch((error: Error) => say(`${what}: ${error.message.replace(/\.?$/, ".")}`));
  };
  const takeCsv = (event: Event): void => {
    if (!storedKey()) return;
    event.preventDefault();
    run("trades.csv", async () => save("trades.csv", await (await fetched(csv)).blob()));
  };
  const takeJson = (): void =>
    run("trades.json", async () => {
      const text = JSON.stringify(await allTrades(members), null, 1);
      save("trades.json", new Blob([text], { type: "application/json" }));
    });
  return (
    <div class="downloads">
      <a class="act" href={csv} download="trades.csv" data-act="csv" onClick={takeCsv}>
        CSV
      </a>
      <button type="button" class="act" data-act="json" onClick={takeJson}>
        JSON
      </button>
      <span class="of" aria-live="polite">
        {said}
      </span>
    </div>
  );
}
