"""Changes thresholds on the Policy sheet, lets LibreOffice work the workbook out anew, and compares what the Summary's
what-if table says then with what the program counts under a policy with the same thresholds. A row in review is no
customer of the table, whatever the thresholds are; the program may judge it under other ones, as where a segment that
nobody knows asks for as many seats as all others.

usage: what_if.py FASTTRACK ROSTER FOLDER

The files it makes go into FOLDER. Exit code 1 if a figure differs; all of them are printed.
"""

import csv
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import openpyxl

from office import without_values, worked_out

CHANGES = [
    {},
    {("specialist", "commercial"): 400},
    {("specialist", "education"): 500, ("specialist", "nonprofit"): 120},
    {("qa", "commercial"): 1, ("qa", "government"): "never", ("migration", "nonprofit"): 2500},
    {("portal", "commercial"): 10},
]
"""Thresholds by entitlement and segment; together they move every row of the table."""

ENTITLEMENTS = ["Portal", "Q&A", "Specialist", "Migration"]

NEW_INTERPRETATIONS = """
[[interpretation]]
id = "{id}"
entitlement = "{entitlement}"
segments = ["commercial", "government", "education", "nonprofit"]
from = 0
says = "A higher rung may ask for fewer seats here than a lower one."
source = "reading"
"""


def main(program: str, roster: str, folder: Path) -> int:
    workbook = folder / "what-if.xlsx"
    subprocess.run([program, "annotate", roster, "--quiet", "-o", workbook], check=False)
    judged = annotated(program, roster, folder / "what-if-judged.csv")
    policy = subprocess.run([program, "policy", "show", "--toml"], check=True, capture_output=True, text=True).stdout
    wrong = 0
    for number, changes in enumerate(CHANGES):
        changed = folder / f"what-if-{number}.xlsx"
        change_cells(workbook, changed, changes)
        shown = what_if_table(worked_out(changed, folder))
        path = folder / f"what-if-{number}.toml"
        path.write_text(with_thresholds(policy, changes), encoding="utf-8")
        rows = annotated(program, roster, folder / f"what-if-{number}.csv", "--policy", path)
        counted = count(judged, rows, tenants(program, roster, folder / f"what-if-{number}-tenants.xlsx", "--policy", path))
        words = ", ".join(f"{key[0]} of {key[1]}: {value}" for key, value in changes.items()) or "no change"
        for name, rows in counted.items():
            holds = shown.get(name) == rows
            wrong += not holds
            print(f"{'ok' if holds else 'WRONG'}: {words}: {name}: {shown.get(name)} by LibreOffice, {rows} by the program")
    return 1 if wrong else 0


def change_cells(source: Path, target: Path, changes: dict) -> None:
    """Writes thresholds into their named cells, and takes the values of all formulas away."""
    book = openpyxl.load_workbook(source)
    places = {}
    for key, value in changes.items():
        [(sheet, cell)] = book.defined_names[f"from_{key[0]}_{key[1]}"].destinations
        places.setdefault(f"xl/worksheets/sheet{book.sheetnames.index(sheet) + 1}.xml", {})[cell.replace("$", "")] = value
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            data = old.read(part)
            for cell, value in places.get(part.filename, {}).items():
                data = with_cell(data.decode(), cell, value).encode()
            new.writestr(part.filename, without_values(data))


def with_cell(xml: str, cell: str, value) -> str:
    written = f'<v>{value}</v>' if isinstance(value, int) else f"<is><t>{value}</t></is>"
    kind = "" if isinstance(value, int) else ' t="inlineStr"'
    xml, found = re.subn(rf'<c r="{cell}"( s="\d+")?[^>]*>.*?</c>', rf'<c r="{cell}"\1{kind}>{written}</c>', xml)
    assert found == 1, f"{cell} stands {found} times on its sheet"
    return xml


def what_if_table(workbook: Path) -> dict:
    """Gives customers by the thresholds, by entitlement, as the table of a workbook has them."""
    sheet = openpyxl.load_workbook(workbook, data_only=True)["Summary"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(max_col=4)]
    [heading] = [number for number, row in enumerate(rows) if row == ["Entitlement", "As judged", "By thresholds", "Difference"]]
    table = {}
    for name, judged, by_thresholds, difference in rows[heading + 1 :]:
        if not isinstance(by_thresholds, (int, float)):
            break
        assert difference == by_thresholds - judged, f"{name}: {by_thresholds} - {judged} is not {difference}"
        table[name] = int(by_thresholds)
    return table


def with_thresholds(policy: str, changes: dict) -> str:
    """Gives the policy with other thresholds, and with interpretations that allow for them."""
    tables = policy.split("[[entitlement]]")
    for (entitlement, segment), value in changes.items():
        [place] = [at for at, table in enumerate(tables) if re.search(rf'^id = "{entitlement}"$', table, re.M)]
        written = value if isinstance(value, int) else f'"{value}"'
        tables[place], found = re.subn(rf"^{segment} = .*$", f"{segment} = {written}", tables[place], count=1, flags=re.M)
        assert found == 1, f"the policy has no threshold of {entitlement} for {segment}"
    changed = "[[entitlement]]".join(tables)
    if not changes:
        return changed
    # What the shipped interpretations say is of the shipped thresholds.
    changed = re.sub(r"\[\[interpretation\]\]\n(?:(?!\[\[|# ----).*\n)*", "", changed)
    new = "".join(NEW_INTERPRETATIONS.format(id=f"any-{name}", entitlement=name) for name in ("qa", "specialist", "migration"))
    return changed.replace("# ---- Services", new + "\n# ---- Services", 1)


def annotated(program: str, roster: str, output: Path, *flags) -> list[dict]:
    """Gives the annotated roster, row by row."""
    ran = subprocess.run([program, "annotate", roster, "-q", "--format", "csv", "-o", output, *flags], check=False)
    assert ran.returncode in (0, 3), ran.returncode
    with output.open(encoding="utf-8-sig", newline="") as text:
        return list(csv.DictReader(text))


def tenants(program: str, roster: str, output: Path, *flags) -> list[dict]:
    """Gives the customers on several rows, as the Tenants sheet has them."""
    subprocess.run([program, "annotate", roster, "-q", "-o", output, *flags], check=False)
    book = openpyxl.load_workbook(output, data_only=True)
    if "Tenants" not in book.sheetnames:
        return []
    headings, *rows = book["Tenants"].iter_rows(values_only=True)
    return [dict(zip(headings, row, strict=True)) for row in rows]


def count(judged: list[dict], changed: list[dict], several: list[dict]) -> dict:
    """Counts the customers that are entitled by the changed thresholds: those on one row, and `several`; rows that were in
    review stay there, with the portal alone."""
    entitled = dict.fromkeys(ENTITLEMENTS, 0)
    for customer in several:
        for name in ENTITLEMENTS:
            entitled[name] += customer[name].startswith("Yes")
    for before, after in zip(judged, changed, strict=True):
        if before["Rows of the tenant"]:
            continue
        in_review = before["FastTrack tier"] == "Needs review"
        for name in ENTITLEMENTS:
            entitled[name] += after[name].startswith("Yes") and (name == "Portal" or not in_review)
    return entitled


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], Path(sys.argv[3])))
