"""Draws the departures and landings of flights.md with NumPy; prints {figure: CPU ns per replication, best of the rounds}."""

import json
import sys
import time

import numpy as np

replications, rounds = int(sys.argv[1]), int(sys.argv[2])
random = np.random.default_rng(1)


def departures(n):
    rows = np.full(n, 2 + 3 + 1, dtype=np.int32)
    rows += np.clip(random.exponential(8, n).astype(np.int32) + 10, 50, 70)
    trouble = random.random(n)
    boarding = trouble < 0.05
    security = (trouble >= 0.05) & (trouble < 0.15)
    rows[boarding] += random.integers(5, 25, boarding.sum(), dtype=np.int32)
    rows[security] += random.integers(2, 15, security.sum(), dtype=np.int32)
    either = boarding | security
    rows[either] += random.integers(1, 6, either.sum(), dtype=np.int32)
    rows += np.array([1, 1, 1, 1, 2, 3, 5], dtype=np.int32)[random.integers(0, 7, n)]
    rows += np.clip(np.floor(random.normal(7, 4, n)), 5, 35).astype(np.int32)
    rows += np.clip(random.exponential(1.5, n).astype(np.int32), 1, 8)
    return rows


def landings(n):
    part = random.random(n)
    rows = random.integers(1, 11, n, dtype=np.int32)
    middle, late = (part >= 0.3) & (part < 0.9), part >= 0.9
    rows[middle] = random.integers(11, 31, middle.sum(), dtype=np.int32)
    rows[late] = random.integers(31, 121, late.sum(), dtype=np.int32)
    return rows


def with_values(draw):
    def model(n):
        rows = draw(n)
        values = 10_000_000_000 - 10_000 + 1
        for _ in range(4):
            np.floor(-values * np.expm1(np.log(1 - random.random(n)) / rows)) + 10_000

    return model


def best(draw):
    durations = []
    for _ in range(rounds):
        start = time.process_time_ns()
        draw(replications)
        durations.append(time.process_time_ns() - start)
    return min(durations) / replications


print(
    json.dumps(
        {
            "departure durations": best(departures),
            "landing durations": best(landings),
            "departure model": best(with_values(departures)),
            "landing model": best(with_values(landings)),
        }
    )
)
