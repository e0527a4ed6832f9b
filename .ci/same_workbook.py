"""Compares two workbooks as openpyxl reads them: cells with their looks, filters, tables, panes, widths, charts, pages,
names.

    python same_workbook.py ONE.xlsx OTHER.xlsx

Ends with 0 if they are the same, with 1 and the first differences if not.
"""

import sys
from itertools import zip_longest

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

SHOWN = 10


def look(cell) -> tuple:
    """Gives what a person sees of a cell beside its value."""
    return (
        cell.number_format,
        cell.font.b, cell.font.i, cell.font.sz, cell.font.color.rgb if cell.font.color else None,
        cell.fill.patternType, cell.fill.fgColor.rgb,
        cell.alignment.horizontal, cell.alignment.vertical, cell.alignment.wrapText, cell.alignment.indent,
    )


def value(cell) -> object:
    """Gives a cell's value. openpyxl takes an escaped underscore back in shared texts, and leaves it in inline ones."""
    return cell.value.replace("_x005F_", "_") if isinstance(cell.value, str) else cell.value


def layout(sheet: Worksheet) -> dict:
    """Gives what a sheet has beside its cells."""
    return {
        "name": sheet.title,
        "dimensions": sheet.dimensions,
        "filter": sheet.auto_filter.ref,
        "tables": [
            (table.name, table.ref, table.autoFilter.ref, [column.name for column in table.tableColumns])
            for table in sheet.tables.values()
        ],
        "panes": sheet.freeze_panes,
        "widths": {letter: column.width for letter, column in sheet.column_dimensions.items()},
        "heights": {row: line.height for row, line in sheet.row_dimensions.items() if line.height},
        "charts": len(sheet._charts),
        "repeated rows": sheet.print_title_rows,
        "repeated columns": sheet.print_title_cols,
        "printed": sheet.print_area,
        "orientation": sheet.page_setup.orientation,
    }


def differences(one: openpyxl.Workbook, other: openpyxl.Workbook):
    """Yields each difference in words."""
    if one.sheetnames != other.sheetnames:
        yield f"sheets {one.sheetnames} and {other.sheetnames}"
        return
    if {n: d.attr_text for n, d in one.defined_names.items()} != {n: d.attr_text for n, d in other.defined_names.items()}:
        yield "the defined names differ"
    for left, right in zip(one.worksheets, other.worksheets):
        for (what, mine), theirs in zip(layout(left).items(), layout(right).values()):
            if mine != theirs:
                yield f"{left.title}: {what}: {mine} and {theirs}"
        for cells, others in zip_longest(left.iter_rows(), right.iter_rows(), fillvalue=()):
            for cell, twin in zip_longest(cells, others):
                if cell is None or twin is None:
                    yield f"{left.title}: a row is longer in one of them"
                elif (value(cell), cell.data_type) != (value(twin), twin.data_type):
                    yield f"{left.title}!{cell.coordinate}: {cell.value!r} and {twin.value!r}"
                elif look(cell) != look(twin):
                    yield f"{left.title}!{cell.coordinate}: looks {look(cell)} and {look(twin)}"


def main() -> int:
    one, other = (openpyxl.load_workbook(path) for path in sys.argv[1:3])
    cells = sum(sheet.max_row * sheet.max_column for sheet in one.worksheets)
    found = 0
    for difference in differences(one, other):
        found += 1
        print(difference)
        if found == SHOWN:
            print("...")
            break
    print(f"{cells} cells in {len(one.worksheets)} sheets: {'they differ' if found else 'the same in both'}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
