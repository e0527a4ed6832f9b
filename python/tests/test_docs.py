"""The snippets of the manual run as they are printed, and come to the figures that it tells."""

import re
import shlex
import shutil
import subprocess
import sys

import duckdb
import pytest
from conftest import ROOT

PAGES = ["docs/python.md", "python/README.md"]


def fenced(page, language):
    text = (ROOT / page).read_text(encoding="utf-8")
    return [re.sub(r"^   ", "", block, flags=re.M) for block in re.findall(rf"```{language}\n(.*?)```", text, re.S)]


SNIPPETS = [(page, number, text) for page in PAGES for number, text in enumerate(fenced(page, "python"))]
OF_PARQUET = fenced("docs/parquet.md", "python")

FIGURES = {"Portal": (6, 719), "Q&A": (10, 3188), "Specialist": (8, 2060), "Migration": (10, 23600), None: (4, 770)}
"""Customers and paid seats of the sample by tier, as the README prints them; without a tier they need review."""


def named(page, number, text):
    return f"{page}-{number}" + ("-spark" if "pyspark" in text else "")


def run(text, folder):
    if "pyspark" in text:
        pytest.importorskip("pyspark")
        if shutil.which("java") is None:
            pytest.skip("there is no Java")
    ran = subprocess.run([sys.executable, "-c", text], cwd=folder, check=False, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    assert "UnreadColumn" not in ran.stderr
    assert ran.stdout
    return ran.stdout


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with the sample, and with the Parquet file that the page makes of it."""
    folder = tmp_path_factory.mktemp("parquet")
    shutil.copytree(ROOT / "samples", folder / "samples")
    run(OF_PARQUET[0], folder)
    return folder


def test_the_manual_has_snippets():
    assert len(SNIPPETS) >= 9 and len(OF_PARQUET) == 6


def test_the_figures_are_those_of_the_readme():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    page = (ROOT / "docs/parquet.md").read_text(encoding="utf-8")
    for tier, (customers, seats) in FIGURES.items():
        assert re.search(rf"^  {tier or 'Needs review'} +{customers} customers +{seats:,} paid seats$", readme, re.M)
        assert f"{customers} " in page and (f"{seats:,}" in page or tier is None)


@pytest.mark.parametrize(("page", "number", "text"), SNIPPETS, ids=[named(*snippet) for snippet in SNIPPETS])
def test_a_snippet_runs(page, number, text, folder):
    run(text, folder)


CHECK = """
import json, pyarrow
table = customers.toArrow() if hasattr(customers, "toArrow") else pyarrow.table(customers)
told = {}
for row in table.to_pylist():
    before = told.get(row["fasttrack_tier"], (0, 0))
    told[row["fasttrack_tier"]] = (before[0] + 1, before[1] + (row["seats_counted"] or 0))
print()
print(json.dumps(list(told.items())))
"""


@pytest.mark.parametrize(("number", "text"), list(enumerate(OF_PARQUET))[1:], ids=[named("parquet", number, text) for number, text in list(enumerate(OF_PARQUET))[1:]])
def test_each_engine_comes_to_the_figures_of_the_readme_from_parquet(number, text, folder):
    import json

    printed = run(text + CHECK, folder)
    *shown, told = printed.strip().split("\n")
    assert {tier: tuple(figures) for tier, figures in json.loads(told)} == FIGURES
    review = "\n".join(shown)
    for customer in ["Southridge Video", "Nod Publishers", "First Up Consultants", "The Phone Company"]:
        assert customer in review
    assert (folder / ("judged" if "pyspark" in text else "judged.parquet")).exists()


def commands(page):
    """Returns what the page's commands for DuckDB do, and the arguments of `fasttrack sql`."""
    lines = [line.removeprefix("$ ") for block in fenced(page, "console") for line in block.strip().split("\n")]
    return [shlex.split(line) for line in lines if line.startswith(("duckdb", "fasttrack"))]


def script_of(page, program, connection, folder):
    """Runs the commands of a page; returns what is asked then."""
    for command in commands(page):
        if command[:2] == ["duckdb", "lake.db"]:
            connection.execute(command[2].replace("'roster.parquet'", f"'{folder}/roster.parquet'").replace("distinct.csv", f"{folder}/distinct.csv"))
        elif command[0] == "fasttrack":
            arguments = command[1 : command.index(">")]
            script = subprocess.run([program, *arguments], cwd=folder, check=True, capture_output=True, text=True, encoding="utf-8").stdout
        else:
            assert command == ["duckdb", "-bail", "lake.db", "<", "verdicts.sql"]
            connection.execute(script)


def test_the_sql_page_runs_in_duckdb(program, folder):
    with duckdb.connect() as connection:
        columns = 'Customer as tenant, "Plan type" as plan, try_cast("Paid seats" as bigint) as seats, Segment as segment, Status as status'
        of_page = folder / "page"
        of_page.mkdir()
        connection.execute(f"copy (select {columns} from '{folder}/roster.parquet') to '{of_page}/roster.parquet'")
        script_of("docs/sql.md", program, connection, of_page)
        by_column, by_tier, review = fenced("docs/sql.md", "sql")
        assert len(connection.execute(by_tier).fetchall()) > 3
        problems = dict(connection.execute(review).fetchall())
        assert problems["seats blank or not readable"] > 1 and problems["segment unknown"] == 1
        assert connection.execute("select count(*) from fasttrack_unresolved").fetchone() is not None
        # One column at a time gives the same texts.
        connection.execute(by_column.replace("distinct.csv", f"{of_page}/single.csv"))
        [single] = connection.execute(f"select count(distinct plan), count(distinct segment), count(distinct status) from '{of_page}/single.csv'").fetchall()
        assert single == connection.execute(f"select count(distinct plan), count(distinct segment), count(distinct status) from '{of_page}/distinct.csv'").fetchone()


def test_the_python_model_of_the_sql_page_judges_a_relation():
    class Dbt:
        def ref(self, name):
            assert name == "roster"
            columns = "'Contoso' as tenant, 'Office 365 E3' as plan, 480 as seats, 'Education' as segment, 'Active' as status"
            return duckdb.sql(f"select {columns}")

    [text] = fenced("docs/sql.md", "python")
    names = {}
    exec(text, names)
    table = names["model"](Dbt(), None)
    assert table.select(["tenant", "fasttrack_segment", "fasttrack_tier"]).to_pylist() == [
        {"tenant": "Contoso", "fasttrack_segment": "Education", "fasttrack_tier": "Q&A"}
    ]


def test_the_sql_of_the_parquet_page_comes_to_its_figures(program, folder):
    with duckdb.connect() as connection:
        script_of("docs/parquet.md", program, connection, folder)
        by_tier, review = fenced("docs/parquet.md", "sql")
        told = {}
        for tier, _, rows, seats in connection.execute(by_tier).fetchall():
            before = told.get(tier, (0, 0))
            told[tier] = (before[0] + rows, before[1] + (seats or 0))
        # The one customer on two rows counts twice.
        assert told == {**FIGURES, "Migration": (11, 23600 + 2750)}
        found = {row[0]: row[3] for row in connection.execute(review).fetchall()}
        assert set(found) == {"Southridge Video", "Nod Publishers", "First Up Consultants", "The Phone Company"}
        assert found["The Phone Company"] == "segment unknown" and found["Nod Publishers"] == "seats blank or not readable"
