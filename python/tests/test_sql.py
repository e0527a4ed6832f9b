"""The generated SQL: each dialect is sound, and each engine that is here gives the verdicts of the program."""

import csv
import os
import sqlite3
import subprocess

import duckdb
import pytest
from conftest import GOLDEN, NAMES, ROWS, annotate, records, roster, typed, write_csv

sqlglot = pytest.importorskip("sqlglot")

DIALECTS = ["duckdb", "postgres", "spark", "snowflake", "bigquery", "trino", "tsql", "sqlite"]
KEPT = "Number"
"""A column that tells rows apart."""


def script(program, dialect, distinct, *flags):
    with open(distinct, encoding="utf-8", newline="") as text:
        there = next(csv.reader(text))
    # Columns of the roster that are not resolved are not named either.
    names = [f"--map={field}={column}" for field, column in NAMES.items() if column in there or field in ("tenant", "seats")]
    command = [program, "sql", "--dialect", dialect, "--plans", distinct, *names, *flags]
    return subprocess.run(command, check=True, capture_output=True, text=True, encoding="utf-8").stdout


def statements(text, dialect):
    """Returns the statements; those of SQL Server are batches."""
    if dialect == "tsql":
        text = "\n".join(line for line in text.split("\n") if line != "go")
    return [statement for statement in sqlglot.parse(text, read=dialect) if statement is not None]


def write_distinct(table, path, columns=("Plan", "Segment", "Status", "Paid seats")):
    """Writes the distinct texts of each column beside each other, as a query of distinct rows would."""
    rows = sorted(set(zip(*(table[column] for column in columns))))
    with open(path, "w", encoding="utf-8", newline="") as text:
        csv.writer(text).writerows([columns, *rows])


class Engine:
    """A database with the roster, whose columns are texts, or whole numbers."""

    integer = "bigint"
    dialect: str

    def load(self, table, seats_are_numbers):
        kinds = [self.integer if seats_are_numbers and name == "Paid seats" else "varchar(4000)" for name in table]
        columns = ", ".join(f'"{name}" {kind}' for name, kind in zip(table, kinds))
        self.run(f"create table roster ({columns}, \"{KEPT}\" {self.integer})")
        rows = list(zip(*table.values(), range(len(table["Plan"]))))
        self.fill(f"insert into roster values ({', '.join([self.mark] * (len(table) + 1))})", rows)

    def verdicts(self):
        names, rows = self.ask(f'select * from fasttrack_verdicts order by "{KEPT}"')
        return [dict(zip(names, row)) for row in rows]


class Duckdb(Engine):
    dialect = "duckdb"
    mark = "?"

    def __init__(self):
        self.connection = duckdb.connect()

    def run(self, text):
        self.connection.execute(text)

    def fill(self, text, rows):
        import polars

        names = [column[0] for column in self.connection.execute("select * from roster").description]
        frame = polars.DataFrame(rows, schema=names, orient="row", infer_schema_length=None)
        self.connection.execute("insert into roster select * from frame")

    def ask(self, text):
        found = self.connection.execute(text)
        return [column[0] for column in found.description], found.fetchall()


class Sqlite(Engine):
    dialect = "sqlite"
    mark = "?"

    def __init__(self):
        self.connection = sqlite3.connect(":memory:")

    def run(self, text):
        self.connection.executescript(text)

    def fill(self, text, rows):
        self.connection.executemany(text, rows)

    def ask(self, text):
        found = self.connection.execute(text)
        names = [column[0] for column in found.description]
        booleans = [name.startswith(("entitled_", "confirm_")) or name in ("eligible", "needs_review") for name in names]
        rows = [[bool(value) if is_one and value is not None else value for value, is_one in zip(row, booleans)] for row in found]
        return names, rows


