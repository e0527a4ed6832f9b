"""Writes the rosters that the workbook checks need besides the sample: empty.csv, one-row.csv, nasty.csv, texts.csv.

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

# What a writer of workbooks escapes and a reader has to take back, to be put together.
PIECES = [
    "Contoso & Sons",
    "a < b > c",
    "&amp; &#10; &lt;",
    '"quoted" \'so\'',
    " blank in front",
    "blank behind ",
    "  two  inside",
    "two\nlines",
    "\nan empty line first",
    "tab\tinside",
    "emoji \U0001f680\U0001f469\u200d\U0001f4bb",
    "\u00e4\u00f6\u00fc \u00df \u4f60\u597d \u05e9\u05dc\u05d5\u05dd",
    "a\u0301 combined",
    "_x000D_",
    "_x005F_x0041_",
    "a_x0041",
    "<r>no run</r>",
    "]]>",
    "00042",
    "1e5",
    "TRUE",
    "#N/A",
    "=1+1",
    "long " * 300,
]
TEXTS_ROWS = 1000


def tenant(number):
    return f"00000000-0000-4000-8000-{number:012d}"


def write(path, rows):
    with open(path, "w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\r\n")
        writer.writerow(HEADINGS)
        writer.writerows(rows)


def texts(number):
    """Gives a row with two pieces: each with each, and with no other text between them in every second row."""
    first, second = PIECES[number % len(PIECES)], PIECES[number // len(PIECES) % len(PIECES)]
    between = "" if number % 2 else f" {number} "
    plan = "Microsoft 365 E3" if number % 5 else first
    return [tenant(number), first + between + second, plan, str(number * 7), "Commercial", second]


def main():
    folder = Path(sys.argv[1])
    write(folder / "empty.csv", [])
    write(folder / "one-row.csv", [[tenant(1), "Contoso", "Microsoft 365 E3", "480", "Commercial", ""]])
    rows = []
    for number, text in enumerate(NASTY):
        rows.append([tenant(number), text, "Microsoft 365 E3", "480", "Commercial", text])
        rows.append([text, "Contoso", text, text, text, ""])
    write(folder / "nasty.csv", rows)
    write(folder / "texts.csv", [texts(number) for number in range(TEXTS_ROWS)])


main()
