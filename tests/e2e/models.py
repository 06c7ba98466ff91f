# SPDX-License-Identifier: MIT
"""A model in force: put there while a session runs, told to its journal, replayed by its hash, gone on with
after a restart, and rolled back. The models are logistic ones written here by hand."""
import json
import os
import re
import shutil
import signal

from cuttle import check, drain, line_of, main, path, query, run, session, start, stop, until

TABLE = os.path.join(os.path.dirname(__file__), "..", "..", "src", "core", "model", "feature_table.c")
EAGER = ["--set", "strategies.enabled=sma_cross", "--set", "strategy.sma_cross.timeframe=1m", "--set",
         "decision.agree=1", "--set", "decision.alone=0", "--set", "decision.confidence=0", "--set",
         "model.enabled=true", "--set", "model.timeframe=1m", "--set", "risk.max_daily_loss=0"]
FILES = ["--venue", "files", "--from", "2024-01-01", "--to", "2024-01-03", "--pairs", "BTC/USD", "--timeframe", "1m", *EAGER]
LIVE = ["--headless", "--set", "session.mode=paper", "--pairs", "BTC/USD ETH/USD", "--timeframe", "1m", "--set",
        "market.speed=300", "--set", "journal.rotate=10s", *EAGER]


def features():
    """Of the table, in its order: a model that names others is refused, and the refusal says so."""
    with open(TABLE, encoding="utf-8") as file:
        return re.findall(r"\[FEATURE_\w+\] =\s*\{\"(\w+)\"", file.read())


def seen(count):
    """Training that saw whatever comes, and of which half won."""
    return {"base": 0.5, "features": [[0.0] * 9 + [1 / 11] * 11 + [1e9]] * count}


def model(name, intercept, live=True, strategy="sma_cross", timeframe="1m", period=20, watched=False):
    """A logistic part alone that says sigmoid(intercept) of everything."""
    names = features()
    flat = [0.0] * len(names)
    terms = {"timeframe": timeframe, "leader": "BTC", "strategies": [{"strategy": strategy, "until": "2024-01-01T00:00:00Z",
             "parameters": PARAMETERS.replace("sma_period=20", f"sma_period={period}")}]}
    told = {"cuttle_model": 2, "features": names, "terms": terms, "about": {"made": "2024-01-01T00:00:00Z", "note": name},
            "models": [{"strategy": strategy, "live": live, "own": 1, "shares": {"forest": 0, "logistic": 1, "online": 0},
                        "logistic": {"intercept": intercept, "means": flat, "scales": [1.0] * len(names), "weights": flat},
                        "logistic_says": {"kind": 1, "least": 1e-6, "a": 1, "b": 0}}], "checks": []}
    if watched:
        told["models"][0]["watch"] = seen(len(names))
    with open(path(name), "w", encoding="utf-8") as file:
        json.dump(told, file)
    return path(name)


PARAMETERS = "timeframe=1m sma_period=20 atr_period=14 stop_atr=2 target_atr=3"


def add(state, file):
    done = run("models", "add", file, "--state", state)
    if done.returncode != 0:
        print(done.stderr)
        return "?"
    return done.stdout.split()[0]


def decisions(state):
    return [json.loads(text) for (text,) in query(state, "SELECT json FROM records WHERE word = 'decision' ORDER BY number")]


def kinds(state):
    """Which model was blended into how many entries."""
    out = {}
    for each in decisions(state):
        if "blend" in each:
            out[each["blend"]["model"]] = out.get(each["blend"]["model"], 0) + 1
    return out


def refused(state, beyond=0, seconds=60):
    """How many entries a model has refused, once there are more than so many."""
    def count():
        return sum(each["verdict"] == "model" for each in decisions(state))
    return until(lambda: (now := count()) > beyond and now, seconds) or 0


def the_registry():
    good, bad = add("r", model("good.json", 2)), add("r", model("bad.json", -4))
    check(os.stat(path("r")).st_mode & 0o077 == 0, "the state directory that is made for them is its owner's alone")
    check("was in force" in run("models", "none", "--state", "r").stdout and
          "nothing was put" in run("models", "history", "--state", "r").stdout, "none is none already")
    listed = run("models", "--state", "r").stdout
    check(good in listed and bad in listed and "*" not in listed, "two models are there, none is in force")
    check(run("models", "promote", good, "--state", "r").returncode == 0, "one is put in force")
    check(f"* {good}" in run("models", "--state", "r").stdout, "and is marked")
    check(run("models", "promote", bad[:6], "--why", "a trial", "--state", "r").returncode == 0, "another, by six digits of its hash")
    history = run("models", "history", "--state", "r").stdout.splitlines()
    check(len(history) == 2 and "a trial" in history[1], "the history has both, and why")
    rolled = run("models", "rollback", "--state", "r")
    check(rolled.returncode == 0 and good in rolled.stdout, "rolled back, the first is in force again")
    check("no model" in run("models", "rollback", "--state", "r").stdout, "and once more, none is")
    run("models", "promote", good, "--state", "r")
    where = next(name for name in os.listdir(path("r/models")) if name.startswith(good))
    os.rename(path(f"r/models/{where}"), path("gone"))
    listed = run("models", "--state", "r").stdout
    check(f"* {good}" in listed and "No such file" in listed, "one in force whose file is gone is in the list, and why")
    os.rename(path("gone"), path(f"r/models/{where}"))
    shown = run("models", "show", good, "--state", "r").stdout
    check("sma_cross" in shown and "logistic 100 %" in shown, "one is shown with what it holds")
    told = json.loads(run("models", "list", "--json", "--state", "r").stdout)
    check(len(told) == 2 and told[0]["about"]["note"] in ("good.json", "bad.json"), "as JSON too")
    done = run("models", "promote", "ffff", "--state", "r")
    check(done.returncode == 1 and "no such model" in done.stderr, "one that is not there is refused")
    with open(path("torn.json"), "w", encoding="utf-8") as file:
        file.write(open(path("good.json"), encoding="utf-8").read()[:500])
    done = run("models", "add", "torn.json", "--state", "r")
    check(done.returncode == 1 and "torn.json" in done.stderr, f"a torn file is refused: {done.stderr.strip()[:120]}")


