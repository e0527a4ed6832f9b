"""Gives the cells of an OpenDocument spreadsheet."""

import datetime
import re
import zipfile
from xml.etree import ElementTree

OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
LIBREOFFICE = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
NUMBERS = ("float", "percentage", "currency")
EPOCH = datetime.datetime(1899, 12, 30)
SECONDS_A_DAY = 86_400
TIME = re.compile(r"PT(\d+)H(\d+)M([\d.]+)S")


def cells_of(path):
    """Gives sheet, row and column from 1, kind and value of each cell that holds something."""
    sheet, row = None, 0
    with zipfile.ZipFile(path) as parts, parts.open("content.xml") as content:
        for event, element in ElementTree.iterparse(content, events=("start", "end")):
            if event == "start" and element.tag == TABLE + "table":
                sheet, row = element.get(TABLE + "name"), 0
            elif event == "end" and element.tag == TABLE + "table-row":
                times = int(element.get(TABLE + "number-rows-repeated", 1))
                cells = list(cells_of_row(element))
                for number in range(row + 1, row + times + 1) if cells else ():
                    yield from ((sheet, number, *cell) for cell in cells)
                row += times
                element.clear()


def cells_of_row(row):
    column = 0
    for cell in row:
        if cell.tag not in (TABLE + "table-cell", TABLE + "covered-table-cell"):
            continue
        times = int(cell.get(TABLE + "number-columns-repeated", 1))
        kind, value = said(cell)
        for number in range(column + 1, column + times + 1) if value != "" else ():
            yield number, kind, value
        column += times


def said(cell):
    kind = cell.get(OFFICE + "value-type")
    if cell.get(LIBREOFFICE + "value-type") == "error":
        return "error", shown(cell)
    if kind in NUMBERS:
        return "number", cell.get(OFFICE + "value")
    if kind == "date":
        day = datetime.datetime.fromisoformat(cell.get(OFFICE + "date-value"))
        return "number", (day - EPOCH).total_seconds() / SECONDS_A_DAY
    if kind == "time":
        hours, minutes, seconds = TIME.fullmatch(cell.get(OFFICE + "time-value")).groups()
        return "number", (int(hours) * 3600 + int(minutes) * 60 + float(seconds)) / SECONDS_A_DAY
    if kind == "boolean":
        return "bool", cell.get(OFFICE + "boolean-value")
    text = cell.get(OFFICE + "string-value")
    return "text", shown(cell) if text is None else text


def shown(cell):
    """Gives the paragraphs of a cell, and none of a note on it."""
    return "\n".join(inside(paragraph) for paragraph in cell.findall(TEXT + "p"))


def inside(element):
    """Gives the text of an element: blanks, tabs and ends of lines are elements of their own."""
    said = element.text or ""
    for part in element:
        if part.tag == TEXT + "s":
            said += " " * int(part.get(TEXT + "c", 1))
        elif part.tag == TEXT + "tab":
            said += "\t"
        elif part.tag == TEXT + "line-break":
            said += "\n"
        else:
            said += inside(part)
        said += part.tail or ""
    return said
