# SPDX-License-Identifier: MIT
"""Models trained anew while a session trades: by itself, when asked, killed in the middle, and ended with it."""
import csv
import json
import os
import random
import signal
import time

from cuttle import check, drain, line_of, main, path, query, run, start, stop, until
from session import child_of, steps_back

HOUR = 3600
FIRST = 1672531200  # 2023-01-01
SETTINGS = ["--pairs", "BTC/USD", "--set", "strategies.enabled=sma_cross", "--set", "strategy.sma_cross.timeframe=1h", "--set",
            "model.enabled=true", "--set", "model.timeframe=1h", "--set", "risk.max_daily_loss=0"]
SESSION = ["run", "--headless", "--state", "state", "--market", "replay", "--store", "candles", "--set", "session.mode=paper",
           "--from", "2024-02-01", "--speed", "3600", "--set", "model.retrain=300d", *SETTINGS]


def candles():
    """Thirteen months of a price that wanders."""
    random.seed(7)
    price = 30000.0
    with open(path("BTCUSD_60.csv"), "w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        for i in range(24 * 420):
            last, price = price, price * (1 + random.gauss(0, 0.006))
            high, low = max(last, price) * 1.002, min(last, price) * 0.998
            rows.writerow([FIRST + i * HOUR, f"{last:.1f}", f"{high:.1f}", f"{low:.1f}", f"{price:.1f}", "12.5", 40])
    done = run("data", "import", path("BTCUSD_60.csv"), "--as", "KRAKEN:BTC/USD", "--store", "candles")
    check(done.returncode == 0, f"a store of candles is made {done.stderr[-300:] if done.returncode else ''}")


def training_of(bot, seconds=20):
    """The process that trains; None."""
    return until(lambda: child_of(bot, "learn"), seconds)


def gone(child, seconds=5):
    return until(lambda: not os.path.exists(f"/proc/{child}"), seconds)


def kept(name="retrain.json", state="state"):
    with open(path(f"{state}/models/{name}"), encoding="utf-8") as file:
        return file.read()


def models():
    return json.loads(run("models", "list", "--json", "--state", "state").stdout)


def by_itself(bot):
    check(line_of(bot, r"models are trained anew", 60) is not None, "a session without a model trains one by itself")
    child = training_of(bot)
    if check(child is not None, "in a child"):
        lowest, told = steps_back(child)
        check(lowest, f"of the lowest priority: {told}")
    # The session may take it up before the end of the child is told.
    told = {line_of(bot, r"the training has ended.*it is in force|Model \w+ is in force", 120) for _ in range(2)}
    said = sorted(each.group(0)[:5] if each else "" for each in told)
    check(said == ["Model", "the t"], f"which ends with a model in force, that the session takes up while it runs: {said}")
    state = json.loads(kept())
    check(state["failed"] == 0 and state["done"] > 0, f"and when is kept: {state}")


def killed_in_the_middle(bot):
    before = (kept("current"), kept("history.jsonl"), len(models()))
    random.seed(os.urandom(8))
    for each in range(4):
        check(run("models", "train", "--state", "state").returncode == 0, f"asked for, {each + 1}")
        child = training_of(bot)
        if not check(child is not None, "one begins"):
            return
        time.sleep(random.random() * 3)
        try:
            os.kill(child, signal.SIGKILL)
        except ProcessLookupError:
            pass
        told = line_of(bot, r"killed by signal 9|the training has ended", 60)
        check(told is not None, f"killed, which is said: {told.group(0) if told else None}")
    listed = models()
    whole = all("error" not in each for each in listed) and sum(each["in_force"] for each in listed) == 1
    check(whole, f"every model there is whole, and one is in force: {len(listed)}")
    lines = kept("history.jsonl")
    history = [json.loads(line)["model"] for line in lines.splitlines()]
    check(lines.startswith(before[1]) and kept("current").strip() in history and
          {*history} - {"none"} <= {each["model"] for each in listed}, "nothing half done: the history goes on, and knows what is in force")
    check((kept("current"), lines, len(listed)) == before or len(listed) > before[2], "what came into force is a model more")
    run("models", "train", "--state", "state")
    check(line_of(bot, r"the training has ended.*model: \w+", 120) is not None, "and the next one is as if nothing had been")
    check(json.loads(kept())["failed"] == 0, "of which the failures before it are forgotten")


def own_trades():
    """What a session traded stands in the place of its labels."""
    done = run("run", "--headless", "--state", "own", "--venue", "files", "--market", "replay", "--store", "candles", "--from", "2023-09-01",
               "--to", "2024-02-01", "--set", "decision.agree=1", "--set", "decision.alone=0", "--set", "decision.confidence=0", *SETTINGS)
    check(done.returncode == 0, f"a session trades on files {done.stderr[-300:] if done.returncode else ''}")
    count = query("own", "SELECT count(*) FROM trades")[0][0]
    done = run("learn", "--keep", "--no-files", "--json", "--state", "own", "--store", "candles", "--timeframe", "1h", *SETTINGS)
    own = json.loads(done.stdout)["own"]
    check(own["trades"] == count > 20, f"a training takes the trades of its state directory: {own} of {count}")
    check(own["matched"] == own["examples"] > 0.8 * count, "and finds the candidates that they came of in history")
    done = run("learn", "--no-files", "--json", "--store", "candles", "--timeframe", "1h", *SETTINGS)
    told = json.loads(done.stdout)
    check(told["own"]["trades"] == 0 and told["exploratory"], "an exploratory one has no state directory")


def what_is_not_beaten_stays():
    """A live model that learning finds nothing against goes over into the next file as it is, twice."""
    with open(path(f"own/models/{kept('current', 'own').strip()}.json"), encoding="utf-8") as file:
        told = json.load(file)
    told["models"][0].update(live=True, own=0.5)
    with open(path("live.json"), "w", encoding="utf-8") as file:
        json.dump(told, file)
    name = run("models", "add", "live.json", "--state", "own").stdout.split()[0]
    check(run("models", "promote", name, "--state", "own").returncode == 0, "a live one is put in force")
    for _ in range(2):
        done = run("learn", "--keep", "--no-files", "--state", "own", "--store", "candles", "--timeframe", "1h", *SETTINGS)
        check("what is in force stays" in done.stdout and "1 of 1 strategies live, 1 of them as before" in done.stdout,
              f"what is learned does not take its place: {done.stdout[-300:]}{done.stderr[-300:]}")
        with open(path(f"own/models/{kept('current', 'own').strip()}.json"), encoding="utf-8") as file:
            now = json.load(file)
        same = next(each for each in now["models"] if each["strategy"] == "sma_cross")
        leans = same.pop("leans", None)
        before = dict(told["models"][0])
        before.pop("leans", None)
        check(same == before and now["terms"]["strategies"] == told["terms"]["strategies"], f"it is in the new file as it was: leans on {leans}")
    other = [*SETTINGS, "--set", "strategy.sma_cross.sma_period=30"]
    done = run("learn", "--keep", "--no-files", "--state", "own", "--store", "candles", "--timeframe", "1h", *other)
    check("sma_period: 20 in the model, 30 here" in done.stderr and "0 of 1 strategies live" in done.stdout, f"trained otherwise it is not kept, which is said: {done.stderr[-200:]}")


def while_it_trades():
    bot = start(*SESSION)
    by_itself(bot)
    killed_in_the_middle(bot)
    run("models", "train", "--state", "state")
    child = training_of(bot)
    before = json.loads(kept())
    drain(bot)
    status, seconds = stop(bot, seconds=20)
    check(status == 0 and seconds < 15, f"a session that ends in the middle of one ends in order: {status}")
    check(child is not None and gone(child), "and leaves no training behind")
    check(json.loads(kept())["failed"] == 0 <= before["failed"], "which is as if it had not been begun")
    bot = start(*SESSION)
    check(line_of(bot, r"warmed up", 60) is not None, "it goes on")
    check(training_of(bot, 3) is None, "without a training: there was one already")
    run("models", "train", "--state", "state")
    child = training_of(bot)
    bot.kill()
    bot.wait()
    check(child is not None and gone(child), "a session that is killed takes its training with it")
    check(run("models", "train", "--state", "state").returncode == 1, "without a session none can be asked for")
    done = run("learn", "--keep", "--no-files", "--state", "state", "--store", "candles", "--timeframe", "1h", *SETTINGS)
    check(done.returncode == 0 and "model: " in done.stdout, f"but by hand one is trained {done.stderr[-300:]}")


main(candles, own_trades, what_is_not_beaten_stays, while_it_trades)
