# SPDX-License-Identifier: MIT
"""The operator's hand on a running session: every command from the command line, in a paper session
and in a rehearsal, and the signal that sells everything."""
import fcntl
import json
import os
import re
import signal
import stat
import time

from cuttle import QUIET, check, line_of, main, path, query, run, start, stop, typed as on_terminal, until, write
from peer import Handler, listen
from session import Session

class Desk(Session):
    """A session in which strategies keep out of the way of the hand."""

    def __init__(self, state, *words):
        super().__init__(state, "--pairs", "BTC/USD ETH/USD SOL/USD", *QUIET, *words)

    def price(self, pair="BTC/USD"):
        """The last price, as soon as there is a book beside it."""
        def heard():
            found = [each for each in self.get("pairs") if each["pair"] == pair]
            return float(found[0]["last"]) if found and found[0]["last"] and found[0]["ask"] else None
        return until(heard)

    def position(self, pair="BTC/USD"):
        found = [each for each in self.get("positions") if each["pair"] == pair]
        return found[0] if found else None

    def held(self, pair="BTC/USD"):
        position = self.position(pair)
        return float(position["quantity"]) if position else 0.0


def ready(session):
    """Armed, and where there is a venue, reconciled with it."""
    def well():
        status = session.get("status")
        return status["feed"]["fresh"] == 3 and status["entries_possible"] and session.price()
    return until(well, 90)


def looks(session):
    code, text = session.ctl("status")
    check(code == 0 and re.search(r"^mode +\w+", text) is not None, "status is told")
    code, text = session.ctl("positions")
    check(code == 0 and text == "no positions", "no positions are told as none")
    check(run("ctl", "status", "--state", "nowhere").returncode == 1, "where no session runs it exits 1")
    text = run("ctl", "pause", "--state", "nowhere").stderr
    check("no session" in text and text.count("\n") == 1, "and says so in one line")


def commands(session):
    """Buy, move the stop, sell a part, close: each in words, each seen in what is held."""
    price = session.price()
    code, text = session.ctl("buy", "BTC/USD", "--quantity", "1000", "--stop", f"{price * 0.95:.0f}")
    most = re.search(r"allow ([0-9.]+) at most", text)
    check(code == 1 and most is not None, "a buy beyond the limits is refused, with what they allow")
    code, text = session.ctl("buy", "BTC/USD", "--cash", "500")
    check(code == 1 and "name a stop" in text, "a buy without a stop is refused")
    code, text = session.ctl("buy", "BTC/USD", "--cash", "500", "--stop", "1.23456789")
    check(code == 1 and "in steps of" in text, "a price between two ticks is refused")
    code, text = session.ctl("buy", "BTC/USD", "--cash", "500", "--stop", f"{price * 0.95:.0f}",
                             "--target", f"{price * 1.2:.0f}")
    check(code == 0 and text.startswith("By hand: buy "), f"a buy is taken: {text}")
    if not check(until(lambda: session.held() > 0) is not None, "and filled"):
        return
    check(until(lambda: any(o["purpose"] == "protect" and o["state"] in ("open", "partial")
                            for o in session.get("orders"))) is not None, "its stop stands")
    code, text = session.ctl("buy", "BTC/USD", "--cash", "500", "--stop", f"{price * 0.95:.0f}")
    check(code == 1 and "held there already" in text, "a second one on the pair is refused")
    code, text = session.ctl("bracket", "BTC/USD", "--stop", f"{price * 0.9:.0f}")
    check(code == 0 and "lowered from" in text, f"its stop is lowered, and it is said: {text}")
    wanted = float(f"{price * 0.9:.0f}")
    check(until(lambda: any(o["purpose"] == "protect" and o["stop"] and float(o["stop"]) == wanted
                            for o in session.get("orders"))) is not None, "and the order stands there")
    protect = [o["order"] for o in session.get("orders") if o["purpose"] == "protect"]
    code, text = session.ctl("cancel", str(protect[0]))
    check(code == 1 and "it is the stop and target" in text, "a stop is not cancelled")
    held = session.held()
    code, text = session.ctl("sell", "BTC/USD", "--quantity", f"{held / 2:.5f}")
    check(code == 0 and "is being sold" in text, f"a half is sold: {text}")
    check(until(lambda: 0 < session.held() < held * 0.6) is not None, "and the other half is held")
    half = session.held()
    check(until(lambda: abs(sum(float(o["quantity"]) - float(o["filled"]) for o in session.get("orders")
                                if o["purpose"] == "protect") - half) < 1e-9) is not None,
          "under a stop of exactly its size")
    code, text = session.ctl("close", "BTC/USD")
    check(code == 0 and "is being closed" in text, "it is closed")
    check(until(lambda: session.position() is None) is not None, "and gone")
    code, text = session.ctl("close", "BTC/USD")
    check(code == 1 and "nothing is held there" in text, "what is not held is not closed")


