# SPDX-License-Identifier: MIT
"""The two commands that explain: `explain` tells a trade's whole account from the ledger, `why` what stands against
one now, from the session that runs or, where none does, from its ledger."""
import json
import sqlite3

from cuttle import BUSY, check, drain, line_of, main, path, query, run, session, start, stop

WHOLE = [*BUSY, "--set", "filters.enabled=true", "--set", "filters.trend=false", "--set", "regime.enabled=true", "--set",
         "exits.trail=0.003", "--set", "model.enabled=true"]
SECOND = 1_000_000_000
BEGAN = 1_704_067_200 * SECOND  # 2024-01-01


def refused(words, sentence, status=1):
    done = run(*words)
    said = done.stderr.strip()
    return check(done.returncode == status and said == sentence and not done.stdout, f"{' '.join(words)}: {said}")


def without_a_ledger():
    for name in ("explain", "why"):
        refused([name, "--state", "nowhere"], f"cuttle {name}: there is no ledger in the state directory nowhere: name "
                "a session's own with --state DIR")
        refused([name, "--state", "a", "--state", "b"],
                f"cuttle {name}: --state: two state directories; name the one to look at")
        refused([name, "one", "two"], f"cuttle {name}: two: one at a time; `cuttle help {name}` says what")


def of_a_session():
    done, report = session("--state", "state", *WHOLE, "--for", "14s")
    if not check(done.returncode == 0 and report and report["trades"] > 0, "a session on the local market trades"):
        print(done.stderr[-1000:])
        return
    number, pair, purpose = query("state", "SELECT number, symbol, purpose FROM trades ORDER BY number DESC LIMIT 1")[0]
    told = run("explain", "last", "--state", "state").stdout
    check(told.startswith(f"Trade {number}: {pair} "), f"the last trade is {number}, on {pair}")
    decision = json.loads(query("state", "SELECT json FROM records WHERE word='decision' AND symbol=? AND number < ? AND "
                                "json LIKE '%\"verdict\":\"enter\"%' ORDER BY number DESC LIMIT 1", pair, number)[0][0])
    flat = " ".join(told.split())
    check(f"Decision {decision['number']}," in told, "it was begun by the newest decision to enter there")
    check(all(vote["sentence"] in flat for vote in decision["votes"]), "every vote is told in its sentence")
    check(all(each["name"] in told for each in decision["filters"]) and len(decision["filters"]) == 6, "every filter")
    blend = decision["blend"]
    check(abs(blend["blended"] - (1 - blend["share"]) * blend["voted"] - blend["share"] * blend["probability"]) < 1e-12 and
          blend["blended"] == decision["confidence"] >= decision["gate"], "the model's share of the confidence")
    check(f"the {blend['model']} gives it {blend['probability']:.2f};" in flat and
          all(f"{each['sentence']} {each['amount']:+.2f}" in flat for each in blend["contributions"]), "and why it says so")
    check(decision["size_rule"] in ("risk_per_trade", "max_position", "max_exposure", "cash") and "ruled by " in told,
          f"the limit that ruled its size: {decision['size_rule']}")
    check("factors: confidence 1.00, volatility 1.00, drawdown 1.00, the model 1.00, Kelly 1.00" in flat, "every factor of its size")
    moves = query("state", "SELECT sentence FROM records WHERE word='stop' AND symbol=? AND number BETWEEN ? AND ?", pair,
                  decision["number"], number)
    check(all(move in flat for (move,) in moves), f"and {len(moves)} changes of its stop")
    check("ended by " in told and (purpose == 1) == ("stop was hit" in told or "target was reached" in told), "its end")
    for words in ([str(number)], [pair]):
        check(run("explain", *words, "--state", "state").stdout == told, f"`explain {words[0]}` tells the same")
    whole = json.loads(run("explain", "last", "--json", "--state", "state").stdout)
    check(whole["trade"]["number"] == number and whole["decision"] == decision and not whole["by_hand"] and
          whole["records"][-1]["kind"] == "exit", "and --json has trade, decision and what followed")
    rows = run("explain", "--state", "state").stdout.splitlines()
    check(len(rows) == min(report["trades"], 10) + 3 and rows[1].split()[:2] == [str(number), pair],
          "without a word it lists the newest")
    why = run("why", "--state", "state").stdout
    check(why.startswith("No session runs here: start one with `cuttle run`.\nFrom the ledger, which ends at 2024-01-01 "),
          "`why` of a session that has ended tells its ledger, and says so")
    check(decision["pair"] in why, "pair by pair")


