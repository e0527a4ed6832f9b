"""What the tests share: the golden table, rosters out of a seed, and the program to compare with."""

import csv
import os
import random
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = ROOT / "tests" / "golden" / "verdicts.csv"

ROWS = int(os.environ.get("FASTTRACK_ROWS", "20000"))
"""How many rows the generated rosters have that are compared with the program's."""

NAMES = {"tenant": "Tenant", "plan": "Plan", "seats": "Paid seats", "segment": "Segment", "status": "Status"}
"""How the columns of the golden table and of generated rosters are named."""

OF_FILES = {"rows_of_the_tenant", "repeated", "source_row", "cells_beyond"}
"""Columns of the program that say something of a file or of other rows."""

INTEGERS = {"seats_counted", "seats_to_next_tier"}


def records(path):
    """Returns the rows of one of the program's CSV files, values as Python has them, `None` for blank cells."""
    with open(path, encoding="utf-8-sig", newline="") as text:
        return [dict(row) for row in csv.DictReader(text)]


def typed(name, value):
    if value == "":
        return None
    if name in INTEGERS:
        return int(value)
    return {"true": True, "false": False}.get(value.lower(), value)


def expected(rows, verdicts):
    """Returns the verdict columns of the program's rows. A row that has a tenant with others says so in its reason."""
    told = []
    for row in rows:
        values = {name: typed(name, row[name]) for name in verdicts}
        if row.get("rows_of_the_tenant") and values.get("why"):
            values["why"] = values["why"].rpartition(". For this row only")[0]
        told.append(values)
    return told


def columns(rows):
    """Returns the roster's columns of the program's rows; a blank cell is `None`."""
    return {name: [row[name] or None for row in rows] for name in NAMES.values()}


@pytest.fixture(scope="session")
def golden():
    return records(GOLDEN)


@pytest.fixture(scope="session")
def program():
    """Returns where the program is: as `FASTTRACK` says, else as cargo built it."""
    said = os.environ.get("FASTTRACK")
    target = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    found = [Path(said)] if said else [target / kind / "fasttrack" for kind in ("release", "debug")]
    for path in found:
        if path.exists():
            return path
    pytest.fail("there is no program to compare with: run `cargo build`, or set FASTTRACK")


def annotate(program, roster, output, *flags):
    command = [program, "annotate", roster, "--quiet", "--format", "csv", "--names", "machine", "-o", output, *flags]
    ran = subprocess.run(command, check=False, capture_output=True, text=True)
    assert ran.returncode in (0, 3), ran.stderr


PLANS = [
    "Microsoft 365 E3", "SPE_E5", "Office 365 E1", "ENTERPRISEPACK", "Microsoft 365 Business Premium", "microsoft 365  e5",
    "Microsoft 365 A3 for Faculty", "Office 365 A1 for students", "EMS", "Power BI Pro", "Dynamics 365 Sales Premium", "E3",
    "Microsoft 365 Business Premium (Nonprofit Staff Pricing)", "Microsoft 365 E5 Trial", "M365 E3 x 25", "Visio Plan 2",
    "Microsoft 365 F3", "MS NCE M365E3 - 1 year commit", "Exchange Online (Plan 1)", "Microsoft 365 G3 GCC",
]
MESSY_PLANS = ["", "Workplace E3", "E3 + E5", "\u00a0SPE_E3\t", "spe\u2011e3", "365", "n/a", "Cancelled:SPE_E3", "{05e9a617-0261-4cee-bb44-138d3ef5d965}"]
MESSY_SEATS = ["", "12.5", "-3", "1,200", "1 200", "150+", "250 seats", "500.0", "abc", "60000000", "\uff15\uff10", "='600'", "1.2E+03", "007"]
SEGMENTS = ["", "", "", "Commercial", "Education", "Nonprofit", "Government", "edu", "Charity", "NPO"]
MESSY_SEGMENTS = ["Robots", "EDU ", "K-12", "n/a", "Other"]
STATUSES = ["", "Active", "Active", "Enabled", "Suspended"]
MESSY_STATUSES = ["Aktiv", "Zyx", "Gek\u00fcndigt", "?", "trial", "In grace"]


def roster(rows, seed, messy=0.1):
    """Returns a roster out of a seed: some of its values are difficult, and some tenants have several rows."""
    chance = random.Random(seed)

    def one_of(usual, difficult):
        return chance.choice(difficult if chance.random() < messy else usual)

    table = {name: [] for name in NAMES.values()}
    for number in range(rows):
        tenant = f"Contoso {chance.randrange(rows)}" if chance.random() > messy / 10 else ""
        seats = chance.choice([chance.randrange(60), chance.randrange(1200), 49, 50, 149, 150, 499, 500, 999, 1000])
        table["Tenant"].append(tenant)
        table["Plan"].append(one_of(PLANS, MESSY_PLANS))
        table["Paid seats"].append(one_of([str(seats)], MESSY_SEATS))
        table["Segment"].append(one_of(SEGMENTS, MESSY_SEGMENTS))
        table["Status"].append(one_of(STATUSES, MESSY_STATUSES))
        if sum(table[name][-1] != "" for name in NAMES.values()) < 2:
            # A line of a file that is blank is no customer, and one with a single cell is a caption; rows of a table are rows.
            table["Tenant"][-1], table["Plan"][-1] = f"Fabrikam {number}", PLANS[number % len(PLANS)]
    return table


def write_csv(table, path):
    with open(path, "w", encoding="utf-8", newline="") as text:
        writer = csv.writer(text)
        writer.writerow(table)
        writer.writerows(zip(*table.values()))
