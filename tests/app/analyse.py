# SPDX-License-Identifier: MIT
"""`cuttle analyse` on tables and on a ledger: its figures held against a plain script's, a planted loss said and noise
met with silence, and what it says where there is little or nothing."""
import datetime
import json
import math
import random
import sqlite3

from cuttle import check, main, path, run

START = datetime.datetime(2024, 1, 1)
SECOND = 1_000_000_000
BEGAN = 1_704_067_200 * SECOND  # 2024-01-01, a Monday
HEADER = "number,pair,strategies,opened,closed,side,cost,pnl,return\n"


def write(name, rows, header=HEADER):
    with open(path(name), "w", encoding="utf-8") as file:
        file.write(header + "".join(",".join(str(cell) for cell in row) + "\n" for row in rows))
    return name


def draw(seed, planted):
    """600 trades of 180 days with nothing in common; where asked the 60 of BTC/USD at weekends lose 0.8 % more."""
    chance, rows, left = random.Random(seed), [], 60
    for number in range(1, 601):
        opened = START + datetime.timedelta(seconds=chance.randrange(180 * 86400))
        closed = opened + datetime.timedelta(seconds=chance.randrange(4 * 3600))
        pair, earned = chance.choice(["BTC/USD", "ETH/USD", "SOL/USD", "XRP/USD"]), chance.gauss(0, 0.01)
        if planted and opened.weekday() >= 5:
            pair = "BTC/USD" if left > 0 else "ETH/USD"
            earned -= 0.008 if left > 0 else 0
            left -= 1
        side, voters = chance.choice(["long", "short"]), chance.choice(["trend", "dca", "trend+dca"])
        rows.append((number, pair, voters, opened.isoformat() + "Z", closed.isoformat() + "Z", side, "1000.00",
                     f"{earned * 1000:.8f}", f"{earned:.11f}"))
    return rows


def analyse(*words):
    done = run("analyse", *words)
    check(done.returncode == 0 and not done.stderr, f"analyse {' '.join(words)} {done.stderr[-500:]}")
    return done.stdout


def whole(*words):
    return json.loads(analyse(*words, "--json"))


def refused(words, sentence):
    done = run("analyse", *words)
    said = done.stderr.strip()
    if not check(done.returncode == 1 and said == "cuttle analyse: " + sentence and not done.stdout,
                 f"{' '.join(words)}: {sentence}"):
        print(done.returncode, said, done.stdout[:300])


def rows_of(found, split):
    rows = next(each["rows"] for each in found["splits"] if each["split"] == split)
    return {row["value"]: row for row in rows}


def near(a, b):
    return math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-12)


def figures_are_a_plain_scripts():
    rows = draw(1, False)
    told = whole("--trades", write("noise.csv", rows))
    earned = [float(row[8]) for row in rows]
    by_close = [float(row[7]) for row in sorted(rows, key=lambda row: row[4])]
    gained, given = sum(x for x in by_close if x > 0), -sum(x for x in by_close if x < 0)
    peak = total = fall = run_now = run_most = 0
    for pnl in by_close:
        total += pnl
        peak = max(peak, total)
        fall = max(fall, peak - total)
        run_now = run_now + 1 if pnl < 0 else 0
        run_most = max(run_most, run_now)
    mean = sum(earned) / 600
    deviation = math.sqrt(sum((x - mean) ** 2 for x in earned) / 599)
    all_of = told["whole"]
    check(all_of["trades"] == 600 and near(all_of["win_rate"], sum(x > 0 for x in earned) / 600), "how many were won")
    check(near(all_of["mean"], mean) and near(all_of["sharpe"], mean / deviation), "mean and Sharpe ratio")
    check(near(all_of["profit_factor"], gained / given) and near(float(all_of["profit"]), total), "profit and its factor")
    check(near(float(all_of["drawdown"]), fall) and all_of["losing_run"] == run_most, "drawdown and losing run")
    when = [datetime.datetime.fromisoformat(row[3][:-1]) for row in rows]
    for split, value, belongs in (("hour", "07:00", lambda i: when[i].hour == 7),
                                  ("weekday", "Sunday", lambda i: when[i].weekday() == 6),
                                  ("session", "Europe", lambda i: 7 <= when[i].hour < 16),
                                  ("strategy", "dca", lambda i: "dca" in rows[i][2]),
                                  ("side", "shorts", lambda i: rows[i][5] == "short"),
                                  ("weekend-pair", "weekends, BTC/USD",
                                   lambda i: when[i].weekday() >= 5 and rows[i][1] == "BTC/USD"),
                                  ("pair-strategy", "SOL/USD, trend",
                                   lambda i: rows[i][1] == "SOL/USD" and "trend" in rows[i][2])):
        mine = [earned[i] for i in range(600) if belongs(i)]
        row = rows_of(told, split)[value]
        check(row["trades"] == len(mine) and near(row["mean"], sum(mine) / len(mine)), f"{split}: {value}")
        check(near(row["others"], (sum(earned) - sum(mine)) / (600 - len(mine))), "and all others")


