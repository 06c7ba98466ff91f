// SPDX-License-Identifier: MIT
// How the market's feed is, and what has been counted since the session began.

import { HEALTH_WORDS, duration, many, time, words } from "./format";
import { Pushed } from "./pushed";
import type { State } from "./store";
import type { Pair, Sections } from "./types";

const COUNTED: [keyof Sections["status"]["feed"], string, string][] = [
  ["messages", "Messages", "from the venue since the start"],
  ["reconnects", "Reconnections", "the connection was lost and made anew"],
  ["rest_repairs", "Gaps repaired", "candles that were missed, fetched over REST"],
  ["resyncs", "Books asked anew", "after a fault in one"],
  ["checksum_faults", "Checksum faults", "books that were not what the venue has"],
  ["malformed", "Malformed", "messages that could not be read"],
  ["late", "Late", "candles that came after their turn"],
];

function Counted({ name, value, help }: { name: string; value: number; help: string }) {
  return (
    <div title={help}>
      <dt>{name}</dt>
      <dd data-counter={name}>{value.toLocaleString("en-US")}</dd>
    </div>
  );
}

function Silent({ pairs }: { pairs: Pair[] }) {
  const troubled = pairs.filter((pair) => pair.health !== "fresh");
  if (troubled.length === 0) return null;
  return (
    <ul class="silent">
      {troubled.map((pair) => (
        <li key={pair.pair}>
          <strong>{pair.pair}</strong> {HEALTH_WORDS[pair.health]}
          {pair.heard && `, last heard ${time(pair.heard)}`}
        </li>
      ))}
    </ul>
  );
}

export function FeedHealth({ state }: { state: State }) {
  return (
    <Pushed name="Feed" state={state}>
      {({ status, pairs }) => (
        <>
          <p class="lead">
            <span class={`dot ${status.feed.connected && status.feed.stale === 0 ? "" : "bad"}`} aria-hidden="true" />
            {status.feed.connected ? `Connected to ${status.venue}` : `Not connected: ${status.feed.reason || "no reason was given"}`}; of{" "}
            {many(pairs.length, "pair")} {status.feed.fresh} heard, {status.feed.stale} silent, {status.feed.warming} warming up,{" "}
            {status.feed.unlisted} not listed. Running for {duration(status.uptime_seconds)}.
          </p>
          <Silent pairs={pairs} />
          <dl class="whole">
            {COUNTED.map(([key, name, help]) => (
              <Counted key={key} name={name} value={Number(status.feed[key])} help={help} />
            ))}
            {Object.entries(status.counters).map(([name, value]) => (
              <Counted key={name} name={words(name)} value={value} help="since the session began" />
            ))}
          </dl>
        </>
      )}
    </Pushed>
  );
}
