"""duckdb and its excel extension: usage: peer_duckdb.py ROSTER OUT.xlsx

`COPY` writes one sheet a file: the summary goes to OUT.summary.xlsx.
"""

import sys
from importlib.resources import files

import duckdb

from job import (
    CONFIRM, FROM_MIGRATION, FROM_QA, FROM_SPECIALIST, FROM_SPECIALIST_TAUGHT, KINDS, MIGRATION, NO, OWN, PORTAL, QA,
    SEGMENTS, SPECIALIST, SUMMARY, TAUGHT, TIERS, USUAL_SEGMENTS, YES,
)


def source(path: str) -> str:
    if path.endswith(".xlsx"):
        # The types would be guessed from the first row alone, where a segment may be blank. Excel counts days.
        day = """DATE '1899-12-30' + "Renewal date"::INTEGER"""
        return f"""(SELECT * REPLACE ({day} AS "Renewal date") FROM read_xlsx('{path}', all_varchar = true))"""
    return f"read_csv('{path}', types = {{'Renewal date': 'VARCHAR'}})"


def words(column: str, meaning: dict[str, str]) -> str:
    """Gives the SQL that looks a column's word up; a word that is not there is blank."""
    cases = " ".join(f"WHEN '{word}' THEN '{meant}'" for word, meant in meaning.items())
    return f'CASE "{column}" {cases} END'


def query(path: str) -> str:
    """Gives the SQL of the judged roster. Python quotes a plain word as SQL does."""
    kind, usual = words("Plan type", KINDS), words("Plan type", USUAL_SEGMENTS)
    own = ", ".join(f'"{heading}"' for heading in OWN)

    def by_rung(outside: str, migration: str, specialist: str, qa: str, otherwise: str) -> str:
        return (
            f"CASE WHEN NOT served THEN {outside} WHEN specialist AND migration THEN {migration} "
            f"WHEN specialist THEN {specialist} WHEN qa THEN {qa} ELSE {otherwise} END"
        )

    return f"""
        WITH known AS (
            SELECT * REPLACE ("Paid seats"::BIGINT AS "Paid seats"), {kind} AS kind,
                coalesce({words("Segment", SEGMENTS)}, {usual}) AS meant
            FROM {source(path)}
        ), counted AS (
            SELECT *, kind = 'served' AS served, if(kind = 'free', 0, "Paid seats") AS seats,
                if(meant IN {tuple(TAUGHT)}, {FROM_SPECIALIST_TAUGHT}, {FROM_SPECIALIST}) AS from_specialist
            FROM known
        ), granted AS (
            SELECT *, served AND seats >= {FROM_QA} AS qa, served AND seats >= from_specialist AS specialist,
                served AND seats >= {FROM_MIGRATION} AS migration
            FROM counted
        )
        SELECT {own}, meant AS "FastTrack segment", seats AS "Seats counted",
            {by_rung(*map(repr, [PORTAL, MIGRATION, SPECIALIST, QA, PORTAL]))} AS "FastTrack tier",
            if(qa, '{YES}', '{NO}') AS "Q&A",
            if(specialist, '{YES}', '{NO}') AS "Specialist",
            if(migration, if(specialist, '{YES}', '{CONFIRM}'), '{NO}') AS "Migration",
            {by_rung("NULL", "NULL", *map(repr, [MIGRATION, SPECIALIST, QA]))} AS "Next tier",
            {by_rung("NULL", "NULL", f"{FROM_MIGRATION} - seats", "from_specialist - seats", f"{FROM_QA} - seats")}
                AS "Seats to next tier"
        FROM granted"""


def main(roster: str, out: str) -> None:
    database = duckdb.connect()
    extension = files("duckdb_extension_excel") / "extensions" / f"v{duckdb.__version__}" / "excel.duckdb_extension"
    database.execute(f"LOAD '{extension}'")
    database.execute(f"CREATE TABLE judged AS {query(roster)}")
    database.execute(f"COPY judged TO '{out}' (FORMAT xlsx, HEADER true, SHEET 'Roster')")
    tier, customers, seats = SUMMARY
    database.execute(f"""
        COPY (
            SELECT tier AS "{tier}", count("FastTrack tier") AS "{customers}",
                coalesce(sum("Seats counted"), 0)::BIGINT AS "{seats}"
            FROM unnest({TIERS}) WITH ORDINALITY AS tiers(tier, rung) LEFT JOIN judged ON tier = "FastTrack tier"
            GROUP BY tier, rung ORDER BY rung
        ) TO '{out.removesuffix(".xlsx")}.summary.xlsx' (FORMAT xlsx, HEADER true, SHEET 'Summary')""")


main(*sys.argv[1:])
