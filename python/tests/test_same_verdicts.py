"""The module gives the verdicts of the golden table, and those of the program on any roster, whatever library has it."""

import collections
import csv

import duckdb
import pandas
import polars
import pyarrow
import pytest
from conftest import NAMES, OF_FILES, ROOT, ROWS, annotate, columns, expected, records, roster, write_csv

import fasttrack_roster

VERDICTS = fasttrack_roster.output_schema().names


def of_pyarrow(table):
    return fasttrack_roster.judge(pyarrow.table(table), **NAMES).select(VERDICTS).to_pylist()


def of_reader(table):
    reader = pyarrow.table(table).to_reader(max_chunksize=100)
    return fasttrack_roster.judge(reader, **NAMES).read_all().select(VERDICTS).to_pylist()


def of_batch(table):
    [batch] = pyarrow.table(table).to_batches()
    return fasttrack_roster.judge(batch, **NAMES).select(VERDICTS).to_pylist()


def of_polars(table):
    return fasttrack_roster.judge(polars.DataFrame(table), **NAMES).select(VERDICTS).to_dicts()


def of_pandas(table):
    judged = fasttrack_roster.judge(pandas.DataFrame(table), **NAMES)[VERDICTS]
    return judged.astype(object).where(judged.notna(), None).to_dict("records")


def of_duckdb(table):
    roster = pyarrow.table(table)
    with duckdb.connect() as connection:
        judged = fasttrack_roster.judge(connection.sql("select * from roster"), **NAMES)
        found = connection.sql("from judged").select(*[f'"{name}"' for name in VERDICTS])
        return [dict(zip(VERDICTS, row)) for row in found.fetchall()]


def of_datafusion(table):
    context = pytest.importorskip("datafusion").SessionContext()
    judged = fasttrack_roster.judge(context.from_arrow(pyarrow.table(table)), **NAMES)
    return judged.to_arrow().select(VERDICTS).to_pylist()


LIBRARIES = [of_pyarrow, of_reader, of_batch, of_polars, of_pandas, of_duckdb, of_datafusion]


def differences(found, wanted):
    """Returns rows that differ; the program leaves the last full stop of a reason out where it goes on."""
    assert len(found) == len(wanted)
    for row in [*found, *wanted]:
        if row.get("why"):
            row["why"] = row["why"].rstrip(".")
    return [(number, one, other) for number, (one, other) in enumerate(zip(found, wanted)) if one != other]


def test_the_verdict_columns_are_those_of_the_program_but_for_what_only_files_have(golden):
    of_program = list(golden[0])[len(NAMES) :]
    assert VERDICTS == [name for name in of_program if name not in OF_FILES]


@pytest.mark.parametrize("library", LIBRARIES)
def test_every_library_gets_the_verdicts_of_the_golden_table(library, golden):
    assert differences(library(columns(golden)), expected(golden, VERDICTS)) == []


@pytest.mark.parametrize("policy", ["fasttrack-learn-2021", "fasttrack-docs-2021"])
def test_a_generated_roster_has_the_verdicts_of_the_program(policy, program, tmp_path):
    table = roster(ROWS, seed=17)
    write_csv(table, tmp_path / "roster.csv")
    annotate(program, tmp_path / "roster.csv", tmp_path / "out.csv", "--policy", policy)
    of_program = records(tmp_path / "out.csv")
    judged = fasttrack_roster.judge(polars.DataFrame(table), policy=policy, **NAMES)
    verdicts = fasttrack_roster.output_schema(policy).names
    assert differences(judged.select(verdicts).to_dicts(), expected(of_program, verdicts)) == []
    # What was compared is not all alike.
    assert judged["fasttrack_tier"].n_unique() > 3
    assert judged["needs_review"].mean() > 0.1
    assert judged["fault_codes"].n_unique() > 20


