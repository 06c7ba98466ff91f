# SPDX-License-Identifier: MIT
"""The interface is as it describes itself: every route is in /api/v1/openapi.json, and every answer and every
error of a running session is as its schema says."""
import glob
import json
import os
import re
import signal

from cuttle import BUSY, check, main, until
from schema import faults
from session import Session

SOURCE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../src/operator/server")

GOOD = {"limit": "7", "offset": "1", "pair": "BTC/USD", "kind": "decision", "timeframe": "1m", "names": "ema:20,bb,macd",
        "from": "2020-01-01", "to": "2100-01-01", "strategy": "trend", "points": "50", "severity": "warning"}
BAD = {"limit": "0", "offset": "-1", "pair": "", "kind": "dream", "timeframe": "2m", "names": "dream:20", "from": "dream",
       "to": "dream", "strategy": "", "points": "1", "severity": "dream"}


class Described(Session):
    """A session and its own description of its interface."""

    def __init__(self, *words):
        super().__init__("state", *words)
        self.asked, self.job = 0, None
        self.document = self.get("openapi.json")

    def ask(self, *words, **more):
        self.asked += 1
        return super().ask(*words, **more)

    def wrong(self, answer, operation):
        """What of an answer is not as the description says, as lines."""
        status, content_type, text = answer
        said = operation["responses"].get(str(status), operation["responses"]["default"])
        if "$ref" in said:
            said = self.document["components"]["responses"][said["$ref"].rsplit("/", 1)[1]]
        if content_type not in said.get("content", {}):
            return [f"{status} comes as {content_type}"]
        schema = said["content"][content_type]["schema"]
        if "json" not in content_type:
            return []
        value = json.loads(text)
        found = list(faults(value, schema, self.document))
        if status >= 400 and value.get("status") != status:
            found.append(f"status {value.get('status')} in the text of a {status}")
        return found


def the_checker_sees_what_is_wrong():
    schema = {"type": "object", "required": ["a"], "additionalProperties": False, "properties": {
        "a": {"type": "array", "maxItems": 2, "items": {"type": ["integer", "null"], "minimum": 0}},
        "b": {"type": "string", "pattern": "^x"}, "c": {"anyOf": [{"$ref": "#/d"}, {"type": "null"}]},
        "e": {"type": "string", "enum": ["one", "two"]}, "g": {"type": "object", "properties": {"h": {}}}}}
    document = {"d": {"type": "object", "required": ["f"]}}
    good = [{"a": [1, None]}, {"a": [], "b": "xy", "c": None, "e": "two"}, {"a": [2.0], "c": {"f": 1}},
            {"a": [], "g": {"h": 1}}]
    bad = [None, [], {}, {"a": [1, 2, 3]}, {"a": [-1]}, {"a": [0.5]}, {"a": [True]}, {"a": ["1"]}, {"a": [], "b": "yx"},
           {"a": [], "b": 1}, {"a": [], "c": {}}, {"a": [], "c": 1}, {"a": [], "e": "three"}, {"a": [], "z": 1},
           {"a": [], "g": {"i": 1}}]
    seen = [value for value in bad if any(faults(value, schema, document))]
    check(len(seen) == len(bad), f"the checker refuses each of {len(bad)} wrong values")
    check(not any(fault for value in good for fault in faults(value, schema, document)), "and takes the right ones")
    check(any(faults(1, {"type": "integer", "multipleOf": 2}, document)), "and owns to a word that it does not know")


def references(document):
    if isinstance(document, dict):
        for name, value in document.items():
            if name == "$ref":
                yield value
            else:
                yield from references(value)
    elif isinstance(document, list):
        for value in document:
            yield from references(value)


def is_described(document, name):
    """A path of the sources: a whole one, or the beginning of one with something to fill in."""
    return any(each == name or name.endswith("/") and each.startswith(name + "{") for each in document["paths"])


