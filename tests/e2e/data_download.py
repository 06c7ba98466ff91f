# SPDX-License-Identifier: MIT
"""`cuttle data download` against the local Kraken: what is fetched is what that exchange says of itself, however often
the download is killed, whatever fails on the way, and nothing is asked for twice."""
import csv
import io
import json
import os
import pty
import random
import re
import signal
import subprocess
import threading
import time
import urllib.parse
import urllib.request
from http.server import ThreadingHTTPServer

from cuttle import PROGRAM, check, main, path, run, start, stop
from peer import Handler, exchange

DAY = 1722470400  # 2024-08-01
NOW = "2024-08-05T12:34:56Z"


class Door(Handler):
    """Before the local Kraken: it notes what is asked, takes its time, and fails when it is told to."""

    def do_GET(self):
        server = self.server
        name, _, query = self.path[len("/0/public/"):].partition("?")
        asked = dict(urllib.parse.parse_qsl(query))
        server.asked.append((name, asked.get("pair"), asked.get("since")))
        if name == "Trades" and server.failures:
            return self.reply(*server.failures.pop(0))
        time.sleep(server.pause if name == "Trades" else 0)
        if name == "Trades" and server.trades is not None:
            return self.reply(server.page(int(asked["since"])))
        return self.reply(self.handed_on())


class Venue(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, *flags, pairs="BTC/USD ETH/USD", market=("--market", "synthetic", "--seed", "7")):
        super().__init__(("127.0.0.1", 0), Door)
        self.process, client = exchange(*market, "--pairs", pairs, "--profile", "real", "--lockstep", *flags)
        self.port = client.port
        self.asked, self.failures, self.pause, self.trades, self.inclusive = [], [], 0, None, False
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def page(self, since):
        """Of trades of our own: those after a moment, or in the other reading of the documents from it on."""
        found = [row for row in self.trades if row[2] > since or (self.inclusive and row[2] == since)][:1000]
        rows = [[row[0], row[1], row[2] / 1e9, "b", "l", "", row[3]] for row in found]
        last = found[-1][2] if found else since
        return json.dumps({"error": [], "result": {"XXBTZUSD": rows, "last": str(last)}}).encode()

    def flags(self, store, timeframe="5m", since="2024-08-01", pairs="BTC/USD"):
        return ["data", "download", "--pairs", pairs, "--timeframe", timeframe, "--from", since, "--store", store, "--set",
                f"venue.rest_url=http://127.0.0.1:{self.server_address[1]}", "--set", "venue.rest_gap=0s"]

    def candles(self, minutes, key="XXBTZUSD"):
        """What the exchange itself says, without the candle that is being formed and those without trades."""
        url = f"http://127.0.0.1:{self.port}/0/public/OHLC?pair={key}&interval={minutes}"
        with urllib.request.urlopen(url, timeout=20) as reply:
            rows = json.load(reply)["result"][key][:-1]
        return {row[0]: tuple(map(float, (*row[1:5], row[6]))) for row in rows if row[7] > 0}

    def pages(self):
        return [each for each in self.asked if each[0] == "Trades"]

    def end(self):
        stop(self.process)
        self.shutdown()
        self.server_close()


def stored(store, timeframe="5m", pair="BTC/USD"):
    text = run("data", "export", pair, timeframe, "--store", store).stdout
    return {int(row["time"]): tuple(float(row[name]) for name in ("open", "high", "low", "close", "volume"))
            for row in csv.DictReader(io.StringIO(text))}


def bytes_of(store, timeframe="5m", pair="BTC-USD"):
    with open(path(f"{store}/KRAKEN/{pair}/{timeframe}.npy"), "rb") as file:
        return file.read()


