# SPDX-License-Identifier: MIT
"""What the end-to-end tests share: the program, a directory of the test's own, checks that print
what held, and the last line that ./dev adds up."""
import json
import os
import pty
import re
import select
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

PROGRAM = os.path.abspath(os.environ.get("CUTTLE_PROGRAM", "build/cuttle"))
SHARED = os.path.abspath(os.environ.get("CUTTLE_SHARED", "../shared"))
# Strategies that are seldom sure, and that none keeps waiting; and strategies that keep out of the way.
BUSY = ["--pairs", "small", "--speed", "600", "--seed", "7", "--set", "decision.alone=0.4", "--set",
        "decision.confidence=0.4"]
QUIET = ["--seed", "3", "--set", "decision.confidence=1", "--set", "decision.alone=1"]
passed = failed = skipped = 0
scratch = tempfile.mkdtemp(prefix="cuttle-e2e-")
running = []


def check(holds, what):
    """One line a check; a failure does not stop the others."""
    global passed, failed
    if holds:
        passed += 1
        print(f"ok   {what}", flush=True)
    else:
        failed += 1
        print(f"FAIL {what}", flush=True)
    return holds


def skip(what):
    global skipped
    skipped += 1
    print(f"skip {what}", flush=True)


def path(name):
    return os.path.join(scratch, name)


def write(name, text, mode=0o600):
    with open(path(name), "w", encoding="utf-8") as file:
        file.write(text)
    os.chmod(path(name), mode)
    return path(name)


def start(*args, **more):
    """A cuttle that runs beside the test; ended with it, whatever happens."""
    process = subprocess.Popen([PROGRAM, *args], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                               cwd=scratch, **more)
    running.append(process)
    return process


def run(*args, timeout=120, **more):
    """Runs to its end; .returncode, .stdout, .stderr."""
    return subprocess.run([PROGRAM, *args], capture_output=True, text=True, timeout=timeout, cwd=scratch, **more)


def typed(*args, answer):
    """Runs with a terminal for its input, on which this is typed."""
    ours, theirs = pty.openpty()
    os.write(ours, answer.encode())
    done = run(*args, stdin=theirs)
    os.close(ours)
    os.close(theirs)
    return done


def told_one_line(done, *words):
    """Whether it was refused in one line that has these words."""
    lines = done.stderr.strip().split("\n")
    return done.returncode == 1 and len(lines) == 1 and all(word in lines[0] for word in words)


def session(*args, report="report.json", timeout=120):
    """A session without dashboard that ends by itself: its result and its report."""
    done = run("run", "--headless", "--report", path(report), *args, timeout=timeout)
    try:
        with open(path(report), encoding="utf-8") as file:
            return done, json.load(file)
    except (OSError, ValueError):
        print(done.stderr[-2000:])
        return done, None


def line_of(process, pattern, seconds=20):
    """The first line of a process's output that matches, or None. What comes behind it is kept for
    the next call: several lines may arrive in one piece."""
    until = time.monotonic() + seconds
    if not hasattr(process, "unread"):
        process.unread = {process.stdout: b"", process.stderr: b""}
    while process.unread and time.monotonic() < until:
        for stream, text in process.unread.items():
            while b"\n" in text:
                line, text = text.split(b"\n", 1)
                process.unread[stream] = text
                match = re.search(pattern, line.decode())
                if match:
                    return match
        ready, _, _ = select.select(list(process.unread), [], [], 0.2)
        for stream in ready:
            piece = os.read(stream.fileno(), 65536)
            if piece:
                process.unread[stream] += piece
            else:
                del process.unread[stream]
    return None


def drain(process):
    """Reads on so that a full pipe never stops the process."""
    import threading
    for stream in (process.stdout, process.stderr):
        threading.Thread(target=stream.read, daemon=True).start()


def stop(process, how=signal.SIGTERM, seconds=10):
    """Ends a process; its exit status and how long it took."""
    began = time.monotonic()
    process.send_signal(how)
    try:
        process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
    return process.returncode, time.monotonic() - began


def children(pid):
    """The processes that a process has started."""
    out = []
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                with open(f"/proc/{entry}/stat", encoding="utf-8") as file:
                    if int(file.read().rsplit(")", 1)[1].split()[1]) == pid:
                        out.append(int(entry))
            except (OSError, ValueError, IndexError):
                pass
    return out


def query(state, sql, *args):
    with sqlite3.connect(f"file:{path(state)}/ledger.db?mode=ro", uri=True) as db:
        return db.execute(sql, args).fetchall()


def finish():
    for process in running:
        if process.poll() is None:
            process.kill()
            process.wait()
    shutil.rmtree(scratch, ignore_errors=True)
    print(f"[  PASSED  ] {passed} test(s).")
    if skipped:
        print(f"[  SKIPPED ] {skipped} test(s).")
    if failed:
        print(f"[  FAILED  ] {failed} test(s).")
    sys.exit(1 if failed else 0)


def until(holds, seconds=40):
    """What it gives as soon as that is something; None when that takes too long."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := holds():
            return found
        time.sleep(0.05)
    return None


def main(*tests):
    try:
        for test in tests:
            test()
    except Exception as error:  # a test that stumbles is a test that failed
        import traceback
        traceback.print_exc()
        check(False, f"{type(error).__name__}: {error}")
    finish()
