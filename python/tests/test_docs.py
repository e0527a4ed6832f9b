"""The snippets of the manual run as they are printed, in the project's folder."""

import re
import subprocess
import sys

import pytest
from conftest import ROOT

PAGES = ["docs/python.md", "python/README.md"]
SNIPPETS = [(page, number, text) for page in PAGES for number, text in enumerate(re.findall(r"```python\n(.*?)```", (ROOT / page).read_text(encoding="utf-8"), re.S))]


def test_the_manual_has_snippets():
    assert len(SNIPPETS) >= 7


@pytest.mark.parametrize(("page", "number", "text"), SNIPPETS, ids=[f"{page}-{number}" for page, number, _ in SNIPPETS])
def test_a_snippet_runs(page, number, text):
    ran = subprocess.run([sys.executable, "-c", text], cwd=ROOT, check=False, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout


def test_the_sql_page_runs_in_duckdb(program, tmp_path):
    import duckdb

    page = (ROOT / "docs/sql.md").read_text(encoding="utf-8")
    [copy] = re.findall(r'duckdb lake.db "(copy .*?)"', page)
    [command] = re.findall(r"\$ fasttrack (sql .*?) > verdicts.sql", page)
    [query] = re.findall(r"```sql\n(.*?)```", page, re.S)
    with duckdb.connect() as connection:
        connection.execute(
            f"create table roster as select \"Tenant ID\" as tenant, \"Plan type\" as plan, try_cast(\"Paid seats\" as bigint) as seats, Segment as segment, 'Active' as status from read_csv('{ROOT}/samples/roster.csv', all_varchar = true)"
        )
        connection.execute(copy.replace("distinct.csv", str(tmp_path / "distinct.csv")))
        ran = subprocess.run([program, *command.split()], cwd=tmp_path, check=True, capture_output=True, text=True)
        connection.execute(ran.stdout)
        assert len(connection.execute(query).fetchall()) > 3
        assert connection.execute("select count(*) from fasttrack_unresolved").fetchone() is not None
