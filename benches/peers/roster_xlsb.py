"""Makes a binary workbook of a generated roster: usage: roster_xlsb.py ROSTER.csv OUT.xlsb

No library or office suite but Excel itself writes XLSB well. The records are those of [MS-XLSB], as Excel saves them:
texts in the shared table, whole numbers in four bytes, dates as numbers with a date format. The archive's XML parts and
the styles are the least that Excel asks for.
"""

import csv
import sys
import zipfile
from datetime import date
from struct import pack

DAY_ZERO = date(1899, 12, 30).toordinal()
DATE_STYLE = 1
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
# What a part is to the workbook: its name in the archive, and in the list of content types.
PARTS = {
    "worksheet": ("worksheets/sheet1.bin", "worksheet"),
    "styles": ("styles.bin", "styles"),
    "sharedStrings": ("sharedStrings.bin", "sharedStrings"),
}


def record(number: int, body: bytes = b"") -> bytes:
    """Gives a record: its number and length, seven bits a byte, the lowest first."""
    head = bytes([number]) if number < 128 else bytes([number & 127 | 128, number >> 7])
    length = len(body)
    while length > 127:
        head += bytes([length & 127 | 128])
        length >>= 7
    return head + bytes([length]) + body


def wide(text: str) -> bytes:
    units = text.encode("utf-16-le")
    return pack("<I", len(units) // 2) + units


def listed(begin: int, end: int, items: list[bytes]) -> bytes:
    return record(begin, pack("<I", len(items))) + b"".join(items) + record(end)


def sheet(path: str, shared: dict[str, int]) -> tuple[bytes, int]:
    """Gives the sheet, and how many cells name a shared text; fills `shared` with the texts and their numbers."""
    out, named = [], 0
    with open(path, encoding="utf-8", newline="") as file:
        for at, cells in enumerate(csv.reader(file)):
            out.append(record(0, pack("<IIHBBBIII", at, 0, 300, 0, 0, 0, 1, 0, len(cells) - 1)))
            for column, cell in enumerate(cells):
                if not cell:
                    continue
                if at and column == 5:
                    out.append(record(2, pack("<III", column, 0, int(cell) << 2 | 2)))
                elif at and column == 7:
                    day = date.fromisoformat(cell).toordinal() - DAY_ZERO
                    out.append(record(2, pack("<III", column, DATE_STYLE, day << 2 | 2)))
                else:
                    named += 1
                    out.append(record(7, pack("<III", column, 0, shared.setdefault(cell, len(shared)))))
    size = record(148, pack("<IIII", 0, at, 0, len(cells) - 1))
    return record(129) + size + record(145) + b"".join(out) + record(146) + record(130), named


def texts(shared: dict[str, int], named: int) -> bytes:
    items = (record(19, b"\0" + wide(text)) for text in shared)
    return record(159, pack("<II", named, len(shared))) + b"".join(items) + record(160)


def styles() -> bytes:
    color = bytes([1, 0, 0, 0, 0, 0, 0, 0])
    font = pack("<HHHHBBBB", 220, 0, 400, 0, 0, 2, 0, 0) + bytes([7, 1, 0, 0, 0, 0, 0, 255]) + b"\2" + wide("Calibri")
    fills = [pack("<I", pattern) + color + color + bytes(48) for pattern in (0, 17)]
    border = b"\0" + (b"\0\0" + color) * 5

    def look(parent: int, number_format: int) -> bytes:
        return record(47, pack("<HHHHHBBHH", parent, number_format, 0, 0, 0, 0, 0, 0x1010, number_format > 0))

    return (
        record(278)
        + listed(615, 616, [record(44, pack("<H", 164) + wide("yyyy\\-mm\\-dd"))])
        + listed(611, 612, [record(43, font)])
        + listed(603, 604, [record(45, fill) for fill in fills])
        + listed(613, 614, [record(46, border)])
        + listed(626, 627, [look(0xFFFF, 0)])
        + listed(617, 618, [look(0, 0), look(0, 164)])
        + listed(619, 620, [record(48, pack("<IHBB", 0, 1, 0, 0) + wide("Normal"))])
        + record(279)
    )


def workbook() -> bytes:
    customers = record(156, pack("<II", 0, 1) + wide("rId1") + wide("Customers"))
    properties = record(153, pack("<III", 0x00010020, 0, 0))
    return record(131) + properties + record(143) + customers + record(144) + record(132)


def content_types() -> str:
    named = "".join(
        f'<Override PartName="/xl/{name}" ContentType="application/vnd.ms-excel.{kind}"/>'
        for name, kind in [("workbook.bin", "sheet.binary.macroEnabled.main"), *PARTS.values()]
    )
    rels = "application/vnd.openxmlformats-package.relationships+xml"
    return f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" ContentType="{rels}"/>{named}</Types>'


def relations(targets: dict[str, str]) -> str:
    rows = "".join(
        f'<Relationship Id="rId{number}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets.items(), 1)
    )
    return f'<Relationships xmlns="{PACKAGE}/relationships">{rows}</Relationships>'


def main(roster: str, out: str) -> None:
    shared: dict[str, int] = {}
    rows, named = sheet(roster, shared)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", content_types())
        archive.writestr("_rels/.rels", relations({"officeDocument": "xl/workbook.bin"}))
        archive.writestr("xl/_rels/workbook.bin.rels", relations({part: name for part, (name, _) in PARTS.items()}))
        archive.writestr("xl/workbook.bin", workbook())
        archive.writestr("xl/worksheets/sheet1.bin", rows)
        archive.writestr("xl/styles.bin", styles())
        archive.writestr("xl/sharedStrings.bin", texts(shared, named))


main(*sys.argv[1:])
