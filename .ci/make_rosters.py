"""Writes the rosters that the workbook checks need besides the sample: empty.csv, one-row.csv, nasty.csv.

usage: make_rosters.py FOLDER
"""

import csv
import sys
from pathlib import Path

HEADINGS = ["Tenant ID", "Customer", "Plan type", "Paid seats", "Segment", "Remark"]

# Everything that a cell can hold to make a workbook misbehave.
NASTY = [
    "=1+1",
    "@SUM(A1:A9)",
    "+1+1",
    "-2+3",
    '=HYPERLINK("https://contoso.example","click")',
    "{=SUM(A1)}",
    "'quoted",
    "control \x01\x02\x1f characters",
    "tab\tinside",
    "two\nlines",
    "two\r\nlines",
    "_x0041_ is no A",
    "<b>&amp;</b> ]]> \"quoted\"",
    "emoji \U0001f680\U0001f469\u200d\U0001f4bb",
    "\u202eright to left\u202c \u05e9\u05dc\u05d5\u05dd",
    "no-break\u00a0space, soft\u00adhyphen, zero\u200bwidth",
    "not a character: \uffff \ufffe",
    "  outer blanks  ",
    "00012345",
    "12345678901234567890",
    "1e5",
    "2026-11-22",
    "TRUE",
    "#REF!",
    "x" * 32767,
    "https://contoso.example/" + "a" * 3000,
]


def tenant(number):
    return f"00000000-0000-4000-8000-{number:012d}"


def write(path, rows):
    with open(path, "w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\r\n")
        writer.writerow(HEADINGS)
        writer.writerows(rows)


def main():
    folder = Path(sys.argv[1])
    write(folder / "empty.csv", [])
    write(folder / "one-row.csv", [[tenant(1), "Contoso", "Microsoft 365 E3", "480", "Commercial", ""]])
    rows = []
    for number, text in enumerate(NASTY):
        rows.append([tenant(number), text, "Microsoft 365 E3", "480", "Commercial", text])
        rows.append([text, "Contoso", text, text, text, ""])
    write(folder / "nasty.csv", rows)


main()
