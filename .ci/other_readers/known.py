"""What readers are known to make of a text that the file format allows, where that is something else than the text.

Each note gets the text as the workbook has it, with its escapes (`_x000D_` is an end of line), and whether it is kept within its
cell, and gives the kind and the value that the reader says; no value if it says nothing. A cell that is read as its note says is
counted as misread, not as a difference; any other is a difference.
"""

import re
from html import escape

from .canonical import decoded

NO_CHARACTERS = re.compile("_x(?=FFF[EF]_)", re.IGNORECASE)
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,20})(\.[0-9]*[1-9])?")
BLANKS = (" ", "\t", "\n")


def as_it_is(text, _):
    """The escapes are left in the text."""
    return "text", text


def in_cells_as_it_is(text, is_inline):
    """The escapes are left in texts that are kept within cells."""
    return "text", text if is_inline else decoded(text)


def numbers_from_texts(text, _):
    """The escapes are left in the text, and a text that is written as a number is one."""
    return "number" if NUMBER.fullmatch(text) else "text", text


def without_no_characters(text, _):
    """The escapes of U+FFFE and U+FFFF are left, which are no characters of XML."""
    return "text", decoded(NO_CHARACTERS.sub("_x005F_x", text))


def lines_end_alike(text, _):
    """The escapes are left in the text, except for those of Windows' ends of lines."""
    return "text", text.replace("_x000D_\n", "\n")


def of_open_document(text, _):
    """An OpenDocument file has no control characters and one end of line; LibreOffice drops tabs from texts of several lines."""
    text = re.sub("\r\n?", "\n", decoded(text))
    return "text", CONTROL.sub("", text.replace("\t", "") if "\n" in text else text)


def unless_within_cells(text, is_inline):
    """Texts that are kept within cells are not read, of which small workbooks have none; in the others the escapes are left."""
    return "text", "" if is_inline else text


def raw_within_cells(text, is_inline):
    """Of texts that are kept within cells the XML is given, with the end of the tag in front if that has an attribute."""
    if not is_inline:
        # What is left after the escapes of XML are taken back is taken for one more.
        return "text", text.replace("&lt;", "<").replace("&gt;", ">")
    is_preserved = text.startswith(BLANKS) or text.endswith(BLANKS)
    return "text", ('xml:space="preserve">' if is_preserved else "") + escape(text, quote=False)


NOTES = {
    "python-calamine": without_no_characters,
    "pylightxl": unless_within_cells,
    "xlsx2csv": lines_end_alike,
    "LibreOffice": of_open_document,
    "Gnumeric": as_it_is,
    "exceljs": in_cells_as_it_is,
    "xlsx-populate": numbers_from_texts,
    "openxlsx": raw_within_cells,
    "ParseXLSX": as_it_is,
}
