#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# A long fast session with six pairs, over the sockets of a local Kraken, watched from outside: what
# its memory does, and whether every candle was seen once. Writes nothing into the tree.
# Usage: tests/soak.sh [minutes]; SPEED=600, CUTTLE_PROGRAM and CUTTLE_SHARED may be set.
set -euo pipefail
cd "$(dirname "$0")/.."
minutes=${1:-10}
case $minutes in '' | *[!0-9]* | 0) echo "soak: minutes: a whole number above 0, not '$minutes'" >&2; exit 2 ;; esac
program=$(realpath "${CUTTLE_PROGRAM:-build/cuttle}")
candles=${CUTTLE_SHARED:-../shared}/data/candles
folder=$(mktemp -d)
session=
finish() {
    if [ -n "$session" ]; then kill "$session" 2>/dev/null && wait "$session" || true; fi
    rm -rf "$folder"
}
trap finish EXIT

market=(--pairs "BTC/USD ETH/USD SOL/USD XRP/USD DOGE/USD LINK/USD" --from 2024-08-01)
what="a synthetic market"
if compgen -G "$candles/KRAKEN_*USD_5m.csv.gz" >/dev/null; then
    "$program" data import "$candles"/KRAKEN_*USD_5m.csv.gz --store "$folder/store" >/dev/null
    market=(--market replay --store "$folder/store" --from 2024-08-01)
    what="Kraken's candles from 1 August 2024"
fi
echo "soak: $minutes minutes at ${SPEED:-600} times real speed on $what"
# A journal segment a minute instead of an hour: what a new one leaves behind in memory would show.
# A pair is called stale by market time: at 600 times real speed 180 s are 0.3 s of a machine that may pause.
# From here on inside the folder: no cuttle.yaml and no .env of the caller's.
cd "$folder"
"$program" run "${market[@]}" --speed "${SPEED:-600}" --for "${minutes}m" --set server.port=0 --state state \
    --set session.stale_after=30m --set journal.rotate=1m --report report.json --quiet 2>said &
session=$!
while sleep 5 && kill -0 "$session" 2>/dev/null; do
    awk -v now="$SECONDS" '/^VmRSS/ {rss = $2} /^RssAnon/ {anon = $2} END {if (rss) print now, rss, anon}' \
        "/proc/$session/status" 2>/dev/null >>memory || true
done
status=0
wait "$session" || status=$?
session=
cat said >&2
"$program" replay state >replayed 2>&1 || { cat replayed >&2; status=1; }
STATUS=$status python3 - <<'PY'
import json, os, sys

bad = 0


def say(holds, what):
    global bad
    bad += not holds
    print(("ok   " if holds else "FAIL ") + what)


report = json.load(open("report.json"))
say(os.environ["STATUS"] == "0", "the session ends by itself with status 0, and replays identically")
say(all(report[f] == 0 for f in ("faults", "errors", "reconnects", "checksum_faults", "malformed", "late", "dropped")),
    f"no fault, no reconnect, no wrong book in {report['messages']:,} messages")
batches = report["batches"]
for pair in report["pairs"]:
    seen = pair["candles"] + pair["flat"] + pair["gaps"]
    # The first boundary is the oldest that any pair still needs; a pair may join one later. A gap is a boundary in
    # which the pair was silent for longer than session.stale_after.
    say(batches - 1 <= seen <= batches and pair["learned"] == 0 and pair["gaps"] == 0,
        f"{pair['pair']}: {pair['candles']} candles, {pair['flat']} flat, {pair['gaps']} missed, "
        f"{pair['learned']} too late, of {batches}")
samples = [tuple(map(int, line.split())) for line in open("memory")]
warm = samples[len(samples) // 6:]  # the first sixth warms up: rings and pages fill
third = max(1, len(warm) // 3)
mean = lambda rows, i: sum(row[i] for row in rows) / len(rows) / 1024
first, last = mean(warm[:third], 1), mean(warm[-third:], 1)
say(last - first <= max(1.0, first * 0.03), f"memory is flat: {first:.2f} MB in the first third after warm-up, "
    f"{last:.2f} MB in the last (anonymous {mean(warm[:third], 2):.2f} and {mean(warm[-third:], 2):.2f})")
print(f"     peak {report['peak_memory_kb'] / 1024:.1f} MB, {report['seconds']:.0f} s, market {report['market_time']}, "
      f"{report['looked_at']:,} candles decided on, {report['decisions']:,} decisions, {report['trades']:,} trades, "
      f"journal {report['journal_bytes'] / 1e6:.1f} MB")
sys.exit(1 if bad else 0)
PY
