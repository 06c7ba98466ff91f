# SPDX-License-Identifier: MIT
"""What a running session shows (REST, metrics, WebSocket) is what its ledger and its report say."""
import json
import re
import signal
import socket
from decimal import Decimal

from cuttle import BUSY, check, main, path, query, run, skip, until
from session import Session, WebSocket

def thoughts(session):
    """Every thought that the interface tells stands in the ledger in the same words."""
    told = session.get("thoughts?limit=500")["thoughts"]
    newest = max(thought["number"] for thought in told)
    until(lambda: query("state", "SELECT max(number) FROM records")[0][0] >= newest)
    kept = {number: (sentence, json.loads(text)) for number, sentence, text in query(
        "state", "SELECT number, sentence, json FROM records")}
    wrong = [t for t in told if kept.get(t["number"]) != (t["sentence"], t)]
    check(not wrong, f"{len(told)} thoughts are told as the ledger keeps them")
    for thought in wrong[:3]:
        print("  told", thought, "\n  kept", kept.get(thought["number"]))
    numbers = [thought["number"] for thought in told]
    check(numbers == sorted(numbers, reverse=True) and len(set(numbers)) == len(numbers), "newest first, each once")
    check(sorted(kept) == list(range(1, len(kept) + 1)), "and the ledger counts them without a hole")


def trades(session):
    told = session.get("trades?limit=500")["trades"]
    until(lambda: query("state", "SELECT count(*) FROM trades")[0][0] >= len(told))
    kept = {number: (symbol, f"{fee / 1e8:.8f}", f"{pnl / 1e8:.8f}") for number, symbol, fee, pnl in query(
        "state", "SELECT number, symbol, fee, pnl FROM trades")}
    wrong = [t for t in told if kept.get(t["number"]) != (t["pair"], t["fee"], t["pnl"])]
    check(len(told) > 0 and not wrong, f"{len(told)} closed trades have the ledger's fee and result, to the last digit")


def books(session):
    """What is told of the ledger's whole length is what a query of it says."""
    def same():
        rows = query("state", "SELECT number, symbol, pnl, fee, strategies FROM trades ORDER BY number DESC")
        told = session.get("performance")
        return (rows, told) if told["whole"]["trades"] == len(rows) > 0 else None
    found = until(same)
    if not check(found is not None, "the performance is that of all closed trades"):
        return
    rows, told = found
    check(Decimal(told["whole"]["pnl"]) * 10**8 == sum(row[2] for row in rows) and
          Decimal(told["whole"]["fees"]) * 10**8 == sum(row[3] for row in rows), "to the last digit")
    check(sum(row["trades"] for row in told["by"]["pair"]) == len(rows) == sum(row["trades"] for row in told["by"]["hour"]),
          "and so are its parts")
    check(all(row[4] for row in rows), f"every trade says whose it was: {sorted({row[4] for row in rows})}")
    name = rows[0][4].split("+")[0]
    mine = [row for row in rows if name in row[4].split("+")]
    page = session.get(f"trades?strategy={name}&limit=1000")
    check({row[0] for row in mine} <= {trade["number"] for trade in page["trades"]} and
          all(name in trade["strategy"].split("+") for trade in page["trades"]), f"{len(mine)} of them are {name}'s")
    lines = session.ask("/api/v1/trades.csv").text.splitlines()
    check(lines[0].startswith("number,pair,strategies,") and len(lines) > len(rows), "the export has a line each")
    points = session.get("equity?points=50")["points"]
    check(1 < len(points) <= 50 and points == sorted(points, key=lambda point: point["time"]),
          f"equity in {len(points)} points")
    first = query("state", "SELECT json FROM records ORDER BY number LIMIT 1")[0][0]
    total = session.get("thoughts?limit=1")["total"]
    oldest = session.get(f"thoughts?limit=1000&offset={max(total - 500, 0)}&to=2100-01-01")["thoughts"]
    check(json.loads(first) in oldest, f"thoughts reach back to the first of {total}")


def insights(session):
    """What the interface tells is what the command does, of the same trades."""
    def same():
        told, kept = session.get("insights"), json.loads(run("analyse", "state", "--json").stdout)
        return told if {**told, "source": ""} == {**kept, "source": ""} else None
    told = until(same)
    if check(told is not None, "the insights are those of `cuttle analyse`"):
        check(told["trades"] > 0 and (told["silence"] is None) == (told["insights"] != []), f"of {told['trades']} trades")
        check(session.get("insights")["trades"] >= told["trades"], "and asked again they are there again")


