"""What the outside checks have in common: what is wrong, and the roster as Python reads it."""

import csv
import re
import sys

LIMIT_SHOWN = 20
CONTROL = re.compile("_x(00[01][0-9A-F]|FFF[EF])_")

wrong = []


def expect(holds, message):
    if not holds:
        wrong.append(message)


def excerpt(value):
    shown = repr(value)
    return shown if len(shown) <= 80 else shown[:80] + "..."


def of_openpyxl(text):
    """What a text of the workbook's table says, as openpyxl has it: it takes the escape off an underscore, and leaves
    `_x0001_` for control characters."""
    return CONTROL.sub(lambda found: chr(int(found[1], 16)), text)


def records(path):
    csv.field_size_limit(10_000_000)
    with open(path, encoding="utf-8-sig", newline="") as text:
        return list(csv.reader(text))


def end_if_wrong(before=""):
    """Prints what is wrong, each line with these words before it, and ends with code 1 if anything is."""
    for message in wrong[:LIMIT_SHOWN]:
        print(f"{before}{message}")
    if len(wrong) > LIMIT_SHOWN:
        print(f"{before}... and {len(wrong) - LIMIT_SHOWN} more")
    if wrong:
        sys.exit(1)