def resting(session):
    price = session.price("ETH/USD")
    code, text = session.ctl("buy", "ETH/USD", "--cash", "300", "--limit", f"{price * 0.8:.0f}", "--stop",
                             f"{price * 0.7:.0f}")
    check(code == 0, f"a buy with a limit is taken: {text}")
    found = until(lambda: [o for o in session.get("orders") if o["purpose"] == "entry" and
                           o["state"] in ("open", "partial")])
    if not check(found is not None, "and rests"):
        return
    code, text = session.ctl("cancel", str(found[0]["order"]))
    check(code == 0 and "entry order" in text, "it is cancelled")
    check(until(lambda: not session.get("orders")) is not None, "and gone")


def pausing(session):
    price = session.price("SOL/USD")
    stop_at = f"{price * 0.9:.1f}"
    check(session.ctl("pause") == (0, "Paused: no new entries, and resting ones are taken back; exits "
          "and stops go on."), "pause")
    code, text = session.ctl("buy", "SOL/USD", "--cash", "300", "--stop", stop_at)
    check(code == 1 and "resume first" in text, "while paused nothing is bought")
    check(session.ctl("resume") == (0, "Resumed: entries are allowed again."), "resume")
    return stop_at


def flatten(session, how):
    stop_at = pausing(session)
    for pair in ("SOL/USD", "BTC/USD"):
        at = stop_at if pair == "SOL/USD" else f"{session.price() * 0.9:.0f}"
        code, text = session.ctl("buy", pair, "--cash", "300", "--stop", at)
        check(code == 0, f"{pair} is bought: {text}")
    check(until(lambda: len(session.get("positions")) == 2) is not None, "two positions are held")
    how()
    check(until(lambda: not session.get("positions") and not session.get("orders")) is not None,
          "everything is sold, and no order is left")
    check(until(lambda: session.get("status")["paused"]) is not None, "and nothing is bought until resumed")
    session.ctl("resume")


def by_command(session):
    code, text = session.ctl("flatten")
    check(code == 0 and "everything is being sold at once (2 held)" in text, f"flatten: {text}")


def limits(session):
    """Two limits and a strategy are changed while it runs; what they were is said, and what cannot be is refused."""
    told = {each["name"]: each for each in session.get("risk")["limits"]}
    check(told["risk.max_positions"]["value"] == 5 and not told["risk.max_positions"]["changed"], "the limits are told")
    code, text = session.ctl("limit", "max_positions", "1")
    check((code, text) == (0, "By hand: risk.max_positions is now 1; it was 5."), f"a limit is changed: {text}")
    code, text = session.ctl("limit", "risk.cool_off", "45m")
    check((code, text) == (0, "By hand: risk.cool_off is now 45m; it was 30m."), f"and a duration: {text}")
    code, text = session.ctl("limit", "cool_off_losses", "0")  # what came before may have lost five times
    check((code, text) == (0, "By hand: risk.cool_off_losses is now 0; it was 5."), f"and one is switched off: {text}")
    code, text = session.ctl("limit", "max_positions", "0")
    check(code == 1 and "1 to" in text, f"out of its range it is refused: {text}")
    code, text = session.ctl("limit", "crash_fall", "0.1")
    check(code == 1 and "is not changed while a session runs" in text, f"so is what cannot be: {text}")
    found = until(lambda: [each for each in session.get("risk")["limits"] if each["name"] == "risk.max_positions" and
                           each["value"] == 1 and each["changed"] and each["configured"] == 5])
    check(bool(found), "and the interface shows it")
    price = session.price()
    session.ctl("buy", "BTC/USD", "--cash", "300", "--stop", f"{price * 0.9:.0f}")
    until(lambda: session.held() > 0)
    code, text = session.ctl("buy", "ETH/USD", "--cash", "300", "--stop", f"{session.price('ETH/USD') * 0.9:.0f}")
    check(code == 1 and "as many positions are open" in text, f"the next decision goes by it: {text}")
    session.ctl("close", "BTC/USD")
    until(lambda: not session.get("positions") and not session.get("orders"))
    check(session.ctl("limit", "max_positions", "configured") ==
          (0, "By hand: risk.max_positions is 5 again, as the configuration says; it was 1."), "configured goes back")


def kept_over_a_restart():
    """The cool-off that the paper session was given is still there, and the configuration's can be had again."""
    session = Desk("paper", "--set", "session.mode=paper", "--speed", "20")
    if not check(ready(session) is not None, "the paper session goes on"):
        return
    told = {each["name"]: each for each in session.get("risk")["limits"]}
    check(told["risk.cool_off"]["value"] == "45m" and told["risk.cool_off"]["changed"] and
          told["risk.cool_off"]["configured"] == "30m", f"with the limit that it was given: {told['risk.cool_off']}")
    code, text = session.ctl("limit", "cool_off", "configured")
    check(code == 0 and "is 30m again" in text, f"until it is given back: {text}")
    session.end()


