"""Annotates a roster on Spark, and sums it up.

usage: spark-submit annotate.py INPUT OUTPUT [--format csv] [--map FIELD=COLUMN]... [--policy NAME_OR_FILE] [--date DAY]

INPUT is any path that Spark reads: Parquet, or CSV with headings, each row on a line of its own. OUTPUT becomes a folder of
four tables in Parquet: `annotated` (each row with its verdict), `customers` (each tenant with all its rows together),
`summary` (customers and paid seats by segment and tier), `review` (what needs a person to look at it, by reason). Beside them
`run` says in JSON which policy judged which roster, when, and how many rows there are. `fasttrack workbook OUTPUT` makes a
workbook of all but the rows.

FIELD is tenant, plan, seats, segment, status, trial or subscription; or what is only told of customers: customer (its name),
owner, country, renewal (its day). Where the rows of a customer differ in these, the first in order is told.
"""

import argparse
import datetime
import importlib.metadata
import json

from pyspark.sql import SparkSession
from pyspark.sql import functions as F

import fasttrack_roster
from fasttrack_roster import spark as fasttrack


TOLD = ("customer", "owner", "country", "renewal")


def day(column):
    """A day as 2026-11-28, of a date or of a text that is one; null where it is not."""
    return F.date_format(F.try_to_timestamp(F.col(f"`{column}`").cast("string")), "yyyy-MM-dd")


def main():
    wanted = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    wanted.add_argument("input")
    wanted.add_argument("output")
    wanted.add_argument("--format", choices=["parquet", "csv"], default="parquet")
    wanted.add_argument("--map", action="append", default=[], metavar="FIELD=COLUMN")
    wanted.add_argument("--policy")
    wanted.add_argument("--date", type=datetime.date.fromisoformat, default=datetime.date.today(), help="of the roster")
    wanted = wanted.parse_args()
    names = dict(said.split("=", 1) for said in wanted.map)
    told = {field: names.pop(field) for field in TOLD if field in names}

    session = SparkSession.builder.appName("fasttrack").getOrCreate()
    reader = session.read
    if wanted.format == "csv":
        # Spark takes a backslash for what the rest of the world writes as two quotes.
        reader = reader.option("header", True).option("escape", '"')
    roster = reader.format(wanted.format).load(wanted.input)

    def write(table, name):
        table.write.mode("overwrite").parquet(f"{wanted.output}/{name}")
        return session.read.parquet(f"{wanted.output}/{name}")

    judged = fasttrack.judge(roster, policy=wanted.policy, tenant_key=True, repeats=True, **names)
    annotated = write(judged, "annotated")
    together = fasttrack.rollup(roster, policy=wanted.policy, **names).withColumnRenamed("plans_counted", "plans")
    if told:
        first = [F.min(day(column) if field == "renewal" else f"`{column}`").alias(field) for field, column in told.items()]
        together = together.join(annotated.groupBy("tenant_key").agg(*first), "tenant_key", "left")
    customers = write(together, "customers")
    by_tier = customers.groupBy("fasttrack_segment", "fasttrack_tier")
    summary = by_tier.agg(F.count("*").alias("customers"), F.sum("seats_counted").alias("seats_counted"))
    write(summary.orderBy("fasttrack_segment", "fasttrack_tier"), "summary")
    reasons = annotated.where("needs_review").groupBy("fault_codes", "review_reasons")
    reasons = reasons.agg(F.count("*").alias("rows"))
    write(reasons.orderBy(F.desc("rows"), "review_reasons"), "review")

    # Last, so that whoever finds it finds all of the others, too.
    counts = annotated.agg(
        F.count("*").alias("read"),
        F.count_if("needs_review").alias("needs_review"),
        F.count_if(F.col("tenant_key").isNull()).alias("without_tenant"),
    )
    policy = fasttrack_roster.policy(wanted.policy)
    run = {
        "schema": 1,
        "program": f"fasttrack-roster {importlib.metadata.version('fasttrack-roster')}",
        "policy": {"name": policy.name, "effective": policy.effective, "sha256": policy.sha256, "text": policy.text},
        "roster": wanted.input,
        "date": wanted.date.isoformat(),
        "annotated": f"{wanted.output}/annotated",
        "rows": counts.first().asDict(),
        "customers": customers.count(),
    }
    line = session.createDataFrame([(json.dumps(run),)], "value string")
    line.coalesce(1).write.mode("overwrite").text(f"{wanted.output}/run")
    session.stop()


main()
