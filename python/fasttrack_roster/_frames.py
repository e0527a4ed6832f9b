"""Data frames of pandas and polars: out of them what is read, and into them what was judged."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow


def kind_of(data: object) -> str:
    """Returns which library's table it is, such as `polars.DataFrame`; the library need not be there."""
    kind = type(data)
    return f"{kind.__module__.partition('.')[0]}.{kind.__name__}"


def refuse_what_is_no_table(data: object, *, on_spark: bool = False) -> None:
    """Says what to do with a thing that cannot be judged as it is."""
    kind, name = kind_of(data), type(data).__name__
    is_of_spark = kind.startswith("pyspark.")
    if on_spark:
        if not is_of_spark:
            raise TypeError(f"`{name}` is not a data frame of Spark: use fasttrack_roster.judge and fasttrack_roster.rollup")
    elif is_of_spark:
        raise TypeError("this is a data frame of Spark: use fasttrack_roster.spark.judge and fasttrack_roster.spark.rollup")
    elif kind == "polars.LazyFrame":
        raise TypeError("a LazyFrame has no rows yet: call collect() first")
    elif isinstance(data, (str, bytes, os.PathLike)):
        raise TypeError(f"`{name}` is not a table: read the file first, such as polars.read_parquet(\"roster.parquet\")")
    elif isinstance(data, dict):
        raise TypeError("`dict` is not a table: make one of it first, such as pyarrow.table(columns)")
    elif isinstance(data, (list, tuple)):
        raise TypeError(f"`{name}` is not a table: make one of it first, such as pyarrow.Table.from_pylist(rows)")
    elif kind.startswith("pyarrow.") and hasattr(data, "to_table") and hasattr(data, "schema"):
        raise TypeError(f"`{name}` is not read yet: pass to_table() of it, or scanner().to_reader() to judge a batch at a time")


def capsules(data: Any) -> object:
    """Returns the Arrow capsules of a table: of its stream, or of its array if it is one batch."""
    refuse_what_is_no_table(data)
    if kind_of(data) == "polars.DataFrame":
        data = of_polars(data)
    # A record batch has both; as an array it says that it is one.
    if hasattr(data, "__arrow_c_array__"):
        return data.__arrow_c_array__()
    if hasattr(data, "__arrow_c_stream__"):
        return data.__arrow_c_stream__()
    raise TypeError(
        f"`{type(data).__name__}` is not an Arrow table: pass a table, a data frame or a reader of pyarrow, polars, pandas "
        "2.2 or later, DuckDB, or of another library with `__arrow_c_stream__`"
    )


def of_polars(frame: polars.DataFrame) -> polars.DataFrame:
    """Returns the frame without the types that polars hands over as other libraries do not know them."""
    import polars

    strange = {kind for name in ("Null", "Int128", "UInt128") if (kind := getattr(polars, name, None)) is not None}
    names = [name for name, kind in frame.schema.items() if kind in strange]
    return frame.with_columns(polars.col(names).cast(polars.String)) if names else frame


def columns_of(data: Any) -> list[str] | None:
    """Returns the names of a table's columns; `None` if only its rows can say them."""
    kind = kind_of(data)
    if kind in ("pandas.DataFrame", "polars.DataFrame") or kind.startswith(("duckdb.", "pyspark.")):
        return [str(name) for name in data.columns]
    if kind.startswith("pyarrow.") and hasattr(data, "schema"):
        return list(data.schema.names)
    return None


def to_arrow(judged: Any) -> Any:
    import pyarrow

    if hasattr(judged, "__arrow_c_array__"):
        return pyarrow.record_batch(judged)
    return pyarrow.table(judged)


def to_polars(judged: Any) -> polars.DataFrame:
    import polars

    if hasattr(judged, "__arrow_c_array__"):
        return polars.Series(judged).struct.unnest()
    return polars.DataFrame(judged)


def to_pandas(judged: Any) -> pandas.DataFrame:
    """Whole numbers and booleans stay what they are where some are missing."""
    import pandas
    import pyarrow

    types = {pyarrow.int64(): pandas.Int64Dtype(), pyarrow.bool_(): pandas.BooleanDtype()}
    frame: pandas.DataFrame = to_arrow(judged).to_pandas(types_mapper=types.get)
    return frame


def of_pandas(frame: pandas.DataFrame, names: Iterable[str]) -> pyarrow.Table:
    """Returns the columns that are read. A column of mixed values, as pandas has them, becomes text."""
    import pyarrow

    columns = {}
    for name in names:
        if name not in frame.columns:
            continue
        values = frame[name]
        try:
            columns[name] = pyarrow.Array.from_pandas(values)
        except (pyarrow.ArrowInvalid, pyarrow.ArrowTypeError):
            columns[name] = pyarrow.array([None if missing else str(value) for value, missing in zip(values, values.isna())], pyarrow.string())
    return pyarrow.table(columns)


def beside_pandas(frame: pandas.DataFrame, judged: Any) -> pandas.DataFrame:
    import pandas

    verdicts = to_pandas(judged)
    verdicts.index = frame.index
    refuse_twice(frame.columns, verdicts.columns)
    return pandas.concat([frame, verdicts], axis=1)


def beside_polars(frame: polars.DataFrame, judged: Any) -> polars.DataFrame:
    verdicts = to_polars(judged)
    refuse_twice(frame.columns, verdicts.columns)
    return frame.hstack(verdicts)


def refuse_twice(own: Iterable[str], verdicts: Iterable[str]) -> None:
    own = set(own)
    twice = [f"`{name}`" for name in verdicts if name in own]
    if twice:
        raise ValueError(f"the table already has the columns {', '.join(twice)}; rename or drop them, or pass keep=False")
