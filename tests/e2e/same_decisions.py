# SPDX-License-Identifier: MIT
"""Same decisions: the same span, the same fill model, once from files and once, in lock-step, through
the local Kraken's sockets: every record, order and fill is equal."""
import glob
import json

from cuttle import SHARED, check, main, path, query, run, session, skip

CANDLES = ["--set", "paper.fills=candles"]
CHAIN = [word for part in ("filters.enabled", "regime.enabled", "mood.enabled", "cooldown.enabled", "agreement.15m",
                               "model.enabled")
         for word in ("--set", part + "=true")]
CHAIN += ["--set", "mood.timeframe=5m", "--set", "mood.caution_fall=0.01", "--set", "filters.trend=false"]


def records(state):
    """All that was said, without the time at which it was said: sockets hear a boundary a little later."""
    out = []
    for number, word, symbol, sentence, text in query(
            state, "SELECT number, word, symbol, sentence, json FROM records ORDER BY number"):
        figures = json.loads(text)
        for key in ("time", "opened", "sentence"):
            figures.pop(key, None)
        if word != "exit":  # its sentence tells how long the position was held
            figures["sentence"] = sentence
        out.append((number, word, symbol, figures))
    return out


def compare(name, *span):
    done_a, files = session("--venue", "files", *CANDLES, *span, "--state", name + "-files")
    done_b, wire = session("--venue", "local", "--set", "market.lockstep=true", *CANDLES, *span, "--state",
                           name + "-wire", "--for", "110s", timeout=150)
    if not check(files is not None and wire is not None, f"{name}: both ways come to their end"):
        return
    check(done_a.returncode == 0 and done_b.returncode == 0, f"{name}: and nothing went wrong")
    for figure in ("batches", "looked_at", "decisions", "orders", "fills", "trades", "equity", "cash", "fees"):
        check(files[figure] == wire[figure], f"{name}: {figure} {files[figure]} and {wire[figure]}")
    one, two = records(name + "-files"), records(name + "-wire")
    differ = next((pair for pair in zip(one, two) if pair[0] != pair[1]), None)
    if not check(len(one) == len(two) and differ is None, f"{name}: {len(one)} records are equal to the last figure"):
        print(differ, len(one), len(two))
    fills = "SELECT order_id, trade_id, symbol, side, price_ticks, qty_lots, fee FROM fills ORDER BY 1, 2"
    check(query(name + "-files", fills) == query(name + "-wire", fills), f"{name}: every fill is equal")
    check(len(one) > 50, f"{name}: and there was something to decide")


def synthetic():
    compare("synthetic", "--from", "2024-01-01T00:00:00Z", "--to", "2024-01-01T08:00:00Z", "--pairs", "small")
    # Here no running sum restarts within the warm-up: one candle more or less of it would show.
    compare("warm-up", "--from", "2024-03-01T00:00:00Z", "--to", "2024-03-01T12:00:00Z", "--pairs", "small", "--seed",
            "7")
    # Whatever the decision may ask beside the vote, and a cooldown counts from when a trade ended.
    compare("chain", "--from", "2024-01-02T00:00:00Z", "--to", "2024-01-02T08:00:00Z", "--pairs", "small", *CHAIN)


def twice():
    hashes = []
    for state in ("once", "again"):
        done, report = session("--venue", "local", "--set", "market.lockstep=true", "--pairs", "small", "--from",
                               "2024-02-01T00:00:00Z", "--to", "2024-02-01T03:00:00Z", "--state", state, "--for", "110s",
                               timeout=150)
        check(done.returncode == 0 and report is not None, f"lock-step, {state}: it comes to its end")
        hashes.append(report["journal_hash"] if report else None)
    check(len(hashes[0] or "") == 64 and hashes[0] == hashes[1], f"told the same and did the same: {hashes[0]}")


def real():
    files = sorted(glob.glob(f"{SHARED}/data/candles/KRAKEN_*USD_5m.csv.gz"))
    if not files:
        skip("the real candles are not on this machine")
        return
    run("data", "import", *files, "--store", "store")
    compare("real", "--market", "replay", "--store", path("store"), "--from", "2024-08-05", "--to", "2024-08-06")


main(synthetic, twice, real)
