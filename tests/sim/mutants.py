#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Does the simulator bite? Each mutant is a fault put into our sources, in a copy of them; the
simulator must see it within SEEDS seeds. A mutant whose text is no longer there is an error: it
tests nothing. Prints a line a mutant, then "N passed, M failed", and exits 1 when one went unseen.

    mutants.py [--seeds N] [NAME ...]
"""
import argparse
import concurrent.futures
import os
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
EXECUTION = "src/core/execution/"
PIECE = 25

# Name, file, the text as it stands, and the fault.
MUTANTS = [
    ("sends before the disk has the intent", "src/app/session_orders.c",
     "if (!intent || request->sequence <= session->broker->durable) {",
     "if (intent || !intent) {"),
    ("sends again what was not answered", EXECUTION + "broker_ticket.c",
     "        ticket->state = TICKET_UNKNOWN;\n        broker->stats.unknown_count++;",
     "        ticket->state = TICKET_INTENDED;\n        ticket->intent = 0;\n"
     "        ticket_add(broker, ticket, out);\n        return;\n"
     "        broker->stats.unknown_count++;"),
    ("forgets a fill", EXECUTION + "broker_rows.c",
     "    exec_remember(broker, row);\n    broker->stats.fill_count++;",
     "    exec_remember(broker, row);\n    if (broker->stats.fill_count++ % 20 == 19) {\n"
     "        ticket->filled_lots += row->qty_lots;\n        return;\n    }"),
    ("uses a client id twice", EXECUTION + "broker_ticket.c",
     ".number = broker->number_next++,", ".number = broker->number_next++ / 4 + 1,"),
    ("sells before the stop's cancel is confirmed", EXECUTION + "broker_sale.c",
     "                 : !lane_clear(broker, market->pair, TICKET_STOP, out)) {",
     "                 : lane_clear(broker, market->pair, TICKET_STOP, out) && false) {"),
    ("counts a fill twice", EXECUTION + "broker_rows.c",
     "    if (exec_known(broker, row->exec)) {", "    if (false && exec_known(broker, row->exec)) {"),
    ("concludes absent without waiting", EXECUTION + "broker_list.c",
     "if (begun_ns > ticket->deadline_ns + broker->config.lag_ns) {", "if (begun_ns > 0) {"),
    ("drops what a restart was waiting for", EXECUTION + "broker.c",
     "        ticket->state = TICKET_UNKNOWN;\n    }\n    ticket->unsure",
     "        ticket->state = TICKET_FREE;\n    }\n    ticket->unsure"),
    ("exceeds the rate counter", EXECUTION + "broker_ticket.c",
     "    return rate_counter_admits(&lane->rate, &limit, lane->rate_asked + cost, "
     "broker->time_ns);",
     "    return limit.max > 0 && lane->rate_asked + cost >= 0;"),
    ("ends an order before its last fill", EXECUTION + "broker_rows.c",
     "((ticket->ended_told && !behind) || filled)", "(ticket->ended_told || filled)"),
    ("takes a stop that ended for protection", EXECUTION + "broker_sale.c",
     "if (ticket->role != TICKET_STOP || !ticket_alive(ticket)) {", "if (ticket->role != TICKET_STOP) {"),
    ("takes one rung of a ladder for another", EXECUTION + "broker_entry.c",
     "if (ticket->order != 0 && lane->entries[i].order.id == ticket->order) {",
     "if (ticket->order != 0 && lane->entries[i].order.id != 0) {"),
    ("counts a deposit twice", "src/core/engine/engine.c",
     "        if (venue_id_known(news->txid) && venue_id_same(engine->flows[i], news->txid)) {",
     "        if (false && venue_id_same(engine->flows[i], news->txid)) {"),
    ("forgets money that came while it was dead", "src/app/session_orders.c",
     "    return from_ns != 0 && since_ns > from_ns ? since_ns : from_ns;",
     "    return since_ns - since_ns + 0 * from_ns;"),
]

# The same of the store, with the real one in every seed.
STORE_MUTANTS = [
    ("acknowledges what the ledger has not", "src/app/recorder_money.c",
     "    if (result == 0) {\n        forget_written(recorder, count);",
     "    forget_written(recorder, count);\n    if (result == 0) {"),
    ("begins a segment before the ledger has the rows", "src/app/recorder_journal.c",
     "    int result = write_rows_before(recorder, item);",
     "    int result = item->rows_before > 1 ? 0 : write_rows_before(recorder, item);"),
]


def copy_tree(to):
    for name in ("src", "tests", "tools", "bench", "meson.build", "meson_options.txt"):
        source = os.path.join(ROOT, name)
        if os.path.isdir(source):
            shutil.copytree(source, os.path.join(to, name), symlinks=True,
                            ignore=shutil.ignore_patterns("node_modules", "__pycache__"))
        elif os.path.exists(source):
            shutil.copy(source, os.path.join(to, name))
    os.makedirs(os.path.join(to, "web"))
    for name in ("build.mjs", "meson.build"):
        source = os.path.join(ROOT, "web", name)
        if os.path.exists(source):
            shutil.copy(source, os.path.join(to, "web", name))


def build(tree):
    done = subprocess.run(["ninja", "-C", "build", "-j2", "tests/sim/simulator"], cwd=tree,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:
        sys.exit("mutants: it does not compile:\n" + "\n".join(
            line for line in done.stdout.splitlines() if "error" in line)[:3000])


def seen_in(simulator, share, first, count):
    """The first seed of a piece that fails, and what it says; None when none does."""
    done = subprocess.run([simulator, "--seeds", str(count), "--from", str(first), "--disk", share],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    found = re.search(r"^seed (\d+): (.*)$", done.stdout, re.M)
    if found:
        return f"seed {found[1]}: {found[2]}"
    if done.returncode != 0:
        said = [line for line in done.stdout.splitlines() if "CHECK" in line or "check" in line]
        return f"a seed from {first}: it stops itself: " + (said[-1] if said else "no word")
    return None


def seen(tree, seeds, share):
    """In order, as many pieces at once as there are processors."""
    simulator = os.path.join(tree, "build/tests/sim/simulator")
    at_once = os.cpu_count()
    pieces = [(first, min(PIECE, seeds + 1 - first)) for first in range(1, seeds + 1, PIECE)]
    with concurrent.futures.ThreadPoolExecutor(at_once) as pool:
        for i in range(0, len(pieces), at_once):
            found = list(pool.map(lambda piece: seen_in(simulator, share, *piece),
                                  pieces[i:i + at_once]))
            if any(found):
                return next(word for word in found if word)
    return None


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seeds", type=int, default=5000)
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    caught = missed = 0
    with tempfile.TemporaryDirectory(prefix="cuttle-mutants-") as tree:
        copy_tree(tree)
        subprocess.run(["meson", "setup", "build", "-Dtests=true", "-Dbuildtype=release",
                        "-Dweb=disabled"], cwd=tree, stdout=subprocess.DEVNULL, check=True)
        mutants = [(*mutant, "8") for mutant in MUTANTS]
        mutants += [(*mutant, "1") for mutant in STORE_MUTANTS]
        for name, path, text, fault, share in mutants:
            if options.names and not any(part in name for part in options.names):
                continue
            place = os.path.join(tree, path)
            with open(place) as file:
                whole = file.read()
            if whole.count(text) != 1:
                print(f"STALE   {name}: its text stands {whole.count(text)} times in {path}")
                missed += 1
                continue
            with open(place, "w") as file:
                file.write(whole.replace(text, fault))
            build(tree)
            found = seen(tree, options.seeds, share)
            with open(place, "w") as file:
                file.write(whole)
            caught += found is not None
            missed += found is None
            print(f"{'caught' if found else 'UNSEEN'}  {name}" + (f": {found}" if found else ""),
                  flush=True)
    print(f"{caught} passed, {missed} failed")
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
