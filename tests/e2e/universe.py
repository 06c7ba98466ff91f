# SPDX-License-Identifier: MIT
"""The universe: `cuttle universe` shows it, a session chooses it when it starts and again when the UTC
day turns; what is held stays. The venue is the local Kraken behind a door that says what was traded."""
import json
import time
import urllib.request
from decimal import Decimal

from cuttle import check, drain, line_of, main, path, query, run, start, stop, until
from live import held as coins_of, keys
from peer import Handler, at, exchange, listen

PAIRS = "BTC/USD ETH/USD SOL/USD XRP/USD ADA/USD"
KEYS = {"BTC": "XXBTZUSD", "ETH": "XETHZUSD", "SOL": "SOLUSD", "XRP": "XXRPZUSD", "ADA": "ADAUSD"}


class Door(Handler):
    """Before the local Kraken: of the Ticker of all pairs it changes what was traded and quoted."""

    def do_GET(self):
        server = self.server
        if server.shut:
            self.reply(status=503)
            return
        body = self.handed_on()
        if self.path == "/0/public/Ticker":
            told = json.loads(body)
            for base, millions in server.millions.items():
                row = told["result"][KEYS[base]]
                row["v"], row["p"] = ["0", str(millions)], ["0", "1000000"]
                row["b"][0], row["a"][0] = "100.0", "100.2" if base == server.wide else "100.01"
            body = json.dumps(told).encode()
        self.reply(body)

    do_POST = do_GET


def serve(*flags):
    """The local Kraken and the door before it."""
    process, client = exchange("--market", "synthetic", "--seed", "7", "--pairs", PAIRS, "--profile", "real", *flags)
    return process, listen(Door, port=client.port, client=client, shut=False, wide=None,
                           millions={"BTC": 50, "ETH": 40, "SOL": 30, "XRP": 20, "ADA": 0.1})


def flags(server):
    return [*at(server.port, server.server_port), "--set", "session.pairs=universe", "--set", "venue.rest_gap=0s"]


def chosen(state):
    rows = query(state, "SELECT value FROM state WHERE key = 'universe'")
    return rows[0][0] if rows else None


def ticker(server, key):
    with urllib.request.urlopen(f"http://127.0.0.1:{server.port}/0/public/Ticker?pair={key}", timeout=20) as reply:
        return json.load(reply)["result"][key]


def answer(what):
    """Of the session's interface, which may have to be waited for."""
    done = until(lambda: (told := run("ctl", what, "--json", "--state", "state")).returncode == 0 and told, 10)
    return json.loads(done.stdout) if done else None


def held():
    return until(lambda: [each["pair"] for each in answer("positions") or []], 20)


def book_stands(state):
    """Whether the session has the pair's book: without one a purchase at market finds nobody."""
    address = run("ctl", "link", "--state", state).stdout.partition("#")[0]
    if not address:
        return False
    with urllib.request.urlopen(f"{address}api/v1/book?pair=SOL/USD", timeout=20) as reply:
        return len(json.load(reply)["asks"]) > 0


def buy(server, state):
    check(until(lambda: book_stands(state), 20), "its book is there")
    price = float(ticker(server, "SOLUSD")["a"][0])
    return run("ctl", "buy", "SOL/USD", "--cash", "150", "--stop", f"{price * 0.8:.2f}", "--state", state, "--yes")


def shown(server, *more):
    done = run("universe", *flags(server), "--json", *more)
    told = json.loads(done.stdout)
    return ([row["pair"] for row in told["chosen"]], {row["pair"]: row["verdict"] for row in told["refused"]})


def the_command_shows_what_is_chosen_and_why_not():
    process, server = serve("--from", "now")
    server.wide = "SOL"
    done = run("universe", *flags(server), "--set", "universe.count=2", "--set", "universe.spread_max=0.001")
    print(done.stdout)
    lines = {line.split()[0]: line.split()[-1] for line in done.stdout.splitlines() if "/USD" in line}
    check(done.returncode == 0 and lines == {"BTC/USD": "chosen", "ETH/USD": "chosen", "SOL/USD": "wide",
                                             "XRP/USD": "outranked", "ADA/USD": "thin"}, "each pair has its reason")
    some, others = shown(server, "--set", "session.exclude=XBTUSD", "--set", "universe.count=2",
                         "--state", path("none"))
    check(some == ["ETH/USD", "SOL/USD"] and others["BTC/USD"] == "excluded", "one by another name may be excluded")
    some, others = shown(server, "--set", "session.currency=EUR")
    check(some == [] and set(others.values()) == {"currency"}, "of another currency's nothing is chosen")
    server.shut = True
    done = run("universe", *flags(server))
    check(done.returncode == 1 and "503" in done.stderr, "a venue that does not answer is said")
    done = run("run", "--headless", *flags(server), "--state", path("shut"))
    check(done.returncode == 1 and "503" in done.stderr, "and without it a first session does not start")
    done = run("run", "--headless", "--venue", "local", "--set", "session.pairs=universe")
    check(done.returncode == 1 and "--venue kraken" in done.stderr, "nor on a market of our own")
    stop(process)
    server.shutdown()