def write_by_hand():
    """Two trades: one by a strategy, whose stop was raised, and one by hand. Everything else is thrown away."""
    run("run", "--headless", "--state", "hand", "--pairs", "BTC/USD", "--for", "2s")
    vote = {"strategy": "trend", "direction": "long", "actionable": True, "cooling": False, "shadow": False,
            "sentence": "trend long: fast EMA 100.0 crossed above slow EMA 99.0", "strength": 0.5, "confidence": 0.6,
            "stop": 95, "target": 110}
    watched = {**vote, "strategy": 7, "sentence": "dca long: close 100.0 is low", "shadow": True, "target": None}
    decision = {"number": 11, "kind": "decision", "pair": "BTC/USD", "verdict": "enter", "sentence": "BTC/USD: buy.",
                "price": 100, "stop": 95, "target": 110, "order": 1, "expected_value": 0.0123, "size_rule": "max_position",
                "size_factors": {"confidence": 1.25, "volatility": 1, "drawdown": 0.8, "kelly": 1, "ruin": 1, "market": 1,
                                 "all": 1}, "quantity": "2.00000000", "cost": "200.00000000", "risk": "11.00000000",
                "equity": "1000.00000000", "direction": "long", "strength": 0.5, "confidence": 0.65, "gate": 0.5,
                "imbalance": 0.3, "book": {"score": 0.25}, "agree": 1, "actionable": 1, "votes": [watched, vote],
                "filters": [{"name": "rsi", "state": "passed", "figure": 55.5, "low": 30, "high": 70}],
                "timeframes": [{"name": "1h", "state": "warming_up", "figure": 0, "low": 0, "high": None}],
                "regime": {"way": "rising", "volatility": "normal", "adx": 31, "atr_rank": 50},
                "mood": {"kind": "caution", "leader": -0.06, "breadth": 0.4},
                "effect": {"size": 0.5, "confidence": 0.05, "stop": 1, "target": 1.25},
                "blend": {"model": "heuristic", "voted": 0.7, "probability": 0.5333, "share": 0.3, "blended": 0.65,
                          "contributions": [
                              {"feature": "adx", "sentence": "ADX 31.0", "figure": 31, "amount": 0.0667},
                              {"feature": "volume_rank", "sentence": "the volume ranks 40 of 100", "figure": 40,
                               "amount": -0.0333}]}}
    command = {"number": 31, "kind": "command", "pair": "BTC/USD", "command": "buy", "done": True, "verdict": "done",
               "sentence": "By hand: buy 1 BTC/USD.", "price": 102, "stop": 97, "target": None, "order": 4,
               "quantity": "1.00000000", "cost": "102.00000000", "risk": "5.00000000", "equity": "1000.00000000",
               "agree": 0, "actionable": 0, "votes": []}
    records = [(11, 1, "decision", 0, "BTC/USD", "BTC/USD: buy.", decision),
               (12, 2, "entry", 60, "BTC/USD", "Bought 2 BTC/USD.", {"kind": "entry", "order": 1}),
               (13, 1, "decision", 120, "BTC/USD", "BTC/USD: hold.", {"kind": "decision", "verdict": "hold"}),
               (14, 19, "stop", 180, "BTC/USD", "The stop follows.", {"kind": "stop"}),
               (15, 3, "exit", 240, "BTC/USD", "Sold 2 BTC/USD.", {"kind": "exit"}),
               (31, 15, "command", 300, "BTC/USD", "By hand: buy 1 BTC/USD.", command),
               (32, 2, "entry", 300, "BTC/USD", "Bought 1 BTC/USD.", {"kind": "entry", "order": 4}),
               (33, 15, "command", 360, "", "By hand: everything is being sold.",
                {"kind": "command", "command": "flatten", "done": True}),
               (34, 3, "exit", 361, "BTC/USD", "Sold 1 BTC/USD.", {"kind": "exit"})]
    with sqlite3.connect(path("hand/ledger.db")) as db:
        for table in ("records", "trades", "orders", "equity"):
            db.execute(f"DELETE FROM {table}")
        db.executemany("INSERT INTO records VALUES(?,?,?,?,?,?,?)",
                       [(number, kind, word, BEGAN + at * SECOND, symbol, text, json.dumps(each))
                        for number, kind, word, at, symbol, text, each in records])
        for number, opened, closed, bought, sold, cost, pnl, hit, purpose in (
                (15, 60, 240, 100.0, 104.5, 200, 8, 1, 1), (34, 300, 361, 102.0, 101.0, 102, -2, 0, 2)):
            db.execute("INSERT INTO trades VALUES(?,'BTC/USD',8,?,?,?,?,?,?,?,?,?,?,'',0)",
                       (number, BEGAN + opened * SECOND, BEGAN + closed * SECOND, cost * 10**8 // int(bought), bought,
                        sold, cost * 10**8, 10**8, pnl * 10**8, hit, purpose))
        db.execute("INSERT INTO orders VALUES(1,'BTC/USD',0,0,0,5,?,0,0,0,0,0,0,0,1,0,0,108,0)", (BEGAN,))


