"""What a user writes, held by `mypy --strict`."""

import pandas
import polars
import pyarrow

import fasttrack_roster
from fasttrack_roster import Judged, Mark, PolicyLike


def in_polars(roster: polars.DataFrame) -> polars.DataFrame:
    return fasttrack_roster.judge(roster, plan="Product", thousands=".")


def in_pandas(roster: pandas.DataFrame, policy: PolicyLike) -> pandas.DataFrame:
    return fasttrack_roster.judge(roster, policy=policy)


def in_pyarrow(roster: pyarrow.Table, reader: pyarrow.RecordBatchReader) -> tuple[pyarrow.Table, pyarrow.RecordBatchReader]:
    mark: Mark | None = fasttrack_roster.thousands(roster)
    return fasttrack_roster.judge(roster), fasttrack_roster.judge(reader, thousands=mark)


class Rows:
    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object: ...


def of_any_library(rows: Rows) -> polars.DataFrame:
    judged: Judged = fasttrack_roster.judge(rows, segment="Segment")
    names: list[str] = judged.column_names
    assert names
    return fasttrack_roster.rollup(rows).to_polars()


def one_customer() -> str:
    told = fasttrack_roster.explain("Office 365 E3", 480, segment="Education")
    tiers: list[str] = fasttrack_roster.policy("fasttrack-docs-2021").tiers
    return str(told["fasttrack_tier"]) + tiers[0] + str(fasttrack_roster.plans(["E3", None]).to_arrow())