class Postgres(Engine):
    dialect = "postgres"
    mark = "%s"

    def __init__(self):
        address = os.environ.get("FASTTRACK_POSTGRES")
        if not address:
            pytest.skip("FASTTRACK_POSTGRES does not name a database")
        psycopg = pytest.importorskip("psycopg")
        self.connection = psycopg.connect(address, autocommit=True)
        self.run("drop schema if exists fasttrack_test cascade; create schema fasttrack_test; set search_path to fasttrack_test")

    def run(self, text):
        self.connection.execute(text)

    def fill(self, text, rows):
        with self.connection.cursor() as cursor, cursor.copy("copy roster from stdin") as copy:
            for row in rows:
                copy.write_row(row)

    def ask(self, text):
        found = self.connection.execute(text)
        return [column.name for column in found.description], found.fetchall()


class Datafusion(Engine):
    """Has no dialect of its own: it understands the one of DuckDB, but for transactions."""

    dialect = "duckdb"
    mark = "?"

    def __init__(self):
        self.context = pytest.importorskip("datafusion").SessionContext()

    def run(self, text):
        lines = [line for line in text.split("\n") if not line.startswith("--")]
        for statement in "\n".join(lines).split(";\n"):
            if statement.strip() not in ("", "begin transaction", "commit"):
                self.context.sql(statement).collect()

    def fill(self, text, rows):
        import pyarrow

        schema = pyarrow.schema(self.context.table("roster").schema())
        columns = [pyarrow.array(values, field.type) for values, field in zip(zip(*rows), schema)]
        self.context.register_record_batches("filled", [[pyarrow.record_batch(columns, schema=schema)]])
        self.run("insert into roster select * from filled")

    def ask(self, text):
        found = self.context.sql(text).to_arrow_table()
        return found.column_names, list(zip(*(column.to_pylist() for column in found.columns)))


ENGINES = {"duckdb": Duckdb, "sqlite": Sqlite, "postgres": Postgres, "datafusion": Datafusion}


def differences(found, of_program):
    """Returns where the view differs from the program, in the columns that both have."""
    # What needs review says why, and nothing else does.
    assert [bool(row["problems"]) for row in found] == [row["needs_review"] for row in found]
    names = [name for name in found[0] if name in of_program[0]]
    assert {"fasttrack_tier", "entitled_migration", "confirm_migration", "seats_to_next_tier", "recognised_as"} < set(names)
    different = []
    for row, wanted in zip(found, of_program, strict=True):
        of_row = {name: (row[name], typed(name, wanted[name])) for name in names if name not in NAMES.values()}
        different += [(row[KEPT], name, *pair) for name, pair in of_row.items() if pair[0] != pair[1]]
    return different


@pytest.fixture(scope="module")
def golden_table():
    return {name: [row[name] for row in records(GOLDEN)] for name in NAMES.values()}


@pytest.mark.parametrize("dialect", DIALECTS)
def test_each_dialect_is_parsed(dialect, program, golden_table, tmp_path):
    write_distinct(golden_table, tmp_path / "distinct.csv")
    text = script(program, dialect, tmp_path / "distinct.csv", f"--keep={KEPT}", "--schema", "Lake")
    kinds = [type(statement).__name__ for statement in statements(text, dialect)]
    in_one = {"Transaction", "Commit"} if dialect in ("duckdb", "postgres", "sqlite") else set()
    assert set(kinds) == {"Select", "Drop", "Create", "Insert"} | in_one
    assert kinds.count("Create") == 6
    # What a text holds does not end it, and a script is the same every time.
    assert text == script(program, dialect, tmp_path / "distinct.csv", f"--keep={KEPT}", "--schema", "Lake")


@pytest.mark.parametrize("name", ENGINES)
def test_an_engine_gives_the_verdicts_of_the_golden_table(name, program, golden_table, golden, tmp_path):
    engine = ENGINES[name]()
    engine.load(golden_table, seats_are_numbers=False)
    write_distinct(golden_table, tmp_path / "distinct.csv")
    text = script(program, engine.dialect, tmp_path / "distinct.csv", f"--keep={KEPT}")
    # It can be run again.
    engine.run(text)
    engine.run(text)
    assert differences(engine.verdicts(), golden) == []