BY_STRATEGY = """\
Trade 15: BTC/USD won 8.00 USD (+4.0 %) in 3 min

  bought    2024-01-01 00:01:00 2 at 100 for 200.00 USD
  sold      2024-01-01 00:04:00 at 104.5
  fees      1.00 USD for both
  ended by  its stop was hit, as it had followed the price at 2024-01-01 00:03:00

Decision 11, 2024-01-01 00:00:00, at 100

  vote      trend long: fast EMA 100.0 crossed above slow EMA 99.0
            strength 0.50, confidence 0.60; stop 95, target 110
  watched   dca long: close 100.0 is low
            strength 0.50, confidence 0.60; stop 95, no target
  together  long: 1 of 1 that count agree; strength 0.50, confidence 0.70
  model     the heuristic gives it 0.53; with a share of 30 % the confidence is 0.65
            ADX 31.0 +0.07, the volume ranks 40 of 100 -0.03
  gate      a confidence of 0.50 was needed: met
  book      imbalance +0.30, score +0.25
  filters   rsi passed: 55.5, must be 30 to 70
  timeframe 1h warming up, must be 0 or more
  regime    rising (ADX 31.0), volatility normal (its ATR ranks 50 of 100)
  mood      caution (leader -6.0 %, breadth 0.40)
            together: size x 0.50, stop x 1.00, target x 1.25, confidence +0.05
  expected  +1.23 % of what it costs
  size      2 for 200.00; at the stop it loses 11.00, 1.10 % of equity
            ruled by what one position may cost (risk.max_position)
            factors: confidence 1.25, volatility 1.00, drawdown 0.80, the model 1.00, Kelly 1.00,
            risk of ruin 1.00, the market 1.00, all together 1.00
  exits     stop 95, target 110

What followed

  00:01:00  Bought 2 BTC/USD.
  00:03:00  The stop follows.
  00:04:00  Sold 2 BTC/USD.
            1 decision was made meanwhile and changed nothing.
"""

BY_HAND = """\
Trade 34: BTC/USD lost 2.00 USD (-2.0 %) in 1 min 1 s

  bought    2024-01-01 00:05:00 1 at 102 for 102.00 USD
  sold      2024-01-01 00:06:01 at 101
  fees      1.00 USD for both
  ended by  By hand: everything is being sold.

Begun by hand, 2024-01-01 00:05:00, at 102

  command   By hand: buy 1 BTC/USD.
  size      1 for 102.00; at the stop it loses 5.00, 0.50 % of equity
  exits     stop 97, no target

What followed

  00:05:00  Bought 1 BTC/USD.
  00:06:00  By hand: everything is being sold.
  00:06:01  Sold 1 BTC/USD.
"""


def same(words, wanted, what):
    done = run(*words, "--state", "hand")
    if not check(done.returncode == 0 and done.stdout == wanted, what):
        print(done.stdout, done.stderr)


