"""Judges tables of customers: which Microsoft FastTrack help each is entitled to, and why.

The rules, the plan catalogue and the words are those of the program `fasttrack`. Rows are judged where they are, in
pyarrow, polars, pandas, DuckDB or any library that speaks Arrow:

    >>> import polars, fasttrack_roster
    >>> roster = polars.DataFrame({"tenant": ["Contoso"], "plan": ["Office 365 E3"], "seats": [480]})
    >>> fasttrack_roster.judge(roster)["fasttrack_tier"].item()
    'Specialist'
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypedDict, overload

from . import _frames, _native
from ._native import OutputSchema, Policy, __version__

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow

__all__ = [
    "Explanation",
    "Fault",
    "Judged",
    "JudgedBatch",
    "OutputSchema",
    "Policy",
    "UnreadColumn",
    "__version__",
    "explain",
    "judge",
    "output_schema",
    "plans",
    "policy",
    "rollup",
    "thousands",
]

Mark = Literal[".", ","]
"""The mark between thousands."""

PolicyLike = str | os.PathLike[str] | Policy
"""A policy: the name of a shipped one, its text, the path of a file, or what `policy` returned."""


class UnreadColumn(UserWarning):
    """A column is headed as a segment, a status or a trial mark, and no argument names it: all rows are judged without."""


class ArrowStream(Protocol):
    """Any table, frame, relation or reader that gives its rows as Arrow data."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object: ...


class ArrowArray(Protocol):
    """A record batch of any library."""

    def __arrow_c_array__(self, requested_schema: object | None = None) -> tuple[object, object]: ...


Table = ArrowStream | ArrowArray


class _Convertible:
    def to_arrow(self) -> Any:
        return _frames.to_arrow(self)

    def to_polars(self) -> polars.DataFrame:
        """Returns the rows as a data frame of polars."""
        return _frames.to_polars(self)

    def to_pandas(self) -> pandas.DataFrame:
        """Returns the rows as a data frame of pandas."""
        return _frames.to_pandas(self)


class Judged(_Convertible):
    """Rows that were judged, or are judged while they are read; any library that speaks Arrow takes them."""

    __slots__ = ("_rows",)

    def __init__(self, rows: _native.Rows) -> None:
        self._rows = rows

    @property
    def column_names(self) -> list[str]:
        """The names of the columns, in order."""
        return self._rows.column_names

    def to_arrow(self) -> pyarrow.Table:
        """Returns the rows as a table of pyarrow."""
        return _frames.to_arrow(self)

    def __arrow_c_schema__(self) -> object:
        return self._rows.__arrow_c_schema__()

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        return self._rows.__arrow_c_stream__(requested_schema)

    def __repr__(self) -> str:
        return f"Judged({', '.join(self.column_names)})"


class JudgedBatch(_Convertible):
    """One batch of judged rows."""

    __slots__ = ("_batch",)

    def __init__(self, batch: _native.Batch) -> None:
        self._batch = batch

    def to_arrow(self) -> pyarrow.RecordBatch:
        """Returns the rows as a record batch of pyarrow."""
        return _frames.to_arrow(self)

    def __arrow_c_schema__(self) -> object:
        return self._batch.__arrow_c_schema__()

    def __arrow_c_array__(self, requested_schema: object | None = None) -> tuple[object, object]:
        return self._batch.__arrow_c_array__(requested_schema)


class Fault(TypedDict):
    """One thing wrong with a row."""

    code: str
    blocks: bool
    message: str
    help: str


Explanation = dict[str, Any]
"""The verdict on one customer, by the names of the columns of `judge`; `certainty`; and `faults`, a list of `Fault`."""


