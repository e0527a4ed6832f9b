"""polars: usage: peer_polars.py ROSTER OUT.xlsx [jetxl]

Written by `write_excel`, which is XlsxWriter underneath, or by jetxl out of Arrow tables.
"""

import os
import sys

import polars as pl

from job import (
    CONFIRM, FROM_MIGRATION, FROM_QA, FROM_SPECIALIST, FROM_SPECIALIST_TAUGHT, KINDS, MIGRATION, NO, PORTAL, QA,
    SEGMENTS, SPECIALIST, SUMMARY, TAUGHT, TIERS, USUAL_SEGMENTS, YES,
)


def read(path: str) -> pl.DataFrame:
    return pl.read_excel(path) if path.endswith(".xlsx") else pl.read_csv(path)


def judge(roster: pl.DataFrame) -> pl.DataFrame:
    """Adds the eight columns."""
    plan, seats, segment = pl.col("Plan type"), pl.col("Seats counted"), pl.col("FastTrack segment")
    kind, usual = plan.replace_strict(KINDS), plan.replace_strict(USUAL_SEGMENTS)
    roster = roster.with_columns(
        pl.col("Segment").replace_strict(SEGMENTS).fill_null(usual).alias("FastTrack segment"),
        pl.when(kind == "free").then(0).otherwise(pl.col("Paid seats")).cast(pl.Int64).alias("Seats counted"),
        served=kind == "served",
    )
    from_specialist = pl.when(segment.is_in(TAUGHT)).then(FROM_SPECIALIST_TAUGHT).otherwise(FROM_SPECIALIST)
    served, qa, specialist, migration = pl.col("served"), pl.col("qa"), pl.col("specialist"), pl.col("migration")
    roster = roster.with_columns(
        qa=served & (seats >= FROM_QA),
        specialist=served & (seats >= from_specialist),
        migration=served & (seats >= FROM_MIGRATION),
    )

    def by_rung(outside, migration_too, specialist_too, qa_too, otherwise) -> pl.Expr:
        return (
            pl.when(~served).then(outside).when(specialist & migration).then(migration_too)
            .when(specialist).then(specialist_too).when(qa).then(qa_too).otherwise(otherwise)
        )

    def text(word: str) -> pl.Expr:
        return pl.lit(word)

    return roster.with_columns(
        by_rung(*map(text, [PORTAL, MIGRATION, SPECIALIST, QA, PORTAL])).alias("FastTrack tier"),
        pl.when(qa).then(text(YES)).otherwise(text(NO)).alias("Q&A"),
        pl.when(specialist).then(text(YES)).otherwise(text(NO)).alias("Specialist"),
        pl.when(specialist & migration).then(text(YES)).when(migration).then(text(CONFIRM)).otherwise(text(NO))
        .alias("Migration"),
        by_rung(None, None, *map(text, [MIGRATION, SPECIALIST, QA])).alias("Next tier"),
        by_rung(None, None, FROM_MIGRATION - seats, from_specialist - seats, FROM_QA - seats)
        .alias("Seats to next tier"),
    ).drop("served", "qa", "specialist", "migration")


def summarize(judged: pl.DataFrame) -> pl.DataFrame:
    tiers = judged.group_by("FastTrack tier").agg(pl.len(), pl.col("Seats counted").sum())
    tiers.columns = SUMMARY
    return pl.DataFrame({"Tier": TIERS}).join(tiers, on="Tier", how="left", maintain_order="left").fill_null(0)


def main(roster: str, out: str, writer: str = "write_excel") -> None:
    judged = judge(read(roster))
    sheets = {"Roster": judged, "Summary": summarize(judged)}
    if writer == "jetxl":
        import jetxl

        style = {"freeze_rows": 1, "auto_filter": True, "styled_headers": True}
        tables = [{"name": name, "data": frame.to_arrow(), **style} for name, frame in sheets.items()]
        jetxl.write_sheets_arrow(tables, out, os.cpu_count() or 1)
    else:
        import xlsxwriter

        with xlsxwriter.Workbook(out, {"strings_to_urls": False, "strings_to_formulas": False}) as book:
            for name, frame in sheets.items():
                frame.write_excel(book, name, freeze_panes=(1, 0))


main(*sys.argv[1:])
