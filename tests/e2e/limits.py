# SPDX-License-Identifier: MIT
"""A limit that the operator set by command, and a configuration that says another value at the next start: which of the
two counts, that it is said, and that two which bound each other never stand in each other's way."""
from cuttle import QUIET, check, main, path, query, run, until
from session import Session


class Limits(Session):
    def __init__(self, *sets):
        words = [word for each in sets for word in ("--set", each)]
        super().__init__("limits", "--pairs", "BTC/USD", *QUIET, *words)
        until(lambda: self.get("status")["feed"]["fresh"] == 1)

    def value(self, name):
        return next(each for each in self.get("risk")["limits"] if each["name"] == f"risk.{name}")

    def close(self):
        status, _ = self.end()
        check(status == 0, f"the session ends well: {status}")


def set_by_command():
    session = Limits()
    for name, value in (("scale_least", "0.3"), ("scale_most", "0.5"), ("cool_off", "45m"), ("max_positions", "3")):
        code, text = session.ctl("limit", name, value)
        check(code == 0, f"a limit is set: {text}")
    session.close()


def said_since(length):
    with open(path("limits/cuttle.log"), encoding="utf-8") as file:
        return [line for line in file.read()[length:].splitlines() if "risk.limit_" in line]


def start_with(*sets):
    with open(path("limits/cuttle.log"), encoding="utf-8") as file:
        length = len(file.read())
    session = Limits(*sets)
    values = {name: session.value(name) for name in ("scale_least", "scale_most", "cool_off", "max_positions")}
    session.close()
    return values, said_since(length)


def newer_words():
    """Neither of the two scales fits beside what the other one was: each goes when the other has made room."""
    values, said = start_with("risk.scale_least=0.6", "risk.scale_most=1.2", "risk.max_positions=9")
    check((values["scale_least"]["value"], values["scale_most"]["value"], values["max_positions"]["value"]) ==
          (0.6, 1.2, 9), f"what the configuration says now is in force: {values}")
    check(not any(values[name]["changed"] for name in ("scale_least", "scale_most", "max_positions")),
          "and is nobody's word but its own")
    dropped = [line for line in said if "limit_dropped" in line]
    check(len(dropped) == 3 and all('"level":"warn"' in line for line in dropped), f"each is said aloud: {said}")
    line = next((line for line in dropped if "max_positions" in line), "")
    check("risk.max_positions is 9" in line and "said 5" in line and "cuttle ctl limit max_positions 3" in line,
          f"with what it was and how to have it again: {line}")
    refused = query("limits", "SELECT sentence FROM records WHERE sentence LIKE '%stays%'")
    check(refused == [], f"none was refused on the way: {refused}")


def kept():
    values, said = start_with()
    check(values["cool_off"]["value"] == "45m" and values["cool_off"]["changed"], "one that it says nothing else of stays")
    check(len(said) == 1 and '"level":"warn"' in said[0] and "risk.cool_off is 45m" in said[0] and "says 30m" in said[0],
          f"which is said at each start, as it is written: {said}")


def no_room():
    session = Limits()
    code, text = session.ctl("limit", "scale_least", "0.9")
    check(code == 0, f"a limit is set: {text}")
    session.close()
    values, said = start_with("risk.scale_most=0.8")
    check(values["scale_least"]["value"] == 0.25 and not values["scale_least"]["changed"],
          f"one that does not fit beside the configuration goes back to it: {values['scale_least']}")
    line = next((line for line in said if "scale_least" in line), "")
    check('"level":"warn"' in line and "0.9" in line and "risk.scale_most at most" in line, f"and why is said: {line}")


def replayed():
    done = run("replay", "limits")
    check(done.returncode == 0 and "identical" in done.stdout, f"a replay obeys them the same: {done.stdout[-200:]}")


main(set_by_command, newer_words, kept, no_room, replayed)
