"""A flight leg's own work in NumPy and pyarrow, the baseline of leg.ts: plain, uncompressed, in memory.

Prints the CPU milliseconds of a leg, of its read, its write and its percentiles, and the bytes written: medians of
batches. The models are in memory, the previous delays are parquet bytes that pyarrow itself wrote.
"""

import statistics
import sys
import time

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

folder, batches, repeats = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
VALUES = [f"data_value_{k}" for k in range(1, 5)]
QUANTILES = [50, 75, 90, 95, 99, 99.5, 99.9]


def columns(table):
    return {name: table[name].to_numpy() for name in table.column_names}


def load(name):
    return columns(pq.read_table(f"{folder}/{name}.parquet"))


departure, landing, first = load("departure"), load("landing"), load("previous")


def write(delays):
    sink = pa.BufferOutputStream()
    table = pa.table({name: pa.array(values) for name, values in delays.items()})
    pq.write_table(table, sink, compression="none", use_dictionary=False, write_statistics=False)
    return sink.getvalue()


previous = write(first)


def read():
    return columns(pq.read_table(pa.BufferReader(previous)))


def leg():
    table = read()
    delays = {"scenario_id": table["scenario_id"]}
    delays["delay_in_minutes"] = (
        table["delay_in_minutes"]
        + (departure["duration_in_minutes"] - 90)
        + (landing["duration_in_minutes"] - 16)
    )
    for name in VALUES:
        delays[name] = table[name] + departure[name] + landing[name]
    np.percentile(delays["delay_in_minutes"], QUANTILES)
    return write(delays)


def cpu_ms(run):
    taken = []
    for _ in range(batches + 2):
        before = time.process_time()
        for _ in range(repeats):
            run()
        taken.append((time.process_time() - before) * 1000 / repeats)
    return statistics.median(taken[2:])


minutes = first["delay_in_minutes"]
print(
    cpu_ms(leg),
    cpu_ms(read),
    cpu_ms(lambda: write(first)),
    cpu_ms(lambda: np.percentile(minutes, QUANTILES)),
    len(leg()),
)
