# SPDX-License-Identifier: MIT
"""An alarm leaves the machine: raised, told to a webhook and a program, kept in the ledger, still known after a restart,
and in /monitoring, /metrics and the push."""
import hashlib
import hmac
import json
import os
import signal
import stat
import time

from cuttle import QUIET, check, drain, line_of, main, path, query, run, start, stop, until, write
from peer import Handler, at, exchange, listen
from session import Session, WebSocket

SECRET = "an-alarm-secret"
SMALL = ["--pairs", "BTC/USD ETH/USD", "--speed", "60", "--seed", "3"]


class Receiver(Handler):
    """What a webhook's other side was sent; refuses the first so many with 503."""
    notices, refusals = [], 0

    def do_POST(self):
        body = self.body()
        if Receiver.refusals > 0:
            Receiver.refusals -= 1
            self.reply(status=503)
        else:
            Receiver.notices.append((dict(self.headers), body))
            self.reply(status=204)


def receiver():
    return f"http://127.0.0.1:{listen(Receiver).server_port}/hook/with-a-key"


def program(name, script):
    return write(name, "#!/bin/sh\n" + script + "\n", stat.S_IRWXU)


def heard(kind, news):
    """The notices of a kind that came."""
    told = [json.loads(body) for _, body in Receiver.notices]
    return [each for each in told if each["event"]["event_type"] == kind and each["news"] == news]


def with_secret():
    return {**os.environ, "CUTTLE_ALARM__SECRET": SECRET}


def tried():
    done = run("alarm", "test")
    check(done.returncode == 1 and "not configured" in done.stdout, "with no way out the test says so, and fails")
    url = receiver()
    keep = program("keep.sh", f'cat > {path("input.json")}; env > {path("env.txt")}')
    Receiver.refusals = 1
    done = run("alarm", "test", "--set", f"alarm.webhook={url}", "--set", f"alarm.command={keep} --word", env=with_secret())
    check(done.returncode == 0, f"both take a test: {done.stdout.strip()}")
    check("with-a-key" not in done.stdout + done.stderr and SECRET not in done.stdout + done.stderr,
          "neither the URL's path nor the secret is shown")
    check(len(Receiver.notices) == 1, "a webhook that was away for a moment is asked again")
    headers, body = Receiver.notices[0]
    want = "sha256=" + hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    check(headers.get("X-Cuttle-Signature") == want, "and what it gets is signed")
    with open(path("input.json"), encoding="utf-8") as file:
        check(json.load(file) == json.loads(body), "the program gets the same JSON on its input")
    check(json.loads(body)["mode"] == "rehearsal", "with the mode that a session would have")
    with open(path("env.txt"), encoding="utf-8") as file:
        given = file.read()
    check("CUTTLE_EVENT_TYPE=test" in given and "CUTTLE_EVENT_NEWS=test" in given, "and variables")
    check(SECRET not in given, "but not the secret")
    fails = program("fails.sh", "exit 3")
    done = run("alarm", "test", "--set", f"alarm.command={fails}")
    check(done.returncode == 1 and "status 3" in done.stdout, "a program that fails is said")
    done = run("alarm", "test", "--set", "alarm.webhook=http://127.0.0.1:1/", "--set", "alarm.command=/no/such",
               timeout=90)
    check(done.returncode == 1 and done.stdout.count("FAIL") == 2, "so are a port that nobody has and a program that is not")
    doctor = run("doctor", "--set", "alarm.command=/no/such")
    check("FAIL  alarms" in doctor.stdout, "and the doctor says it too")


def events(session, kind):
    told = json.loads(session.ask("/monitoring").text)["events"]
    return [event for event in told if event["event_type"] == kind]


