"""Spark gives the verdicts that one machine gives, however the rows are spread. Run where pyspark and Java are there."""

import collections
import json
import os
import shutil
import subprocess
import sys

import pyarrow
import pyarrow.parquet
import pytest
from conftest import NAMES, ROOT, columns, roster
from test_sql import differences, script, write_distinct

import fasttrack_roster

sql = pytest.importorskip("pyspark.sql")
if shutil.which("java") is None:
    pytest.skip("there is no Java", allow_module_level=True)

from fasttrack_roster import spark

os.environ.update(SPARK_LOCAL_IP="127.0.0.1", PYSPARK_PYTHON=sys.executable, PYSPARK_DRIVER_PYTHON=sys.executable)
VERDICTS = fasttrack_roster.output_schema().names


@pytest.fixture(scope="module")
def session():
    builder = sql.SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false").config("spark.driver.bindAddress", "127.0.0.1")
    session = builder.config("spark.driver.host", "127.0.0.1").config("spark.sql.shuffle.partitions", "4").getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    yield session
    session.stop()


def numbered(table):
    return pyarrow.table({**table, "number": list(range(len(table["Plan"])))})


def test_the_golden_table_has_its_verdicts_on_spark(session, golden):
    table = numbered(columns(golden))
    wanted = fasttrack_roster.judge(table, **NAMES)
    judged = spark.judge(session.createDataFrame(table).repartition(3), **NAMES).orderBy("number").toArrow()
    assert judged.select(["number", *VERDICTS]).to_pylist() == wanted.select(["number", *VERDICTS]).to_pylist()


@pytest.mark.parametrize("partitions", [1, 4, 16])
def test_partitions_change_nothing(session, partitions):
    table = numbered(roster(4000, seed=11))
    on_spark = session.createDataFrame(table).repartition(partitions)
    wanted = fasttrack_roster.judge(table, **NAMES).select(["number", *VERDICTS]).to_pylist()
    judged = spark.judge(on_spark, repeats=True, **NAMES).orderBy("number").toArrow()
    assert judged.select(["number", *VERDICTS]).to_pylist() == wanted
    together = fasttrack_roster.rollup(table, **NAMES).to_arrow().to_pylist()
    found = spark.rollup(on_spark, **NAMES).toArrow().to_pylist()
    # Which spelling of a tenant is shown depends on which row comes first.
    told = lambda rows: collections.Counter(tuple({**row, "tenant": None}.items()) for row in rows)
    assert told(found) == told(together)
    assert len(found) == len(together) > 1000
    # Rows without a tenant are customers, too.
    assert sum(row["rows"] for row in found) == table.num_rows
    assert sum(row["tenant_key"] is None for row in found) > 10
    rows = {row["Tenant"]: row["rows_of_the_tenant"] for row in judged.to_pylist()}
    assert all(rows[row["tenant"]] == (row["rows"] if row["rows"] > 1 else None) for row in together if row["tenant_key"])


def test_rows_without_a_tenant_are_customers_of_their_own_and_not_in_one_partition(session):
    from pyspark.sql import functions

    rows = 400
    table = pyarrow.table({"tenant": pyarrow.array([None] * rows, pyarrow.string()), "plan": ["SPE_E3"] * rows, "seats": [str(row) for row in range(rows)]})
    customers = spark.rollup(session.createDataFrame(table).repartition(4), partitions=4)
    found = customers.withColumn("part", functions.spark_partition_id()).toArrow().to_pylist()
    assert len(found) == rows and all(row["tenant_key"] is None and row["needs_review"] and row["rows"] == 1 for row in found)
    assert sorted(row["seats_counted"] for row in found) == list(range(rows))
    assert all(count < rows / 2 for count in collections.Counter(row["part"] for row in found).values())
    # Also where they are alike.
    alike = spark.rollup(session.createDataFrame(table.set_column(2, "seats", [["5"] * rows])).repartition(16), partitions=4)
    parts = collections.Counter(row["part"] for row in alike.withColumn("part", functions.spark_partition_id()).toArrow().to_pylist())
    assert sum(parts.values()) == rows and len(parts) > 1


def test_what_cannot_be_judged_is_told_on_the_driver(session):
    frame = session.createDataFrame(pyarrow.table({"tenant": ["A"], "Product": ["SPE_E3"], "seats": ["5"], "Status": ["Active"]}))
    for work in [fasttrack_roster.judge, fasttrack_roster.rollup]:
        with pytest.raises(TypeError, match="use fasttrack_roster.spark.judge"):
            work(frame, plan="Product")
    for work in [spark.judge, spark.rollup]:
        with pytest.raises(TypeError, match="not a data frame of Spark"):
            work(frame.toPandas(), plan="Product")
        with pytest.raises(ValueError, match=r'no column `plan` \(plan=\); did you mean plan="Product"'):
            work(frame)
        with pytest.raises(ValueError, match="is not a mark between thousands"):
            work(frame, plan="Product", status="Status", thousands=" ")
        with pytest.raises(ValueError, match="`nothing` is not a policy"):
            work(frame, plan="Product", status="Status", policy="nothing")
        with pytest.warns(fasttrack_roster.UnreadColumn, match='status="Status"'):
            work(frame, plan="Product")


