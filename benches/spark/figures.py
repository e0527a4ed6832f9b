#!/usr/bin/env python3
"""How long Spark takes to judge a roster, on one core and on two, in few partitions and in many; and that all give the same.

usage: figures.py [ROWS]

Needs Java, and pyspark, pyarrow, pytest and the package in one environment. The roster, out of a seed, has difficult values and
tenants on several rows. Prints a line for each way; ends with code 1 if two ways differ.
"""

import os
import sys
import tempfile
import time
from pathlib import Path

import pyarrow
import pyarrow.parquet
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "python" / "tests"))
from conftest import NAMES, roster

import fasttrack_roster
from fasttrack_roster import spark

VERDICTS = fasttrack_roster.output_schema().names
os.environ.update(SPARK_LOCAL_IP="127.0.0.1", PYSPARK_PYTHON=sys.executable, PYSPARK_DRIVER_PYTHON=sys.executable)


def begun(cores):
    builder = SparkSession.builder.master(f"local[{cores}]").config("spark.ui.enabled", "false")
    builder = builder.config("spark.ui.showConsoleProgress", "false").config("spark.driver.memory", "4g").config("spark.driver.maxResultSize", "0")
    session = builder.config("spark.sql.shuffle.partitions", "8").getOrCreate()
    session.sparkContext.setLogLevel("OFF")
    return session


def timed(work):
    begin = time.monotonic()
    result = work()
    return time.monotonic() - begin, result


def by_tier(judged):
    counted = judged.groupBy("fasttrack_segment", "fasttrack_tier", "fault_codes").agg(F.count("*").alias("rows"), F.sum("seats_counted").alias("seats"))
    return sorted(counted.toArrow().to_pylist(), key=str)


OF_TENANTS = ["tenant_key", "fasttrack_segment", "fasttrack_tier", "seats_counted", "rows", "why"]
"""Columns of customers that are compared."""


def sorted_tenants(table):
    """Those without a key have no order of their own."""
    return table.select(OF_TENANTS).sort_by([(name, "ascending") for name in OF_TENANTS])


def of_tenants(frame):
    return sorted_tenants(frame.toArrow())


def main():
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    columns = roster(rows, seed=41)
    table = pyarrow.table({**columns, "number": list(range(rows))})
    one_machine, judged = timed(lambda: fasttrack_roster.judge(table, **NAMES))
    wanted = judged.select(["number", *VERDICTS])
    alone, together = timed(lambda: sorted_tenants(fasttrack_roster.rollup(table, **NAMES).to_arrow()))
    print(f"{rows} rows; one core without Spark: judge {one_machine:.1f} s, roll-up {alone:.1f} s, {together.num_rows} tenants")
    differing = 0
    seen_tiers = seen_tenants = None
    with tempfile.TemporaryDirectory() as folder:
        pyarrow.parquet.write_table(table, f"{folder}/roster.parquet", row_group_size=100_000)
        for cores in (1, 2):
            session = begun(cores)
            # The first job of a session starts its workers.
            spark.judge(session.createDataFrame(table.slice(0, 100)), **NAMES).count()
            for partitions in (1, 4, 16):
                parts = f"{folder}/{partitions}"
                if cores == 1:
                    session.read.parquet(f"{folder}/roster.parquet").repartition(partitions).write.parquet(parts)
                data = session.read.option("mergeSchema", "false").parquet(parts).repartition(partitions)
                scan, _ = timed(lambda: data.agg(F.sum(F.length("Plan")), F.count("*")).collect())
                judging, tiers = timed(lambda: by_tier(spark.judge(data, **NAMES)))
                rolling, tenants = timed(lambda: of_tenants(spark.rollup(data, **NAMES)))
                seen_tiers, seen_tenants = seen_tiers or tiers, seen_tenants or tenants
                is_same = tiers == seen_tiers and tenants.equals(seen_tenants)
                differing += not is_same
                says = "the same" if is_same else "DIFFERENT"
                print(f"local[{cores}], {partitions:2} partitions: scan {scan:.1f} s, judge and count {judging:.1f} s, roll-up {rolling:.1f} s: {says}")
            found = spark.judge(session.read.parquet(f"{folder}/16"), **NAMES).select("number", *VERDICTS).toArrow().sort_by("number")
            unequal = sum(found[name].combine_chunks() != wanted[name].combine_chunks() for name in wanted.column_names)
            same_tenants = of_names(seen_tenants).equals(of_names(together))
            print(f"local[{cores}]: {unequal} of {len(wanted.column_names)} columns differ from one machine's, row by row; tenants {'the same' if same_tenants else 'DIFFERENT'}")
            differing += unequal + (not same_tenants)
            session.stop()
    return min(differing, 1)


def of_names(tenants):
    plain = {name: pyarrow.array(tenants[name].to_pylist()) for name in OF_TENANTS}
    return pyarrow.table(plain)


if __name__ == "__main__":
    sys.exit(main())