@pytest.mark.parametrize("difficult", ["1.234.567", "12,5"])
def test_thousands_are_read_as_the_column_shows_them(difficult, program, tmp_path):
    table = {"Tenant": ["A", "B"], "Plan": ["SPE_E3"] * 2, "Paid seats": ["1.234", difficult], "Segment": ["", ""], "Status": ["", ""]}
    write_csv(table, tmp_path / "roster.csv")
    annotate(program, tmp_path / "roster.csv", tmp_path / "out.csv")
    found = of_polars(table)
    assert differences(found, expected(records(tmp_path / "out.csv"), VERDICTS)) == []
    assert found[0]["seats_counted"] == 1234
    assert fasttrack_roster.thousands(polars.DataFrame(table), seats="Paid seats") == "."
    # A reader cannot be looked at before it is read: who knows says so.
    reader = pyarrow.table(table).to_reader(max_chunksize=1)
    assert fasttrack_roster.judge(reader, **NAMES).read_all()["fault_codes"][0].as_py() == "seats-ambiguous"
    reader = pyarrow.table(table).to_reader(max_chunksize=1)
    assert fasttrack_roster.judge(reader, thousands=".", **NAMES).read_all()["seats_counted"][0].as_py() == 1234


def test_overrides_and_a_catalogue_of_ones_own_mean_what_they_mean_to_the_program(program, tmp_path):
    table = roster(500, seed=3)
    overrides = {"Plan": ["Workplace E3"], "Means plan": ["SPE_E3"]}
    catalogue = {"Name": ["Contoso Bundle"], "Segment": ["commercial"], "Family": ["microsoft-365"], "Kind": ["base"], "Price": ["paid"]}
    table["Plan"][:5] = ["Workplace E3", "Contoso Bundle", "Workplace E3", "Contoso Bundle", "Contoso Bundles"]
    for name, values in [("roster", table), ("overrides", overrides), ("catalogue", catalogue)]:
        write_csv(values, tmp_path / f"{name}.csv")
    flags = ["--overrides", tmp_path / "overrides.csv", "--catalogue", tmp_path / "catalogue.csv"]
    annotate(program, tmp_path / "roster.csv", tmp_path / "out.csv", *flags)
    tables = {"overrides": pyarrow.table(overrides), "catalogue": polars.DataFrame(catalogue)}
    judged = fasttrack_roster.judge(polars.DataFrame(table), **NAMES, **tables)
    wanted = expected(records(tmp_path / "out.csv"), VERDICTS)
    assert differences(judged.select(VERDICTS).to_dicts(), wanted) == []
    assert judged.filter(judged["why"].str.contains("(override file)", literal=True)).height > 0
    assert judged.filter(judged["recognised_as"].str.contains("Contoso Bundle", literal=True)).height > 0


NOT_TOLD = {"customer", "owner", "country", "renewal", "source_row", "source_rows"}
"""What the program's table of customers has from columns that `rollup` does not read, or of a file."""


def compare_customers(program, table, names, policy, tmp_path):
    """Returns where customers differ from those of the program's table, column by column; and how many there are."""
    write_csv(table, tmp_path / "roster.csv")
    flags = ["--policy", policy, "--tables", tmp_path / "tables", "--tables-format", "csv"]
    annotate(program, tmp_path / "roster.csv", tmp_path / "out.csv", *flags, *(f"--map={field}={column}" for field, column in names.items()))
    of_program = records(tmp_path / "tables" / "customers.csv")
    together = fasttrack_roster.rollup(polars.DataFrame(table), policy=policy, **names).to_arrow()
    # The plan of the only row, or those counted, as the program says it.
    of_program = [{("plans_counted" if name == "plans" else name): text for name, text in row.items()} for row in of_program]
    told = [name for name in of_program[0] if name not in NOT_TOLD]
    assert set(told) | {"tenant_key"} == set(together.column_names)
    integers = {field.name for field in together.schema if str(field.type) == "int64"}
    value = lambda name, text: None if text == "" else int(text) if name in integers else {"true": True, "false": False}.get(text, text)
    wanted = [tuple(value(name, row[name]) for name in told) for row in of_program]
    found = [tuple(row[name] for name in told) for row in together.to_pylist()]
    missing, more = (collections.Counter(one) - collections.Counter(other) for one, other in [(wanted, found), (found, wanted)])
    return [dict(zip(told, row)) for row in missing], [dict(zip(told, row)) for row in more], together


