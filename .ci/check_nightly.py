"""What nightly runs write fits its schemas, and Prometheus' own parser reads the metrics."""

import json
import pathlib
import sys
import tomllib

from checks import end_if_wrong, expect
from jsonschema import Draft202012Validator
from prometheus_client.parser import text_string_to_metric_families


def validator(schemas, name):
    schema = json.loads((schemas / f"{name}.schema.json").read_text())
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def check(found, schema, what):
    for error in schema.iter_errors(found):
        expect(False, f"{what}: {error.json_path}: {error.message}")


def main(stage, schemas):
    report = validator(schemas, "night-report")
    reports = [stage / name for name in ("one.json", "two.json", "failure.json")]
    reports += sorted((stage / "state" / "reports").glob("*.json"))
    expect(len(reports) >= 5, "two reports were kept")
    for path in reports:
        check(json.loads(path.read_text()), report, path.name)
    ledger, lines = validator(schemas, "ledger"), (stage / "state" / "ledger.jsonl").read_text().splitlines()
    events = set()
    for number, line in enumerate(lines, 1):
        events.add(json.loads(line)["event"])
        check(json.loads(line), ledger, f"ledger, line {number}")
    expect(events == {"done", "failed", "again", "night"}, f"all events are there: {events}")
    configuration = validator(schemas, "nightly")
    check(tomllib.loads((stage / "fasttrack.toml").read_text()), configuration, "fasttrack.toml")
    # A schema that takes everything would help no editor.
    expect(not configuration.is_valid({"night": {}, "roster": []}), "a configuration of nothing is not valid")
    text = (stage / "fasttrack.prom").read_text()
    families = {family.name: family for family in text_string_to_metric_families(text)}
    for name in ("fasttrack_roster_last_success_timestamp_seconds", "fasttrack_roster_rows", "fasttrack_night_exit_code"):
        expect(name in families, f"the metrics have {name}")
    samples = [sample for family in families.values() for sample in family.samples]
    expect(all(sample.timestamp is None for sample in samples), "no metric has a timestamp")
    keys = [(sample.name, tuple(sorted(sample.labels.items()))) for sample in samples]
    expect(len(keys) == len(set(keys)), "each metric is there once")
    rows = {s.labels["result"]: s.value for s in families["fasttrack_roster_rows"].samples if s.labels["roster"] == "crm"}
    expect(sum(rows.values()) == 38, f"all rows of the newest roster are counted: {rows}")
    end_if_wrong()


main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))