def noise_is_met_with_silence():
    told = analyse("--trades", "noise.csv")
    check("Nothing stands out: " in told and "would take about " in " ".join(told.split()), "noise: one line")
    found = whole("--trades", "noise.csv")
    check(found["insights"] == [] and found["silence"].startswith("Nothing stands out") and found["asked"] > 50 and
          found["more_trades"] > 0, "and so for programs")


def a_planted_loss_is_named():
    told = analyse("--trades", write("planted.csv", draw(2, True)), "--html", "page")
    check("* trades of BTC/USD on weekends lose: 60 trades, -0." in told, "the planted loss is said")
    found = whole("--trades", "planted.csv")["insights"]
    check(found and found[0]["split"] == "weekend-pair" and found[0]["value"] == "weekends, BTC/USD", "and named")
    low, high = found[0]["interval"]
    wide_low, wide_high = found[0]["chosen_interval"]
    check(wide_low < low < found[0]["mean"] < high < 0 and high < wide_high, "the interval of the chosen is wider")
    with open(path("page/analysis.html"), encoding="utf-8") as file:
        page = file.read()
    check("trades of BTC/USD on weekends lose" in page and "by weekday" in page and page.endswith("</html>\n"), "the page")
    strict = whole("--trades", "planted.csv", "--fdr", "0.000000001")
    check(strict["insights"] == [] and strict["fdr"] == 1e-9, "--fdr decides")
    check(whole("--trades", "planted.csv", "--support", "301")["asked"] == 0, "--support decides who is asked")


def better_and_good_are_two_things():
    """Where all lose, some may lose less; where all win, some may gain less: both are said so."""
    for sign, better, said in ((-1, "long", "longs lose less than the others: "), (1, "short", "longs gain less than the others: ")):
        rows = []
        for row in draw(7, False):
            earned = sign * 0.01 + float(row[8]) / 10 + (0.005 if row[5] == better else 0)
            rows.append(row[:7] + (f"{earned * 1000:.8f}", f"{earned:.11f}"))
        found = whole("--trades", write("leaning.csv", rows))["insights"]
        check(found and found[0]["split"] == "side" and found[0]["sentence"].startswith(said), said)


def parts_can_be_asked_for():
    told = analyse("--trades", "planted.csv", "--by", "weekday")
    check("by weekday" in told and "by hour" not in told and "Monday" in told, "--by shows one split")
    found = whole("--trades", "planted.csv", "--by", "weekend-pair")
    check([each["split"] for each in found["splits"]] == ["weekend-pair"] and
          found["asked"] == whole("--trades", "planted.csv")["asked"], "and all are asked all the same")
    found = whole("--trades", "planted.csv", "--from", "2024-02-01", "--to", "2024-03-01")
    check(0 < found["trades"] < 200 and found["from"] >= "2024-02-01" and found["to"] < "2024-03-01", "--from and --to")


