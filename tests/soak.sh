#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# A long fast session with six pairs, over the sockets of a local Kraken, watched from outside: what
# its memory does, and whether every candle was seen once. Writes nothing into the tree.
# First on paper, then for half as long as a rehearsal of the default market's 24 pairs, whose orders go to the local
# Kraken: at its end each coin must lie under a stop there.
# At last sessions are killed 500 times (tests/crash/kills.py), which takes a quarter of an hour.
# Usage: tests/soak.sh [minutes]; SPEED=600, KILLS=500, SEED, CUTTLE_PROGRAM and CUTTLE_SHARED may be set.
set -euo pipefail
cd "$(dirname "$0")/.."
minutes=${1:-10}
case $minutes in '' | *[!0-9]* | 0) echo "soak: minutes: a whole number above 0, not '$minutes'" >&2; exit 2 ;; esac
program=$(realpath "${CUTTLE_PROGRAM:-build/cuttle}")
kills=$(realpath tests/crash/kills.py)
candles=${CUTTLE_SHARED:-../shared}/data/candles
folder=$(mktemp -d)
session=
venue=
finish() {
    for process in $session $venue; do kill "$process" 2>/dev/null && wait "$process" || true; done
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
# From here on inside the folder: no cuttle.yaml and no .env of the caller's.
cd "$folder"

# watch NAME SECONDS option...: a session in the folder NAME. A journal segment a minute instead of an hour: what a new one
# leaves behind in memory would show. A pair is called stale by market time: at 600 times real speed 180 s are 0.3 s of a
# machine that may pause.
watch() {
    local name=$1 seconds=$2
    shift 2
    mkdir -p "$name"
    "$program" run "${market[@]}" --for "${seconds}s" --set server.port=0 --state "$name/state" \
        --set session.stale_after=30m --set journal.rotate=1m --report "$name/report.json" --quiet "$@" 2>"$name/said" &
    session=$!
    while sleep 5 && kill -0 "$session" 2>/dev/null; do
        awk -v now="$SECONDS" '/^VmRSS/ {rss = $2} /^RssAnon/ {anon = $2} END {if (rss) print now, rss, anon}' \
            "/proc/$session/status" 2>/dev/null >>"$name/memory" || true
    done
    local status=0
    wait "$session" || status=$?
    session=
    cat "$name/said" >&2
    "$program" replay "$name/state" >"$name/replayed" 2>&1 || { cat "$name/replayed" >&2; status=1; }
    return "$status"
}

judge() {
    STATUS=$2 python3 - "$1" <<'PY'
import json, os, sys

bad = 0


def say(holds, what):
    global bad
    bad += not holds
    print(("ok   " if holds else "FAIL ") + what)


report = json.load(open(sys.argv[1] + "/report.json"))
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
samples = [tuple(map(int, line.split())) for line in open(sys.argv[1] + "/memory")]
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
}

# The local Kraken once more, on the accounts that the rehearsal left, its market standing still; its key signs.
held() {
    local at
    at=$(python3 -c 'import json; print(json.load(open("rehearsal/report.json"))["market_time"])')
    "$program" exchange "${market[@]}" --from "$at" --lockstep --accounts rehearsal/state/exchange.json >place 2>/dev/null &
    venue=$!
    for _ in $(seq 100); do grep -q ^ready place && break; sleep 0.1; done
    local status=0
    python3 - <<'PY' || status=1
import base64, hashlib, hmac, json, sys, time, urllib.parse, urllib.request

place = dict(key="", secret="", url="")
for line in open("place"):
    words = line.split()
    if words[0] == "key":
        place.update(key=words[1], secret=words[3])
    elif words[0] == "ready":
        place.update(url=words[1])


def call(name, **fields):
    path, nonce = "/0/private/" + name, str(time.time_ns() + 10**15)  # above the session's
    body = urllib.parse.urlencode({"nonce": nonce, **fields})
    digest = hashlib.sha256((nonce + body).encode()).digest()
    sign = hmac.new(base64.b64decode(place["secret"]), path.encode() + digest, hashlib.sha512)
    request = urllib.request.Request(place["url"] + path, body.encode(), {
        "API-Key": place["key"], "API-Sign": base64.b64encode(sign.digest()).decode()})
    reply = json.load(urllib.request.urlopen(request, timeout=10))
    if reply["error"]:
        sys.exit(f"FAIL the local Kraken refuses {name}: {reply['error']}")
    return reply["result"]


pairs = json.load(urllib.request.urlopen(place["url"] + "/0/public/AssetPairs", timeout=10))["result"]
orders = [order for order in call("OpenOrders")["open"].values() if order["descr"]["type"] == "sell"]
stops = {}
for order in orders:
    if order["descr"]["ordertype"] == "stop-loss":
        pair = order["descr"]["pair"]
        stops[pair] = stops.get(pair, 0) + float(order["vol"]) - float(order["vol_exec"])
bare, coins = [], 0
for asset, row in call("BalanceEx").items():
    pair = next((p for p in pairs.values() if p["base"] == asset and p["wsname"].endswith("/USD")), None)
    balance = float(row["balance"])
    if pair is None or balance < float(pair["ordermin"]):
        continue  # money, or too little to sell
    coins += 1
    covered = max(stops.get(pair[name], 0) for name in ("altname", "wsname"))
    if covered < balance - float(pair["ordermin"]):
        bare.append(f"{pair['wsname']}: {balance:g} held, {covered:g} under a stop")
print("FAIL bare at the venue: " + "; ".join(bare) if bare else
      f"ok   each coin lies under a stop at the venue: {coins} held, {len(stops)} pairs with stops")
sys.exit(1 if bare else 0)
PY
    kill "$venue" && wait "$venue" || true
    venue=
    return "$status"
}

result=0
status=0
echo "soak: $minutes minutes at ${SPEED:-600} times real speed on $what"
watch paper $((minutes * 60)) --set session.mode=paper --speed "${SPEED:-600}" || status=$?
judge paper "$status" || result=1
echo "soak: half of them as a rehearsal at 20 times real speed on a synthetic market of 24 pairs"
market=(--market synthetic)
status=0
watch rehearsal $((minutes * 30)) --set session.mode=rehearsal --speed 20 || status=$?
judge rehearsal "$status" || result=1
# A sale that was under way at the end has no stop beside it: a session that goes on finishes it.
held >stops || { watch rehearsal 20 --set session.mode=rehearsal --speed 20 && held >stops; } || result=1
cat stops
echo "soak: ${KILLS:-500} kills at 20 times real speed"
CUTTLE_PROGRAM=$program PYTHONDONTWRITEBYTECODE=1 python3 "$kills" --kills "${KILLS:-500}" \
    --seed "${SEED:-$(date +%s)}" || result=1
exit "$result"
