"""One form for the cells of a workbook, whoever read them, and the comparison of two readers."""

import datetime
import re

ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")
UNESCAPES = {"\\\\": "\\", "\\n": "\n", "\\r": "\r", "\\t": "\t"}
DAY = "%Y/%m/%d"
EPOCH = datetime.datetime(1899, 12, 30)
INLINE = "inline"
"""A text that is kept within its cell, and not in the workbook's table of texts."""
TEXTS = ("text", INLINE)
NEAR = 1e-13
"""Readers that write numbers with 15 digits."""


def parsed(dump):
    """Gives kind and value by sheet, row and column."""
    cells = {}
    for line in dump.decode("utf-8", "surrogatepass").split("\n"):
        if line:
            sheet, row, column, kind, value = line.split("\t")
            if "\\" in value:
                value = re.sub(r"\\.", lambda found: UNESCAPES[found[0]], value)
            cells[sheet, int(row), int(column)] = kind, value
    return cells


def decoded(text):
    """Gives a text without the escapes of the file format: `_x000D_` is an end of line there, `_x005F_` an underscore."""
    return ESCAPE.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def compared(wanted, found, note=None):
    """Gives place, wanted, found, and whether `note` knows it, of each cell that differs; see known.py."""
    for place in sorted(wanted.keys() | found.keys()):
        here, there = wanted.get(place), found.get(place)
        if here is None or here[0] not in TEXTS:
            if not same(here, there):
                yield named(place), here, there, False
            continue
        kind, raw = here
        right = "text", decoded(raw)
        if not same(right, there):
            known = note(raw, kind == INLINE) if note else right
            # A cell with nothing in it is none.
            yield named(place), right, there, same(known if known[1] else None, there)


def same(here, there):
    if here is None or there is None:
        return here == there
    (kind, value), (other, read) = here, there
    # Some readers have no kinds, and give all as text.
    if other not in (kind, "unknown"):
        return False
    if kind == "number":
        return is_near(value, read)
    if kind == "bool":
        return is_true(value) == is_true(read)
    return value == read


def is_near(value, read):
    try:
        # Some readers give a number that looks like a day as the day.
        other = float((datetime.datetime.strptime(read, DAY) - EPOCH).days if "/" in read else read)
    except ValueError:
        return False
    return abs(float(value) - other) <= NEAR * abs(other)


def is_true(value):
    return value.lower() in ("true", "1")


def named(place):
    sheet, row, column = place
    letters = ""
    while column:
        column, letter = divmod(column - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return f"{sheet}!{letters}{row}"
