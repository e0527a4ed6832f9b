"""Lets LibreOffice work all formulas of workbooks out anew, and compares what they come to with the values that the
workbooks carry for those who do not work them out.

usage: recalculate.py FOLDER WORKBOOK.xlsx ...

The files it makes go into FOLDER. Exit code 1 if a value differs; all of them are printed.
"""

import sys
import zipfile
from pathlib import Path

import openpyxl

from office import without_values, worked_out


def main(folder: Path, workbooks: list[Path]) -> int:
    wrong = 0
    for workbook in workbooks:
        bare = folder / "bare" / workbook.name
        bare.parent.mkdir(parents=True, exist_ok=True)
        take_values_away(workbook, bare)
        carried, found = values(workbook), values(worked_out(bare, folder, 240))
        formulas = formulas_of(workbook)
        for place in formulas:
            if not same(carried.get(place), found.get(place)):
                wrong += 1
                print(f"{workbook.name}: {place[0]}!{place[1]} carries {carried.get(place)!r}, and comes to {found.get(place)!r}")
        print(f"{workbook.name}: {len(formulas)} formulas worked out")
    return 1 if wrong else 0


def take_values_away(source: Path, target: Path) -> None:
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            new.writestr(part.filename, without_values(old.read(part)))


def cells(workbook: Path, **how):
    for sheet in openpyxl.load_workbook(workbook, **how):
        # Formulas stand on the Summary alone; another check sees to that.
        if sheet.title == "Summary":
            for row in sheet.iter_rows():
                yield from (((sheet.title, cell.coordinate), cell) for cell in row)


def values(workbook: Path) -> dict:
    return {place: cell.value for place, cell in cells(workbook, data_only=True)}


def formulas_of(workbook: Path) -> list:
    return [place for place, cell in cells(workbook) if cell.data_type == "f"]


def same(left, right) -> bool:
    is_number = isinstance(left, (int, float)) and isinstance(right, (int, float))
    return abs(left - right) <= 1e-9 * max(1, abs(left)) if is_number else left == right


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), [Path(name) for name in sys.argv[2:]]))
