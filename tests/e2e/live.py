# SPDX-License-Identifier: MIT
"""The live path, against the local Kraken as if it were the real one: switches, keys, orders, a stop
that stays when we go, a start that finds everything again, and the venue's word for it."""
import os
import re
import signal
import time
from decimal import Decimal

from cuttle import check, drain, line_of, main, path, query, run, start, stop
from peer import at, exchange

PAIRS = "BTC/USD ETH/USD SOL/USD XRP/USD ADA/USD DOGE/USD LINK/USD AVAX/USD"
EAGER = ["--set", "strategies.enabled=sma_cross", "--set", "strategy.sma_cross.timeframe=1m", "--set",
         "strategy.sma_cross.sma_period=3", "--set", "strategy.sma_cross.atr_period=5", "--set",
         "strategy.sma_cross.stop_atr=20", "--set", "strategy.sma_cross.target_atr=50", "--set",
         "decision.confidence=0", "--set", "decision.alone=0", "--set", "decision.actionable=0"]


def serve(*flags):
    process, client = exchange("--market", "synthetic", "--seed", "7", "--speed", "20", "--pairs", PAIRS, "--profile",
                               "real", "--balance", "USD=5000,BTC=1", *flags)
    return process, client, client.port


def arguments(port, mode, state, *flags):
    return ["run", "--headless", *at(port), "--set", f"session.mode={mode}", "--pairs", PAIRS, "--state", state,
            "--capital", "2000", *EAGER, *flags]


def keys(client):
    return dict(os.environ, CUTTLE_KRAKEN__KEY=client.key, CUTTLE_KRAKEN__SECRET=client.secret)


def switches():
    done = run(*arguments(1, "live", "s1"))
    check(done.returncode != 0 and "--live" in done.stderr, "live without --live is refused, and says what is missing")
    done = run(*arguments(1, "paper", "s2", "--live"))
    check(done.returncode != 0 and "mode: live" in done.stderr, "--live without mode: live is refused too")
    done = run(*arguments(1, "live", "s3", "--live"), stdin=-3)
    check(done.returncode != 0 and "CUTTLE_VAULT_PASSPHRASE_FILE" in done.stderr and "wrong" not in done.stderr, "live without a key is refused, and says where keys come from")


def withdrawing():
    venue, client, port = serve("--permissions", "query-funds,query-open-trades,query-closed-trades,modify-trades,create-ws-token,withdraw-funds")
    process = start(*arguments(port, "live", "s4", "--live"), env=keys(client))
    check(line_of(process, "withdraw", 30) is not None, "a key that may withdraw is refused")
    stop(process)
    check(client.call("OpenOrders")["result"]["open"] == {}, "and nothing was ordered with it")
    stop(venue)


def validated():
    venue, client, port = serve()
    process = start(*arguments(port, "validate", "s5"), env=keys(client))
    check(line_of(process, "would have taken order", 60) is not None, "validate: the venue looks at the orders")
    status, _ = stop(process)
    check(status == 0 and client.call("TradesHistory")["result"]["count"] == 0, "and takes none")
    stop(venue)


def poor():
    venue, client, port = serve()
    process = start(*arguments(port, "live", "s7", "--live", "--capital", "20000"), env=keys(client))
    check(line_of(process, r"account has [0-9.]+ USD and the books count on [0-9.]+", 60) is not None,
          "an account that holds less than the books count on is told of")
    stop(process)
    words = [word for word in arguments(port, "live", "s7", "--live", "--set", f"server.port={port}") if word != "--headless"]
    process = start(*words, env=keys(client))
    check(line_of(process, "trading without a dashboard|is in use", 60) is not None, "a port that another has is said,")
    check(line_of(process, "ledger and the venue agree", 60) is not None, "and does not keep a live session from its positions")
    stop(process)
    stop(venue)


def held(client):
    balance = client.call("Balance")["result"]
    coins = {name: Decimal(amount) for name, amount in balance.items() if name != "ZUSD" and Decimal(amount) != 0}
    coins["XXBT"] = coins.get("XXBT", Decimal(0)) - 1  # the operator's own
    return {name: amount for name, amount in coins.items() if amount != 0}


def traded():
    venue, client, port = serve()
    process = start(*arguments(port, "live", "s6", "--live"), env=keys(client))
    check(line_of(process, "Bought", 90) is not None, "live: it buys")
    drain(process)
    time.sleep(3)
    status, took = stop(process)
    check(status == 0, f"SIGTERM ends it in {took:.1f} s, once no sale is under way")
    coins = held(client)
    opened = client.call("OpenOrders")["result"]["open"].values()
    stops = {}
    for order in opened:
        check(order["descr"]["ordertype"] == "stop-loss" and order["descr"]["type"] == "sell", "what stays is a stop")
        name = order["descr"]["pair"]
        stops[name] = stops.get(name, Decimal(0)) + Decimal(order["vol"]) - Decimal(order["vol_exec"])
    check(coins and sorted(stops.values()) == sorted(coins.values()),
          f"every coin it holds, {coins}, is under a stop at the venue: {stops}")
    process = start(*arguments(port, "live", "s6", "--live"), env=keys(client))
    check(line_of(process, "goes on from .* with [1-9]", 30) is not None, "the next start goes on with what is held")
    check(line_of(process, "ledger and the venue agree", 30) is not None, "and compares it with the venue")
    drain(process)
    time.sleep(4)
    stop(process, signal.SIGKILL)
    ledger = query("s6", "SELECT count(*), sum(qty_lots) FROM fills")[0]
    process = start(*arguments(port, "live", "s6", "--live"), env=keys(client))
    check(line_of(process, "ledger and the venue agree", 30) is not None, "after a kill too")
    drain(process)
    time.sleep(3)
    stop(process)
    fills = query("s6", "SELECT count(*) FROM fills")[0][0]
    theirs = client.call("TradesHistory")["result"]["count"]
    check(fills == theirs >= ledger[0], f"ledger and venue know the same {fills} fills")
    replay = run("replay", path("s6"))
    check(replay.returncode == 0 and "identical" in replay.stdout, "and the journal replays")
    with open(path("s6/cuttle.log"), encoding="utf-8") as file:
        text = file.read()
    check(client.secret not in text and client.key not in text, "no key stands in the log")
    check(re.search(r'"level":"error"', text) is None, "and no error")
    stop(venue)


if __name__ == "__main__":
    main(switches, withdrawing, validated, poor, traded)
