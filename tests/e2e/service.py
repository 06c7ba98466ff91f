# SPDX-License-Identifier: MIT
"""cuttle as a service: what the service manager is told, and that the unit in packaging/ is one."""
import os
import re
import shutil
import signal
import socket
import subprocess
import time

from cuttle import PROGRAM, check, drain, main, path, skip, start, stop

SOURCE = os.environ.get("CUTTLE_SOURCE", os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
UNIT = os.path.join(SOURCE, "packaging", "systemd", "cuttle.service")


def hear(manager, seconds, until=None):
    """What arrives, in order, to the first that begins with `until`."""
    heard = []
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        manager.settimeout(max(0.01, end - time.monotonic()))
        try:
            heard.append(manager.recv(4096).decode())
        except socket.timeout:
            break
        if until is not None and heard[-1].startswith(until):
            break
    return heard


def told():
    manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    manager.bind(path("notify"))
    process = start("run", "--headless", "--state", "s", "--pairs", "BTC/USD",
                    env={**os.environ, "NOTIFY_SOCKET": path("notify"), "WATCHDOG_USEC": "400000"})
    drain(process)
    heard = hear(manager, 60, "READY=1")
    check(heard and heard[-1] == "READY=1" and set(heard[:-1]) <= {"WATCHDOG=1"}, "ready is told when it has warmed up")
    heard = hear(manager, 2)
    check(heard.count("WATCHDOG=1") >= 5, "a sign of life comes more often than asked for")
    check(any(re.match(r"STATUS=.*equity", line) for line in heard), "and a line of status")
    process.send_signal(signal.SIGSTOP)
    time.sleep(0.3)
    hear(manager, 0.1)
    check(hear(manager, 1) == [], "when it hangs no sign of life comes")
    process.send_signal(signal.SIGCONT)
    check(hear(manager, 5, "WATCHDOG=1") != [], "when it goes on, it does")
    process.send_signal(signal.SIGTERM)
    check("STOPPING=1" in hear(manager, 5, "STOPPING=1"), "that it stops is told")
    status, _ = stop(process)
    check(status == 0, "and it ends well")


def unit():
    with open(UNIT, encoding="utf-8") as file:
        text = file.read()
    flags = re.search(r"^ExecStart=\S+ (.*)$", text, re.M).group(1).split()
    check(flags[0] == "run" and "--state" in flags, "the unit runs cuttle with a state of its own")
    if shutil.which("systemd-analyze") is None:
        skip("systemd-analyze is not on this machine")
        return
    with open(path("cuttle.service"), "w", encoding="utf-8") as file:
        file.write(text.replace("/usr/bin/cuttle", PROGRAM))
    done = subprocess.run(["systemd-analyze", "verify", path("cuttle.service")], capture_output=True, text=True,
                          check=False)
    check(done.returncode == 0 and "cuttle.service" not in done.stderr, f"systemd accepts the unit {done.stderr[:300]}")
    done = subprocess.run(["systemd-analyze", "security", "--offline=true", "--threshold=20", path("cuttle.service")],
                          capture_output=True, text=True, check=False)
    check(done.returncode == 0, "and finds it closed: exposure below 2.0 of 10")


main(told, unit)
