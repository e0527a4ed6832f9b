"""Checks an annotated workbook against its roster with readers that are not ours: openpyxl and calamine.

usage: check_workbook.py ROSTER.csv WORKBOOK.xlsx

The roster is UTF-8 text with commas. Exit code 1 if anything is wrong; all of it is printed.
"""

import re
import sys
import zipfile

import openpyxl
import python_calamine
from openpyxl.utils import get_column_letter

from checks import end_if_wrong, excerpt, expect, of_openpyxl, records

SHEETS = ["Summary", "Next steps", "At risk", "Breakdown", "Roster", "Review", "FastTrack guide", "Policy", "Run"]
OURS = [
    "FastTrack segment", "Segment from", "Eligible", "Seats counted", "FastTrack tier", "Portal", "Q&A",
    "Specialist", "Migration", "Next tier", "Seats to next tier", "Why", "Recognised as",
    "Covered services", "Needs review",
]
REPEATS = ["Rows of the tenant", "Repeated"]
SOURCE = "Source row"
TENANTS = "Tenants"
FRONT = "Summary"
LEADING = [FRONT, "Review", "Review summary"]
"""Sheets with links to other sheets of the workbook."""
CHARTS = [2, 3]
"""On the Summary, and on Next steps where a customer stands close to a tier."""
FUNCTIONS = re.compile(r"[A-Z]+(?=\()")
OUR_FUNCTIONS = {"COUNTIFS", "SUMIFS", "SUM", "ROWS", "IF", "N", "ISNUMBER"}
ONBOARDING = "Onboarding"
OTHER_POLICY = "Other policy"
SETTLE = "To settle"
REVIEW_SUMMARY = "Review summary"
NO_REVIEW = "Nothing to review."
# Names of the cells that the headings of the Onboarding sheet lead to.
PHASE = "onboarding_phase_"
NO_ROWS = "The roster has no rows."
LIMIT_CELL_UNITS = 32767

NO_CHARACTERS = re.compile("_x(FFF[EF])_")

def shown(value):
    """What a cell says, as the roster would write it."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    # A day is read as its midnight by some.
    return str(value).removesuffix(" 00:00:00")


def said(cell):
    """The same of a cell as openpyxl has it."""
    return of_openpyxl(cell) if isinstance(cell, str) else shown(cell)


def kept(text):
    """What a workbook can hold of a roster's cell."""
    return text.encode("utf-16-le")[: LIMIT_CELL_UNITS * 2].decode("utf-16-le", "ignore")


def has_repeats(roster):
    """Whether a tenant stands on several rows: then there are a sheet and two columns more."""
    column = roster[0].index("Tenant ID")
    tenants = [" ".join(row[column].split()).casefold() for row in roster[1:] if len(row) > column]
    tenants = [tenant for tenant in tenants if any(letter.isalnum() for letter in tenant)]
    return len(set(tenants)) < len(tenants)


def customers(workbook):
    """Gives each customer once: the rows of tenants on no other row, and the lines of the Tenants sheet."""
    for name in ["Roster", TENANTS]:
        if name in workbook.sheetnames:
            headings, *rows = workbook[name].iter_rows(values_only=True)
            for row in rows:
                found = dict(zip(headings, row, strict=True))
                if not found.get("Rows of the tenant"):
                    yield found


def has_specialist(workbook):
    """Whether a customer reaches a specialist: then there is a sheet to fill in."""
    return any(str(customer["Specialist"]).startswith("Yes") for customer in customers(workbook))


def differs_under_the_documentation(workbook):
    """Whether a customer would get other help from 150 seats in every segment: then there is a sheet for it."""
    schools = [found for found in customers(workbook) if found["FastTrack segment"] in ("Education", "Nonprofit")]
    return any(found["Eligible"] == "Yes" and 150 <= (found.get("Seats counted") or found.get("Paid seats together") or 0) < 1000 for found in schools)


def has_unknown_words(review):
    """Whether a plan, a status, a trial mark or a segment was not understood: then there is a sheet to settle it."""
    said_of_them = ("not in the plan catalogue", "not a known", "not a segment", "several plans in one cell")
    cells = [str(cell) for row in review.iter_rows(min_row=2, values_only=True) for cell in row]
    return any(words in cell for cell in cells for words in said_of_them)


def sheets_of(roster, workbook):
    tenants = [TENANTS] if has_repeats(roster) else []
    onboarding = [ONBOARDING] if has_specialist(workbook) else []
    other = [OTHER_POLICY] if differs_under_the_documentation(workbook) else []
    settle = [SETTLE] if has_unknown_words(workbook["Review"]) else []
    summary = [REVIEW_SUMMARY] if workbook["Review"]["A2"].value != NO_REVIEW else []
    return [*SHEETS[:5], *tenants, *onboarding, *other, SHEETS[5], *summary, *settle, *SHEETS[6:]]


