"""Compares the cells of workbooks as openpyxl reads them with the same cells in other readers: of Python, JavaScript, R, Perl and
Go, LibreOffice and Gnumeric.

usage: compare_readers.py [--install] [--install-debian] [--only READER]... [--without READER]... FOLDER WORKBOOK.xlsx...

FOLDER is for what is made on the way. All cells of all sheets are compared; a formula's cell by the value that it carries. A
reader that is not there is named and passed over; --install gets what pip and npm have, --install-debian what apt-get has.
Exit code 1 if a reader has another value in a cell, lacks one, has one more or does not start, or if the workbook of a small
roster keeps a text within its cell; the first of each reader are printed. 77 if openpyxl is not there, or nobody else. What a
reader is known to make of a text (other_readers/known.py) is counted as misread.
"""

import argparse
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from checks import LIMIT_SHOWN, excerpt
from other_readers.canonical import INLINE, compared, named, parsed
from other_readers.known import NOTES

HERE = Path(__file__).parent / "other_readers"
NOT_THERE = 77
AT_ONCE = 2
SMALL_ROWS = 10_000
"""A workbook with no more rows on its Roster sheets keeps all texts in its table of texts, which every reader reads."""
LIMIT_SECONDS = 600
REFERENCE = "openpyxl"
IN_PYTHON = ["python-calamine", "pylightxl", "xlsx2csv"]
PACKAGES = [
    "gnumeric", "libreoffice-calc-nogui", "r-cran-readxl", "r-cran-openxlsx", "libspreadsheet-parsexlsx-perl", "golang-go",
]
GO = ["read.go", "go.mod"]


@dataclass
class Reader:
    """A reader, what starts it, and what it came to."""

    name: str
    command: list
    version: str = ""
    workbooks: int = 0
    sheets: int = 0
    cells: int = 0
    misread: int = 0
    seconds: float = 0
    wrong: list = field(default_factory=list)

    def run(self, what):
        return subprocess.run([*self.command, self.name, what], capture_output=True, timeout=LIMIT_SECONDS)

    def is_there(self):
        """Asks for the version. One that is there and does not start is wrong, and no reason to go on without it."""
        try:
            done = self.run("--version")
        except FileNotFoundError:
            return False
        except subprocess.TimeoutExpired:
            self.wrong.append(f"does not say its version within {LIMIT_SECONDS} s")
            return True
        self.version = done.stdout.decode().strip()
        if done.returncode not in (0, NOT_THERE):
            self.wrong.append(f"does not start: {done.stderr.decode(errors='replace').strip()[-500:]}")
        return done.returncode != NOT_THERE

    def read(self, workbook):
        """Gives the cells of a workbook, nothing if they cannot be read."""
        began = time.monotonic()
        try:
            done = self.run(workbook)
        except subprocess.TimeoutExpired:
            self.wrong.append(f"{workbook}: not read within {LIMIT_SECONDS} s")
            return None
        self.seconds += time.monotonic() - began
        if done.returncode != 0:
            self.wrong.append(f"{workbook}: not read: {done.stderr.decode(errors='replace').strip()[-500:]}")
            return None
        return parsed(done.stdout)

    def compare(self, workbook, wanted):
        found = self.read(workbook)
        if found is not None:
            self.count(found)
            for place, here, there, is_known in compared(wanted, found, NOTES.get(self.name)):
                if is_known:
                    self.misread += 1
                else:
                    self.wrong.append(f"{workbook}: {place}: {REFERENCE} {excerpt(here)}, {self.name} {excerpt(there)}")

    def count(self, cells):
        self.workbooks += 1
        self.sheets += len({sheet for sheet, _, _ in cells})
        self.cells += len(cells)


def readers(folder):
    python, node = [sys.executable, str(HERE / "read.py")], ["node", str(HERE / "read.mjs")]
    r, perl = ["Rscript", "--vanilla", str(HERE / "read.R")], ["perl", str(HERE / "read.pl")]
    return [
        *(Reader(name, python) for name in [REFERENCE, *IN_PYTHON, "LibreOffice", "Gnumeric"]),
        *(Reader(name, node) for name in ["exceljs", "xlsx", "xlsx-populate"]),
        *(Reader(name, r) for name in ["readxl", "openxlsx"]),
        Reader("ParseXLSX", perl),
        Reader("excelize", [str(folder / "go" / "read")]),
    ]