def what_it_says_decides():
    for name, intercept in (("yes", 9), ("no", -4)):
        file = add(name, model(f"{name}.json", intercept))
        run("models", "promote", file, "--state", name)
    shadow = add("shadow", model("shadow.json", -4, live=False))
    run("models", "promote", shadow, "--state", "shadow")
    reports = {}
    for name in ("yes", "no", "shadow", "none"):
        done, reports[name] = session(*FILES, "--state", name)
        check(done.returncode == 0, f"a session with {name} ends well {done.stderr[-300:] if done.returncode else ''}")
    verdicts = {name: {each["verdict"] for each in decisions(name)} for name in reports}
    check(kinds("yes").keys() == {"model"} and kinds("none").keys() == {"heuristic"}, f"each asks its own: {kinds('yes')}, {kinds('none')}")
    check("model" in verdicts["no"] and "enter" not in verdicts["no"], f"what it expects to lose is not entered: {verdicts['no']}")
    check("model" not in verdicts["yes"] and "enter" in verdicts["yes"], "what it expects to win is")
    same = [{key: each.get(key) for key in ("time", "pair", "verdict", "confidence", "quantity")} for each in decisions("shadow")]
    alone = [{key: each.get(key) for key in ("time", "pair", "verdict", "confidence", "quantity")} for each in decisions("none")]
    check(same == alone and len(same) > 20, f"a shadow moves nothing of {len(alone)} decisions")
    told = [each["blend"].get("shadow") for each in decisions("shadow") if "blend" in each]
    check(len(told) > 5 and all(abs(p - 0.017986) < 1e-5 for p in told), "and what it said is kept")
    for name in reports:
        replay = run("replay", name)
        check(replay.returncode == 0, f"{name} replays: {replay.stdout.strip()[-200:]}{replay.stderr.strip()[-200:]}")


def what_it_was_trained_for():
    """A model for other candles is not taken; one for other parameters of a strategy is not asked about it."""
    other, slow = add("fit", model("other.json", -4, timeframe="1h")), add("fit", model("slow.json", -4, period=50))
    check(run("models", "promote", other, "--state", "fit").returncode == 0, "before any session nothing is known to differ")
    done, _ = session(*FILES, "--state", "fit")
    check(done.returncode == 0 and "candles of 1h, and model.timeframe is 1m" in done.stderr, f"a session refuses it: {done.stderr[-200:]}")
    check(kinds("fit").keys() == {"heuristic"}, f"and asks the heuristic: {kinds('fit')}")
    done = run("models", "promote", other, "--state", "fit")
    check(done.returncode == 1 and "model.timeframe is 1m" in done.stderr, f"from then on it is not put in force: {done.stderr.strip()[:160]}")
    done = run("models", "promote", slow, "--state", "fit")
    check(done.returncode == 0 and "sma_period: 50 in the model, 20 here" in done.stderr, f"one for another period is, and it is said: {done.stderr.strip()[:200]}")
    shutil.copytree(path("fit/models"), path("fit2/models"))
    done, _ = session(*FILES, "--state", "fit2")
    check(done.stderr.count("sma_period: 50 in the model, 20 here") == 1, "by a session too, once")
    check(kinds("fit2").keys() == {"heuristic"}, "which the heuristic judges for")
    check("trained until 2024-01-01 with timeframe=1m sma_period=50" in run("models", "show", slow, "--state", "fit").stdout, "what it was trained with is shown")
    replay = run("replay", "fit2")
    check(replay.returncode == 0, f"and a replay does the same: {replay.stdout.strip()[-200:]}{replay.stderr.strip()[-200:]}")