def every_route_is_described(session):
    document = session.document
    listed = json.loads(session.ask("/api/v1").text)["routes"]
    missing = [route for route in listed
               if route["method"].lower() not in document["paths"].get(route["path"], {})]
    check(len(listed) > 20 and not missing, f"{len(listed)} routes that the program lists are described {missing or ''}")
    written = set()
    for name in glob.glob(f"{SOURCE}/*.c"):
        with open(name, encoding="utf-8") as file:
            written |= set(re.findall(r'"(/[a-z][A-Za-z0-9_./-]*)"', file.read()))
    strange = sorted(name for name in written if not is_described(document, name))
    check(len(written) > 5 and not strange, f"and so is each of {len(written)} paths in the sources {strange or ''}")
    lost = [each for each in references(document) if not resolves(document, each)]
    check(not lost, f"every reference of the description leads somewhere {lost or ''}")
    used = {each.rsplit("/", 1)[1] for each in references(document)}
    idle = sorted(set(document["components"]["schemas"]) - used)
    check(not idle, f"and no schema is there for nothing {idle or ''}")


def resolves(document, reference):
    for name in reference.removeprefix("#/").split("/"):
        if name not in document:
            return False
        document = document[name]
    return True


def built(session):
    """The GET routes to ask, with their parameters by name."""
    for target, methods in session.document["paths"].items():
        if "get" in methods and target != "/ws/live":
            yield (target.replace("{id}", str(session.job)), methods["get"],
                   {each["name"]: each for each in methods["get"].get("parameters", []) if each["in"] == "query"})


def a_backtest_is_made(session, token):
    """So that there is one to ask for."""
    operation = session.document["paths"]["/api/v1/backtests"]["post"]
    answer = session.ask("/api/v1/backtests", method="POST", token=token,
                         body='{"pair":"BTC/USD","days":1,"strategy":"sma_cross","timeframe":"5m"}')
    check(answer[0] == 202 and not session.wrong(answer, operation), f"a backtest is taken on, as described {answer}")
    session.job = json.loads(answer[2]).get("id")
    check(until(lambda: session.get(f"backtests/{session.job}")["state"] == "done", 60), "and done")


def every_answer_is_as_described(session):
    for target, operation, parameters in built(session):
        need = {name: GOOD[name] for name, each in parameters.items() if each.get("required")}
        wrong = []
        for query in [need] + [need | {name: GOOD[name]} for name in parameters]:
            answer = session.ask(target, query=query)
            wrong += [f"{answer[0]} for {query}"] if answer[0] != 200 else []
            wrong += session.wrong(answer, operation)
        check(not wrong, f"GET {target} answers as described")
        for line in wrong[:5]:
            print(f"     {line}")


def every_error_is_as_described(session):
    lax = {"/metrics", "/health", "/health/live", "/health/ready"}
    for target, operation, parameters in built(session):
        need = {name: GOOD[name] for name, each in parameters.items() if each.get("required")}
        tries = [(need | {name: BAD[name]}, 400) for name in parameters]
        tries += [({name: value for name, value in need.items() if name != left}, 400) for left in need]
        tries += [(need | {"pair": "NON/USD"}, 404)] if "pair" in need else []
        if target not in lax:
            tries += [(need | {name: GOOD[name]}, 400) for name in GOOD if name not in parameters]
            tries += [(need | {"dream": "1"}, 400)]
        wrong = []
        for query, status in tries:
            answer = session.ask(target, query=query)
            wrong += [f"{answer[0]}, not {status}, for {query}"] if answer[0] != status else []
            wrong += session.wrong(answer, operation)
        answer = session.ask(target, method="DELETE")
        wrong += [f"{answer[0]} for DELETE"] if answer[0] not in (401, 405) else session.wrong(answer, operation)
        check(not wrong, f"GET {target} refuses {len(tries) + 1} wrong requests as described")
        for line in wrong[:5]:
            print(f"     {line}")
    problem = {"responses": {"default": {"$ref": "#/components/responses/Problem"}}}
    for target in ("/api/v1/nothing", "/nothing", "/api/v2/status", "/api/v1/status/"):
        answer = session.ask(target)
        check(answer[0] == 404 and not session.wrong(answer, problem), f"{target} is 404, and a problem")