def check_roster(sheet, roster):
    headings, rows = roster[0], roster[1:]
    ours = [*OURS, *(REPEATS if has_repeats(roster) else []), SOURCE]
    found = [said(cell.value) for cell in sheet[1]]
    expect(found == headings + ours, f"Roster: the headings are {found}")
    expect(sheet.freeze_panes is not None, "Roster: the heading row is not frozen")
    if not rows:
        expect(sheet["A2"].value == NO_ROWS, f"Roster: {excerpt(sheet['A2'].value)} where there are no rows")
    last = max(len(rows), 1) + 1
    wanted = f"A1:{get_column_letter(len(headings) + len(ours))}{last}"
    tables = dict(sheet.tables.items())
    # A sheet with nothing in it has a filter alone; any other is a table, which brings its own.
    expect(tables == ({"Roster": wanted} if rows else {}), f"Roster: the tables are {tables}, not over {wanted}")
    filtered = sheet.auto_filter.ref
    expect(filtered == (None if rows else wanted), f"Roster: the filter spans {filtered}, not {wanted}")
    expect(sheet.max_row == last, f"Roster: the last row is {sheet.max_row}, not {last}")
    for number, row in enumerate(rows, start=2):
        for column in range(1, len(headings) + 1):
            cell = sheet.cell(number, column)
            text = row[column - 1] if column <= len(row) else ""
            expect(
                said(cell.value) == kept(text),
                f"Roster!{cell.coordinate}: {excerpt(said(cell.value))} where the roster has {excerpt(text)}",
            )
        tier = sheet.cell(number, len(headings) + OURS.index("FastTrack tier") + 1).value
        why = sheet.cell(number, len(headings) + OURS.index("Why") + 1).value
        expect(bool(why) or not any(row), f"Roster: row {number} does not say why (tier {tier})")


def check_names(workbook):
    expect(len(workbook.defined_names) > 0, "Policy: no defined names")
    for name, defined in workbook.defined_names.items():
        if name.startswith(PHASE):
            continue
        for sheet, place in defined.destinations:
            if ":" in place:
                expect(sheet in ("Roster", TENANTS), f"{name} stands for cells of {sheet}")
                continue
            value = workbook[sheet][place.replace("$", "")].value
            expect(isinstance(value, int) or value == "never", f"{name} stands for {excerpt(value)}")


def check_formulas(workbook):
    """The Summary's figures are formulas of ours; nothing else is one."""
    for sheet in workbook:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    used = set(FUNCTIONS.findall(cell.value))
                    holds = sheet.title == FRONT and used <= OUR_FUNCTIONS
                    expect(holds, f"{sheet.title}!{cell.coordinate} is the formula {excerpt(cell.value)}")
                is_phase = sheet.title == ONBOARDING and cell.row == 1 and cell.hyperlink is not None
                leads_within = sheet.title in LEADING and cell.hyperlink is not None and cell.hyperlink.target is None
                is_known = is_phase and cell.hyperlink.location.removeprefix(PHASE).isdigit()
                expect(cell.hyperlink is None or is_known or leads_within, f"{sheet.title}!{cell.coordinate} is a link")


def check_parts(path, wanted_charts):
    with zipfile.ZipFile(path) as parts:
        expect(parts.testzip() is None, "a part of the archive is damaged")
        names = parts.namelist()
        expect(len(names) == len(set(names)), "a part stands twice in the archive")
        for kind in ["vba", "externalLink", "connections", "embeddings"]:
            expect(not any(kind in name for name in names), f"there is a part `{kind}`")
        charts = []
        for name in names:
            if re.fullmatch(r"xl/drawings/drawing\d+\.xml", name):
                charts += re.findall(r"<xdr:cNvPr [^>]*>", parts.read(name).decode())
        expect(len(charts) in wanted_charts, f"{len(charts)} charts, not {wanted_charts}")
        for chart in charts:
            expect(re.search(r'descr="[^"]+"', chart), f"a chart has no alt text: {chart}")


def theirs_said(cell):
    """The same of a cell as calamine has it, which leaves `_xFFFF_` for what is no character of XML."""
    return NO_CHARACTERS.sub(lambda found: chr(int(found[1], 16)), cell) if isinstance(cell, str) else shown(cell)


def check_second_reader(path, workbook, sheets):
    other = python_calamine.CalamineWorkbook.from_path(path)
    expect(other.sheet_names == sheets, f"calamine sees the sheets {other.sheet_names}")
    for sheet in workbook:
        seen = other.get_sheet_by_name(sheet.title).to_python(skip_empty_area=False)
        for number, row in enumerate(sheet.iter_rows(values_only=True)):
            for column, value in enumerate(row):
                theirs = seen[number][column] if number < len(seen) and column < len(seen[number]) else ""
                # Texts that cells share are given as they are by both.
                expect(
                    theirs_said(theirs) == said(value) or theirs == value,
                    f"{sheet.title}!{get_column_letter(column + 1)}{number + 1}: "
                    f"openpyxl reads {excerpt(said(value))}, calamine {excerpt(theirs_said(theirs))}",
                )


def main():
    roster, path = sys.argv[1], sys.argv[2]
    workbook = openpyxl.load_workbook(path)
    shown_values = openpyxl.load_workbook(path, data_only=True)
    rows = records(roster)
    sheets = sheets_of(rows, workbook)
    expect(workbook.sheetnames == sheets, f"the sheets are {workbook.sheetnames}")
    check_roster(workbook["Roster"], rows)
    check_names(workbook)
    check_formulas(workbook)
    # An empty roster has nothing to draw.
    charts = CHARTS if len(rows) > 1 else [0]
    check_parts(path, charts)
    check_second_reader(path, shown_values, sheets)
    end_if_wrong(f"{path}: ")
    print(f"{path}: {len(rows) - 1} rows as they came, formulas on the {FRONT} alone, charts described")


main()