# Frames are streams of Arrow data, too: they are asked for first.
@overload
def judge(  # type: ignore[overload-overlap]
    data: pandas.DataFrame,
    *,
    tenant: str = ...,
    plan: str = ...,
    seats: str = ...,
    segment: str | None = ...,
    status: str | None = ...,
    trial: str | None = ...,
    subscription: str | None = ...,
    policy: PolicyLike | None = ...,
    catalogue: Table | None = ...,
    overrides: Table | None = ...,
    thousands: Mark | None = ...,
    keep: bool = ...,
    tenant_key: bool = ...,
) -> pandas.DataFrame: ...
@overload
def judge(  # type: ignore[overload-overlap]
    data: polars.DataFrame,
    *,
    tenant: str = ...,
    plan: str = ...,
    seats: str = ...,
    segment: str | None = ...,
    status: str | None = ...,
    trial: str | None = ...,
    subscription: str | None = ...,
    policy: PolicyLike | None = ...,
    catalogue: Table | None = ...,
    overrides: Table | None = ...,
    thousands: Mark | None = ...,
    keep: bool = ...,
    tenant_key: bool = ...,
) -> polars.DataFrame: ...
@overload
def judge(
    data: pyarrow.Table,
    *,
    tenant: str = ...,
    plan: str = ...,
    seats: str = ...,
    segment: str | None = ...,
    status: str | None = ...,
    trial: str | None = ...,
    subscription: str | None = ...,
    policy: PolicyLike | None = ...,
    catalogue: Table | None = ...,
    overrides: Table | None = ...,
    thousands: Mark | None = ...,
    keep: bool = ...,
    tenant_key: bool = ...,
) -> pyarrow.Table: ...
@overload
def judge(
    data: pyarrow.RecordBatch,
    *,
    tenant: str = ...,
    plan: str = ...,
    seats: str = ...,
    segment: str | None = ...,
    status: str | None = ...,
    trial: str | None = ...,
    subscription: str | None = ...,
    policy: PolicyLike | None = ...,
    catalogue: Table | None = ...,
    overrides: Table | None = ...,
    thousands: Mark | None = ...,
    keep: bool = ...,
    tenant_key: bool = ...,
) -> pyarrow.RecordBatch: ...
@overload
def judge(
    data: pyarrow.RecordBatchReader,
    *,
    tenant: str = ...,
    plan: str = ...,
    seats: str = ...,
    segment: str | None = ...,
    status: str | None = ...,
    trial: str | None = ...,
    subscription: str | None = ...,
    policy: PolicyLike | None = ...,
    catalogue: Table | None = ...,
    overrides: Table | None = ...,
    thousands: Mark | None = ...,
    keep: bool = ...,
    tenant_key: bool = ...,
) -> pyarrow.RecordBatchReader: ...
@overload
def judge(
    data: ArrowStream,
    *,
    tenant: str = ...,
    plan: str = ...,
    seats: str = ...,
    segment: str | None = ...,
    status: str | None = ...,
    trial: str | None = ...,
    subscription: str | None = ...,
    policy: PolicyLike | None = ...,
    catalogue: Table | None = ...,
    overrides: Table | None = ...,
    thousands: Mark | None = ...,
    keep: bool = ...,
    tenant_key: bool = ...,
) -> Judged: ...
def judge(
    data: Any,
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
    thousands: Mark | None = None,
    keep: bool = True,
    tenant_key: bool = False,
) -> Any:
    """Judges each row of a table, and returns the same kind of table with the verdict's columns behind its own.

    Frames, tables and DuckDB relations are read as a whole first, as the program reads a roster: what a column shows as
    a whole, such as which mark parts thousands in it, then counts for each of its cells. Batches and readers are judged
    as they come, a batch at a time; say `thousands=` there if seats are texts. A relation, or what another library has,
    comes back as `Judged`, with `to_polars()`, `to_pandas()` and `to_arrow()`, which any library that speaks Arrow takes.

    A value that cannot be read is no exception: the row says `needs_review`, why, and has no tier.

    - `tenant`, `plan`, `seats`, `segment`, `status`, `trial`, `subscription`: the names of the columns.
    - `policy`: see `PolicyLike`; the default is the program's.
    - `catalogue`, `overrides`: tables with the headings of the program's files.
    - `keep`: whether the table's own columns are returned, too.
    - `tenant_key`: whether the column `tenant_key` is added, which is the same for all rows of a tenant.

    Raises `ValueError` for a column that is not there and for rules that are not valid, `TypeError` for what is no table.
    Warns (`UnreadColumn`) of a column that is headed as a segment, a status or a trial mark and is not named.
    """
    names = _names(tenant, plan, seats, segment, status, trial, subscription)
    _frames.refuse_what_is_no_table(data)
    _check(data, names)
    options = _options(names, policy, catalogue, overrides, thousands)
    kind = _frames.kind_of(data)
    if kind == "pandas.DataFrame":
        read = _frames.of_pandas(data, _used(names))
        judged = _native.judge(_frames.capsules(read), options, keep=False, verdict=True, tenant_key=tenant_key, whole=True)
        return _frames.beside_pandas(data, judged) if keep else _frames.to_pandas(judged)
    if kind == "polars.DataFrame":
        read = data.select([name for name in data.columns if name in _used(names)])
        judged = _native.judge(_frames.capsules(read), options, keep=False, verdict=True, tenant_key=tenant_key, whole=True)
        return _frames.beside_polars(data, judged) if keep else _frames.to_polars(judged)
    # A relation cannot be read while another query of its connection reads what was judged.
    is_whole = kind in ("pyarrow.Table", "duckdb.DuckDBPyRelation")
    rows = _native.judge(_frames.capsules(data), options, keep=keep, verdict=True, tenant_key=tenant_key, whole=is_whole)
    told = JudgedBatch(rows) if isinstance(rows, _native.Batch) else Judged(rows)
    if kind in ("pyarrow.Table", "pyarrow.RecordBatch"):
        return _frames.to_arrow(told)
    if kind == "pyarrow.RecordBatchReader":
        return type(data).from_stream(told)
    return told


def rollup(
    data: Table,
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
    thousands: Mark | None = None,
) -> Judged:
    """Judges each tenant on all its rows together; returns a row for each, in the order of their first rows.

    Paid base plans are added up, each subscription once; a tenant is never lower than its best row. A row that says no
    tenant is a customer of its own, whose `tenant_key` is null. All rows of a tenant have to be in `data`. The arguments
    are those of `judge`; the result is the program's table of customers.
    """
    names = _names(tenant, plan, seats, segment, status, trial, subscription)
    _frames.refuse_what_is_no_table(data)
    _check(data, names)
    data = _read(data, _used(names))
    options = _options(names, policy, catalogue, overrides, thousands)
    return Judged(_native.rollup(_frames.capsules(data), options, whole=True))


