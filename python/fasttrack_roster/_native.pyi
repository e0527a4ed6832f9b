"""What the package stands on: use `fasttrack_roster` itself."""

from typing import Any, Literal, TypedDict, final

__all__ = [
    "Batch",
    "OutputSchema",
    "Policy",
    "Rows",
    "__version__",
    "check_columns",
    "explain",
    "judge",
    "output_schema",
    "plans",
    "policy",
    "rollup",
    "thousands",
]

__version__: str

class _Names(TypedDict):
    tenant: str
    plan: str
    seats: str
    segment: str | None
    status: str | None
    trial: str | None
    subscription: str | None

class _Options(TypedDict):
    names: _Names
    policy: str | None
    catalogue: object | None
    overrides: object | None
    thousands: str | None
    shown: str | None

@final
class Rows:
    @property
    def column_names(self) -> list[str]: ...
    def __arrow_c_schema__(self) -> object: ...
    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object: ...

@final
class Batch:
    def __arrow_c_schema__(self) -> object: ...
    def __arrow_c_array__(self, requested_schema: object | None = None) -> tuple[object, object]: ...

@final
class OutputSchema:
    @property
    def names(self) -> list[str]: ...
    def __arrow_c_schema__(self) -> object: ...

@final
class Policy:
    @property
    def name(self) -> str: ...
    @property
    def effective(self) -> str: ...
    @property
    def sha256(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def tiers(self) -> list[str]: ...

def judge(data: object, options: _Options, *, keep: bool, verdict: bool, tenant_key: bool, whole: bool) -> Rows | Batch: ...
def rollup(data: object, options: _Options, *, whole: bool) -> Rows: ...
def check_columns(names: _Names, columns: list[str]) -> list[tuple[str, str]]: ...
def thousands(data: object, seats: str) -> Literal[".", ",", "mixed"] | None: ...
def explain(
    plan: str,
    seats: str,
    *,
    segment: str,
    status: str,
    policy: str | None,
    catalogue: object | None,
    thousands: str | None,
) -> dict[str, Any]: ...
def plans(written: list[str], *, policy: str | None, catalogue: object | None) -> Rows: ...
def policy(policy: str | None) -> Policy: ...
def output_schema(policy: str | None, *, tenant_key: bool, of_rollup: bool) -> OutputSchema: ...