def figures(session):
    """The figures of one moment agree with each other; asked again when the moment passed between."""
    def agree():
        status, positions = session.get("status"), session.get("positions")
        metrics = dict(re.findall(r"^(\w+) (\S+)$", session.ask("/metrics").text, re.M))
        same = (len(positions) == status["open_positions"] == int(metrics["trader_open_positions"]) and
                abs(float(status["equity"]) - float(metrics["trader_equity_total"])) < 1e-6 and
                Decimal(status["unrealised"]) == sum(Decimal(each["unrealised"]) for each in positions) and
                status["counters"]["decisions"] == int(metrics["cuttle_decisions_total"]))
        return (status, positions, metrics) if same else None
    found = until(agree)
    if not check(found is not None, "status, positions and metrics of one moment agree"):
        return
    status, positions, metrics = found
    check(status["mode"] == "paper" and status["feed"]["connected"] and not status["runtime_degraded"], "all is well")
    check(status["feed"]["fresh"] + status["feed"]["stale"] + status["feed"]["warming"] == 8, "all eight pairs are there")
    check(all(float(position["quantity"]) > 0 and float(position["stop"]) < float(position["target"])
              for position in positions), f"{len(positions)} positions, each between its stop and its target")
    need = ["trader_equity_total", "trader_open_positions", "trader_max_drawdown_percent",
            "trader_watchdog_last_update_age_seconds", "trader_websocket_reconnect_total"]
    check(all(name in metrics for name in need), "the metrics carry the names that dashboards expect")
    check(float(metrics["trader_watchdog_last_update_age_seconds"]) < 5, "and the watchdog is fed")


def push(session):
    live = WebSocket.of(session)
    check(live.status == 101 and live.accepted, "/ws/live opens")
    state = live.receive()
    check(state["type"] == "state" and {"status", "pairs", "positions", "orders", "strategies", "risk"} <=
          set(state["sections"]), "its first message is the whole state")
    known = {thought["number"] for thought in state["thoughts"]}
    thought = live.receive_type("thought")
    number = thought and thought.get("thought", thought.get("data", thought)).get("number")
    check(number is not None and number not in known, "then it tells each new thought as it happens")
    live.send('{"watch":{"pair":"BTC/USD","timeframe":"1m"}}')
    candles = live.receive_type("candles")
    check(candles is not None and candles["pair"] == "BTC/USD" and len(candles["candles"]) > 50,
          "and the candles that are watched")
    live.send('{"watch":')
    check(live.receive_type("error") is not None, "what it does not understand it says")
    live.close()


def strangers(session):
    check(session.ask("/health").status == 200, "/health is 200")
    check(session.ask("/api/v1/status", headers={"Origin": "http://evil.example"}).status in (400, 403),
          "a page of another site gets nothing")
    check(session.ask("/api/v1/status", headers={"Host": "evil.example"}).status in (400, 403, 421), "nor a name that is not this machine")
    answer = session.ask("/api/v1/trades?limit=0")
    check(answer.status == 400 and "1" in json.loads(answer.text)["detail"], "a wrong parameter is refused with what would be right")
    check(session.ask("/api/v1/nothing").status == 404, "what is not there is 404")


def while_it_runs():
    session = Session("state", *BUSY, "--report", path("report.json"))
    if not check(session.address, "it says where its dashboard is"):
        return
    check(until(lambda: session.get("trades?limit=1")["total"] >= 2) is not None, "after a while trades are closed")
    figures(session)
    thoughts(session)
    trades(session)
    books(session)
    insights(session)
    push(session)
    strangers(session)
    before = session.get("status")
    status, seconds = session.end(signal.SIGINT)
    check(status == 0 and seconds < 2, f"Ctrl-C ends it in {seconds:.2f} seconds, clients or not")
    with open(path("report.json"), encoding="utf-8") as file:
        report = json.load(file)
    counters = before["counters"]
    for name in ("decisions", "entries", "exits", "orders"):
        check(0 <= report[name] - counters[name] < 60, f"{name}: {counters[name]} shown last, {report[name]} reported")
    check(report["faults"] == 0 and report["dropped"] == 0, "no fault, and nothing was dropped on the way to the screen")


def on_ipv6():
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        skip("this machine has no IPv6")
        return
    session = Session("six", "--pairs", "BTC/USD", "--set", "server.address=::1")
    if check(session.host == "[::1]", "on ::1 it says its address in brackets"):
        check(session.ask("/api/v1/status").status == 200, "and the address can be asked as it stands")
    session.end()


main(while_it_runs, on_ipv6)
