# SPDX-License-Identifier: MIT
"""Backtests on demand: asked for over the API of a running session, run in a child of the lowest priority, the
same as by hand; cancelled, killed with their session, refused, kept over a restart."""
import json
import os
import random
import shlex
import signal
import time

from cuttle import check, main, path, run, until
from session import Session, alive, child_of, steps_back

SYNTHETIC = ["--pairs", "BTC/USD ETH/USD", "--seed", "5"]
ROUTE = "backtests"
SHORT = {"pair": "BTC/USD", "days": 3, "strategy": "sma_cross", "timeframe": "5m", "set": {"sma_period": "30"}}
LONG = {"pair": "ETH/USD", "days": 1800}


class Desk(Session):
    """A session that is asked for backtests."""

    def __init__(self, words=tuple(SYNTHETIC), state="state"):
        super().__init__(state, *words)
        self.ready = until(lambda: self.get("status")["market_time"], 60)

    def say(self, method, route, body=None, token=None):
        """Status and answer; with the session's own token, or another."""
        answer = self.ask(f"/api/v1/{route}", method, None if body is None else json.dumps(body),
                          token=self.token() if token is None else token)
        return answer.status, json.loads(answer.text)

    def job(self, number):
        return self.get(f"{ROUTE}/{number}")

    def child(self):
        return child_of(self.process, "backtest")


def options(session):
    told = session.get(f"{ROUTE}/options")
    pairs = {each["pair"]: each["days"] for each in told["pairs"]}
    check(told["market"] == "synthetic" and set(pairs) == {"BTC/USD", "ETH/USD"}, f"it is told which pairs there are: {pairs}")
    mine = next(each for each in told["strategies"] if each["strategy"] == "sma_cross")
    period = next(each for each in mine["parameters"] if each["name"] == "sma_period")
    check(mine["enabled"] and period["type"] == "whole" and period["min"] >= 1 and period["help"] != "",
          f"and the parameters of each strategy: {period}")


def refused(session):
    check(session.say("POST", ROUTE, SHORT, token="")[0] == 401, "without the token none is taken")
    check(session.say("POST", ROUTE, SHORT, token="0" * 64)[0] == 401, "nor with another")
    status, problem = session.say("POST", ROUTE, {**SHORT, "set": {"sma_period": "0"}})
    check(status == 400 and "out of range" in problem["detail"], f"a bad value is refused: {problem['detail']}")
    status, problem = session.say("POST", ROUTE, {**SHORT, "out": "/tmp/x"})
    check(status == 400 and "a member that no backtest has" in problem["detail"], "and a path, with what there is")
    status, problem = session.say("POST", ROUTE, {**SHORT, "days": 100000})
    check(status == 400 and "days" in problem["detail"], "and more days than there are")
    check(session.get(ROUTE)["total"] == 0 and session.child() is None, "of which nothing is begun")


def by_hand(session):
    """What comes of it is what the command says."""
    status, made = session.say("POST", ROUTE, SHORT)
    check(status == 202 and made == {"id": 1}, f"one is asked for: {made}")
    done = until(lambda: (job := session.job(1))["state"] in ("done", "failed") and job, 120)
    if not check(done is not None and done["state"] == "done", f"and done: {done and (done['state'], done['error'])}"):
        return
    check(done["progress"] == 1 and done["ended"] > done["made"] and done["asked"] == SHORT, "with what was asked, and when")
    words = shlex.split(done["command"])
    check(words[:2] == ["cuttle", "backtest"], f"it says what a person would type: {done['command']}")
    page = run(*words[1:], "--page")
    mine = json.loads(page.stdout) if page.returncode == 0 else {}
    theirs = done["result"]
    for each in (mine.get("summary", {}), theirs["summary"]):
        each.pop("seconds", None)
    check(mine == theirs, f"which comes to the same, figure by figure {page.stderr[-300:] if page.returncode else ''}")
    summary = json.loads(run(*words[1:], "--json").stdout)
    summary.pop("seconds")
    check(summary == theirs["summary"], "and its summary is that of --json")
    check(len(theirs["curve"]) <= 500 and len(theirs["trades"]) <= 500 and
          theirs["trades_total"] == summary["closed_trades"] == len(theirs["trades"]) + theirs["trades_left_out"],
          f"a curve of {len(theirs['curve'])} points, {theirs['trades_total']} trades")
    check(float(theirs["curve"][-1]["equity"]) == summary["equity"], "that ends where the equity does")
    listed = session.get(ROUTE)["backtests"][0]
    check("result" not in listed and listed["figures"]["trades"] == summary["closed_trades"], f"the list has its headline: {listed['figures']}")
    left = sorted(os.listdir(path("state/backtests")))
    check(left == ["1.json", "1.yaml"], f"and the disk its answer and its configuration: {left}")


