# SPDX-License-Identifier: MIT
"""One live session for a week of the market's time on a local Kraken with every fault that it knows but another client's
orders, held against the venue each market day; at the end its memory must have stayed flat and its books be the venue's.

    CUTTLE_PROGRAM=build/cuttle python3 tests/crash/week.py [--days 7] [--speed 100] [--seed S] [--keep DIR]

At 100 times real speed a week takes an hour and 41 minutes.
"""
import argparse
import signal
import sys
import time

from kills import Outlived, SAID

FAULTS = ("answer_lost=1% answer_late=2% answer_twice=1% row_lost=0.2% row_late=1% row_twice=1% http=0.5% http_late=0.5% "
          "service=0.5% limit=0.2% checksum=0.001% maintenance=0.05% cancel_only=0.05% post_only=0.05% limit_only=0.05% "
          "cut=0.2% token_expires=0.1% deposit=0.1% withdraw=0.1% late=2s lag=30s")
SAMPLE = 5  # seconds between two looks at the memory
FLAT_MB, FLAT_SHARE = 1.0, 0.03


def resident(pid):
    """Megabytes: all that is resident, and what of it is no file's."""
    with open(f"/proc/{pid}/status", encoding="ascii") as file:
        rows = dict(line.split(":", 1) for line in file)
    return tuple(int(rows[name].split()[0]) / 1024 for name in ("VmRSS", "RssAnon"))


class Week(Outlived):
    def __init__(self, days, speed, seed, keep):
        super().__init__("week", seed, 0, keep)
        self.days, self.speed, self.faults = days, speed, ("--faults", f"seed={seed} {FAULTS}")
        self.samples = {"session": [], "venue": []}

    def arguments(self):
        return [*super().arguments(), "--set", "journal.rotate=1h", "--set", "session.stale_after=30m"]

    def sample(self):
        for name, program in (("session", self.session), ("venue", self.venue)):
            self.samples[name].append(resident(program.process.pid))

    def watch(self):
        """Each market day ends with a look; False when the session does not outlive it."""
        day = 86400 / self.speed
        for number in range(1, self.days + 1):
            until = self.session.began + number * day
            while time.monotonic() < until:
                if self.session.process.poll() is not None:
                    self.fail(f"it ended by itself, status {self.session.process.returncode}")
                    return False
                self.sample()
                time.sleep(SAMPLE)
            self.last = f"day {number}"
            self.look()
            rss, anon = self.samples["session"][-1]
            with SAID:
                print(f"day {number}: {rss:.2f} MB resident, {anon:.2f} of them anonymous; the local Kraken "
                      f"{self.samples['venue'][-1][0]:.1f}; {len(self.audit.trades)} trades", flush=True)
        self.flat()
        return True

    def flat(self):
        """The first sixth warms up: rings and pages fill. Then the last third is held against the first."""
        rows = self.samples["session"]
        warm = rows[len(rows) // 6:]
        third = max(1, len(warm) // 3)
        first, last = (sum(rss for rss, _ in part) / len(part) for part in (warm[:third], warm[-third:]))
        if last - first > max(FLAT_MB, first * FLAT_SHARE):
            self.fail(f"memory grows: {first:.2f} MB in the first third after warm-up, {last:.2f} in the last")
        else:
            print(f"ok   memory is flat: {first:.2f} MB in the first third after warm-up, {last:.2f} in the last", flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--days", type=int, default=7)
    parser.add_argument("--speed", type=int, default=100)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--keep")
    asked = parser.parse_args()
    print(f"seed {asked.seed}", flush=True)
    week = Week(asked.days, asked.speed, asked.seed, asked.keep)
    try:
        week.run()
    finally:
        for program in (week.session, getattr(week, "venue", None)):
            if program:
                program.end(signal.SIGTERM)
    print(f"{asked.days} days, {week.failures} failures", flush=True)
    return 1 if week.failures else 0


if __name__ == "__main__":
    sys.exit(main())
