"""Prints the cells of a workbook as a reader has them that Python can ask, or the version of one.

usage: read.py openpyxl|python-calamine|pylightxl|xlsx2csv|LibreOffice|Gnumeric WORKBOOK.xlsx|--version

One line for each cell that holds something: sheet, row and column from 1, kind, value, with tabs between them. LibreOffice and
Gnumeric save the workbook as an OpenDocument file, whose cells are printed. Exit code 77 if the reader is not there.
"""

import csv
import datetime
import importlib.metadata
import io
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from open_document import cells_of

NOT_THERE = 77
MIDNIGHT = datetime.time()
SECONDS_A_DAY = 86_400
EPOCH = datetime.datetime(1899, 12, 30)
"""Day 0 as Excel counts them from March 1900."""
DAY = re.compile("[0-9]{4}/[0-9]{2}/[0-9]{2}")
INLINE = re.compile('<c r="([A-Z]+[0-9]+)"[^>]* t="inlineStr"')
ESCAPES = str.maketrans({"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"})


def days(value):
    """Gives a time as Excel counts it."""
    if isinstance(value, datetime.timedelta):
        return value.total_seconds() / SECONDS_A_DAY
    if isinstance(value, datetime.time):
        value = datetime.datetime.combine(EPOCH, value)
    elif not isinstance(value, datetime.datetime):
        value = datetime.datetime.combine(value, MIDNIGHT)
    return (value - EPOCH).total_seconds() / SECONDS_A_DAY


def plain(value):
    """Gives kind and value of a cell that Python has as a value."""
    if isinstance(value, bool):
        return "bool", value
    if isinstance(value, (int, float)):
        return "number", repr(value)
    if isinstance(value, (datetime.date, datetime.time, datetime.timedelta)):
        return "number", repr(days(value))
    return "text", "" if value is None else str(value)


def of_openpyxl(path):
    import openpyxl
    from openpyxl.cell.text import Text
    from openpyxl.xml.constants import SHEET_MAIN_NS
    from openpyxl.xml.functions import iterparse

    def strings(source):
        """As openpyxl reads them, with `_x005F_`: without, nobody can tell `_x0041_` that is a text from one that is an A."""
        found = []
        for _, node in iterparse(source):
            if node.tag == f"{{{SHEET_MAIN_NS}}}si":
                found.append(Text.from_tree(node).content)
                node.clear()
        return found

    openpyxl.reader.excel.read_string_table = strings
    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    for sheet in book.worksheets:
        # Some readers misread what is kept within its cell.
        inline = set(INLINE.findall(book._archive.read(sheet._worksheet_path).decode()))
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value is not None:
                    kind, value = plain(cell.value)
                    kind = "error" if cell.data_type == "e" else "inline" if cell.coordinate in inline else kind
                    yield sheet.title, cell.row, cell.column, kind, value


def of_python_calamine(path):
    import python_calamine

    book = python_calamine.CalamineWorkbook.from_path(path)
    for name in book.sheet_names:
        for row, cells in enumerate(book.get_sheet_by_name(name).iter_rows(), start=1):
            for column, value in enumerate(cells, start=1):
                yield name, row, column, *plain(value)


def of_pylightxl(path):
    import pylightxl

    book = pylightxl.readxl(path)
    for name in book.ws_names:
        for row, cells in enumerate(book.ws(name).rows, start=1):
            for column, value in enumerate(cells, start=1):
                kind, said = plain(value)
                # A number that looks like a day is a text here.
                yield name, row, column, "unknown" if DAY.fullmatch(said if kind == "text" else "") else kind, said


def of_xlsx2csv(path):
    from xlsx2csv import Xlsx2csv

    csv.field_size_limit(10_000_000)
    # Values as the workbook has them, and not as the cells look.
    with Xlsx2csv(path, ignore_formats=["date", "time", "float", "percentage"]) as book:
        for sheet in book.workbook.sheets:
            text = io.StringIO()
            book.convert(text, sheetid=sheet["index"])
            for row, cells in enumerate(csv.reader(io.StringIO(text.getvalue(), newline="")), start=1):
                for column, value in enumerate(cells, start=1):
                    yield sheet["name"], row, column, "unknown", value


def of_libreoffice(path):
    with tempfile.TemporaryDirectory() as folder:
        office = f"-env:UserInstallation=file://{folder}/office"
        command = ["soffice", office, "--headless", "--convert-to", "ods", "--outdir", folder, path]
        subprocess.run(command, check=True, capture_output=True)
        yield from cells_of(Path(folder, f"{Path(path).stem}.ods"))


def of_gnumeric(path):
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder, "made.ods")
        subprocess.run(["ssconvert", "--export-type=Gnumeric_OpenCalc:odf", path, made], check=True, capture_output=True)
        yield from cells_of(made)


def version_of_package(name):
    return importlib.metadata.version(name)


def version_of_program(*command):
    if not shutil.which(command[0]):
        raise importlib.metadata.PackageNotFoundError(command[0])
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return re.search(r"\d+(\.\d+)+", done.stdout + done.stderr)[0]


READERS = {
    "openpyxl": of_openpyxl,
    "python-calamine": of_python_calamine,
    "pylightxl": of_pylightxl,
    "xlsx2csv": of_xlsx2csv,
    "LibreOffice": of_libreoffice,
    "Gnumeric": of_gnumeric,
}
PROGRAMS = {"LibreOffice": ("soffice", "--version"), "Gnumeric": ("ssconvert", "--version")}


def main(name, what):
    if what == "--version":
        try:
            print(version_of_program(*PROGRAMS[name]) if name in PROGRAMS else version_of_package(name))
        except importlib.metadata.PackageNotFoundError:
            sys.exit(NOT_THERE)
        return
    sys.stdout.reconfigure(encoding="utf-8", errors="surrogatepass", newline="\n")
    for sheet, row, column, kind, value in READERS[name](what):
        if value != "":
            sys.stdout.write("\t".join(str(field).translate(ESCAPES) for field in (sheet, row, column, kind, value)) + "\n")


main(sys.argv[1], sys.argv[2])
