"""pandas and openpyxl, its own writer: usage: peer_pandas.py ROSTER OUT.xlsx

Plans and segments are categories, so that each word is looked up once and not once a row.
"""

import sys

import numpy as np
import pandas as pd

from job import (
    CONFIRM, FROM_MIGRATION, FROM_QA, FROM_SPECIALIST, FROM_SPECIALIST_TAUGHT, KINDS, MIGRATION, NO, PORTAL, QA,
    SEGMENTS, SPECIALIST, SUMMARY, TAUGHT, TIERS, USUAL_SEGMENTS, YES,
)


def read(path: str) -> pd.DataFrame:
    words = {"Plan type": "category", "Segment": "category"}
    if path.endswith(".xlsx"):
        return pd.read_excel(path, engine="calamine").astype(words)
    return pd.read_csv(path, dtype=words)


def judge(roster: pd.DataFrame) -> pd.DataFrame:
    """Adds the eight columns."""
    kind = roster["Plan type"].map(KINDS).astype(str)
    usual = roster["Plan type"].map(USUAL_SEGMENTS).astype(str)
    segment = roster["Segment"].map(SEGMENTS).astype(object).fillna(usual)
    seats = roster["Paid seats"].where(kind != "free", 0)
    served = kind == "served"
    from_specialist = np.where(segment.isin(TAUGHT), FROM_SPECIALIST_TAUGHT, FROM_SPECIALIST)
    qa = served & (seats >= FROM_QA)
    specialist = served & (seats >= from_specialist)
    migration = served & (seats >= FROM_MIGRATION)
    rungs = [~served, specialist & migration, specialist, qa]
    return roster.assign(**{
        "FastTrack segment": segment,
        "Seats counted": seats,
        "FastTrack tier": np.select(rungs, [PORTAL, MIGRATION, SPECIALIST, QA], PORTAL),
        "Q&A": np.where(qa, YES, NO),
        "Specialist": np.where(specialist, YES, NO),
        "Migration": np.select([specialist & migration, migration], [YES, CONFIRM], NO),
        "Next tier": np.select(rungs, ["", "", MIGRATION, SPECIALIST], QA),
        "Seats to next tier": np.select(
            rungs, [np.nan, np.nan, FROM_MIGRATION - seats, from_specialist - seats], FROM_QA - seats
        ),
    })


def summarize(judged: pd.DataFrame) -> pd.DataFrame:
    tiers = judged.groupby("FastTrack tier")["Seats counted"].agg(["size", "sum"]).reindex(TIERS, fill_value=0)
    return tiers.reset_index().set_axis(SUMMARY, axis="columns")


def main(roster: str, out: str) -> None:
    judged = judge(read(roster))
    with pd.ExcelWriter(out, engine="openpyxl") as book:
        judged.to_excel(book, sheet_name="Roster", index=False, freeze_panes=(1, 0))
        summarize(judged).to_excel(book, sheet_name="Summary", index=False)


main(*sys.argv[1:])
