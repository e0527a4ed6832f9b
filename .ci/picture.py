"""Helps .ci/picture.

usage: picture.py narrow WORKBOOK.xlsx NARROW.xlsx   the Roster sheet alone, with the columns that a picture shows
       picture.py crop PAGE.png PICTURE.png          a page without its margins and its footer, in few colours
"""

import sys

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from PIL import Image, ImageChops

# The columns that tell the story, with widths for the picture.
SHOWN = {
    "Customer": 24,
    "Plan type": 36,
    "Paid seats": 12,
    "FastTrack segment": 20,
    "Segment from": 15,
    "Eligible": 9,
    "Seats counted": 14,
    "FastTrack tier": 15,
    "Portal": 8,
    "Q&A": 8,
    "Specialist": 11,
    "Migration": 12,
    "Next tier": 11,
    "Seats to next tier": 17,
    "Needs review": 40,
}
# The sample's rows from 1 to this one: some of each kind, and the picture stays legible. The last rows are messy.
SHOWN_ROWS = [*range(2, 9), *range(18, 24), *range(28, 36)]
COLOURS = 64
MARGIN = 12
# Between two tables of a page there is a blank row of at least this many pixels.
GAP = 14
# The footer stands in the lowest part of the page.
FOOTER_SHARE = 0.93


def narrow(path, narrowed):
    workbook = load_workbook(path)
    for sheet in workbook.worksheets:
        if sheet.title != "Roster":
            workbook.remove(sheet)
    workbook.defined_names.clear()
    sheet = workbook["Roster"]
    sheet.auto_filter.ref = None
    for row in range(2, sheet.max_row + 1):
        sheet.row_dimensions[row].hidden = row not in SHOWN_ROWS
    for cell in sheet[1]:
        # Columns of one width can share one entry in the file; each gets its own here.
        dimension = sheet.column_dimensions[get_column_letter(cell.column)]
        dimension.min = dimension.max = cell.column
        dimension.hidden = cell.value not in SHOWN
        dimension.width = SHOWN.get(cell.value, 8)
    workbook.save(narrowed)


def inked(image):
    return ImageChops.difference(image, Image.new("RGB", image.size, "white")).convert("L")


def last_gap(image):
    """The middle of the lowest blank band that parts two tables; the table below it may go on on the next page."""
    _, lines = inked(image).getprojection()
    for bottom in range(len(lines), GAP, -1):
        above, gap, below = lines[: bottom - GAP], lines[bottom - GAP : bottom], lines[bottom:]
        if any(above) and not any(gap) and any(below):
            return bottom - GAP // 2
    return len(lines)


def crop(page, picture):
    image = Image.open(page).convert("RGB")
    image = image.crop((0, 0, image.width, int(image.height * FOOTER_SHARE)))
    image = image.crop((0, 0, image.width, last_gap(image)))
    left, top, right, bottom = inked(image).getbbox()
    box = (
        max(left - MARGIN, 0),
        max(top - MARGIN, 0),
        min(right + MARGIN, image.width),
        min(bottom + MARGIN, image.height),
    )
    image.crop(box).quantize(COLOURS, dither=Image.Dither.NONE).save(picture, optimize=True)


{"narrow": narrow, "crop": crop}[sys.argv[1]](sys.argv[2], sys.argv[3])