def little_is_told_as_it_is():
    check("No trade is there to be analysed." in analyse("--trades", write("none.csv", [])), "a header alone")
    one = draw(3, False)[:1]
    told = analyse("--trades", write("one.csv", one))
    check("1 trades" in told and "Nothing could be asked" in told, "one trade")
    wins = [row[:7] + ("10.0", "0.01") for row in draw(4, False)]
    told = analyse("--trades", write("wins.csv", wins))
    check("- (nothing was lost)" in told and "600 of 600, 100 %" in told and "Nothing could be asked" in told, "all wins")
    odd = [row[:2] + ("-",) + row[3:8] + (("nan", "", "inf")[i] if i < 3 else row[8],) for i, row in enumerate(draw(5, False))]
    found = whole("--trades", write("odd.csv", odd))
    check(found["left_out"] == 3 and found["trades"] == 597, "what is no number is left out and counted")
    check(list(rows_of(found, "strategy")) == ["not known"] and not rows_of(found, "strategy")["not known"]["asked"],
          "strategies that are not known are no question")
    check("3 trades without a return" in analyse("--trades", "odd.csv"), "and it is said")


def what_is_wrong_is_said():
    refused(["--trades", "nowhere.csv"], "nowhere.csv: No such file or directory; a backtest writes trades.csv into its "
            "report's folder")
    refused(["nowhere"], "there is no ledger in the state directory nowhere: name a session's own, or a backtest's trades "
            "with --trades FILE")
    refused(["one", "two"], "two: one state directory at a time")
    refused(["one", "--trades", "noise.csv"], "one: either a state directory or --trades FILE, not both")
    refused(["--by", "moon"], "--by moon: no such split; `cuttle help analyse` lists them")
    refused(["--fdr", "2"], "--fdr 2: write a number from 1e-09 to 0.5")
    refused(["--from", "then"], "--from then: write a day, 2024-08-01, or 2024-08-01T12:30:00Z")
    refused(["--trades", write("empty.csv", [], "")], "empty.csv:1: an empty file: a table has a header at least")
    refused(["--trades", write("bare.csv", [], "pair,opened\n")],
            'bare.csv:1: no column "closed": a table as `cuttle backtest` writes it, trades.csv, has one')
    refused(["--trades", write("poor.csv", [], "opened,closed,pnl\n")],
            'poor.csv:1: neither a column "return" nor both "pnl" and "cost"')
    good = draw(6, False)[0]
    refused(["--trades", write("word.csv", [good, good[:8] + ("much",)])], 'word.csv:3: return: "much" is no number')
    refused(["--trades", write("time.csv", [good[:3] + ("noon",) + good[4:]])],
            'time.csv:2: opened: "noon" is no time; write 2024-08-01T12:30:00Z')
    done = run("analyse", "--trades", "noise.csv", "--html", "noise.csv/page")
    check(done.returncode == 1 and "noise.csv/page/analysis.html cannot be written: " in done.stderr, "a page with no place")


def decision(strategy, way, probability):
    vote = {"strategy": strategy, "direction": "long", "actionable": True, "cooling": False, "shadow": False,
            "sentence": "", "strength": 0.5, "confidence": 0.6, "stop": 95, "target": 110}
    return {"kind": "decision", "verdict": "enter", "direction": "long",
            "votes": [vote, {**vote, "strategy": "watcher", "shadow": True}, {**vote, "strategy": "weak", "actionable": False},
                      {**vote, "strategy": "contrary", "direction": "short"}],
            "regime": {"way": way, "volatility": "high", "adx": 31, "atr_rank": 80}, "filters": [], "timeframes": [],
            "blend": {"model": "heuristic", "voted": 0.7, "probability": probability, "share": 0.3, "contributions": []}}