def while_it_runs():
    good, bad = add("live", model("good.json", 2)), add("live", model("bad.json", -4))
    bot = start("run", *LIVE, "--state", "live")
    check(line_of(bot, r"warmed up", 40) is not None, "a session starts without a model")
    run("models", "promote", good, "--state", "live")
    check(line_of(bot, rf"Model {good[:8]} is in force", 20) is not None, "one is put in force while it runs")
    run("models", "promote", bad, "--state", "live")
    check(line_of(bot, rf"Model {bad[:8]} is in force", 20) is not None, "then another")
    heard = refused("live")
    check(heard > 0, "which is heard")
    drain(bot)
    bot.send_signal(signal.SIGKILL)
    bot.wait()
    bot = start("run", *LIVE, "--state", "live")
    check(line_of(bot, r"warmed up", 40) is not None, "killed, it goes on")
    check(refused("live", heard) > heard, "with the same model")
    run("models", "none", "--state", "live")
    check(line_of(bot, r"No model is in force", 20) is not None, "until there is none")
    drain(bot)
    status, _ = stop(bot)
    check(status == 0, f"and it ends in order: {status}")
    told = [text for (text,) in query("live", "SELECT sentence FROM records WHERE word = 'model' ORDER BY number")]
    check(len(told) == 3, f"three switches are in the ledger: {told}")
    replay = run("replay", "live")
    check(replay.returncode == 0, f"the recording of both replays, by the hashes it names: {replay.stdout.strip()[-200:]}{replay.stderr.strip()[-200:]}")
    os.makedirs(path("away"))
    for name in os.listdir(path("live/models")):
        if name.startswith(bad):
            shutil.move(path(f"live/models/{name}"), path("away"))
    replay = run("replay", "live")
    check(replay.returncode == 1 and bad[:8] in replay.stdout + replay.stderr, "without the file it says which is missing")


def who_judges(state, after=""):
    """Who was blended into the entries decided on after a record."""
    rows = [(word, json.loads(text)) for word, text in query(state, "SELECT word, json FROM records ORDER BY number")]
    at = max((i for i, (word, _) in enumerate(rows) if word == after), default=-1)
    return {each["blend"]["model"] for word, each in rows[at + 1:] if word == "decision" and "blend" in each}


def one_that_fails():
    """It is certain of every entry, and half of them lose."""
    sure = add("fails", model("sure.json", 9, watched=True))
    run("models", "promote", sure, "--state", "fails")
    done, _ = session(*FILES, "--state", "fails")
    check(done.returncode == 0, f"a session with a model that is wrong ends well {done.stderr[-300:] if done.returncode else ''}")
    told = [text for (text,) in query("fails", "SELECT sentence FROM records WHERE word = 'demoted'")]
    check(len(told) == 1 and "sma_cross" in told[0], f"it is demoted, once: {told}")
    check("model" in who_judges("fails") and who_judges("fails", "demoted") == {"heuristic"}, "and the heuristic judges from there on")
    history = run("models", "history", "--state", "fails").stdout.splitlines()
    check(len(history) == 2 and "demote" in history[1] and "sma_cross" in history[1], f"the history says so: {history}")
    check("demoted: sma_cross" in run("models", "--state", "fails").stdout, "the list too")
    replay = run("replay", "fails")
    check(replay.returncode == 0, f"it replays: {replay.stdout.strip()[-200:]}{replay.stderr.strip()[-200:]}")
    before = len(decisions("fails"))
    done, _ = session(*FILES, "--state", "fails", "--set", "market.to=2024-01-04")
    later = {each["blend"]["model"] for each in decisions("fails")[before:] if "blend" in each}
    check(done.returncode == 0 and later == {"heuristic"}, f"after a restart it is still demoted: {later}")
    check(len(run("models", "history", "--state", "fails").stdout.splitlines()) == 2, "and nothing is said twice")
    run("models", "promote", sure, "--state", "fails")
    check("demoted" not in run("models", "--state", "fails").stdout, "put in force anew by hand it is live again")
    before = len(decisions("fails"))
    done, _ = session(*FILES, "--state", "fails", "--set", "market.to=2024-01-05")
    later = {each["blend"]["model"] for each in decisions("fails")[before:] if "blend" in each}
    check(done.returncode == 0 and "model" in later, f"and is asked: {later}")


def none_that_can_be_read():
    """An upgrade may leave a model that this cuttle cannot ask: a bot that holds something starts all the same."""
    done, _ = session(*FILES, "--state", "old")
    check(done.returncode == 0, "a session without a model")
    os.makedirs(path("old/models"), exist_ok=True)
    with open(path("old/models/current"), "w", encoding="utf-8") as file:
        file.write("0" * 63 + "1\n")
    done, report = session(*FILES, "--state", "old", "--set", "market.to=2024-01-04")
    check("the heuristic judges entries" in done.stderr + done.stdout and report is not None and done.returncode != 0,
          "one that is not there is said, is a fault, and the session goes on")
    done, _ = session(*FILES, "--set", "model.enabled=false", "--state", "old", "--set", "market.to=2024-01-05")
    check(done.returncode == 0, "with the model off nothing is wrong")


if __name__ == "__main__":
    main(none_that_can_be_read, the_registry, what_it_was_trained_for, what_it_says_decides, one_that_fails, while_it_runs)
