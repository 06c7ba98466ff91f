# SPDX-License-Identifier: MIT
"""What Prometheus and Grafana are given is what they take: /metrics of a running session passes promtool, the alert rules
pass their own tests, and every name in the dashboard and the rules is one that /metrics has.

promtool is $PROMTOOL or the one in the path (Debian: prometheus); ./dev test brings it. Without it these parts are
skipped, and said."""
import json
import os
import re
import shutil
import subprocess

from cuttle import check, main, skip, until
from session import Session

PACKAGING = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "packaging")
PROMTOOL = os.environ.get("PROMTOOL") or shutil.which("promtool")
FUNCTIONS = {"abs", "by", "histogram_quantile", "increase", "rate", "sum", "label_values", "instance", "job", "severity", "type"}
# The name is that of other engines' dashboards; equity goes up and down all the same.
ODD = 'trader_equity_total non-counter metrics should not have "_total" suffix'
# Of Prometheus itself, and what a session of this test does not have.
ELSEWHERE = {"up", "cuttle_clock_skew_seconds"}


def promtool(*words, text=None, folder=PACKAGING):
    return subprocess.run([PROMTOOL, *words], input=text, capture_output=True, text=True, cwd=folder, timeout=60)


def names_of(query):
    bare = re.sub(r"\{[^}]*\}|\[[^]]*\]|\"[^\"]*\"", "", query)
    return set(re.findall(r"\b[a-zA-Z_][a-zA-Z0-9_]*", bare)) - FUNCTIONS


def dashboard_names():
    with open(os.path.join(PACKAGING, "grafana/cuttle.json"), encoding="utf-8") as file:
        board = json.load(file)
    queries = [target["expr"] for panel in board["panels"] for target in panel["targets"]]
    ids = [panel["id"] for panel in board["panels"]]
    check(len(queries) > 40 and len(set(ids)) == len(ids), f"the dashboard has {len(ids)} panels and {len(queries)} queries")
    check(all("$instance" in query for query in queries), "each asks of the session that was chosen")
    boxes = [(p["gridPos"]["x"], p["gridPos"]["y"], p["gridPos"]["w"], p["gridPos"]["h"]) for p in board["panels"]]
    overlap = [(a, b) for i, a in enumerate(boxes) for b in boxes[i + 1:] if a[0] < b[0] + b[2] and b[0] < a[0] + a[2] and
               a[1] < b[1] + b[3] and b[1] < a[1] + a[3]]
    check(not overlap and all(x + w <= 24 for x, _, w, _ in boxes), "no panel lies over another")
    return {name for query in queries for name in names_of(query)}


def rule_names():
    with open(os.path.join(PACKAGING, "prometheus/alerts.yaml"), encoding="utf-8") as file:
        rules = re.findall(r"^\s+expr: (.*)$", file.read(), re.M)
    check(len(rules) >= 10, f"{len(rules)} alert rules")
    return {name for rule in rules for name in names_of(rule)}


def rules():
    if PROMTOOL is None:
        skip("the alert rules: no promtool (Debian: prometheus)")
        return
    done = promtool("check", "rules", "prometheus/alerts.yaml")
    check(done.returncode == 0, f"promtool takes the rules: {done.stdout.strip()} {done.stderr.strip()}")
    done = promtool("test", "rules", "alerts_test.yaml", folder=os.path.join(PACKAGING, "prometheus"))
    check(done.returncode == 0, f"and they do what their tests say: {done.stdout.strip()} {done.stderr.strip()}")


def metrics():
    session = Session("state", "--pairs", "BTC/USD ETH/USD", "--speed", "600", "--seed", "3")
    until(lambda: session.ask("/health/ready").status == 200)
    until(lambda: "cuttle_disk_free_bytes" in session.ask("/metrics").text)
    text = session.ask("/metrics").text
    if PROMTOOL is None:
        skip("/metrics: no promtool (Debian: prometheus)")
    else:
        done = promtool("check", "metrics", text=text)
        said = (done.stdout + done.stderr).strip()
        check(said in ("", ODD), f"promtool takes /metrics: {said[:600]}")
        broken = promtool("check", "metrics", text=text.replace("cuttle_cash ", "cuttle-cash "))
        check((broken.stdout + broken.stderr).strip() not in ("", ODD), "and would not if a name were broken")
    told = set(re.findall(r"^# TYPE (\S+)", text, re.M)) | set(re.findall(r"^([a-zA-Z_:][\w:]*)", text, re.M)) | ELSEWHERE
    for what, asked in (("dashboard", dashboard_names()), ("rules", rule_names())):
        check(asked and asked <= told, f"every name in the {what} is told: {sorted(asked - told) or len(asked)}")
    for name in ("trader_equity_total", "trader_open_positions", "trader_max_drawdown_percent",
                 "trader_watchdog_last_update_age_seconds", "trader_ml_validation_accuracy",
                 "trader_websocket_reconnect_total"):
        check(f"# TYPE {name} " in text, f"{name} is there")
    counts = [int(n) for n in re.findall(r'^cuttle_decision_latency_seconds_bucket\{le="[^"]+"\} (\d+)$', text, re.M)]
    total = int(re.search(r"^cuttle_decision_latency_seconds_count (\d+)$", text, re.M).group(1))
    check(len(counts) == 74 and counts == sorted(counts) and counts[-1] == total > 0,
          f"{total} decisions stand in ascending buckets")
    session.end()


main(rules, metrics)