def install():
    """Gets what can be had; what cannot is named later, as what is not there."""
    attempt([sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", REFERENCE, *IN_PYTHON])
    attempt(["npm", "install", "--silent", "--no-audit", "--no-fund", "--no-package-lock"], cwd=HERE)


def install_debian():
    # One by one: a package that Debian does not have takes no other with it.
    for package in PACKAGES:
        attempt(["apt-get", "install", "-qq", "-y", "--no-install-recommends", package])


def attempt(command, **how):
    try:
        done = subprocess.run(command, capture_output=True, **how)
    except FileNotFoundError:
        print(f"note: there is no {command[0]}")
        return
    if done.returncode != 0:
        print(f"note: {' '.join(command)}: {done.stderr.decode(errors='replace').strip()[-500:]}")


def build_go(folder):
    """Builds the program for Go's reader, if there is Go and it has or gets the package."""
    made = folder / "go"
    if not shutil.which("go") or (made / "read").exists():
        return
    made.mkdir(parents=True, exist_ok=True)
    for name in GO:
        shutil.copy(HERE / name, made)
    subprocess.run(["go", "get", "."], cwd=made, capture_output=True)
    subprocess.run(["go", "build", "-o", "read", "read.go"], cwd=made, capture_output=True)


def compare(those, workbooks):
    reference, *others = those
    for workbook in workbooks:
        wanted = reference.read(workbook)
        if wanted is None:
            continue
        reference.count(wanted)
        if is_small(wanted):
            within = sorted(place for place, (kind, _) in wanted.items() if kind == INLINE)
            reference.wrong.extend(f"{workbook}: {named(place)}: its text is kept within the cell" for place in within)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(lambda reader: reader.compare(workbook, wanted), others))


def is_small(cells):
    return len({place[:2] for place in cells if place[0].startswith("Roster")}) <= SMALL_ROWS + 1


def print_table(those):
    print("reader           version    workbooks sheets     cells misread  differ seconds")
    for reader in those:
        counts = f"{reader.workbooks:9} {reader.sheets:6} {reader.cells:9,} {reader.misread:7,} {len(reader.wrong):7,}"
        print(f"{reader.name:16} {reader.version:10} {counts} {reader.seconds:7.1f}")


def main():
    words = argparse.ArgumentParser(usage=__doc__.split("usage: ")[1].split("\n")[0])
    words.add_argument("--install", action="store_true")
    words.add_argument("--install-debian", action="store_true")
    words.add_argument("--only", action="append", default=[])
    words.add_argument("--without", action="append", default=[])
    words.add_argument("folder", type=Path)
    words.add_argument("workbooks", nargs="+")
    given = words.parse_args()
    if given.install:
        install()
    if given.install_debian:
        install_debian()
    folder = given.folder.resolve()
    build_go(folder)
    meant = [reader for reader in readers(folder) if is_meant(reader.name, given)]
    there = [reader for reader in meant if reader.is_there()]
    if [reader.name for reader in there[:1]] != [REFERENCE] or len(there) == 1:
        print(f"there is nothing to compare: {', '.join(reader.name for reader in there) or 'no reader'} alone is there")
        return NOT_THERE
    compare(there, given.workbooks)
    print_table(there)
    gone = [reader.name for reader in meant if reader not in there]
    if gone:
        print(f"not there: {', '.join(gone)}")
    for reader in there:
        for message in reader.wrong[:LIMIT_SHOWN]:
            print(f"{reader.name}: {message}")
        if len(reader.wrong) > LIMIT_SHOWN:
            print(f"{reader.name}: ... and {len(reader.wrong) - LIMIT_SHOWN} more")
    return 1 if any(reader.wrong for reader in there) else 0


def is_meant(name, given):
    return name == REFERENCE or ((not given.only or name in given.only) and name not in given.without)


if __name__ == "__main__":
    sys.exit(main())