def the_day_turns():
    # Twenty minutes of the market's, one of ours: a busy machine warms up and buys before the day ends.
    process, server = serve("--from", "2024-03-01T23:40:00Z", "--speed", "20")
    bot = start("run", *flags(server), "--set", "universe.count=3", "--set", "server.port=0", "--state", "state",
                "--set", "market.speed=20", "--set", "decision.agree=9", "--set", "decision.alone=1",
                "--set", "risk.groups=XRP SOLL, BTC/USD")
    named = line_of(bot, r"none of the pairs that the venue lists.*risk\.groups.*(XRP|SOLL|BTC)|the universe: 3 pairs")
    check(named is not None and named[1] == "SOLL", "a name that the venue lists no pair of is told, one left out is not")
    check(line_of(bot, r"the universe: 3 pairs") is not None, "three of five are chosen at the start")
    check(line_of(bot, r"warmed up: 3 pairs", 40) is not None, "and warmed up")
    check(chosen("state") == "BTC/USD ETH/USD SOL/USD", "those that trade most")
    done = buy(server, "state")
    check(done.returncode == 0 and held() == ["SOL/USD"], f"one is bought: {done.stdout.strip()}{done.stderr.strip()}")
    server.millions.update({"ETH": 0.2, "SOL": 0.2, "ADA": 35})
    turned = line_of(bot, r"the universe of the day: 3 pairs, 1 join, 1 leave", 120)
    check(turned is not None, "when the day turns one joins and one leaves")
    check(line_of(bot, r"the universe: 3 pairs") is not None, "it is chosen for a session of its own")
    check(line_of(bot, r"warmed up: 3 pairs", 40) is not None, "which warms up and trades")
    check(chosen("state") == "BTC/USD ADA/USD SOL/USD", "the one that trades enough is in, the one that is held stays")
    check(held() == ["SOL/USD"], "what was bought is still held")
    check(bot.poll() is None, "in the same process")
    server.shut = True
    status, _ = stop(bot)
    check(status == 0, f"and ends in order: {status}")
    replay = run("replay", "state")
    check(replay.returncode == 0, "the recording of both replays byte for byte")
    bot = start("run", "--headless", *flags(server), "--set", "universe.count=3", "--state", "state")
    check(line_of(bot, r"stays as it was last chosen") is not None, "with a venue that does not say, it stays as it was")
    stop(bot)
    stop(process)
    server.shutdown()


def the_day_turns_with_real_orders():
    process, server = serve("--from", "2024-03-01T23:40:00Z", "--speed", "20", "--balance", "USD=5000,BTC=1")
    bot = start("run", "--live", *flags(server), "--set", "session.mode=live", "--set", "universe.count=3", "--set",
                "server.port=0", "--set", "decision.agree=9", "--set", "decision.alone=1", "--state", "live", "--capital", "2000",
                env=keys(server.client))
    check(line_of(bot, r"ledger and the venue agree", 40) is not None, "live: the books are compared")
    done = buy(server, "live")
    check(done.returncode == 0 and line_of(bot, r"Bought [0-9.]+ SOL/USD", 30) is not None,
          f"and something is bought: {done.stdout.strip()}{done.stderr.strip()}")
    server.millions.update({"ETH": 0.2, "SOL": 0.2, "ADA": 35})
    check(line_of(bot, r"the universe of the day: 3 pairs, 1 join, 1 leave", 120) is not None,
          "when the day turns one joins and one leaves")
    check(line_of(bot, r"goes on from .* with 1 ", 40) is not None, "the next session goes on with what is held")
    check(line_of(bot, r"ledger and the venue agree", 40) is not None, "and compares it with the venue")
    check(chosen("live") == "BTC/USD ADA/USD SOL/USD", "its pair stays")
    drain(bot)
    time.sleep(3)
    status, _ = stop(bot, seconds=40)
    check(status == 0, f"and it ends in order: {status}")
    stops = [(each["descr"]["type"], each["descr"]["ordertype"], Decimal(each["vol"]))
             for each in server.client.call("OpenOrders")["result"]["open"].values()]
    coins = coins_of(server.client)
    check(len(coins) == 1 and stops == [("sell", "stop-loss", *coins.values())],
          f"every coin, {coins}, is under one stop: {stops}")
    check(query("live", "SELECT count(*) FROM fills")[0][0] == server.client.call("TradesHistory")["result"]["count"],
          "the ledger has each fill of the venue's once")
    stop(process)
    server.shutdown()


main(the_command_shows_what_is_chosen_and_why_not, the_day_turns, the_day_turns_with_real_orders)
