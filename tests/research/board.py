# SPDX-License-Identifier: MIT
"""A study that workers share (`cuttle search --board`): with a PostgreSQL server of the test's own, which is stopped and
started; workers killed at random, stopped, interrupted; each set once in the result, which is that of one worker alone.

    CUTTLE_PROGRAM=build/cuttle CUTTLE_POSTGRES=1 PYTHONPATH=tests/support python3 tests/research/board.py"""
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import postgres
import walk

PROGRAM = os.path.abspath(os.environ["CUTTLE_PROGRAM"])
PAIR = ["--candles", "walk.csv", "--strategy", "sma_pair", "--stake", "all", "--fee", "0.0004",
        "--space", "fast=2..40", "--space", "slow=41..200", "--method", "random"]
PATIENCE_S = 150  # for anything that takes moments where nothing else runs


def expect(condition, what):
    if not condition:
        raise AssertionError(what)


def environment(password=postgres.PASSWORD):
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("CUTTLE_", "PG"))}
    return {**plain, "PGPASSWORD": password} if password else {**plain, "PGPASSFILE": "/nonexistent"}


def world(count):
    folder = tempfile.TemporaryDirectory()
    walk.write(count, os.path.join(folder.name, "walk.csv"))
    return folder


def start(folder, *words):
    """A worker; it is ended by end_all, whatever happens."""
    asked = [] if "--resume" in words else PAIR
    process = subprocess.Popen([PROGRAM, "search", *asked, *words, "--json"], cwd=folder, env=environment(),
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    start.living.append(process)
    return process


start.living = []


def end_all():
    for process in start.living:
        if process.poll() is None:
            process.kill()
            process.communicate()
    start.living.clear()


def finish(process):
    out, error = process.communicate(timeout=PATIENCE_S)
    expect(process.returncode == 0, (process.returncode, out, error))
    return json.loads(out)


def search(folder, *words):
    return finish(start(folder, *words))


def refused(folder, *words, password=postgres.PASSWORD):
    done = subprocess.run([PROGRAM, "search", *PAIR, *words], cwd=folder, env=environment(password),
                          capture_output=True, text=True, timeout=PATIENCE_S)
    expect(done.returncode == 1 and done.stdout == "", (words, done))
    return done.stderr


def files(folder, name):
    content = []
    for file in ("trials.jsonl", "returns.f32"):
        with open(os.path.join(folder, "studies", name, file), "rb") as source:
            content.append(source.read())
    return content


def figures(said):
    """What is the same whoever works it out."""
    return {key: value for key, value in said.items()
            if key not in ("study", "workers", "seconds", "cpu_seconds", "workers_busy", "resumed", "board")}


def wait_for(condition, what):
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        found = condition()
        if found:
            return found
        time.sleep(0.02)
    raise AssertionError(f"never: {what}")


def trials(study):
    return f"(SELECT trial.* FROM cuttle_trial trial JOIN cuttle_study ON study = id WHERE name = '{study}') AS trial"


def one(server, what, study, where="true"):
    """One figure of a study's sets; 0 while there is no board."""
    done = server.ask(f"SELECT coalesce({what}, 0) FROM {trials(study)} WHERE {where}", check=False)
    if 'relation "cuttle_trial" does not exist' in done.stderr:
        return 0
    expect(done.returncode == 0, done.stderr)
    return int(done.stdout)


def held_by(server, study, process):
    """The sets that a worker works on: it is known by its pid."""
    return one(server, "count(*)", study, f"worker LIKE '%-{process.pid}-%' AND done IS NULL")


def stop_with_work(server, study, process):
    """Stops a worker that has sets. It is looked at only while it stands still: it is faster than we are."""
    def stopped():
        expect(process.poll() is None, f"it ended: {process.poll()}")
        process.send_signal(signal.SIGSTOP)
        if held_by(server, study, process) > 0:
            return True
        process.send_signal(signal.SIGCONT)
        return False
    wait_for(lambda: one(server, "count(*)", study) > 0, "a set on the board")
    wait_for(stopped, "stopped in the midst of a set")


def on(server, study, lease="10m"):
    return ["--board", server.address(), "--study", study, "--lease", lease, "--workers", "1"]


def every_set_is_done_once(server, study, count):
    expect(one(server, "count(*)", study) == count == one(server, "count(done)", study), "sets on the board")


def two_workers_run_no_set_twice(server):
    with world(12000) as folder:
        alone = search(folder, "--trials", "80", "--study", "alone")
        first = start(folder, "--trials", "80", *on(server, "shared"))
        stop_with_work(server, "shared", first)
        second = start(folder, "--trials", "80", *on(server, "shared"))
        wait_for(lambda: one(server, "count(done)", "shared", f"worker LIKE '%-{second.pid}-%'") >= 5, "5 sets of its own")
        first.send_signal(signal.SIGCONT)
        both = [finish(first), finish(second)]
        every_set_is_done_once(server, "shared", 80)
        expect(one(server, "max(claims)", "shared") == 1 == one(server, "min(claims)", "shared"), "a set was run twice")
        ran = [said["board"]["ran"] for said in both]
        expect(sum(ran) == 80 and min(ran) > 0 and all(said["board"]["taken_over"] == 0 for said in both), both)
        for said in both:
            expect(figures(said) == figures(alone), (said, alone))
        expect(sorted(said["study"] for said in both) == ["studies/shared", "studies/shared-2"], both)
        for name in ("shared", "shared-2"):
            expect(files(folder, name) == files(folder, "alone"), f"{name} is not what one worker alone writes")
        # Who comes when all is done runs nothing.
        late = search(folder, "--resume", "shared-2")
        expect(late["board"]["ran"] == 0 and late["board"]["study"] == "shared", late)
        expect(figures(late) == figures(alone), late)


def a_worker_that_was_away_too_long_is_not_counted(server):
    with world(12000) as folder:
        away = start(folder, "--trials", "30", *on(server, "away", "1s"))
        stop_with_work(server, "away", away)
        held = held_by(server, "away", away)
        there = search(folder, "--trials", "30", *on(server, "away", "1s"))
        expect(there["board"]["taken_over"] >= held > 0, (there, held))
        away.send_signal(signal.SIGCONT)
        said = finish(away)
        expect(said["board"]["dropped"] == held, (said, held))
        every_set_is_done_once(server, "away", 30)
        expect(said["board"]["ran"] + there["board"]["ran"] == 30, (said, there))
        expect(figures(said) == figures(there), (said, there))


def an_interrupt_gives_back_what_it_had(server):
    with world(12000) as folder:
        words = ["--trials", "200", *on(server, "stopped")]
        process = start(folder, *words)
        stop_with_work(server, "stopped", process)
        process.send_signal(signal.SIGINT)
        process.send_signal(signal.SIGCONT)
        _, error = process.communicate(timeout=PATIENCE_S)
        expect(process.returncode == 130 and "--resume stopped" in error, (process.returncode, error))
        expect(one(server, "count(*)", "stopped", "done IS NULL AND (worker IS NOT NULL OR claims > 0)") == 0,
               "what it had is still its own")
        done = one(server, "count(done)", "stopped")
        resumed = search(folder, "--resume", "stopped")
        expect(resumed["resumed"] <= done < 200 and resumed["board"]["ran"] == 200 - done, (resumed, done))
        every_set_is_done_once(server, "stopped", 200)


def a_study_that_was_begun_alone_can_be_shared(server):
    with world(3000) as folder:
        search(folder, "--trials", "300", "--study", "begun")
        said = search(folder, "--trials", "320", *on(server, "begun"))
        expect(said["resumed"] == 300 and said["board"]["ran"] == 20, said)
        every_set_is_done_once(server, "begun", 320)
        expect(one(server, "sum(claims)", "begun") == 20, "sets that were known are claimed")
        shutil.rmtree(os.path.join(folder, "studies", "begun"))
        again = search(folder, "--trials", "320", *on(server, "begun"))
        expect(again["board"]["ran"] == 0 and figures(again) == figures(said), (again, said))


def methods_that_learn_are_shared_too(server):
    with world(3000) as folder:
        for method in ("tpe", "halving"):
            words = ["--trials", "60", "--method", method]
            alone = search(folder, *words, "--study", "alone-" + method)
            both = [start(folder, *words, *on(server, method)) for _ in range(2)]
            for said in [finish(process) for process in both]:
                expect(figures(said) == figures(alone), (said, alone))
            every_set_is_done_once(server, method, alone["trials"])
            expect(files(folder, method) == files(folder, "alone-" + method), method)


class Crew:
    """Three workers on a study, replaced as they are killed."""

    def __init__(self, folder, server, chance, words):
        self.folder, self.server, self.chance, self.words = folder, server, chance, words
        self.kills = self.orphans = 0
        self.workers = [self.start() for _ in range(3)]

    def start(self):
        return start(self.folder, *self.words)

    def restart_server(self):
        """As if it had crashed; who begins meanwhile finds none, and is begun again."""
        self.server.stop(signal.SIGQUIT)
        time.sleep(1)
        self.server.start()

    def replace_ended(self):
        for i, worker in enumerate(self.workers):
            if worker.poll() not in (None, 0):
                _, error = worker.communicate()
                expect("--board: postgresql:" in error, (worker.returncode, error))
                self.workers[i] = self.start()

    def kill(self, i):
        """Also in the midst of an exchange, and while it is only starting."""
        worker = self.workers[i]
        if worker.poll() is not None:
            return
        worker.send_signal(signal.SIGSTOP)
        self.orphans += held_by(self.server, "killed", worker)
        worker.kill()
        worker.communicate()
        self.kills += 1
        self.workers[i] = self.start()


def killed_at_random_each_set_counts_once(server):
    chance = random.Random(int(os.environ.get("CUTTLE_SEED", "7")))
    count = 240
    with world(16000) as folder:
        words = ["--trials", str(count)]
        alone = search(folder, *words, "--study", "alone")
        crew = Crew(folder, server, chance, [*words, *on(server, "killed", "2s")])
        for worker in crew.workers[:2]:
            stop_with_work(server, "killed", worker)
        crew.kill(0)
        crew.restart_server()
        crew.workers[1].send_signal(signal.SIGCONT)
        until = time.monotonic() + 2 * PATIENCE_S
        while any(worker.poll() is None for worker in crew.workers):
            expect(time.monotonic() < until, "it does not come to an end")
            time.sleep(0.3 * chance.random())
            crew.replace_ended()
            if one(server, "count(done)", "killed") < count * 3 // 4 and crew.kills < 12:
                crew.kill(chance.randrange(3))
        last = [finish(worker) for worker in crew.workers]
        takeovers = one(server, "sum(claims - 1)", "killed")
        print(f"{crew.kills} kills, {crew.orphans} sets left behind, {takeovers} taken over, "
              f"{sum(said['board']['reconnects'] for said in last)} connections made again", flush=True)
        expect(takeovers > 0 and crew.orphans > 0, (takeovers, crew.orphans))
        every_set_is_done_once(server, "killed", count)
        for said in last:
            expect(figures(said) == figures(alone), (said, alone))
            name = os.path.basename(said["study"])
            expect(files(folder, name) == files(folder, "alone"), f"{name} is not what one worker alone writes")


def work_goes_on_while_the_server_is_away(server):
    with world(12000) as folder:
        process = start(folder, "--trials", "60", *on(server, "outage"))
        stop_with_work(server, "outage", process)
        server.stop(signal.SIGQUIT)
        process.send_signal(signal.SIGCONT)
        said = process.stderr.readline()
        expect("the board is away" in said, said)
        server.start()
        out, error = process.communicate(timeout=PATIENCE_S)
        expect(process.returncode == 0, (out, error))
        expect("the board is back" in error, error)
        said = json.loads(out)
        expect(said["board"]["reconnects"] == 1 and said["trials"] == 60, said)
        every_set_is_done_once(server, "outage", 60)


def another_study_under_the_same_name_is_refused(server):
    with world(3000) as folder:
        search(folder, "--trials", "5", *on(server, "mine"))
        said = refused(folder, "--trials", "5", *on(server, "mine"), "--seed", "2")
        expect("its seed was 1 and is 2 now" in said and "on the board" in said, said)
        walk.write(3001, os.path.join(folder, "walk.csv"))
        said = refused(folder, "--trials", "5", *on(server, "mine"))
        expect("is of another search" in said, said)


def another_set_in_the_same_place_is_refused(server):
    with world(3000) as folder:
        search(folder, "--trials", "5", *on(server, "other"))
        server.ask("UPDATE cuttle_trial SET done = NULL, line = NULL, returns = NULL, point = 'strategy.sma_pair.fast=1' "
                   "FROM cuttle_study WHERE study = id AND name = 'other' AND number = 3")
        shutil.rmtree(os.path.join(folder, "studies", "other"))
        said = refused(folder, "--trials", "5", *on(server, "other"))
        expect("set 3 is another on the board than here" in said, said)
        server.ask("UPDATE cuttle_trial SET done = now(), line = replace(first.line, '\"trial\":0', '\"trial\":3'), "
                   "returns = first.returns FROM (SELECT * FROM cuttle_trial WHERE number = 0) AS first "
                   "WHERE cuttle_trial.study = first.study AND cuttle_trial.number = 3")
        said = refused(folder, "--trials", "5", *on(server, "other"))
        expect("its checksum is another" in said, said)


def tables_of_another_version_are_refused(server):
    with world(400) as folder:
        server.ask("CREATE DATABASE later")
        server.ask("CREATE TABLE cuttle_study (id bigint)", "later")
        said = refused(folder, "--trials", "2", "--study", "x", "--board", server.address("later"))
        expect("of another version of cuttle: take another database" in said, said)


def who_may_not_make_the_tables_is_told_so(server):
    with world(400) as folder:
        server.ask(f"CREATE ROLE guest LOGIN PASSWORD '{postgres.PASSWORD}'")
        server.ask("CREATE DATABASE closed")
        server.ask("REVOKE CREATE ON SCHEMA public FROM PUBLIC", "closed")
        address = server.address("closed").replace(postgres.USER, "guest")
        said = refused(folder, "--trials", "2", "--study", "x", "--board", address)
        expect("permission denied" in said and "grant this user the right" in said, said)


def what_cannot_be_reached_is_said_without_the_password(server):
    with world(400) as folder:
        words = ["--trials", "2", "--study", "x", "--board"]
        for address, password, answer in (
                (server.address(), "wrong", "is the password in PGPASSWORD or ~/.pgpass the right one?"),
                (server.address(), None, "put the password in PGPASSWORD or ~/.pgpass"),
                (server.address("nothing"), postgres.PASSWORD, 'database "nothing" does not exist'),
                ("postgresql://a@127.0.0.1:1/b", "wrong", "is the server there, and reached from here?"),
                ("somewhere", "wrong", "write postgresql://USER@HOST/DATABASE"),
                ("postgresql://a:s3cret@h/b", None, "a password does not belong in the address"),
                ("host=h password=s3cret", None, "a password does not belong in the address"),
                ("postgresql://a@h/b?password=s3cret", None, "a password does not belong in the address")):
            said = refused(folder, *words, address, password=password)
            expect(answer in said and "s3cret" not in said and postgres.PASSWORD not in said, (address, said))
        said = refused(folder, "--trials", "2", "--board", server.address())
        expect("say it with --study" in said, said)
        said = refused(folder, *words, server.address(), "--lease", "0s")
        expect("write a length from 1s to 7d" in said, said)
        expect(not os.path.exists(os.path.join(folder, "studies")), "a study was begun")
        search(folder, *words, server.address())
        kept = b""
        for path, _, names in os.walk(os.path.join(folder, "studies")):
            for name in names:
                with open(os.path.join(path, name), "rb") as file:
                    kept += file.read()
        expect(server.address().encode() in kept and postgres.PASSWORD.encode() not in kept, "a password is kept")


def without_postgresql_it_says_what_is_missing(_):
    with world(400) as folder:
        said = refused(folder, "--trials", "2", "--study", "x", "--board", "postgresql://a@h/b")
        expect("built without PostgreSQL" in said and "libpq-dev" in said, said)
        expect(search(folder, "--trials", "2", "--study", "x")["trials"] == 2, "alone it searches")


TESTS = [two_workers_run_no_set_twice,
         a_worker_that_was_away_too_long_is_not_counted,
         an_interrupt_gives_back_what_it_had,
         a_study_that_was_begun_alone_can_be_shared,
         methods_that_learn_are_shared_too,
         killed_at_random_each_set_counts_once,
         work_goes_on_while_the_server_is_away,
         another_study_under_the_same_name_is_refused,
         another_set_in_the_same_place_is_refused,
         tables_of_another_version_are_refused,
         who_may_not_make_the_tables_is_told_so,
         what_cannot_be_reached_is_said_without_the_password]


def run(tests, server):
    failed = 0
    for test in tests:
        try:
            test(server)
            print(f"[       OK ] {test.__name__}", flush=True)
        except (AssertionError, RuntimeError, subprocess.TimeoutExpired) as fault:
            failed += 1
            print(f"[  FAILED  ] {test.__name__}: {fault}", flush=True)
        finally:
            end_all()
    print(f"[  PASSED  ] {len(tests) - failed} test(s).")
    if failed:
        sys.exit(f"[  FAILED  ] {failed} test(s)")


def main():
    named = [test for test in TESTS if test.__name__ in sys.argv[1:]] or TESTS
    if os.environ.get("CUTTLE_POSTGRES") != "1":
        run([without_postgresql_it_says_what_is_missing], None)
    elif postgres.missing():
        print("[  PASSED  ] 0 test(s).")
        print(f"[  SKIPPED ] {len(TESTS)} test(s): {postgres.missing()}")
        sys.exit(77)
    else:
        with postgres.Server() as server:
            run(named, server)


if __name__ == "__main__":
    main()
