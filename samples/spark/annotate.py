"""Annotates a roster on Spark, and sums it up.

usage: spark-submit annotate.py INPUT OUTPUT [--format csv] [--map FIELD=COLUMN]... [--policy NAME_OR_FILE]

INPUT is any path that Spark reads: Parquet, or CSV with headings. OUTPUT becomes a folder of four tables in Parquet:
`annotated` (each row with its verdict), `customers` (each tenant with all its rows together), `summary` (customers and paid
seats by segment and tier), `review` (what needs a person to look at it, by reason).
"""

import argparse

from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from fasttrack_roster import spark as fasttrack


def main():
    wanted = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    wanted.add_argument("input")
    wanted.add_argument("output")
    wanted.add_argument("--format", choices=["parquet", "csv"], default="parquet")
    wanted.add_argument("--map", action="append", default=[], metavar="FIELD=COLUMN")
    wanted.add_argument("--policy")
    wanted = wanted.parse_args()
    names = dict(said.split("=", 1) for said in wanted.map)

    session = SparkSession.builder.appName("fasttrack").getOrCreate()
    reader = session.read.option("header", True) if wanted.format == "csv" else session.read
    roster = reader.format(wanted.format).load(wanted.input)

    def write(table, name):
        table.write.mode("overwrite").parquet(f"{wanted.output}/{name}")
        return session.read.parquet(f"{wanted.output}/{name}")

    annotated = write(fasttrack.judge(roster, policy=wanted.policy, repeats=True, **names), "annotated")
    customers = write(fasttrack.rollup(roster, policy=wanted.policy, **names), "customers")
    by_tier = customers.groupBy("fasttrack_segment", "fasttrack_tier")
    summary = by_tier.agg(F.count("*").alias("customers"), F.sum("seats_counted").alias("seats_counted"))
    write(summary.orderBy("fasttrack_segment", "fasttrack_tier"), "summary")
    reasons = annotated.where("needs_review").groupBy("fault_codes", "review_reasons").count()
    write(reasons.orderBy(F.desc("count"), "review_reasons"), "review")
    session.stop()


main()
