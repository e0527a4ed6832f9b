"""Checks annotated rosters in files without sheets, with readers that are not ours: Python's csv and json, pyarrow, duckdb.

usage: check_flat.py ROSTER.csv WORKBOOK.xlsx FILE...

The roster is UTF-8 text with commas; the workbook was made from it, and so was each FILE (.csv, .jsonl or .parquet). The roster's
columns have to hold what the roster holds, ours what the workbook's Roster sheet holds. Exit code 1 if anything is wrong.
"""

import json
import re
import sys

import duckdb
import openpyxl
import pyarrow.parquet

from checks import end_if_wrong, excerpt, expect, of_openpyxl, records

FLAT_ONLY = ["Source row", "Remarks", "Fault codes", "Cells beyond"]
COUNTS = ["Seats counted", "Seats to next tier", "Rows of the tenant", "Source row"]
FORMULA = re.compile(r"\s*[=+\-@]|\s*[\t\r\n]")
NUMBER = re.compile(r"[+-]\d+([.,]\d+)*([eE][+-]?\d+)?")

def shown(value):
    """What a cell of the workbook says, as text."""
    if value is None:
        return ""
    return of_openpyxl(value) if isinstance(value, str) else str(value)


def of_csv(path):
    with open(path, "rb") as file:
        raw = file.read()
    expect(raw.startswith(b"\xef\xbb\xbf"), f"{path}: there is no mark of UTF-8")
    expect(raw.endswith(b"\r\n"), f"{path}: the last line does not end in CRLF")
    headings, *rows = records(path)
    for number, row in enumerate(rows, start=1):
        expect(len(row) == len(headings), f"{path}: row {number} has {len(row)} cells")
        for cell in row:
            is_formula = FORMULA.match(cell) and not NUMBER.fullmatch(cell)
            expect(not is_formula, f"{path}: row {number} has the formula {excerpt(cell)}")
    return headings, rows


def of_jsonl(path):
    with open(path, encoding="utf-8", newline="\n") as text:
        rows = [json.loads(line) for line in text]
    headings = list(rows[0]) if rows else []
    expect(all(list(row) == headings for row in rows), f"{path}: rows have keys of their own")
    return headings, [[row[heading] for heading in headings] for row in rows]


def of_parquet(path):
    table = pyarrow.parquet.read_table(path)
    for field in table.schema:
        wanted = "int64" if field.name in COUNTS else "string"
        expect(str(field.type) == wanted, f"{path}: `{field.name}` is {field.type}, not {wanted}")
    rows = [list(row.values()) for row in table.to_pylist()]
    other = duckdb.read_parquet(path).fetchall()
    expect([tuple(row) for row in rows] == other, f"{path}: pyarrow and duckdb read different cells")
    return table.schema.names, rows


READERS = {"csv": of_csv, "jsonl": of_jsonl, "parquet": of_parquet}


def check(path, roster, sheet):
    headings, rows = READERS[path.rsplit(".", 1)[1]](path)
    expect(len(rows) == len(roster) - 1, f"{path}: {len(rows)} rows where the roster has {len(roster) - 1}")
    if not rows:
        return
    own, places = roster[0], {shown(cell.value): cell.column for cell in sheet[1]}
    expect(headings[: len(own)] == own, f"{path}: the headings are {headings}")
    expect(headings[-len(FLAT_ONLY) :] == FLAT_ONLY, f"{path}: the last headings are {headings[-4:]}")
    for number, row in enumerate(rows, start=1):
        wanted = roster[number] + [""] * (len(own) - len(roster[number]))
        for column in range(len(headings) - len(FLAT_ONLY)):
            heading = headings[column]
            found = "" if row[column] is None else str(row[column])
            if column < len(own):
                text = wanted[column]
            else:
                text = shown(sheet.cell(number + 1, places[heading]).value) if heading in places else ""
            is_same = found == text or (path.endswith(".csv") and found == "'" + text)
            message = f"{excerpt(found)} where it should be {excerpt(text)}"
            expect(is_same, f"{path}: row {number}, {heading}: {message}")


def main():
    roster = records(sys.argv[1])
    sheet = openpyxl.load_workbook(sys.argv[2])["Roster"]
    for path in sys.argv[3:]:
        check(path, roster, sheet)
    end_if_wrong()
    print(f"{', '.join(sys.argv[3:])}: {len(roster) - 1} rows, the cells of roster and workbook")


main()