def raised_and_kept():
    Receiver.notices.clear()
    url = receiver()
    line = program("line.sh", f'echo "$CUTTLE_EVENT_TYPE $CUTTLE_EVENT_NEWS" >> {path("lines.txt")}')
    ways = ["--set", f"alarm.webhook={url}", "--set", f"alarm.command={line}"]
    session = Session("state", *SMALL, *ways, "--set", "alarm.disk_mb=900000000", "--set", "alarm.repeat=2s")
    check(session.ask("/health/live").status == 200, "live at once")
    push = WebSocket.of(session)
    first = push.receive()
    check(first["type"] == "state" and isinstance(first["events"], list), "the push begins with the events there are")
    event = next(iter(first["events"]), None) or push.receive_type("event")["event"]
    check(event["event_type"] in ("session_started", "disk_space"), f"and tells a new one: {event['event_type']}")
    raised = until(lambda: events(session, "disk_space"))
    check(raised and raised[0]["severity"] == "critical" and raised[0]["cleared"] is None, "a full disk is critical")
    check(set(raised[0]) == {"id", "timestamp", "event_type", "severity", "message", "remedy", "metadata", "cleared"},
          "with the fields of the contract")
    check(until(lambda: heard("disk_space", "raised")), "the webhook hears of it")
    check(until(lambda: heard("disk_space", "repeated"), 10), "and again while it lasts")
    check(not heard("session_started", "raised"), "what is only information stays here")
    check(until(lambda: os.path.exists(path("lines.txt")) and "disk_space raised" in open(path("lines.txt")).read()),
          "the program hears of it")
    check(until(lambda: query("state", "SELECT id FROM events WHERE type='disk_space' AND cleared_ns=0")),
          "the ledger keeps it")
    check(until(lambda: session.ask("/health/ready").status == 200), "ready once it is warm")
    metrics = session.ask("/metrics").text
    for name in ("cuttle_decision_latency_seconds_bucket{le=\"1e-06\"}", "cuttle_decision_latency_seconds_count",
                 "cuttle_request_seconds_sum", "cuttle_queue_bytes{queue=\"ledger\"}", "cuttle_disk_free_bytes",
                 "process_resident_memory_bytes", "cuttle_events_open{severity=\"critical\"} 1",
                 "cuttle_events_total{type=\"disk_space\"} 1", "cuttle_ready 1"):
        check(name in metrics, f"/metrics has {name}")
    check(session.end()[0] == 0, "an alarm is no fault of the session's")
    session = Session("state", *SMALL, "--set", "alarm.disk_mb=0")
    known = until(lambda: events(session, "disk_space"))
    check(known and known[0]["id"] == raised[0]["id"] and known[0]["timestamp"] == raised[0]["timestamp"],
          "the next session knows it by its number")
    check(until(lambda: events(session, "disk_space")[0]["cleared"] is not None, 45), "and clears it, for there is room")
    check(len(events(session, "session_started")) == 2, "both beginnings are told")
    session.end()
    listed = run("alarm", "list", "--state", "state", "--json")
    told = [json.loads(line) for line in listed.stdout.splitlines()]
    check([e["id"] for e in told] == list(range(1, len(told) + 1)), f"`cuttle alarm list` shows all {len(told)}")
    check(all(e["cleared"] is not None for e in told if e["event_type"] == "disk_space"), "cleared in the ledger too")


def disconnected_without_a_port():
    Receiver.notices.clear()
    url = receiver()
    market = ["--market", "synthetic", "--speed", "60", "--seed", "3", "--pairs", "BTC/USD"]
    venue, client = exchange(*market)
    process = start("run", "--headless", *at(client.port), "--pairs", "BTC/USD", "--state", "cut", "--set",
                    f"alarm.webhook={url}", "--set", "alarm.disconnected=1s", "--set", "alarm.drawdown=0.0001")
    check(line_of(process, "warmed up", 40) is not None, "a session without a dashboard is under way")
    drain(process)
    stop(venue, signal.SIGKILL)
    check(until(lambda: heard("disconnected", "raised"), 30), "its lost feed is heard of elsewhere all the same")
    exchange("--port", client.port, *market)
    check(until(lambda: heard("disconnected", "cleared"), 60), "and that it is back")
    notice = heard("disconnected", "raised")[0]
    check(notice["mode"] == "paper" and notice["venue"] == "kraken" and "disconnected" in notice["text"],
          "with who tells, and all of it in one line")
    stop(process)
    kept = query("cut", "SELECT type, cleared_ns > 0 FROM events WHERE type='disconnected'")
    check(kept == [("disconnected", 1)], "the ledger has it once")