def what_is_fetched_is_what_the_exchange_says():
    venue = Venue("--from", NOW)
    done = run(*venue.flags("one", pairs="BTC/USD XETHZUSD"))
    print(done.stdout, done.stderr)
    candles = stored("one")
    times = sorted(candles)
    check(done.returncode == 0 and times[0] == DAY and times[-1] == DAY + (4 * 24 + 12) * 3600 + 25 * 60,
          "from the day asked for to the last whole candle")
    own = venue.candles(5)
    check(len(own) > 700 and own == {at: candles[at] for at in candles if at >= min(own)}, "the last 720 are OHLC's")
    for hours in (24, 66):
        past = Venue("--from", f"2024-08-0{1 + hours // 24}T{hours % 24:02}:02:00Z")
        own = {at: row for at, row in past.candles(5).items() if at >= DAY}
        check(len(own) > 200 and own == {at: row for at, row in candles.items() if min(own) <= at <= max(own)},
              f"those before, of trades, are what OHLC said at the time: {len(own)}")
        past.end()
    check(len(stored("one", pair="ETH/USD")) > 1000, "each pair, by whatever name")
    asked = len(venue.asked)
    done = run(*venue.flags("one"))
    check(done.returncode == 0 and "0 added" in done.stdout and len(venue.asked) == asked + 3 and not
          [each for each in venue.asked[asked:] if each[0] == "Trades"], "once more asks for no trade")
    run(*venue.flags("one", since="2024-07-31T20:00Z"))
    check(sorted(stored("one"))[0] == DAY - 4 * 3600 and "no candle is missing" in
          run("data", "check", "--store", "one", "--pair", "BTC/USD").stdout, "an earlier begin is put before it")
    done = run(*venue.flags("quiet", "1m", "2024-08-04T12:00Z", "ETH/USD"))
    own = venue.candles(1, "XETHZUSD")
    candles = stored("quiet", "1m", "ETH/USD")
    check(done.returncode == 0 and own == {at: row for at, row in candles.items() if at >= min(own)}, "minutes too")
    venue.end()


