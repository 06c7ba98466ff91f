# SPDX-License-Identifier: MIT
"""The peers' random walk, written anew from its description: splitmix64 with seed 42, Box-Muller, one-minute candles
from 1599999960, 30,000 at the start, four steps a minute of 2.5 bp, open = the close before, four decimals.

    python3 tests/research/walk.py COUNT FILE.csv"""
import math
import sys

SIGMA = 2.5e-4
MASK = (1 << 64) - 1


class Splitmix:
    def __init__(self, seed):
        self.state = seed

    def uniform(self):
        self.state = (self.state + 0x9E3779B97F4A7C15) & MASK
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        z ^= z >> 31
        return ((z >> 11) + 0.5) * 2.0 ** -53

    def normal(self):
        a, b = self.uniform(), self.uniform()
        return math.sqrt(-2 * math.log(a)) * math.cos(2 * math.pi * b)


def walk(count):
    """Rows of time in seconds, open, high, low, close, volume."""
    random, price = Splitmix(42), 30000.0
    for i in range(count):
        path = [price]
        for _ in range(4):
            price *= math.exp(SIGMA * random.normal() - 0.5 * SIGMA * SIGMA)
            path.append(price)
        yield 1599999960 + 60 * i, path[0], max(path), min(path), price, math.exp(1 + random.normal())


def write(count, path):
    with open(path, "w", encoding="ascii") as out:
        out.write("time,open,high,low,close,volume\n")
        for t, o, h, l, c, v in walk(count):
            out.write(f"{t},{o:.4f},{h:.4f},{l:.4f},{c:.4f},{v:.8f}\n")


if __name__ == "__main__":
    write(int(sys.argv[1]), sys.argv[2])
