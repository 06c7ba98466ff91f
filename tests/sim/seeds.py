#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Shares a range of seeds among the processors.

    seeds.py SIMULATOR --seeds N [--from K]     ends with "N seeds, F failures"
    seeds.py SIMULATOR --seed S                 one, told in full
    ... --disk N                                one seed in N has the store that ships, on its disk

Seeds are handed out in small pieces, in order; what a piece says of failures is shown as it comes.
Interrupted, it says from where to go on.
"""
import argparse
import concurrent.futures
import os
import re
import subprocess
import sys

PIECE = 50


def run(simulator, disk, first, count):
    done = subprocess.run([simulator, "--seeds", str(count), "--from", str(first), "--disk", disk],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return first, count, done.returncode, done.stdout


def failures_of(count, code, text):
    """Failing seeds of a piece; a process that died counts for one more, since nothing ended it."""
    lines = [line for line in text.splitlines() if re.match(r"seed \d+: ", line)]
    ended = re.search(rf"^{count} seeds, (\d+) failures$", text, re.M)
    if not ended:
        tail = text.strip().splitlines()[-8:]
        lines.append(f"the simulator itself died ({code}):\n  " + "\n  ".join(tail))
    return lines


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("simulator")
    parser.add_argument("--seeds", type=int, default=300)
    parser.add_argument("--from", type=int, default=1, dest="first")
    parser.add_argument("--seed", type=int)
    parser.add_argument("--disk", default="32")
    options = parser.parse_args()
    if options.seed is not None:
        sys.exit(subprocess.run([options.simulator, "--seed", str(options.seed), "--disk",
                                 options.disk]).returncode)
    end = options.first + options.seeds
    failures = seeds = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        pieces = [pool.submit(run, options.simulator, options.disk, first,
                              min(PIECE, end - first))
                  for first in range(options.first, end, PIECE)]
        try:
            for piece in pieces:
                first, count, code, text = piece.result()
                seeds += count
                for line in failures_of(count, code, text):
                    failures += 1
                    print(line if line.startswith("seed") else f"seeds from {first}: {line}",
                          flush=True)
                if sys.stderr.isatty():
                    print(f"\r{seeds} of {options.seeds}", end="", file=sys.stderr, flush=True)
        except KeyboardInterrupt:
            for piece in pieces:
                piece.cancel()
            print(f"\ninterrupted: go on with --from {options.first + seeds}", file=sys.stderr)
    print(f"{seeds} seeds, {failures} failures")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
