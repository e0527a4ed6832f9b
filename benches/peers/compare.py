"""Compares the cells of workbooks: usage: compare.py REFERENCE.xlsx OTHER.xlsx...

On the Roster sheet the columns of `COMPARED`, row by row and found by their headings; on the Summary sheet customers
and paid seats of every tier. A difference is printed with its row, and the exit code is 1.
"""

import sys
from collections.abc import Iterator
from itertools import islice, zip_longest
from pathlib import Path

from python_calamine import CalamineWorkbook

from job import ADDED, SUMMARY, TIERS

COMPARED = ["Tenant ID", "Plan type", "Paid seats", *ADDED]
SHOWN = 5


def roster(path: Path) -> Iterator[tuple]:
    """Gives the compared cells of each row below the headings."""
    rows = CalamineWorkbook.from_path(path).get_sheet_by_name("Roster").iter_rows()
    headings = next(rows)
    columns = [headings.index(heading) for heading in COMPARED]
    for row in rows:
        yield tuple(sys.intern(cell) if isinstance(cell := row[column], str) else cell for column in columns)


def summary(path: Path) -> dict[str, tuple]:
    """Gives customers and paid seats of each tier, from the first table with these headings."""
    apart = path.with_suffix(".summary.xlsx")
    rows = iter(CalamineWorkbook.from_path(apart if apart.exists() else path).get_sheet_by_name("Summary").to_python())
    headings = next(row for row in rows if set(SUMMARY) <= set(row))
    tier, customers, seats = (headings.index(heading) for heading in SUMMARY)
    return {row[tier]: (row[customers], row[seats]) for row in islice(rows, len(TIERS))}


def differences(reference: list[tuple], ours: dict[str, tuple], path: Path) -> Iterator[str]:
    for row, (expected, found) in enumerate(zip_longest(reference, roster(path)), 2):
        if expected is None or found is None:
            yield f"row {row} stands in one of the workbooks only"
        elif expected != found:
            yield f"row {row}: " + "; ".join(
                f"`{heading}` is {is_!r} and should be {should!r}"
                for heading, is_, should in zip(COMPARED, found, expected)
                if is_ != should
            )
    theirs = summary(path)
    if ours != theirs:
        yield f"Summary: {theirs} and should be {ours}"


def main(first: str, *others: str) -> int:
    reference, ours = list(roster(Path(first))), summary(Path(first))
    wrong = False
    for path in map(Path, others):
        found = 0
        for found, difference in enumerate(differences(reference, ours, path), 1):
            if found <= SHOWN:
                print(f"{path.stem}: {difference}")
        print(f"{path.stem}: {len(reference):,} rows, " + (f"{found:,} differences" if found else "all cells agree"))
        wrong |= found > 0
    return int(wrong)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