def delivered_at_the_end():
    Receiver.notices.clear()
    Receiver.refusals = 1
    url = receiver()
    slow = program("slow.sh", f'sleep 1.5; echo "$CUTTLE_EVENT_TYPE $CUTTLE_EVENT_NEWS" >> {path("slow.txt")}')
    session = Session("end", *SMALL, "--set", f"alarm.webhook={url}", "--set", f"alarm.command={slow}", "--set",
                      "alarm.disk_mb=900000000", "--set", "alarm.severity=info")
    check(until(lambda: session.ask("/health/ready").status == 200), "a session is warm")
    check(until(lambda: events(session, "disk_space")), "an alarm is on its way")
    began = time.monotonic()
    check(session.end(seconds=30)[0] == 0, "a session is ended meanwhile, in order")
    check(time.monotonic() - began < 15, "and does not wait for long")
    check(heard("disk_space", "raised"), "the webhook that was away for a moment hears of it all the same")
    check(heard("session_ended", "raised"), "and that the session ended")
    with open(path("slow.txt"), encoding="utf-8") as file:
        told = file.read()
    check("disk_space raised" in told and "session_ended raised" in told, f"so does a slow program: {told!r}")
    kept = query("end", "SELECT type FROM events ORDER BY id")
    check([kind for kind, in kept][-1] == "session_ended", f"what was raised at the very end is in the ledger: {kept}")


def not_delivered_at_the_end():
    stuck = program("stuck.sh", "sleep 25")
    session = Session("stuck", *SMALL, "--set", "alarm.webhook=http://127.0.0.1:1/hook/with-a-key", "--set",
                      f"alarm.command={stuck}", "--set", "alarm.disk_mb=900000000")
    check(until(lambda: session.ask("/health/ready").status == 200), "a session is warm")
    check(until(lambda: events(session, "disk_space")), "an alarm is on its way that nobody takes")
    began = time.monotonic()
    status, _ = session.end(seconds=30)
    check(status == 0, f"that is no fault of the session's: {status}")
    check(time.monotonic() - began < 15, "which does not wait for it")
    with open(path("stuck/cuttle.log"), encoding="utf-8") as file:
        lost = [json.loads(line) for line in file if "alarm.undelivered" in line]
    check(len(lost) == 2 and all("disk_space raised" in str(line) for line in lost),
          f"but says what was not delivered, and to whom: {lost}")


def bought(session, cash):
    """By hand, where strategies keep out of the way."""
    known = until(lambda: [each for each in session.get("pairs") if each["last"] and each["health"] == "fresh"], 60)
    last = float(known[0]["last"])
    return session.ctl("buy", known[0]["pair"], "--cash", cash, "--stop", f"{last * 0.9:.0f}", "--yes")


def guarded():
    told = program("guard.sh", f'echo "$CUTTLE_EVENT_TYPE $CUTTLE_EVENT_NEWS" >> {path("guard.txt")}')
    session = Session("guard", "--pairs", "BTC/USD", "--speed", "60", *QUIET, "--set", "risk.max_drawdown=0.0001", "--set",
                      f"alarm.command={told}")
    check(until(lambda: session.ask("/health/ready").status == 200, 60), "a session is ready")
    check(bought(session, "900")[0] == 0, "a position is bought by hand")
    raised = until(lambda: events(session, "drawdown_guard"), 30)
    if not check(bool(raised), "fees alone are more than the drawdown guard allows, and an event says so"):
        return
    check(raised[0]["severity"] == "critical" and "cuttle ctl resume" in raised[0]["remedy"], "a critical one, with the way on")
    check(until(lambda: os.path.exists(path("guard.txt")) and "drawdown_guard raised" in open(path("guard.txt")).read()),
          "the program hears of it")
    ready = session.ask("/health/ready")
    check(ready.status == 503 and "drawdown guard" in ready.text, "it is not ready, and says why")
    status = session.get("status")
    check("drawdown guard" in status["trouble"], "the status says it in words")
    check(session.get("risk")["halted"], "and the risk as a flag")
    session.ctl("resume")
    check(until(lambda: events(session, "drawdown_guard")[0]["cleared"] is not None, 30), "resumed, the event is over")
    check(until(lambda: session.ask("/health/ready").status == 200), "and it is ready again")
    session.end()


def held_back_here():
    session = Session("wide", "--pairs", "BTC/USD", "--speed", "20", *QUIET, "--set", "session.mode=rehearsal", "--set",
                      "broker.max_spread=0.0000001")
    check(until(lambda: session.get("status")["entries_possible"] and session.ask("/health/ready").status == 200, 60),
          "a rehearsal is ready")
    bought(session, "300")
    check(until(lambda: "too wide" in json.dumps(session.get("thoughts")), 30), "a book that is too wide takes no entry")
    check("cuttle_order_rejects_total 0" in session.ask("/metrics").text, "which is no refusal of the venue's")
    time.sleep(2)
    check(not events(session, "rejection"), "and no alarm")
    session.end()


main(guarded, held_back_here, tried, raised_and_kept, disconnected_without_a_port, delivered_at_the_end, not_delivered_at_the_end)