@pytest.mark.parametrize("policy", ["fasttrack-learn-2021", "fasttrack-docs-2021"])
@pytest.mark.parametrize("name", ENGINES)
def test_an_engine_gives_the_verdicts_of_the_program(name, policy, program, tmp_path):
    table = roster(ROWS, seed=29)
    write_csv(table, tmp_path / "roster.csv")
    annotate(program, tmp_path / "roster.csv", tmp_path / "out.csv", "--policy", policy)
    write_distinct(table, tmp_path / "distinct.csv")
    engine = ENGINES[name]()
    engine.load(table, seats_are_numbers=False)
    engine.run(script(program, engine.dialect, tmp_path / "distinct.csv", f"--keep={KEPT}", "--policy", policy))
    assert differences(engine.verdicts(), records(tmp_path / "out.csv")) == []


@pytest.mark.parametrize("name", ENGINES)
def test_seats_that_are_numbers_need_no_table(name, program, tmp_path):
    seats = [None, -1, 0, 49, 50, 149, 150, 499, 500, 999, 1000, 50_000_000, 50_000_001]
    rows = [(f"Contoso {plan} {number} {segment}", plan, number, segment, "") for plan in ("SPE_E3", "Power BI Pro") for number in seats for segment in ("", "Education")]
    table = dict(zip(NAMES.values(), map(list, zip(*rows))))
    write_csv(table, tmp_path / "roster.csv")
    annotate(program, tmp_path / "roster.csv", tmp_path / "out.csv")
    write_distinct(table, tmp_path / "distinct.csv", ("Plan", "Segment"))
    engine = ENGINES[name]()
    engine.load(table, seats_are_numbers=True)
    engine.run(script(program, engine.dialect, tmp_path / "distinct.csv", f"--keep={KEPT}"))
    found, wanted = engine.verdicts(), records(tmp_path / "out.csv")
    # What is no count of seats is none here; the program tells it from others.
    is_same = lambda difference: difference[1] == "seats_counted" and difference[2] is None
    assert [difference for difference in differences(found, wanted) if not is_same(difference)] == []


MARKS = {
    "no single convention": ["1,200", "10,000", "1.234", "2,5"],
    "contradicting": ["1.234", "1,234.5", "2,5", "1,200"],
    "nothing shown": ["1,200", "1.234", "300", "1 200"],
    "commas": ["1,200", "1,234,567", "1.234", "500.0"],
    "dots": ["1.200", "1.234.567", "1,234", "2,5"],
}


@pytest.mark.parametrize("numbers", [None, ".", ","])
@pytest.mark.parametrize("marks", MARKS)
def test_seats_that_are_texts_are_read_as_the_program_reads_their_column(marks, numbers, program, tmp_path):
    import polars

    import fasttrack_roster

    seats = [*MARKS[marks], "480", "", "12.5.3"]
    rows = len(seats)
    table = dict(zip(NAMES.values(), [[f"Contoso {row}" for row in range(rows)], ["SPE_E3"] * rows, seats, [""] * rows, [""] * rows]))
    flags = {None: [], ".": ["--numbers", "1.234,56"], ",": ["--numbers", "1,234.56"]}[numbers]
    write_csv(table, tmp_path / "roster.csv")
    annotate(program, tmp_path / "roster.csv", tmp_path / "out.csv", *flags)
    write_distinct(table, tmp_path / "distinct.csv")
    engine = Duckdb()
    engine.load(table, seats_are_numbers=False)
    engine.run(script(program, "duckdb", tmp_path / "distinct.csv", f"--keep={KEPT}", *flags))
    found, wanted = engine.verdicts(), records(tmp_path / "out.csv")
    assert differences(found, wanted) == []
    in_python = fasttrack_roster.judge(polars.DataFrame(table), thousands=numbers, **NAMES)
    assert [row["seats_counted"] for row in found] == in_python["seats_counted"].to_list()
    assert [row["needs_review"] for row in found] == in_python["needs_review"].to_list()