@pytest.mark.parametrize("policy", ["fasttrack-learn-2021", "fasttrack-docs-2021"])
def test_customers_are_those_of_the_programs_table(policy, program, tmp_path):
    table = roster(3_000, seed=5)
    missing, more, together = compare_customers(program, table, NAMES, policy, tmp_path)
    assert (missing, more) == ([], [])
    # No row is lost, and those without a tenant are customers of their own.
    frame = polars.DataFrame(together)
    assert frame["rows"].sum() == len(table["Tenant"])
    assert frame.filter(polars.col("tenant_key").is_null()).height > 3
    # What was compared is not all alike.
    assert frame.filter(polars.col("rows") > 1).height > 500
    assert frame.filter(polars.col("needs_review") & (polars.col("seats_counted") > 0)).height > 10
    assert frame.filter(polars.col("needs_review") & (polars.col("fasttrack_segment") != "Commercial")).height > 10
    assert frame.filter((polars.col("eligible") == False) & (polars.col("seats_counted") > 0)).height > 10
    assert frame["not_counted"].n_unique() > 10


@pytest.mark.parametrize("policy", ["fasttrack-learn-2021", "fasttrack-docs-2021"])
def test_customers_of_the_sample_are_those_of_the_programs_table(policy, program, tmp_path):
    with open(ROOT / "samples" / "roster.csv", encoding="utf-8", newline="") as text:
        headings, *rows = csv.reader(text)
    # A blank line and a total are no customers in a file; a table has customers alone.
    rows = [row for row in rows if row and row[0] != "Total"]
    table = dict(zip(headings, map(list, zip(*rows))))
    names = {"tenant": "Tenant ID", "plan": "Plan type", "seats": "Paid seats", "segment": "Segment", "status": "Status"}
    missing, more, together = compare_customers(program, table, names, policy, tmp_path)
    assert (missing, more) == ([], [])
    assert together.num_rows == 38


def test_tenants_together_are_those_of_the_tenants_sheet(program, tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    import subprocess

    table = roster(3_000, seed=5)
    write_csv(table, tmp_path / "roster.csv")
    subprocess.run([program, "annotate", tmp_path / "roster.csv", "--quiet", "-o", tmp_path / "out.xlsx"], check=False)
    headings, *rows = openpyxl.load_workbook(tmp_path / "out.xlsx", read_only=True)["Tenants"].iter_rows(values_only=True)
    sheet = [dict(zip(headings, row)) for row in rows]
    together = fasttrack_roster.rollup(polars.DataFrame(table), **NAMES).to_polars()
    several = together.filter(polars.col("rows") > 1).to_dicts()
    yes = {"Yes": True, "Yes, confirm": True, "No": False}

    def of_sheet(row):
        is_review = row["FastTrack tier"] == "Needs review"
        return {
            "tenant": row["Tenant"],
            "rows": row["Rows"],
            "fasttrack_segment": row["FastTrack segment"],
            "seats_counted": row["Paid seats together"],
            "fasttrack_tier": None if is_review else row["FastTrack tier"],
            "entitled_specialist": None if is_review else yes[row["Specialist"]],
            "confirm_migration": None if is_review else row["Migration"] == "Yes, confirm",
            "next_tier": row["Next tier"],
            "seats_to_next_tier": row["Seats to next tier"],
            "only_by_adding_plans": yes[row["Only by adding plans"]],
            "largest_plan": row["Largest plan"],
            "seats_of_the_largest_plan": row["Seats of the largest plan"],
        }

    wanted = [of_sheet(row) for row in sheet]
    assert len(wanted) > 500
    assert differences([{name: row[name] for name in wanted[0]} for row in several], wanted) == []
    assert together["rows"].sum() == len(table["Tenant"])
