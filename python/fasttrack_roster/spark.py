"""Judges data frames of Spark on its executors: the rule goes to the data.

`pyspark` 4.0 or later with pyarrow, on the driver and on the executors, and this package on both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, Literal

from . import Mark, PolicyLike, Table, _check, _frames, _names, _native, _options, _text, _used, output_schema

if TYPE_CHECKING:
    import pyarrow
    from pyspark.sql import DataFrame

__all__ = ["judge", "rollup", "thousands"]

TENANT_KEY = "tenant_key"

ROWS_OF_THE_TENANT = "rows_of_the_tenant"

SPREAD = "fasttrack_spread"
"""Where rows without a tenant go: no two of them belong together."""


def judge(
    data: DataFrame,
    *,
    tenant: str = "tenant",
    plan: str = "plan",
    seats: str = "seats",
    segment: str | None = None,
    status: str | None = None,
    trial: str | None = None,
    subscription: str | None = None,
    policy: PolicyLike | None = None,
    catalogue: Table | None = None,
    overrides: Table | None = None,
    thousands: Mark | Literal["column"] | None = "column",
    tenant_key: bool = False,
    repeats: bool = False,
) -> DataFrame:
    """Adds the verdict's columns to each row, a batch at a time, where the row is. Nothing is shuffled.

    - `thousands`: see `fasttrack_roster.judge`; `"column"` looks at the distinct values of the seats first if they are
      texts, which reads that column once more.
    - `repeats`: adds `rows_of_the_tenant`, how many rows the tenant has, if it has several; rows are shuffled for it.

    The other arguments are those of `fasttrack_roster.judge`.
    """
    names = _names(tenant, plan, seats, segment, status, trial, subscription)
    _frames.refuse_what_is_no_table(data, on_spark=True)
    _check_mark(thousands)
    _check(data, names)
    with_key = tenant_key or repeats
    added = output_schema(policy, tenant_key=with_key)
    settings = _Settings(names, policy, catalogue, overrides, thousands, _shown(data, seats, thousands))
    judged = data.mapInArrow(_each_batch(settings, verdict=True, with_key=with_key), _joined(data, added))
    if not repeats:
        return judged
    from pyspark.sql import Window
    from pyspark.sql import functions as F

    count = F.count("*").over(Window.partitionBy(TENANT_KEY))
    several = F.when(F.col(TENANT_KEY).isNotNull() & (count > 1), count)
    judged = judged.withColumn(ROWS_OF_THE_TENANT, several)
    return judged if tenant_key else judged.drop(TENANT_KEY)


def rollup(
    data: DataFrame,
    *,
    tenant: str = "tenant",
    plan: str = "plan",
    seats: str = "seats",
    segment: str | None = None,
    status: str | None = None,
    trial: str | None = None,
    subscription: str | None = None,
    policy: PolicyLike | None = None,
    catalogue: Table | None = None,
    overrides: Table | None = None,
    thousands: Mark | Literal["column"] | None = "column",
    partitions: int | None = None,
) -> DataFrame:
    """Judges each tenant on all its rows together: one row for each. A row without a tenant is a customer of its own,
    whose `tenant_key` is null.

    Rows are brought together by tenant, into `partitions` partitions (Spark's own number without it). The arguments are
    those of `judge`.
    """
    from pyspark.sql import functions as F
    from pyspark.sql import types
    from pyspark.sql.pandas.types import from_arrow_schema
    import pyarrow

    names = _names(tenant, plan, seats, segment, status, trial, subscription)
    _frames.refuse_what_is_no_table(data, on_spark=True)
    _check_mark(thousands)
    _check(data, names)
    settings = _Settings(names, policy, catalogue, overrides, thousands, _shown(data, seats, thousands))
    read = data.select(*[f"`{name}`" for name in _used(names)])
    keyed_schema = types.StructType([*read.schema.fields, types.StructField(TENANT_KEY, types.StringType())])
    keyed = read.mapInArrow(_each_batch(settings, verdict=False, with_key=True), keyed_schema)
    # All rows without a tenant in one partition could be more than it holds. A task that is run again has to send each
    # row where it went before, so it is no random number that spreads them.
    alone = F.when(F.col(TENANT_KEY).isNull(), F.xxhash64(F.spark_partition_id(), *[F.col(f"`{name}`") for name in _used(names)]))
    keyed = keyed.withColumn(SPREAD, alone)
    by = [TENANT_KEY, SPREAD]
    together = keyed.repartition(partitions, *by) if partitions else keyed.repartition(*by)
    together = together.drop(SPREAD)
    # Which spelling of a tenant comes first is not left to the order in which rows arrive.
    together = together.sortWithinPartitions(TENANT_KEY, f"`{tenant}`")
    columns = from_arrow_schema(pyarrow.schema(output_schema(policy, of_rollup=True)))
    return together.mapInArrow(_each_partition(settings), columns)


def thousands(data: DataFrame, *, seats: str = "seats") -> Mark | None:
    """Returns the mark that parts thousands in a column of seats that are texts, by its distinct values."""
    _frames.refuse_what_is_no_table(data, on_spark=True)
    shown = _seen(data, seats)
    return None if shown == "mixed" else shown


class _Settings:
    """What travels to the executors: a policy as its text."""

    def __init__(self, names: Any, policy: Any, catalogue: Any, overrides: Any, said: Any, shown: str | None) -> None:
        import pyarrow

        self.names, self.policy, self.shown = names, _text(policy), shown
        self.mark = None if said == "column" else said
        self.catalogue = None if catalogue is None else pyarrow.table(catalogue)
        self.overrides = None if overrides is None else pyarrow.table(overrides)

    def options(self) -> Any:
        options = _options(self.names, self.policy, self.catalogue, self.overrides, self.mark)
        return {**options, "shown": self.shown}


def _each_batch(
    settings: _Settings, *, verdict: bool, with_key: bool
) -> Callable[[Iterable[pyarrow.RecordBatch]], Iterator[pyarrow.RecordBatch]]:
    def judged(batches: Iterable[pyarrow.RecordBatch]) -> Iterator[pyarrow.RecordBatch]:
        import pyarrow

        reader = _reader(batches)
        if reader is not None:
            rows = _native.judge(
                _frames.capsules(reader), settings.options(), keep=True, verdict=verdict, tenant_key=with_key, whole=False
            )
            yield from pyarrow.RecordBatchReader.from_stream(rows)

    return judged


def _each_partition(
    settings: _Settings,
) -> Callable[[Iterable[pyarrow.RecordBatch]], Iterator[pyarrow.RecordBatch]]:
    def together(batches: Iterable[pyarrow.RecordBatch]) -> Iterator[pyarrow.RecordBatch]:
        import pyarrow

        reader = _reader(batches)
        if reader is not None:
            rows = _native.rollup(_frames.capsules(reader), settings.options(), whole=False)
            yield from pyarrow.RecordBatchReader.from_stream(rows)

    return together


def _reader(batches: Iterable[pyarrow.RecordBatch]) -> Any:
    """Returns a reader of a partition; `None` if it has no batch, and so no schema."""
    import pyarrow

    rest = iter(batches)
    first = next(rest, None)
    if first is None:
        return None

    def all_of_them() -> Iterator[pyarrow.RecordBatch]:
        yield first
        yield from rest

    return pyarrow.RecordBatchReader.from_batches(first.schema, all_of_them())


def _joined(data: DataFrame, added: Any) -> Any:
    from pyspark.sql import types
    from pyspark.sql.pandas.types import from_arrow_schema
    import pyarrow

    fields = from_arrow_schema(pyarrow.schema(added)).fields
    _frames.refuse_twice(data.columns, [field.name for field in fields])
    return types.StructType([*data.schema.fields, *fields])


def _check_mark(said: object) -> None:
    """Says at once what an executor would say in the middle of a job."""
    if said not in (None, "column", ".", ","):
        raise ValueError(f'thousands=`{said}` is not a mark between thousands: write "." or ",", "column" to see what the column shows, or None')


def _shown(data: DataFrame, seats: str, said: Mark | Literal["column"] | None) -> str | None:
    from pyspark.sql import types

    is_text = isinstance(data.schema[seats].dataType, types.StringType)
    return _seen(data, seats) if said == "column" and is_text else None


def _seen(data: DataFrame, seats: str) -> Literal[".", ",", "mixed"] | None:
    return _native.thousands(_frames.capsules(data.select(f"`{seats}`").distinct().toArrow()), seats)