def strangers(session):
    def post(token, **headers):
        return session.ask("/api/v1/commands", "POST", '{"command":"pause"}', token=token, headers=headers).status
    token = session.token()
    for name in ("token", "server.json"):
        mode = stat.S_IMODE(os.stat(path(session.state + "/" + name)).st_mode)
        check(mode == 0o600, f"{name} is its owner's alone")
    check(post("0" * 64) == 401, "who guesses the token commands nothing")
    check(post(token, Origin="http://evil.example") == 403, "nor a page of another site that knew it")
    check(post(token) == 200, "who has it may")
    code, text = session.ctl("link")
    check(code == 0 and text == f"{session.address}/#token={token}", "the link carries it behind the #")
    with open(path(session.state + "/cuttle.log"), encoding="utf-8") as file:
        check(token not in file.read(), "and the log never")
    session.ctl("resume")


def end(session):
    status, _ = session.end()
    check(status == 0, "the session ends well")
    check(not os.path.exists(path(session.state + "/server.json")), "and is no longer to be found")
    kept = [text for (text,) in query(session.state, "SELECT sentence FROM records WHERE sentence LIKE 'By hand%'")]
    check(len(kept) > 10, f"{len(kept)} commands stand in the ledger")
    done = run("replay", session.state)
    check(done.returncode == 0, "and a replay of the journal obeys them the same")
    if done.returncode != 0:
        print(done.stdout[-1500:], done.stderr[-1500:])


def on_paper():
    session = Desk("paper", "--set", "session.mode=paper", "--speed", "20")
    if not check(ready(session) is not None, "a paper session is ready"):
        return
    looks(session)
    commands(session)
    resting(session)
    flatten(session, lambda: by_command(session))
    flatten(session, lambda: session.process.send_signal(signal.SIGUSR1))
    limits(session)
    strangers(session)
    end(session)


def in_rehearsal():
    session = Desk("rehearsal", "--set", "session.mode=rehearsal", "--speed", "1")
    if not check(ready(session) is not None, "a rehearsal is ready"):
        return
    check(session.get("status")["mode"] == "rehearsal", "and says that it is one")
    balances = {each["asset"]: float(each["total"]) for each in session.get("status")["balances"]}
    check(balances.get("USD", 0) > 0, f"the venue's own balances are shown: {balances}")
    commands(session)
    resting(session)
    orders = until(lambda: session.ctl("buy", "SOL/USD", "--cash", "300", "--stop",
                                       f"{session.price('SOL/USD') * 0.9:.1f}")[0] == 0 and
                   until(lambda: [o for o in session.get("orders") if o["venue_id"]]))
    check(bool(orders), "orders carry the venue's own names")
    session.ctl("close", "SOL/USD")
    until(lambda: not session.get("positions") and not session.get("orders"))
    flatten(session, lambda: by_command(session))
    flatten(session, lambda: session.process.send_signal(signal.SIGUSR1))
    end(session)


class Live(Handler):
    """As much of a live session as the question needs: its mode, and a count of what was commanded."""
    commanded = []

    def do_GET(self):
        self.reply(b'{"mode": "live"}')

    def do_POST(self):
        self.commanded.append(json.loads(self.body()))
        self.reply(b'{"sentence": "By hand: so it was."}')


def typed(words, answer):
    return on_terminal("ctl", *words, "--state", "live", answer=answer)


def with_real_money():
    server = listen(Live)
    os.mkdir(path("live"))
    write("live/token", "ab" * 32 + "\n")
    write("live/server.json", json.dumps({"address": f"http://127.0.0.1:{server.server_port}", "pid": os.getpid()}))
    write("live/lock", f"{os.getpid()}\n")
    held = open(path("live/lock"), encoding="utf-8")  # as a session holds it
    fcntl.flock(held, fcntl.LOCK_EX)
    done = typed(["flatten"], "no\n")
    check(done.returncode == 1 and "real money" in done.stderr and not Live.commanded,
          "with real money a flatten typed on a terminal asks, and No leaves all as it is")
    check(typed(["flatten"], "yes\n").returncode == 0 and Live.commanded == [{"command": "flatten"}], "yes does it")
    done = typed(["buy", "BTC/USD", "--cash", "5", "--stop", "1"], "\n")
    check(done.returncode == 1 and len(Live.commanded) == 1, "a buy asks too")
    check(typed(["buy", "BTC/USD", "--cash", "5", "--stop", "1", "--yes"], "").returncode == 0, "--yes does not")
    check(typed(["pause"], "").returncode == 0, "nor is a pause asked about")
    held.close()
    done = typed(["pause"], "")
    check(done.returncode == 1 and "no session runs" in done.stderr and len(Live.commanded) == 3,
          "whoever listens there after the session's death gets neither command nor token")
    server.shutdown()


def signalled_early():
    process = start("run", "--headless", "--state", "early", "--pairs", "BTC/USD", "--set", "session.mode=paper")
    while not os.path.exists(path("early/lock")) or os.path.getsize(path("early/lock")) == 0:
        time.sleep(0.001)
    process.send_signal(signal.SIGUSR1)  # who it is can be read: the signal may come, whatever is not opened yet
    check(line_of(process, "signal asks to sell everything", 30) is not None, "a flatten by signal during the start waits for it")
    status, _ = stop(process)
    check(status == 0, "and nothing dies of it")


main(on_paper, kept_over_a_restart, in_rehearsal, with_real_money, signalled_early)
