"""Holds the formulas of the Summary's what-if table to the golden table, row by row.

The table gives totals. Here each of its formulas is written once more for every row of the roster, with the row's own
cells in place of the named columns, and LibreOffice works them out: under the thresholds of the policy they have to come
to the verdicts of the golden table, under changed ones to those of the program under a policy with the same thresholds.

The formulas know seats, segment and whether the plan is eligible, as the Roster sheet has them. So they cannot judge a
row that needs review, since what is wrong with it (a plan, a seat count, a status that nobody can read) is no number:
they leave it the portal, which is checked, too. Nor can they tell that a row needs review only under the changed
thresholds, as where a segment is unknown that made no difference before: such rows are named and left out.

usage: what_if_golden.py FASTTRACK GOLDEN FOLDER

The files it makes go into FOLDER. Exit code 1 if a row differs; all of them are printed.
"""

import csv
import re
import subprocess
import sys
from pathlib import Path

import openpyxl

from office import worked_out
from what_if import CHANGES, ENTITLEMENTS, annotated, with_thresholds

ROSTER = ["Tenant", "Plan", "Paid seats", "Segment", "Status"]
BY_ROW = "Row by row"
NEEDS_REVIEW = "Needs review"
NO_TIER = "None"


def main(program: str, golden: Path, folder: Path) -> int:
    with golden.open(encoding="utf-8-sig", newline="") as text:
        expected = list(csv.DictReader(text))
    roster = folder / "golden.csv"
    with roster.open("w", encoding="utf-8", newline="") as text:
        csv.writer(text).writerows([ROSTER, *([row[name] for name in ROSTER] for row in expected)])
    workbook = folder / "golden.xlsx"
    subprocess.run([program, "annotate", roster, "--quiet", "-o", workbook], check=False)
    policy = subprocess.run([program, "policy", "show", "--toml"], check=True, capture_output=True, text=True).stdout
    judged = [of_golden(row) for row in expected]
    wrong = 0
    for number, changes in enumerate(CHANGES):
        path = folder / f"golden-{number}.toml"
        path.write_text(with_thresholds(policy, changes), encoding="utf-8")
        rows = annotated(program, roster, folder / f"golden-{number}.csv", "--policy", path)
        verdicts = [of_program(row) for row in rows] if changes else judged
        portals = [row["Portal"].startswith("Yes") for row in rows]
        found = by_formulas(workbook, changes, folder / f"golden-{number}.xlsx")
        words = ", ".join(f"{key[0]} of {key[1]}: {value}" for key, value in changes.items()) or "no change"
        wrong += compared(words, found, wanted(judged, verdicts, portals))
    return 1 if wrong else 0


def wanted(before: list[dict | None], after: list[dict | None], portals: list[bool]) -> list[dict | None]:
    """Gives what the formulas have to say of each row; none for a row that needs review only under the changed thresholds."""
    in_review = dict.fromkeys(ENTITLEMENTS, False)
    rows = zip(before, after, portals, strict=True)
    return [verdict if was else with_tier(in_review | {"Portal": portal}) for was, verdict, portal in rows]


def of_golden(row: dict) -> dict | None:
    """Gives what a row of the golden table is entitled to, and its tier; none for a row that needs review."""
    if row["needs_review"] == "true":
        return None
    ids = dict(zip(ENTITLEMENTS, ["portal", "qa", "specialist", "migration"], strict=True))
    return {name: row[f"entitled_{ids[name]}"] == "true" for name in ENTITLEMENTS} | {"tier": row["fasttrack_tier"]}


def of_program(row: dict) -> dict | None:
    if row["FastTrack tier"] == NEEDS_REVIEW:
        return None
    return {name: row[name].startswith("Yes") for name in ENTITLEMENTS} | {"tier": row["FastTrack tier"]}


def by_formulas(workbook: Path, changes: dict, target: Path) -> list[dict]:
    """Gives what the formulas of the what-if table say of each row, with some thresholds changed."""
    book = openpyxl.load_workbook(workbook)
    for (entitlement, segment), value in changes.items():
        sheet, cell = place(book, f"from_{entitlement}_{segment}")
        book[sheet][cell] = value
    formulas = what_if_formulas(book["Summary"])
    rows = book["Roster"].max_row - 1
    own = book.create_sheet(BY_ROW)
    for row in range(rows):
        own.append([of_one_row(book, formula, row) for formula in formulas.values()])
    book.save(target)
    shown = openpyxl.load_workbook(worked_out(target, target.parent), data_only=True)
    judged = [dict(zip(ENTITLEMENTS, map(entitled, row), strict=True)) for row in shown[BY_ROW].iter_rows(values_only=True)]
    # The rows together are what the table itself says.
    for name, cell in cells_of_what_if(shown["Summary"]).items():
        assert cell.value == sum(row[name] for row in judged), f"{name}: {cell.value} on Summary, {sum(row[name] for row in judged)} by rows"
    return [with_tier(row) for row in judged]


def entitled(value) -> bool:
    assert value in (0, 1), f"a formula comes to {value!r} for one row"
    return value == 1


def with_tier(row: dict) -> dict:
    """Adds the highest entitlement that the row has together with all lower ones."""
    held = NO_TIER
    for name in ENTITLEMENTS:
        if not row[name]:
            break
        held = name
    return row | {"tier": held}


def cells_of_what_if(summary) -> dict:
    """Gives the cells below `By thresholds` by entitlement."""
    rows = list(summary.iter_rows(max_col=4))
    headings = ["Entitlement", "As judged", "By thresholds", "Difference"]
    [heading] = [number for number, row in enumerate(rows) if [cell.value for cell in row] == headings]
    found = {row[0].value: row[2] for row in rows[heading + 1 : heading + 1 + len(ENTITLEMENTS)]}
    assert list(found) == ENTITLEMENTS, f"the what-if table has {list(found)}"
    return found


def what_if_formulas(summary) -> dict:
    return {name: cell.value for name, cell in cells_of_what_if(summary).items()}


def of_one_row(book, formula: str, row: int) -> str:
    """Gives a formula with the cells of one row, counted from 0, in place of the named columns of the roster."""

    def cell(found: re.Match) -> str:
        sheet, column = place(book, found[0])
        first = re.fullmatch(r"([A-Z]+)(\d+):\1\d+", column)
        return f"'{sheet}'!{first[1]}{int(first[2]) + row}"

    assert "tenants_" not in formula, "the golden table has each tenant once"
    return re.sub(r"\broster_\w+", cell, formula)


def place(book, name: str) -> tuple[str, str]:
    [(sheet, cells)] = book.defined_names[name].destinations
    return sheet, cells.replace("$", "")


def compared(words: str, found: list[dict], expected: list[dict | None]) -> int:
    """Compares row by row, prints what differs, and gives how many rows do."""
    wrong = left_out = 0
    for number, (by_office, verdict) in enumerate(zip(found, expected, strict=True), 1):
        if verdict is None:
            left_out += 1
            print(f"{words}: row {number} needs review under these thresholds only")
        elif by_office != verdict:
            wrong += 1
            print(f"WRONG: {words}: row {number}: {by_office} by LibreOffice, not {verdict}")
    print(f"{'WRONG' if wrong else 'ok'}: {words}: {len(found)} rows, {left_out} left out, {wrong} differ")
    return wrong


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])))
