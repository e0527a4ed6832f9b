"""Writes the Parquet files beside it, as other programs write them: `make.py`, with polars, pandas, pyarrow and DuckDB.

`roster-*.parquet` and the folder `spark` hold samples/roster.csv; `spark-summary` is what samples/spark/annotate.py wrote of
it (--format csv --date 2026-11-28, all of its columns named), without the tables that are not read again. `kinds.parquet` has a column of every type, and
`kinds.csv` says what its cells are to show.
"""

import datetime
import decimal
import pathlib
import shutil
import uuid

import duckdb
import polars
import pyarrow
import pyarrow.csv
import pyarrow.parquet

HERE = pathlib.Path(__file__).parent
SAMPLE = HERE.parent.parent / "samples" / "roster.csv"


def rosters():
    frame = polars.read_csv(SAMPLE, infer_schema=False, truncate_ragged_lines=True)
    table = pyarrow.table({name: frame[name].to_list() for name in frame.columns})
    frame.write_parquet(HERE / "roster-polars.parquet")
    frame.to_pandas().to_parquet(HERE / "roster-pandas.parquet")
    connection = duckdb.connect()
    connection.register("roster", table)
    connection.sql(f"copy roster to '{HERE}/roster-duckdb.parquet' (format parquet)")
    delta = {name: "DELTA_BYTE_ARRAY" if place % 2 else "DELTA_LENGTH_BYTE_ARRAY" for place, name in enumerate(table.column_names)}
    pyarrow.parquet.write_table(
        table, HERE / "roster-new-pages.parquet", compression="gzip", data_page_version="2.0", use_dictionary=False,
        column_encoding=delta, row_group_size=9, store_schema=False,
    )
    # As Spark leaves them: parts, the mark of an end, checksums.
    folder = HERE / "spark"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for place in range(3):
        part = f"part-{place:05}-5bd0b1b3-c000.snappy.parquet"
        pyarrow.parquet.write_table(table.slice(place * 15, 15), folder / part, store_schema=False)
        (folder / f".{part}.crc").write_bytes(b"crc\0")
    (folder / "_SUCCESS").touch()


def kinds():
    at = datetime.datetime
    utc = datetime.timezone.utc
    columns = {
        "Tenant": (["Contoso", "Fabrikam", None], pyarrow.string()),
        "Plan": (pyarrow.array(["SPE_E3", None, "SPE_E3"]).dictionary_encode(), None),
        "Seats": ([480, None, -1], pyarrow.int32()),
        "tiny": ([7, None, 255], pyarrow.uint8()),
        "long": ([9007199254740993, None, -9223372036854775808], pyarrow.int64()),
        "huge": ([18446744073709551615, None, 0], pyarrow.uint64()),
        "price": ([decimal.Decimal("1234567.80"), None, decimal.Decimal("-0.05")], pyarrow.decimal128(12, 2)),
        "rate": ([decimal.Decimal("0.000001"), None, decimal.Decimal("12345678901234567890123.5")], pyarrow.decimal256(60, 6)),
        "single": ([0.1, None, 1e10], pyarrow.float32()),
        "double": ([12.5, float("nan"), float("-inf")], pyarrow.float64()),
        "half": ([1.5, None, -2.0], pyarrow.float16()),
        "active": ([True, None, False], pyarrow.bool_()),
        "renews": ([datetime.date(2026, 1, 31), None, datetime.date(1899, 12, 31)], pyarrow.date32()),
        "seen": ([at(2026, 1, 31, 12, 30, tzinfo=utc), None, at(2026, 1, 31, tzinfo=utc)], pyarrow.timestamp("us", "UTC")),
        "local": ([at(2026, 1, 31, 12, 30, 0, 250000), None, at(1969, 12, 31, 23, 59, 59)], pyarrow.timestamp("ns")),
        "at": ([datetime.time(8, 5), None, datetime.time(23, 59, 59, 500000)], pyarrow.time64("us")),
        "bytes": ([b"E3", None, b""], pyarrow.binary()),
        "id": ([uuid.UUID(int=1), None, uuid.UUID(int=2**128 - 1)], pyarrow.uuid()),
        "services": ([["Exchange Online"], None, []], pyarrow.list_(pyarrow.string())),
        "names": ([[("de", "Contoso")], None, []], pyarrow.map_(pyarrow.string(), pyarrow.string())),
        "owner": ([{"name": "West desk", "room": {"no": 7}}, None, {"name": None, "room": None}],
                  pyarrow.struct([("name", pyarrow.string()), ("room", pyarrow.struct([("no", pyarrow.int16())]))])),
        "nothing": ([None, None, None], pyarrow.null()),
    }
    arrays = {}
    for name, (values, kind) in columns.items():
        if kind == pyarrow.uuid():
            values = pyarrow.array([value and value.bytes for value in values], pyarrow.binary(16))
            arrays[name] = pyarrow.ExtensionArray.from_storage(kind, values)
        else:
            arrays[name] = values if kind is None else pyarrow.array(values, kind)
    pyarrow.parquet.write_table(pyarrow.table(arrays), HERE / "kinds.parquet", store_schema=False)
    table = pyarrow.table({"Tenant": ["Contoso", "Fabrikam"], "Plan": ["SPE_E3", "SPE_E5"], "Seats": [480, 7]})
    pyarrow.parquet.write_table(
        table, HERE / "checksums.parquet", write_page_checksum=True, compression="none", use_dictionary=False,
        write_statistics=False, store_schema=False,
    )


def cases():
    """The inputs of the cases of the whole program that are not text."""
    cases = HERE.parent / "cases" / "reading"

    def write(case, name, columns, **more):
        path = cases / case / name
        path.parent.mkdir(parents=True, exist_ok=True)
        pyarrow.parquet.write_table(pyarrow.table(columns), path, store_schema=False, **more)
        return path

    roster = {"Tenant": ["Contoso", "Fabrikam"], "Plan": ["SPE_E3", "SPE_E5"], "Paid seats": [480, None]}
    write("parquet", "roster.csv", {**roster, "Services": [["Exchange Online"], None]})
    write("parquet-codec-that-is-not-read", "roster.parquet", roster, compression="brotli")
    cut = write("parquet-cut-off", "roster.parquet", roster)
    cut.write_bytes(cut.read_bytes()[:-9])
    for place in range(2):
        write("parquet-folder", f"lake/part-{place}.parquet", roster)
        write("parquet-folder-of-two-tables", f"lake/part-{place}.parquet", {**roster, f"Extra {place}": [1, 2]})
        write("parquet-folder-with-something-else", f"lake/part-{place}.parquet", roster)
    (cases / "parquet-folder" / "lake" / "_SUCCESS").touch()
    (cases / "parquet-folder-with-something-else" / "lake" / "part-2.csv").write_text("Tenant,Plan,Paid seats\n")


rosters()
kinds()
cases()