def a_ledger_tells_who_voted():
    """Entries that rested for a while, a purchase by hand, a trade whose decision is not kept any more."""
    run("run", "--headless", "--state", "hand", "--pairs", "BTC/USD", "--for", "2s")
    with sqlite3.connect(path("hand/ledger.db")) as db:
        for table in ("records", "trades", "orders", "equity"):
            db.execute(f"DELETE FROM {table}")
    check("No trade is there to be analysed." in analyse("hand"), "a ledger without trades")
    command = {"kind": "command", "command": "buy", "done": True, "votes": []}
    begun = [("decision", 1, decision("trend", "rising", 0.61)), ("decision", 1, decision("dca", "ranging", 0.42)),
             ("command", 15, command), None]
    with sqlite3.connect(path("hand/ledger.db")) as db:
        for i, record in enumerate(begun):
            ordered = BEGAN + i * 86400 * SECOND
            opened, closed = ordered + 300 * SECOND, ordered + 4000 * SECOND
            db.execute("INSERT INTO orders VALUES(?,'BTC/USD',0,0,0,5,?,0,0,0,0,0,0,0,1,0,0,108,0)", (i + 1, ordered))
            db.execute("INSERT INTO orders VALUES(?,'BTC/USD',0,0,0,6,?,0,0,0,0,0,0,0,0,0,0,108,0)", (i + 11, ordered + 9))
            db.execute("INSERT INTO trades VALUES(?,'BTC/USD',8,?,?,1,100,101,?,0,?,0,1,'',0)",
                       (i * 10 + 9, opened, closed, 1000 * 10**8, (i + 1) * 10**9))
            if record:
                word, kind, told = record
                db.execute("INSERT INTO records VALUES(?,?,?,?,'BTC/USD','',?)", (i * 10 + 1, kind, word, ordered, json.dumps(told)))
            db.execute("INSERT INTO records VALUES(?,1,'decision',?,'BTC/USD','',?)",
                       (i * 10 + 2, opened - 1, json.dumps(decision("later", "falling", 0.9) | {"verdict": "held"})))
    found = whole("hand")
    check(found["trades"] == 4 and found["bare"] == 1 and near(found["whole"]["mean"], 0.025), "four trades, one bare")
    voters = rows_of(found, "strategy")
    check({name: near(row["mean"], mean) for (name, row), mean in zip(voters.items(), (0.01, 0.02, 0.03, 0.04))} ==
          {"trend": True, "dca": True, "hand": True, "not known": True}, f"who voted for each: {list(voters)}")
    check(list(rows_of(found, "regime")) == ["not known", "ranging", "rising"] and
          rows_of(found, "volatility")["high"]["trades"] == 2, "in which regime")
    check([row["trades"] for value, row in rows_of(found, "decile").items() if value != "not known"] == [1, 1],
          "and what the model gave them")
    check(whole("--state", "hand") == found, "--state DIR is the same")
    check("1 trades whose decision is not kept" in analyse("hand"), "what is not kept is said")


def of_a_backtest():
    chance, price, rows = random.Random(9), 100.0, []
    for i in range(4000):
        opened, price = price, price * math.exp(chance.gauss(0, 0.01))
        high, low = max(opened, price) * 1.002, min(opened, price) * 0.998
        rows.append((1_704_067_200 + i * 3600, f"{opened:.4f}", f"{high:.4f}", f"{low:.4f}", f"{price:.4f}", 10))
    write("KRAKEN_BTCUSD_1h.csv", rows, "time,open,high,low,close,volume\n")
    done = run("backtest", "--candles", "KRAKEN_BTCUSD_1h.csv", "--pair", "BTC/USD", "--strategy", "sma_cross", "--timeframe", "1h",
               "--out", "report", "--json")
    if not check(done.returncode == 0, "a backtest"):
        print(done.stderr[-500:])
        return
    summary, found = json.loads(done.stdout), whole("--trades", "report/trades.csv")
    check(found["trades"] == summary["closed_trades"] > 10, f"its {found['trades']} trades")
    check(near(found["whole"]["win_rate"], summary["win_rate"]) and
          near(found["whole"]["profit_factor"], summary["profit_factor"]), "with the same figures")
    check(list(rows_of(found, "strategy")) == ["sma_cross"], "and strategy")


main(figures_are_a_plain_scripts, noise_is_met_with_silence, a_planted_loss_is_named, better_and_good_are_two_things, parts_can_be_asked_for,
     little_is_told_as_it_is, what_is_wrong_is_said, a_ledger_tells_who_voted, of_a_backtest)
