"""csv and XlsxWriter: usage: peer_csv.py ROSTER OUT.xlsx

Row by row, in flat memory: `constant_memory` on the way out, and openpyxl's read-only mode where the roster is a
workbook (python-calamine would read faster, and hold the whole sheet).
"""

import csv
import sys
from collections.abc import Iterator

import xlsxwriter

from job import (
    ADDED, CONFIRM, FROM_MIGRATION, FROM_QA, FROM_SPECIALIST, FROM_SPECIALIST_TAUGHT, MIGRATION, NO, OWN, PLANS,
    PORTAL, QA, SEGMENTS, SPECIALIST, SUMMARY, TAUGHT, TIERS, YES,
)


def rows(path: str) -> Iterator:
    if path.endswith(".xlsx"):
        import openpyxl

        yield from openpyxl.load_workbook(path, read_only=True).worksheets[0].iter_rows(min_row=2, values_only=True)
    else:
        with open(path, encoding="utf-8", newline="") as file:
            records = csv.reader(file)
            next(records)
            yield from records


def judge(plan: str, seats: int, segment: str | None) -> tuple:
    """Gives the eight added cells; None is a blank one."""
    kind, usual = PLANS[plan]
    segment = SEGMENTS[segment] if segment else usual
    if kind != "served":
        return segment, 0 if kind == "free" else seats, PORTAL, NO, NO, NO, None, None
    specialist = FROM_SPECIALIST_TAUGHT if segment in TAUGHT else FROM_SPECIALIST
    if seats < FROM_QA:
        return segment, seats, PORTAL, NO, NO, NO, QA, FROM_QA - seats
    if seats < specialist:
        migration = CONFIRM if seats >= FROM_MIGRATION else NO
        return segment, seats, QA, YES, NO, migration, SPECIALIST, specialist - seats
    if seats < FROM_MIGRATION:
        return segment, seats, SPECIALIST, YES, YES, NO, MIGRATION, FROM_MIGRATION - seats
    return segment, seats, MIGRATION, YES, YES, YES, None, None


def main(roster: str, out: str) -> None:
    book = xlsxwriter.Workbook(out, {"constant_memory": True})
    bold = book.add_format({"bold": True})
    date = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet("Roster")
    sheet.freeze_panes(1, 0)
    sheet.write_row(0, 0, OWN + ADDED, bold)
    text, number = sheet.write_string, sheet.write_number
    customers, seats_of = dict.fromkeys(TIERS, 0), dict.fromkeys(TIERS, 0)
    at = 0
    for at, (tenant, name, domain, country, plan, seats, segment, renewal) in enumerate(rows(roster), 1):
        seats = int(seats)
        ours, counted, tier, qa, specialist, migration, next_tier, missing = judge(plan, seats, segment)
        text(at, 0, tenant)
        text(at, 1, name)
        text(at, 2, domain)
        text(at, 3, country)
        text(at, 4, plan)
        number(at, 5, seats)
        if segment:
            text(at, 6, segment)
        if isinstance(renewal, str):
            text(at, 7, renewal)
        else:
            sheet.write_datetime(at, 7, renewal, date)
        text(at, 8, ours)
        number(at, 9, counted)
        text(at, 10, tier)
        text(at, 11, qa)
        text(at, 12, specialist)
        text(at, 13, migration)
        if next_tier:
            text(at, 14, next_tier)
            number(at, 15, missing)
        customers[tier] += 1
        seats_of[tier] += counted
    sheet.autofilter(0, 0, at, len(OWN + ADDED) - 1)
    summary = book.add_worksheet("Summary")
    summary.write_row(0, 0, SUMMARY, bold)
    for at, tier in enumerate(TIERS, 1):
        summary.write_row(at, 0, [tier, customers[tier], seats_of[tier]])
    book.close()


main(*sys.argv[1:])