def test_the_sql_gives_the_verdicts_of_the_golden_table_on_spark(session, golden, program, tmp_path):
    table = numbered(columns(golden))
    table = table.set_column(table.column_names.index("number"), "Number", table["number"])
    session.createDataFrame(table).createOrReplaceTempView("roster")
    distinct = {name: [value or "" for value in table[name].to_pylist()] for name in ("Plan", "Segment", "Status", "Paid seats")}
    write_distinct(distinct, tmp_path / "distinct.csv")
    schema = "golden_verdicts"
    session.sql(f"create database {schema} location '{tmp_path.as_uri()}/lake'")
    # The view outlives the roster only if that is a table, too.
    session.sql(f"create table {schema}.roster using parquet as select * from roster")
    text = script(program, "spark", tmp_path / "distinct.csv", "--keep=Number", "--schema", schema, "--table", f"{schema}.roster")
    for statement in "\n".join(line for line in text.split("\n") if not line.startswith("--")).split(";\n"):
        if statement.strip():
            session.sql(statement)
    found = session.sql(f"select * from {schema}.fasttrack_verdicts order by Number").toArrow().to_pylist()
    session.sql(f"drop database {schema} cascade")
    assert differences(found, golden) == []


def test_a_partition_that_fails_is_judged_again_without_a_trace(session, tmp_path):
    def failing_once(batches):
        batches = list(batches)
        mark = tmp_path / "failed"
        if not mark.exists():
            mark.touch()
            raise OSError("the executor is lost")
        yield from batches

    # Locally a task is tried once, unless the master says how often.
    session.stop()
    again = sql.SparkSession.builder.master("local[2, 3]").getOrCreate()
    again.sparkContext.setLogLevel("OFF")
    table = numbered(roster(500, seed=2))
    frame = again.createDataFrame(table).repartition(2)
    frame = frame.mapInArrow(failing_once, frame.schema)
    judged = spark.judge(frame, thousands=None, **NAMES).orderBy("number").toArrow()
    assert judged.select(VERDICTS).to_pylist() == fasttrack_roster.judge(table, **NAMES).select(VERDICTS).to_pylist()
    assert (tmp_path / "failed").exists()
    with pytest.raises(ValueError, match=r"no column `product` \(plan=\)"):
        spark.judge(frame, thousands=None, **{**NAMES, "plan": "product"})
    again.stop()


def test_the_sample_job_writes_its_tables_and_a_workbook_is_made_of_them(tmp_path, program):
    names = {"tenant": "Tenant ID", "plan": "Plan type", "seats": "Paid seats", "segment": "Segment", "status": "Status"}
    names |= {"customer": "Customer", "owner": "Account team", "country": "Country", "renewal": "Renewal date"}
    flags = [f"--map={field}={column}" for field, column in names.items()]
    command = [sys.executable, ROOT / "samples/spark/annotate.py", ROOT / "samples/roster.csv", tmp_path / "out", "--format", "csv", *flags]
    environment = {**os.environ, "PYSPARK_SUBMIT_ARGS": "--master local[1] --conf spark.ui.enabled=false pyspark-shell"}
    ran = subprocess.run(command, check=False, capture_output=True, text=True, env=environment)
    assert ran.returncode == 0, ran.stderr[-3000:]
    tables = {name: pyarrow.parquet.read_table(tmp_path / "out" / name) for name in ("annotated", "customers", "summary", "review")}
    assert sum(tables["summary"]["customers"].to_pylist()) == tables["customers"].num_rows > 5
    assert tables["review"].num_rows > 0 and "why" in tables["annotated"].column_names
    assert '=HYPERLINK("https://cohowinery.example","Coho Winery")' in tables["annotated"]["Customer"].to_pylist()
    assert "2026-12-15" in tables["customers"]["renewal"].to_pylist()
    (part,) = (tmp_path / "out" / "run").glob("part-*")
    run = json.loads(part.read_text())
    assert run["policy"]["text"] == fasttrack_roster.policy().text
    assert run["customers"] == tables["customers"].num_rows
    assert run["rows"]["needs_review"] == sum(tables["review"]["rows"].to_pylist())
    made = subprocess.run([program, "workbook", tmp_path / "out"], check=False, capture_output=True, text=True)
    assert made.returncode == 3 and f"{run['customers']} customers" in made.stdout, made.stderr