def run_sql(program, *arguments):
    return subprocess.run([program, "sql", "--dialect", "duckdb", *arguments], check=False, capture_output=True, text=True, encoding="utf-8")


def test_columns_are_found_by_the_names_that_the_warehouse_has(program, tmp_path):
    (tmp_path / "distinct.csv").write_text("prod,seg,state,Status\nSPE_E3,edu,Zyx,not this\n", encoding="utf-8")
    names = ["--map=plan=prod", "--map=segment=seg", "--map=status=State", "--map=seats=licences"]
    ran = run_sql(program, "--plans", tmp_path / "distinct.csv", *names)
    assert ran.returncode == 0, ran.stderr
    assert "-- read from the columns: plan from `prod`, segment from `seg`, status from `state`, seats from no column" in ran.stdout
    assert "('edu', 'Education', 0)" in ran.stdout and "('Zyx', 'unknown')" in ran.stdout and "not this" not in ran.stdout
    # A usual heading does for a column of another name, too, but not if that is another field's.
    (tmp_path / "distinct.csv").write_text("Product,Segment\nSPE_E3,edu\n", encoding="utf-8")
    ran = run_sql(program, "--plans", tmp_path / "distinct.csv", "--map=plan=prod", "--map=segment=seg")
    assert "plan from `Product`, segment from `Segment`, status from no column" in ran.stdout
    ran = run_sql(program, "--plans", tmp_path / "distinct.csv", "--map=plan=Segment")
    assert "plan from `Segment`, segment from no column" in ran.stdout


def test_a_named_column_that_the_file_lacks_is_an_error_that_says_what_to_select(program, tmp_path):
    (tmp_path / "distinct.csv").write_text("prod\nSPE_E3\n", encoding="utf-8")
    ran = run_sql(program, "--plans", tmp_path / "distinct.csv", "--map=plan=prod", "--map=segment=seg", "--map=status=state", "--table=lake.customers")
    assert ran.returncode == 5 and ran.stdout == ""
    assert "no column for the segment and the status" in ran.stderr
    assert "select `seg` and `state` from `lake.customers` into the file" in ran.stderr and "`prod`" in ran.stderr
    for said in ["--map=owner=x", "--map=nonsense=x"]:
        ran = run_sql(program, "--plans", tmp_path / "distinct.csv", said)
        assert ran.returncode == 2 and "the fields are tenant, plan, seats, segment, status" in ran.stderr
        assert "renewal" not in ran.stderr and "ignore" not in ran.stderr


@pytest.mark.parametrize("name", ["duckdb", "sqlite", "postgres"])
def test_a_script_that_fails_leaves_what_was_there(name, program, tmp_path):
    table = {"Tenant": ["A"], "Plan": ["SPE_E3"], "Paid seats": [500], "Segment": [""], "Status": [""]}
    write_distinct(table, tmp_path / "distinct.csv", ("Plan",))
    engine = ENGINES[name]()
    engine.load(table, seats_are_numbers=True)
    engine.run(script(program, engine.dialect, tmp_path / "distinct.csv", f"--keep={KEPT}"))
    before = engine.verdicts()
    write_distinct({"Plan": ["SPE_E5"]}, tmp_path / "distinct.csv", ("Plan",))
    text = script(program, engine.dialect, tmp_path / "distinct.csv", "--keep=Nothing")
    with pytest.raises(Exception, match="(?i)nothing"):
        engine.run(text)
    engine.run("rollback") if name != "sqlite" else engine.connection.rollback()
    assert engine.verdicts() == before


