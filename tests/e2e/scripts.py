# SPDX-License-Identifier: MIT
"""Strategies in Lua as a user has them: files in a folder, changed while they run. What they decide is
the same in every process, and a replay has it all from the journal."""
import glob
import hashlib
import json
import os
import shutil
import time

from cuttle import PROGRAM, check, drain, line_of, main, path, query, run, session, skip, start, stop, until

SOURCE = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
FILES = ["--venue", "files", "--from", "2024-01-01", "--to", "2024-01-03", "--pairs", "small", "--timeframe",
         "1m", "--set", "decision.agree=1", "--set", "strategies.enabled=cross pullback"]
LIVELY = """return {help = "buys and sells in turn", timeframe = "1m", notes = {"n"}, history = 1,
step = function(p, state)
    state.n = state.n + 1
    local long = state.n %% 2 == 1
    local stop, target = place(long and 1 or -1, close(0), close(0) * 0.01, close(0) * 0.02)
    return {direction = long and "long" or "short", strength = %s, confidence = 0.9, stop = stop, target = target}
end}
"""


def put(name, text):
    """As an editor does: written beside it, and moved into its place."""
    os.makedirs(path("strategies"), exist_ok=True)
    with open(path("strategies/." + name), "w", encoding="utf-8") as file:
        file.write(text)
    os.replace(path("strategies/." + name), path("strategies/" + name))


def said(state):
    """A digest of all that was said, and how much it was."""
    rows = query(state, "SELECT number, word, symbol, sentence, json FROM records ORDER BY number")
    return hashlib.sha256(repr(rows).encode()).hexdigest(), len(rows)


def twenty_processes():
    for name in glob.glob(os.path.join(SOURCE, "strategies", "examples", "*.lua")):
        os.makedirs(path("strategies"), exist_ok=True)
        shutil.copy(name, path("strategies"))
    seen = set()
    for i in range(20):
        done, report = session(*FILES, "--state", f"s{i}")
        if not check(done.returncode == 0 and report is not None, f"process {i + 1} ends well") and i == 0:
            print(done.stderr[-2000:])
        digest, count = said(f"s{i}")
        seen.add((digest, count, report["equity"]))
    check(len(seen) == 1 and count > 100, f"and all twenty said the same {count} things: {digest[:16]}")
    voters = query("s0", "SELECT json FROM records WHERE word = 'decision'")
    names = {vote["strategy"] for (text,) in voters for vote in json.loads(text)["votes"]}
    check(names == {"cross", "pullback"}, f"both examples voted: {sorted(names)}")


def in_words():
    """The declaration of a parameter is the option, its help, its bounds."""
    done = run("config", "reference")
    check("## strategy.pullback" in done.stdout and "| `oversold` | number | `35` | 5 to 50 |" in done.stdout,
          "cuttle config reference lists a script's parameters")
    done = run("config", "check", "--set", "strategy.cross.sma_period=1")
    check(done.returncode == 1 and "strategy.cross.sma_period: 1 is out of range: 2 to 500 candles" in done.stderr,
          "and a value out of its bounds is refused")
    put("broken.lua", "return {\n  help = \n}\n")
    done = run("config", "check", "--set", "strategies.enabled=broken cross")
    check(done.returncode == 1 and done.stderr == "cuttle config: strategies/broken.lua:3: unexpected symbol near '}'\n",
          f"a file that does not load is named with its line: {done.stderr.strip()}")
    done, report = session(*FILES, "--set", "strategies.enabled=broken cross", "--set", "strategy.broken.any=3",
                           "--state", "broken")
    check(report is not None and report["decisions"] > 20 and "broken.lua:3" in done.stderr,
          "a session goes on without it, and says why")
    os.remove(path("strategies/broken.lua"))


def changed_while_it_runs():
    """Reloaded, broken, mended, and gone wrong as it runs: the session goes on, and a replay does the same."""
    put("lively.lua", LIVELY % "0.9")
    process = start("run", "--headless", "--state", "live", "--pairs", "BTC/USD ETH/USD", "--speed", "300", "--set",
                    "session.mode=paper", "--timeframe", "1m", "--set", "strategies.enabled=lively sma_cross", "--set",
                    "decision.agree=1", "--set", "decision.alone=0.3", "--set", "journal.rotate=10s")
    check(line_of(process, "warmed up", 60) is not None, "the session warms up")
    check(voted(0.9), "the first text votes")
    put("lively.lua", LIVELY % "0.8")
    check(line_of(process, "its file has changed: the new text votes from here") is not None, "a change is taken up")
    check(voted(0.8), "the second text votes")
    put("lively.lua", "return {\n")
    found = line_of(process, r"ERROR (\S+lively.lua:\d+: .*)")
    check(found is not None and "lively.lua:2: unexpected symbol near '<eof>'" in found.group(1),
          f"one that does not load stops it: {found and found.group(1)}")
    time.sleep(5)
    put("lively.lua", LIVELY % "state.n < 5 and 0.7 or state.n.x")
    check(line_of(process, "its file has changed") is not None, "mended it votes again")
    found = line_of(process, r"ERROR (\S+lively.lua:\d+: .*)")
    check(found is not None and "lively.lua:6: attempt to index field 'n'" in found.group(1),
          f"until it fails in a step: {found and found.group(1)}")
    check(voted(0.7), "having voted before")
    os.remove(path("strategies/lively.lua"))
    check(line_of(process, "the file cannot be read: No such file or directory") is not None,
          "a file that is gone is told")
    drain(process)
    time.sleep(4)
    status, _ = stop(process)
    check(status == 1, f"the session ends in order, and its status {status} says that errors were logged")
    done = run("replay", "live")
    check(done.returncode == 0 and "identical" in done.stdout, "the whole recording replays, without a file of it")
    for segment in sorted(glob.glob(path("live/journal/*.journal"))):
        done = run("replay", segment)
        check(done.returncode == 0, f"and so does {os.path.basename(segment)} alone {done.stderr.strip()}")
    check(len(glob.glob(path("live/journal/*.journal"))) > 2, "of several segments")
    put("lively.lua", LIVELY % "0.6")
    done, report = session("--state", "live", "--pairs", "BTC/USD ETH/USD", "--speed", "300", "--set",
                           "session.mode=paper", "--set", "strategies.enabled=lively sma_cross", "--for", "5s")
    check(done.returncode == 0 and report is not None, "a new start goes on with what the file says now")


def strengths():
    """What the changing script's texts have voted with so far."""
    return {vote["strength"] for (text,) in query("live", "SELECT json FROM records WHERE word = 'decision'")
            for vote in json.loads(text)["votes"] if vote["strategy"] == "lively"}


def voted(strength):
    """Waits until a text has voted, which shows in the ledger some time after."""
    return until(lambda: strength in strengths())


def lua_is_here():
    os.makedirs(path("strategies"), exist_ok=True)
    put("probe.lua", "return {help = 'x', step = function() end}")
    done = run("config", "check", "--set", "strategies.enabled=probe")
    os.remove(path("strategies/probe.lua"))
    return "built without Lua" not in done.stderr


if lua_is_here():
    main(twenty_processes, in_words, changed_while_it_runs)
else:
    skip(f"{PROGRAM} was built without Lua")
    main()
