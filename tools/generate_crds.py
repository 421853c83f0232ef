#!/usr/bin/env python3
"""generate_crds.py [--check]: writes manifests/crds/<group>_<plural>.yaml from schemas/*.json.

With --check nothing is written: exits 1 and names the files that differ. The output is stable: the same
documents give the same bytes.
"""
import json
import re
import sys
import textwrap

from schema_documents import KINDS, ROOT, Documents

TARGET = ROOT / "manifests" / "crds"
HEADER = "# Made from schemas/{source}.json by tools/generate_crds.py; edit that and run it again.\n"
# Members of a schema in the order in which they are written; all others follow by name.
ORDER = ("description", "type", "format", "enum", "default", "minimum", "maximum", "minLength", "maxLength", "pattern",
         "anyOf", "x-kubernetes-int-or-string", "x-kubernetes-preserve-unknown-fields", "x-kubernetes-list-type",
         "x-kubernetes-list-map-keys", "x-kubernetes-map-type", "x-kubernetes-validations", "required", "items",
         "additionalProperties", "properties")
PLAIN = re.compile(r"^[A-Za-z_./][A-Za-z0-9_ ./()@+-]*$")
RESERVED = {"true", "false", "null", "yes", "no", "on", "off", "y", "n", "~"}
WIDTH = 116


def definition(document):
    resource = document["resource"]
    names = {key: resource[key] for key in ("categories", "kind", "listKind", "plural", "shortNames", "singular") if resource[key]}
    version = {"name": resource["version"], "served": True, "storage": True}
    version["subresources"] = {name: {} for name in document["subresources"]}
    if document["selectableFields"]:
        version["selectableFields"] = [{"jsonPath": path} for path in document["selectableFields"]]
    version["additionalPrinterColumns"] = document["columns"]
    version["schema"] = {"openAPIV3Schema": ordered(document["schema"])}
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{resource['plural']}.{resource['group']}"},
        "spec": {"group": resource["group"], "names": names, "scope": resource["scope"], "versions": [version]},
    }


def ordered(schema):
    """A schema with its members in ORDER and its properties by name."""
    result = {}
    for key in sorted(schema, key=lambda k: (ORDER.index(k) if k in ORDER else len(ORDER), k)):
        value = schema[key]
        if key == "properties":
            value = {name: ordered(value[name]) for name in sorted(value)}
        elif key in ("items", "additionalProperties"):
            value = ordered(value)
        result[key] = value
    return result


def yaml_lines(value, indent=0):
    """Block YAML of an object or a list, without its own leading key."""
    pad = " " * indent
    if isinstance(value, dict):
        for key, item in value.items():
            yield from entry(f"{pad}{scalar(key)}:", item, indent)
    else:
        for item in value:
            if isinstance(item, (dict, list)) and item:
                lines = list(yaml_lines(item, indent + 2))
                yield f"{pad}- {lines[0].lstrip()}"
                yield from lines[1:]
            else:
                yield f"{pad}- {scalar(item)}"


def entry(start, item, indent):
    if isinstance(item, (dict, list)) and item:
        yield start
        yield from yaml_lines(item, indent + 2)
    elif isinstance(item, str) and len(start) + len(item) + 1 > WIDTH and " " in item and "\n" not in item:
        yield f"{start} >-"
        pad = " " * (indent + 2)
        yield from textwrap.wrap(item, max(WIDTH, indent + 50), initial_indent=pad, subsequent_indent=pad, break_long_words=False,
                                 break_on_hyphens=False)
    else:
        yield f"{start} {scalar(item)}"


def scalar(value):
    if isinstance(value, (dict, list)):
        return json.dumps(value)
    if not isinstance(value, str):
        return json.dumps(value)
    if PLAIN.match(value) and value.lower() not in RESERVED and not value.endswith(" "):
        return value
    return json.dumps(value, ensure_ascii=False)


def main():
    documents, stale = Documents(), []
    for source in KINDS:
        document = documents.kind(source)
        resource = document["resource"]
        path = TARGET / f"{resource['group']}_{resource['plural']}.yaml"
        text = HEADER.format(source=source) + "\n".join(yaml_lines(definition(document))) + "\n"
        if path.exists() and path.read_text() == text:
            continue
        stale.append(path.relative_to(ROOT).as_posix())
        if "--check" not in sys.argv[1:]:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
    if "--check" in sys.argv[1:] and stale:
        print("\n".join(f"{name}: not what schemas/ says; run tools/generate_crds.py" for name in stale))
        return 1
    print(f"crds: {len(KINDS)} definitions, {len(stale)} written")
    return 0


if __name__ == "__main__":
    sys.exit(main())