def a_known_history_comes_back_as_it_was():
    chance, price, lines = random.Random(3), 60000.0, ["time,open,high,low,close,volume"]
    for i in range(4 * 288):
        if chance.random() < 0.05:
            continue
        opened, price = price, round(price + chance.uniform(-50, 50), 1)
        lines.append(f"{DAY + i * 300},{opened:.1f},{max(opened, price) + 7:.1f},{min(opened, price) - 9.3:.1f},{price:.1f},"
                     f"{chance.uniform(0.1, 5):.8f}")
    with open(path("KRAKEN_BTCUSD_5m.csv"), "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
    run("data", "import", path("KRAKEN_BTCUSD_5m.csv"), "--store", "known")
    venue = Venue("--store", path("known"), "--from", "2024-08-04T12:02Z", pairs="BTC/USD", market=("--market", "replay"))
    done = run(*venue.flags("back"))
    print(done.stdout, done.stderr)
    begun = {at: row for at, row in stored("known").items() if at < DAY + 84 * 3600}
    check(done.returncode == 0 and len(begun) > 900 and stored("back") == begun, "and so do the holes where nobody traded")
    done = run(*venue.flags("part"), "--to", "2024-08-02T00:03Z")
    whole, part = stored("known"), stored("part")
    check(done.returncode == 0 and part == {at: row for at, row in whole.items() if at < DAY + 86400}, "a part up to --to")
    venue.end()


def killed_and_begun_again_it_is_the_same():
    venue = Venue("--from", NOW)
    run(*venue.flags("whole", "1m", "2024-08-03"))
    pages = venue.pages()
    check(len(pages) > 12 and len(set(pages)) == len(pages), f"in one go: {len(pages)} pages, each once")
    venue.pause = 0.1
    for how, store in ((signal.SIGKILL, "killed"), (signal.SIGTERM, "ended")):
        venue.asked.clear()
        kills = 0
        for wait in (3, 7, 11, 12):
            download = start(*venue.flags(store, "1m", "2024-08-03"))
            begun = len(venue.pages())
            while len(venue.pages()) < max(begun + 2, wait) and download.poll() is None:
                time.sleep(0.01)
            status, _ = stop(download, how)
            kills += status != 0
        asked = venue.pages()
        check(kills == 4 and set(asked) < set(pages), f"{store} four times, never at the end")
        check(len(stored(store, "1m")) > 0, "what came before is in the store")
        done = run(*venue.flags(store, "1m", "2024-08-03"))
        asked = venue.pages()
        print(done.stdout, done.stderr, len(asked))
        check(done.returncode == 0 and bytes_of(store, "1m") == bytes_of("whole", "1m"), "it comes to the same bytes")
        twice = len(asked) - len(set(asked))
        check(set(asked) == set(pages) and (how == signal.SIGKILL or twice == 0),
              f"of pages that came before the others, and asked to end it fetches none twice: {twice}")
    venue.end()


def on_a_terminal_it_says_how_far_it_is():
    venue = Venue("--from", NOW)
    venue.pause = 0.2
    ours, theirs = pty.openpty()
    download = subprocess.Popen([PROGRAM, *venue.flags("shown", "1m", "2024-08-03")], stderr=theirs,
                                stdout=subprocess.DEVNULL, cwd=path(""))
    os.close(theirs)
    told = b""
    while True:
        try:
            told += os.read(ours, 4096)
        except OSError:  # its other end is closed
            break
    shares = [float(each) for each in re.findall(rb"KRAKEN:BTC/USD 1m: ([0-9.]+) %, \d+ pages, \w+ left", told)]
    check(download.wait() == 0 and len(shares) > 3 and shares == sorted(shares) and shares[-1] <= 100,
          f"the share done, and the time left: {shares}")
    os.close(ours)
    venue.end()


def what_fails_for_a_while_is_asked_again():
    venue = Venue("--from", NOW)
    venue.failures = [(b"", 503), (b'{"error":["EService:Unavailable"]}',), (b'{"error":[],"result":{"XX',)]
    done = run(*venue.flags("mended", "1h", "2024-06-25"))
    print(done.stderr)
    check(done.returncode == 0 and done.stderr.count("asking again in") == 3 and "HTTP status 503" in done.stderr
          and "EService:Unavailable" in done.stderr, "a server that is down, busy, or cut off")
    run(*venue.flags("plain", "1h", "2024-06-25"))
    check(bytes_of("mended", "1h") == bytes_of("plain", "1h"), "and the candles are the same")
    for failure, words in (((b"", 403), "HTTP status 403"), ((b'{"error":["EGeneral:Invalid arguments"]}',), "Invalid arguments"),
                           ((b'{"error":[],"result":{"XXBTZUSD":[["1","1",2,"b"],["1","1",1,"b"]],"last":"3"}}',), "older than")):
        venue.failures = [failure]
        done = run(*venue.flags("failed", "1h", "2024-06-25"))
        check(done.returncode == 1 and words in done.stderr, f"what cannot be mended ends it: {words}")
    done = run(*venue.flags("none", pairs="BTC/USD DOGE/USD"))
    check(done.returncode == 1 and "does not list DOGE/USD" in done.stderr and not venue.pages()[-1:] == [],
          "a pair that is not listed is said before anything is fetched")
    for words, more in (("no whole candle from 2024-08-06", ["--from", "2024-08-06"]), ("say --pairs", ["--pairs", "x y"])):
        done = run(*venue.flags("none"), *more)
        check(done.returncode == 1, f"refused: {done.stderr.strip()}")
    done = run("data", "download", "--timeframe", "1h", "--from", "2024-01-01")
    check(done.returncode == 1 and "say --pairs" in done.stderr, "and without pairs it says what to say")
    venue.end()


def trades_of_one_moment_are_counted_once_each():
    """Pages of a thousand that end in the middle of a moment, in both readings of `since`."""
    venue = Venue("--from", NOW)
    chance, number, venue.trades = random.Random(9), 1, []
    at = DAY * 10**9
    while at < (DAY + 86400) * 10**9:
        for _ in range(chance.choice((1, 1, 2, 40, 300))):
            venue.trades.append((f"{chance.uniform(100, 200):.5f}", f"{chance.uniform(0.001, 1):.8f}", at, number))
            number += 1
        at += chance.randrange(1, 600 * 10**9) // 1000 * 1000
    bars = {}
    for price, volume, when, _ in venue.trades:
        bar = bars.setdefault(when // (300 * 10**9) * 300, [[], 0])
        bar[0].append(round(round(float(price) * 10 + 1e-9) / 10, 1))
        bar[1] += int(volume.replace(".", ""))
    expected = {when: (p[0], max(p), min(p), p[-1], v / 1e8) for when, (p, v) in bars.items()}
    for venue.inclusive in (False, True):
        store = f"tied{venue.inclusive}"
        done = run(*venue.flags(store), "--to", "2024-08-02")
        check(done.returncode == 0 and stored(store) == expected, f"{len(venue.trades)} trades, {len(expected)} candles")
    check(bytes_of("tiedTrue") == bytes_of("tiedFalse"), "alike in both")
    venue.trades = [("100.0", "1.00000000", DAY * 10**9 + 5, i + 1) for i in range(1000)] + \
        [("100.0", "1.00000000", DAY * 10**9 + 400 * 10**9, 1001)]
    venue.inclusive = True
    done = run(*venue.flags("stuck"), "--to", "2024-08-02")
    check(done.returncode == 0 and stored("stuck") == {DAY: (100, 100, 100, 100, 1000), DAY + 300: (100, 100, 100, 100, 1)},
          "a page that is one moment altogether is not asked for for ever")
    venue.end()


main(what_is_fetched_is_what_the_exchange_says, a_known_history_comes_back_as_it_was,
     killed_and_begun_again_it_is_the_same, on_a_terminal_it_says_how_far_it_is, what_fails_for_a_while_is_asked_again,
     trades_of_one_moment_are_counted_once_each)