def test_seats_that_are_texts_without_a_table_fail_before_anything_is_replaced(program, tmp_path):
    table = {"Tenant": ["A"], "Plan": ["SPE_E3"], "Paid seats": ["500"], "Segment": [""], "Status": [""]}
    write_distinct(table, tmp_path / "distinct.csv", ("Plan",))
    engine = Duckdb()
    engine.load(table, seats_are_numbers=False)
    with pytest.raises(duckdb.Error, match="Cannot compare"):
        engine.run(script(program, "duckdb", tmp_path / "distinct.csv"))
    engine.run("rollback")
    assert engine.ask("select count(*) from information_schema.tables where table_name like 'fasttrack%'")[1] == [(0,)]


def test_what_needs_review_says_what_is_wrong(program, tmp_path):
    rows = [("", "SPE_E3", "500", "", ""), ("A", "Workplace E3", "500", "", ""), ("B", "", "x", "", ""), ("C", "SPE_E3", "160", "Robots", "Zyx"), ("D", "SPE_E3", "500", "", "")]
    table = dict(zip(NAMES.values(), map(list, zip(*rows))))
    write_distinct(table, tmp_path / "distinct.csv")
    for name in ("duckdb", "sqlite", "datafusion"):
        engine = ENGINES[name]()
        engine.load(table, seats_are_numbers=False)
        engine.run(script(program, engine.dialect, tmp_path / "distinct.csv", f"--keep={KEPT}"))
        problems = [row["problems"] for row in engine.verdicts()]
        assert problems[0] == "tenant missing"
        assert "Workplace E3" in problems[1] and ";" not in problems[1]
        assert problems[2] == "plan missing; seats blank or not readable"
        assert problems[3] == "segment unknown; status unknown"
        assert problems[4] is None


@pytest.mark.parametrize("name", ENGINES)
def test_a_text_that_was_not_resolved_needs_review_and_is_listed(name, program, tmp_path):
    table = {"Tenant": ["A", "B", "C", "D"], "Plan": ["SPE_E3", "SPE_E5", "SPE_E5", "Workplace E3"], "Paid seats": [500] * 4, "Segment": ["", "", "", "edu"], "Status": [""] * 4}
    write_distinct({**table, "Plan": ["SPE_E3", "SPE_E3", "SPE_E3", "Workplace E3"], "Segment": [""] * 4}, tmp_path / "distinct.csv", ("Plan", "Segment"))
    engine = ENGINES[name]()
    engine.load(table, seats_are_numbers=True)
    engine.run(script(program, engine.dialect, tmp_path / "distinct.csv", f"--keep={KEPT}"))
    assert [row["needs_review"] for row in engine.verdicts()] == [False, True, True, True]
    _, listed = engine.ask("select field, written, rows_of_it from fasttrack_unresolved order by 1, 2")
    assert [tuple(row) for row in listed] == [("plan", "SPE_E5", 2), ("plan", "Workplace E3", 1), ("segment", "edu", 1)]


def test_the_script_says_by_which_policy(program, golden_table, tmp_path):
    write_distinct(golden_table, tmp_path / "distinct.csv", ("Plan",))
    head = script(program, "duckdb", tmp_path / "distinct.csv", "--policy", "fasttrack-docs-2021").split("\n\n")[0]
    import fasttrack_roster

    policy = fasttrack_roster.policy("fasttrack-docs-2021")
    assert f"-- policy: {policy.name}, effective {policy.effective}" in head
    assert f"-- policy sha256: {policy.sha256}" in head


def test_a_file_without_plans_is_refused(program, tmp_path):
    (tmp_path / "distinct.csv").write_text("Colour\nred\n", encoding="utf-8")
    command = [program, "sql", "--dialect", "duckdb", "--plans", tmp_path / "distinct.csv"]
    ran = subprocess.run(command, check=False, capture_output=True, text=True)
    assert ran.returncode in (4, 5) and "plan" in ran.stderr.lower() and "Colour" in ran.stderr
