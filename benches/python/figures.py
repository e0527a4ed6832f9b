#!/usr/bin/env python3
"""How many rows the Python package judges in a second of CPU time, what memory a long stream takes, how long an import takes.

usage: figures.py [ROWS]

Needs pyarrow, pytest and the package in one environment. The roster, out of a seed, has difficult values in one row of twenty and
tenants on several rows; all verdict columns are made. Each figure is the median of five runs.
"""

import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

import pyarrow

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "python" / "tests"))
from conftest import NAMES, roster

import fasttrack_roster

RUNS = 5
BATCH_ROWS = 10_000
LONG_ROWS = 10_000_000
"""Rows of the stream whose memory is looked at."""

IMPORT = "import time; begin = time.perf_counter(); import fasttrack_roster; print(time.perf_counter() - begin)"


def median_of(work):
    """Gives the median of the CPU seconds that the runs take."""
    seconds = []
    for _ in range(RUNS):
        begin = time.process_time()
        work()
        seconds.append(time.process_time() - begin)
    return statistics.median(seconds)


def read(reader, seen=lambda: None):
    """Reads all batches and keeps none, looking at something after each; returns how many rows there were."""
    rows = 0
    for batch in fasttrack_roster.judge(reader, thousands=",", **NAMES):
        rows += batch.num_rows
        seen()
    return rows


def resident():
    """Gives the memory that the process has now, in MB, as Linux counts it."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


def main():
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 500_000
    table = pyarrow.table(roster(rows, seed=43, messy=0.05))
    batches = table.to_batches(max_chunksize=BATCH_ROWS)

    def stream(times=1):
        return pyarrow.RecordBatchReader.from_batches(table.schema, (batch for _ in range(times) for batch in batches))

    read(stream())
    times = LONG_ROWS // rows
    before, most = resident(), []
    assert read(stream(times), lambda: most.append(resident())) == times * rows
    of_stream = median_of(lambda: read(stream()))
    of_table = median_of(lambda: fasttrack_roster.judge(table, **NAMES))
    of_rollup = median_of(lambda: fasttrack_roster.rollup(table, **NAMES).to_arrow())
    imports = [float(subprocess.check_output([sys.executable, "-c", IMPORT])) for _ in range(RUNS)]
    columns = len(fasttrack_roster.output_schema().names)
    print(f"{rows} rows, {columns} verdict columns; rows per second of CPU time")
    print(f"reader in batches of {BATCH_ROWS}: {rows / of_stream:,.0f}")
    print(f"table: {rows / of_table:,.0f}")
    print(f"roll-up of the table: {rows / of_rollup:,.0f}")
    print(f"memory that a reader of {times * rows} rows adds: {max(most) - before:.0f} MB")
    print(f"import: {statistics.median(imports) * 1000:.0f} ms")


if __name__ == "__main__":
    main()
