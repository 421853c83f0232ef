"""Policy files: reads tests/data/policy_scenarios and multiplies the cases that have rows."""
import json
import pathlib
import re

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "data" / "policy_scenarios"
SINGLE = ("commonName", "serialNumber")  # have a `value` where all others have `values`


def load(names=()):
    """[(server, case)], where case has an id that is unique, "text", "cases" and "steps"."""
    found = []
    for path in sorted(FOLDER.glob("*.json")):
        content = json.loads(path.read_text())
        for number, case in enumerate(content["cases"], 1):
            rows = case.get("rows") or [{}]
            for row_number, row in enumerate(rows, 1):
                one = _substituted({key: value for key, value in case.items() if key != "rows"}, row)
                one["id"] = f"{path.stem}-{number}" + (f"-{row_number}" if len(rows) > 1 else "")
                one["id"] = re.sub(r"[^a-z0-9-]", "-", one["id"].lower())
                if not names or any(name in f"{one['id']} {one['text']}" for name in names):
                    found.append((case.get("server", content.get("server", "enforce")), one))
    return found


def _substituted(value, row):
    """"$name" becomes the row's value, "…$(name)…" its text, {"$at": path, "is": X} an `allowed` with X at path."""
    if isinstance(value, str):
        if value.startswith("$") and value[1:] in row:
            return row[value[1:]]
        return re.sub(r"\$\((\w+)\)", lambda match: str(row[match.group(1)]), value)
    if isinstance(value, list):
        return [_substituted(item, row) for item in value]
    if not isinstance(value, dict):
        return value
    if "$at" in value:
        return _at(_substituted(value["$at"], row), _substituted(value["is"], row))
    return {_substituted(key, row): _substituted(item, row) for key, item in value.items()}


def _at(path, given):
    """subject.otherAttributes[1.2.3] -> {"subject": {"otherAttributes": [{"oid": "1.2.3", …}]}}."""
    path, _, dotted = path.rstrip("]").partition("[")
    *around, last = path.split(".")
    given = dict(given)
    if last in SINGLE and "values" in given:
        given["value"] = (given.pop("values") or [""])[0]
    inner = {last: [{"oid": dotted, **given}] if dotted else given}
    for name in reversed(around):
        inner = {name: inner}
    return inner