def thousands(data: Table, *, seats: str = "seats") -> Mark | None:
    """Returns the mark that parts thousands in a column of seats that are texts, as its values show; `None` if they do
    not, or contradict each other. What `judge` finds for a frame, for readers that are judged as they come."""
    data = _read(data, [seats])
    shown = _native.thousands(_frames.capsules(data), seats)
    return None if shown == "mixed" else shown


def explain(
    plan: str,
    seats: str | int,
    *,
    segment: str | None = None,
    status: str | None = None,
    policy: PolicyLike | None = None,
    catalogue: Table | None = None,
    thousands: Mark | None = None,
) -> Explanation:
    """Explains the verdict on one customer, by the names of the columns of `judge`, with `certainty` and `faults`.

    What needs review has no verdict: its tier, its entitlements and its certainty are `None`.
    """
    return _native.explain(
        plan,
        str(seats),
        segment=segment or "",
        status=status or "",
        policy=_text(policy),
        catalogue=_capsules(catalogue),
        thousands=thousands,
    )


def plans(
    written: Iterable[str | None],
    *,
    policy: PolicyLike | None = None,
    catalogue: Table | None = None,
) -> Judged:
    """Resolves plans as they are written: a row for each, in their order, with the plan, or the problem, that it is."""
    texts = [text or "" for text in written]
    return Judged(_native.plans(texts, policy=_text(policy), catalogue=_capsules(catalogue)))


def policy(policy: PolicyLike | None = None) -> Policy:
    """Returns a policy with its name, date, hash and text; the text is what can be sent to other machines."""
    return policy if isinstance(policy, Policy) else _native.policy(_text(policy))


def output_schema(
    policy: PolicyLike | None = None, *, tenant_key: bool = False, of_rollup: bool = False
) -> OutputSchema:
    """Returns the columns that `judge` adds, or those of `rollup`; `pyarrow.schema(...)` takes it."""
    return _native.output_schema(_text(policy), tenant_key=tenant_key, of_rollup=of_rollup)


def _names(
    tenant: str,
    plan: str,
    seats: str,
    segment: str | None,
    status: str | None,
    trial: str | None,
    subscription: str | None,
) -> _native._Names:
    said = {"tenant": tenant, "plan": plan, "seats": seats, "segment": segment, "status": status}
    for argument, name in {**said, "trial": trial, "subscription": subscription}.items():
        is_needed = argument in ("tenant", "plan", "seats")
        if not isinstance(name, str) and (is_needed or name is not None):
            raise TypeError(f"{argument}= is the name of a column, such as \"Paid seats\", and not a `{type(name).__name__}`")
    return {
        "tenant": tenant,
        "plan": plan,
        "seats": seats,
        "segment": segment,
        "status": status,
        "trial": trial,
        "subscription": subscription,
    }


def _check(data: Any, names: _native._Names) -> None:
    """Says at once which columns are not there, and warns of those that decide a verdict and are not read."""
    columns = _frames.columns_of(data)
    if columns is None:
        return
    for argument, column in _native.check_columns(names, columns):
        told = f"the column `{column}` is not read: pass {argument}=\"{column}\", or drop it if it says nothing of the {argument}"
        warnings.warn(told, UnreadColumn, stacklevel=3)


def _read(data: Any, names: list[str]) -> Any:
    """Returns a frame's columns that are read; any other table as it is."""
    kind = _frames.kind_of(data)
    if kind == "pandas.DataFrame":
        return _frames.of_pandas(data, names)
    return data.select([name for name in data.columns if name in names]) if kind == "polars.DataFrame" else data


def _used(names: _native._Names) -> list[str]:
    """Each name once, in the order of the fields."""
    return list(dict.fromkeys(str(name) for name in names.values() if name is not None))


def _options(
    names: _native._Names,
    policy: PolicyLike | None,
    catalogue: Table | None,
    overrides: Table | None,
    thousands: Mark | None,
) -> _native._Options:
    return {
        "names": names,
        "policy": _text(policy),
        "catalogue": _capsules(catalogue),
        "overrides": _capsules(overrides),
        "thousands": thousands,
        "shown": None,
    }


def _capsules(data: Table | None) -> object | None:
    return None if data is None else _frames.capsules(data)


def _text(policy: PolicyLike | None) -> str | None:
    """Returns the text of a policy, or the name of a shipped one."""
    if isinstance(policy, Policy):
        return policy.text
    if policy is None or (isinstance(policy, str) and "\n" in policy):
        return policy
    path = os.fspath(policy)
    if isinstance(policy, str) and not (path.endswith(".toml") or os.path.sep in path):
        return path
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except FileNotFoundError as missing:
        shipped = "name a policy file, or one of the shipped policies"
        raise FileNotFoundError(missing.errno, f"the policy cannot be read, there is no such file; {shipped}", path) from None