def batches(session):
    """How often it has looked at its market; what it decides depends on that."""
    return session.get("status")["counters"]["batches"]


def cancelled(session):
    before = batches(session)
    number = session.say("POST", ROUTE, LONG)[1]["id"]
    waiting = session.say("POST", ROUTE, SHORT)[1]["id"]
    child = until(session.child, 60)
    if not check(child is not None, "a long one has a child"):
        return
    lowest, told = steps_back(child)
    check(lowest, f"of the lowest priority: {told}")
    seen = until(lambda: (part := session.job(number)["progress"]) > 0 and part, 240)
    check(seen is not None and seen < 1, f"that tells how far it is: {seen}")
    later = until(lambda: (part := session.job(number)["progress"]) > (seen or 0) and part, 120)
    check(later is not None, f"and goes on: {later}")
    check(session.job(waiting)["state"] == "queued", "while the next one waits")
    grown = until(lambda: batches(session) > before, 60)
    check(grown is not None, "and the session goes on looking at its market")
    began = time.monotonic()
    status, told = session.say("DELETE", f"{ROUTE}/{number}")
    gone = until(lambda: not alive(child), 10)
    took = time.monotonic() - began
    check(status == 200 and told["state"] == "cancelled" and gone and took < 1, f"cancelled, it is gone in {took:.2f} s")
    check(session.say("DELETE", f"{ROUTE}/{number}")[0] == 409, "which cannot be done twice")
    check(session.say("DELETE", f"{ROUTE}/{waiting}", token="")[0] == 401, "nor without the token")
    done = until(lambda: session.job(waiting)["state"] == "done", 120)
    check(done, "then the one that waited is done")


def killed(session):
    """No child outlives its session, however that ends."""
    session.say("POST", ROUTE, LONG)
    child = until(session.child, 60)
    time.sleep(0.3)
    session.process.send_signal(signal.SIGKILL)
    session.process.wait(20)
    check(child is not None and until(lambda: not alive(child), 5), "kill -9 of the session leaves no child")


def kept():
    session = Desk()
    listed = {each["id"]: each["state"] for each in session.get(ROUTE)["backtests"]}
    check(listed == {1: "done", 2: "cancelled", 3: "done", 4: "failed"}, f"a restart knows them all: {listed}")
    check(session.job(1)["result"]["summary"]["closed_trades"] >= 0, "with their results")
    check("session ended" in session.job(4)["error"], f"and why one failed: {session.job(4)['error']}")
    session.say("POST", ROUTE, LONG)
    child = until(session.child, 60)
    status, took = session.end(seconds=30)
    check(status == 0 and child is not None and not alive(child), f"a session that ends in order takes its child {child} with it, in {took:.1f} s: {status}")


def of_a_store():
    """A session on recorded candles asks its own store, and of it nothing that it has not seen."""
    random.seed(7)
    price = 30000.0
    with open(path("BTCUSD_60.csv"), "w", encoding="utf-8", newline="") as file:
        for i in range(24 * 60):
            last, price = price, price * (1 + random.gauss(0, 0.006))
            file.write(f"{1704067200 + i * 3600},{last:.1f},{max(last, price) * 1.002:.1f},{min(last, price) * 0.998:.1f},{price:.1f},12.5,40\n")
    run("data", "import", path("BTCUSD_60.csv"), "--as", "KRAKEN:BTC/USD", "--store", "candles")
    session = Desk(["--market", "replay", "--store", "candles", "--pairs", "BTC/USD", "--set", "session.mode=paper", "--from",
                    "2024-02-10", "--speed", "600"], "second")
    stock = session.get(f"{ROUTE}/options")["pairs"]
    check(len(stock) == 1 and stock[0]["candles_of"] == ["1h"] and "2024-02-10" <= stock[0]["to"] < "2024-02-20",
          f"a session on recorded candles offers what it has seen: {stock}")
    status, problem = session.say("POST", ROUTE, {**SHORT, "timeframe": "1h", "days": 100})
    check(status == 400 and "cuttle data download --pairs BTC/USD" in problem["detail"], f"what is missing is named: {problem['detail']}")
    status, made = session.say("POST", ROUTE, {**SHORT, "timeframe": "1h", "days": 20})
    done = status == 202 and until(lambda: (job := session.job(made["id"]))["state"] in ("done", "failed") and job, 120)
    check(done and done["state"] == "done" and done["result"]["summary"]["bars"] == 480,
          f"twenty days of it are done: {done and (done['error'], done['figures'])}")
    session.end(seconds=30)


def all_of_it():
    session = Desk()
    if not check(session.ready, "a session runs"):
        return
    options(session)
    refused(session)
    by_hand(session)
    cancelled(session)
    killed(session)
    kept()
    of_a_store()


main(all_of_it)