def to_the_letter():
    write_by_hand()
    same(["explain", "15"], BY_STRATEGY, "a strategy's trade, to the letter")
    same(["explain", "34"], BY_HAND, "a trade begun and ended by hand says so")
    same(["explain"], """\
 trade  pair        opened            closed            result
    34  BTC/USD     2024-01-01 00:05  2024-01-01 00:06  lost 2.00 USD (-2.0 %)
    15  BTC/USD     2024-01-01 00:01  2024-01-01 00:04  won 8.00 USD (+4.0 %)

`cuttle explain NUMBER` tells one.
""", "the table")
    account = {"number": 15, "pair": "BTC/USD", "direction": "long", "opened": "2024-01-01T00:01:00.000Z",
               "closed": "2024-01-01T00:04:00.000Z", "quantity": "2.00000000", "entry": "100.0000000000",
               "exit": "104.5000000000", "cost": "200.00000000", "fee": "1.00000000", "pnl": "8.00000000",
               "closed_by": "stop", "strategy": None}
    whole = json.loads(run("explain", "15", "--json", "--state", "hand").stdout)
    check(whole["trade"] == account and list(whole["trade"]) == list(account), f"--json: {whole['trade']}")
    newest = json.loads(run("explain", "--json", "--state", "hand").stdout)["trades"]
    check([each["number"] for each in newest] == [34, 15] and newest[1] == account, "and of the table")
    with_state = ["--state", "hand"]
    refused(["explain", "20", *with_state], "cuttle explain: there is no trade 20; the nearest are 15 and 34")
    refused(["explain", "99", *with_state], "cuttle explain: there is no trade 99; the nearest is 34")
    refused(["explain", "1", *with_state], "cuttle explain: there is no trade 1; the nearest is 15")
    refused(["explain", "ETH/USD", *with_state], "cuttle explain: no trade on ETH/USD is closed yet; `cuttle explain` "
            "lists those that are, `cuttle why ETH/USD` says what was decided there last")
    refused(["explain", "x", *with_state], "cuttle explain: x: a trade's number, last, or a pair such as BTC/USD")
    refused(["why", "ETH/USD", *with_state], "cuttle why: no decision on \"ETH/USD\" in the ledger's last 24 hours")
    with sqlite3.connect(path("hand/ledger.db")) as db:
        db.execute("DELETE FROM records")
    told = run("explain", "15", "--state", "hand").stdout
    check("What led to it is not in the ledger any more (session.keep)." in told, "what is not kept any more is said")
    with sqlite3.connect(path("hand/ledger.db")) as db:
        db.execute("DELETE FROM trades")
    refused(["explain", *with_state], "cuttle explain: no trade is closed yet; `cuttle why` says what stands against one")


def of_one_that_runs():
    process = start("run", *WHOLE, "--state", "runs", "--set", "server.port=0", "--set", "session.mode=paper")
    if not check(line_of(process, r"dashboard: http", 60) is not None, "a session runs"):
        return
    check(line_of(process, r"warmed up: 8 pairs", 60) is not None, "and is warm")
    drain(process)
    for _ in range(50):  # what it publishes follows its log by up to a quarter of a second
        done = run("why", "--state", "runs")
        lines = done.stdout.splitlines()
        if " UTC; " in lines[0]:
            break
    check(done.returncode == 0 and lines[0].startswith("paper on local, 2024-01-01 "), f"it is asked: {lines[0]}")
    pairs = [line.split()[0] for line in lines if "/USD " in line]
    check(len(pairs) == 8 and len(set(pairs)) == 8, "each of its 8 pairs has one line")
    check("asked " in done.stdout and "sma_cross" in done.stdout, "and who was asked is named")
    refused(["why", "XMR/USD", "--state", "runs"],
            "cuttle why: no pair \"XMR/USD\" in this session; `cuttle why` lists them")
    run("ctl", "pause", "--state", "runs")
    for _ in range(50):
        told = run("why", "--state", "runs").stdout
        if "Against every entry:" in told:
            break
    check("  paused    trading is paused: `cuttle ctl resume` ends it\n" in told, "a pause stands before all pairs")
    whole = json.loads(run("why", "BTC/USD", "--json", "--state", "runs").stdout)
    check(whole["running"] and [each["word"] for each in whole["against"]] == ["paused"] and
          [each["pair"] for each in whole["pairs"]] == ["BTC/USD"], "--json has the same, of the pair named")
    stop(process)


main(without_a_ledger, of_a_session, to_the_letter, of_one_that_runs)
