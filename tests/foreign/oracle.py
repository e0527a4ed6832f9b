"""Counts the rows of a table another way: with Python's own csv and XML, slowly and simply."""

from __future__ import annotations

import csv
import io
import posixpath
import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree

CODECS = {
    "UTF-8": "utf-8",
    "UTF-8 BOM": "utf-8-sig",
    "UTF-16 LE BOM": "utf-16",
    "UTF-16 BE BOM": "utf-16",
    "windows-1252": "cp1252",
}
"""The encodings by the names of the run report; a text in any other is not counted again."""
SHEET_FORMS = (".xlsx", ".xlsm")


def counted(path: Path, report: dict) -> dict[str, int] | None:
    """Gives the rows below the headings that the report found, as far as they can be told; `None` = not at all."""
    of, header = report["input"], report["input"]["header_row"]
    if of["sheet"] is None:
        return text_rows(path, of["encoding"], of["delimiter"], header)
    if path.suffix.lower() in SHEET_FORMS and zipfile.is_zipfile(path):
        return sheet_rows(path, of["sheet"], header)
    return None


def text_rows(path: Path, encoding: str, delimiter: str, header: int) -> dict[str, int] | None:
    if encoding not in CODECS:
        return None
    csv.field_size_limit(1 << 30)
    text = path.read_bytes().decode(CODECS[encoding], "replace")
    records = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    read = blank = before = 0
    for record in records:
        if before >= header:
            read += 1
            blank += not any(cell.strip() for cell in record)
        before = records.line_num
    return {"read": read, "blank": blank}


def sheet_rows(path: Path, sheet: str, header: int) -> dict[str, int]:
    """Tells the rows down to the last one with a value or a formula."""
    with zipfile.ZipFile(path) as book:
        names = {name.replace("\\", "/").lower(): name for name in book.namelist()}

        def part(name: str) -> ElementTree.Element | None:
            found = names.get(name.lstrip("/").lower())
            return None if found is None else bare(ElementTree.fromstring(book.read(found)))

        main = related(part("_rels/.rels"), "", lambda kind, _: kind == "officeDocument")
        relations = part(posixpath.join(posixpath.dirname(main), "_rels", posixpath.basename(main) + ".rels"))
        ids = {entry.get("name"): entry.get("id") for entry in part(main).iter("sheet")}
        there = related(relations, main, lambda _, own: own == ids[sheet])
        strings = part(related(relations, main, lambda kind, _: kind == "sharedStrings") or "xl/sharedStrings.xml")
        texts = [] if strings is None else [any(text.text for text in item.iter("t")) for item in strings.iter("si")]
        last = number = 0
        for row in part(there).iter("row"):
            number = int(row.get("r", number + 1))
            if any(is_filled(cell, texts) for cell in row.iter("c")):
                last = number
    return {"read": max(last - header, 0)}


def bare(root: ElementTree.Element) -> ElementTree.Element:
    """Takes the namespaces off the names."""
    for element in root.iter():
        element.tag = re.sub(r"^\{.*\}", "", element.tag) if isinstance(element.tag, str) else ""
        element.attrib = {re.sub(r"^\{.*\}", "", name): value for name, value in element.attrib.items()}
    return root


def related(relations: ElementTree.Element, of: str, wanted) -> str | None:
    for entry in relations.iter("Relationship"):
        if wanted(posixpath.basename(entry.get("Type", "")), entry.get("Id")):
            return posixpath.normpath(posixpath.join(posixpath.dirname(of), entry.get("Target", "")))
    return None


def is_filled(cell: ElementTree.Element, texts: list[bool]) -> bool:
    value = cell.findtext("v") or ""
    if cell.get("t") == "s":
        return value != "" and texts[int(value)]
    return value != "" or cell.find("f") is not None or any(text.text for text in cell.iter("t"))