def commands_answer_as_described(session, token):
    story = [("pause", "", 200), ("resume", "{}", 200), ("close", "", 400), ("close", '{"pair":"NON/USD"}', 400),
             ("pause", '{"command":"flatten"}', 400), ("close_all", "", 200), ("resume", "", 200)]
    for name, body, status in story:
        target = f"/api/v1/control/{name}"
        operation = session.document["paths"][target]["post"]
        answer = session.ask(target, method="POST", body=body, token=token)
        check(answer[0] == status and not session.wrong(answer, operation), f"POST {target} {body} is {status} as described")
        if answer[0] != status:
            print(f"     {answer}")
    for target, methods in session.document["paths"].items():
        for method in set(methods) - {"get"}:
            answer = session.ask(target, method=method.upper(), body="{}")
            check(answer[0] == 401 and not session.wrong(answer, methods[method]),
                  f"{method.upper()} {target} is 401 without the token, and a problem")


def nothing_is_empty(session):
    """A list without rows would have shown nothing."""
    counts = {
        "pairs": lambda told: len(told), "scanner": lambda told: len(told["pairs"][0]["sparkline"]),
        "book?pair=BTC/USD": lambda told: min(len(told["bids"]), len(told["asks"])),
        "strategies": lambda told: len(told), "trades": lambda told: len(told["trades"]),
        "thoughts": lambda told: len(told["thoughts"]), "activity": lambda told: len(told["activity"]),
        "balances": lambda told: len(told["balances"]),
        "candles?pair=BTC/USD": lambda told: len(told["candles"]),
        "indicators?pair=BTC/USD&names=ema:20": lambda told: len(told["lines"][0]["points"]),
        "config": lambda told: len(told["options"]),
    }
    for name, count in counts.items():
        found = until(lambda: count(session.get(name)), 60)
        check(found, f"{name} has {found} rows to look at")


def as_the_page_needs_it(session):
    """The same figure is the same wherever it stands."""
    check(json.loads(session.ask("/status").text).keys() == session.get("status").keys(), "/status is /api/v1/status")
    known = [row["regime"] for row in session.get("scanner")["pairs"]]
    check(any(known), f"the scanner knows regimes: {known}")
    line = next(row for row in session.get("scanner")["pairs"] if row["pair"] == "BTC/USD")["sparkline"]
    closes = [float(candle["close"]) for candle in session.get("candles?pair=BTC/USD&timeframe=1h")["candles"]]
    at = [i for i in range(len(closes)) if closes[i:i + len(line)] == line]
    check(at, f"the sparkline's {len(line)} closes are those of the hourly candles")
    options = {f"{row['section']}.{row['name']}": row for row in session.get("config")["options"]}
    seed, port, depth = options["market.seed"], options["server.port"], options["venue.depth"]
    check((seed["value"], seed["from"]) == ("7", "command line") and port["from"] == "command line" and
          depth["from"] == "default" and depth["value"] == depth["default"], "and the options say where they are from")
    check(all(row["value"] in ("", "***") for row in options.values() if row["secret"]), "and keep their secrets")


def while_it_runs():
    session = Described(*BUSY)
    check(session.document["openapi"].startswith("3.1"), "it describes itself in OpenAPI 3.1")
    token = session.token()
    nothing_is_empty(session)
    a_backtest_is_made(session, token)
    every_route_is_described(session)
    every_answer_is_as_described(session)
    every_error_is_as_described(session)
    as_the_page_needs_it(session)
    commands_answer_as_described(session, token)
    print(f"     {session.asked} requests")
    session.end(signal.SIGINT)


main(the_checker_sees_what_is_wrong, while_it_runs)
