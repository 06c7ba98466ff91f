# SPDX-License-Identifier: MIT
"""What a command's answer calls done, no crash undoes; what the disk does not take is told as not kept."""
import json
import resource
import signal

from cuttle import QUIET, check, main, until
from session import Session

CALM = ["--pairs", "small", *QUIET]
TURNS = 10


def command(session, method, target, body=None):
    answer = session.ask(target, method, None if body is None else json.dumps(body), token=session.token())
    return answer.status, json.loads(answer.text)


def has_limit(session, value):
    """Soon: a session shows nothing before it has read its state."""
    def limit():
        return next((float(each["value"]) for each in session.get("risk").get("limits", [])
                     if each["name"] == "risk.max_positions"), None)
    return until(lambda: limit() == value, 10) is not None


def has_paused(session):
    return until(lambda: session.get("risk")["paused"], 10) is not None


def killed_at_once():
    """Each time killed within the same millisecond as the answer, and asked again after a restart."""
    kept = []
    session = Session("state", *CALM)
    for turn in range(TURNS):
        value = 3 + turn % 2
        status, told = command(session, "PATCH", "/api/v1/risk", {"name": "max_positions", "value": value})
        session.end(signal.SIGKILL)
        session = Session("state", *CALM)
        kept.append(status == 200 and told["kept"] is True and has_limit(session, value))
    check(all(kept), f"a limit is kept each of {TURNS} times that a kill follows its answer: {kept}")
    status, told = command(session, "POST", "/api/v1/control/pause", {})
    session.end(signal.SIGKILL)
    session = Session("state", *CALM)
    check(status == 200 and has_paused(session), "and so is a pause")
    session.end()


def disk_full():
    """No file may grow: to the session this is a full disk."""
    session = Session("full", *CALM, restore_signals=False)  # SIGXFSZ stays ignored
    pid, (_, most) = session.process.pid, resource.prlimit(session.process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (1, most))
    status, told = command(session, "POST", "/api/v1/control/pause", {})
    check(status == 200 and told["done"] is True and told["kept"] is False and "not on disk" in told["sentence"],
          f"on a full disk a pause is obeyed and told as not kept: {status} {told.get('sentence')}")
    check(has_paused(session), "obeyed it is")
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (most, most))
    status, told = command(session, "PATCH", "/api/v1/risk", {"name": "max_positions", "value": 3})
    check(status == 200 and told["kept"] is True, f"with room again, the next one is kept: {told.get('sentence')}")
    session.end(signal.SIGKILL)
    session = Session("full", *CALM)
    check(has_limit(session, 3) and has_paused(session), "and with it all that came before")
    session.end()


main(killed_at_once, disk_full)
