#!/usr/bin/env python3
"""Fails when an #include crosses a layer that docs/layers.txt does not allow.

docs/layers.txt: one line a folder, `folder: allowed folders | allowed third-party prefixes`.
A folder may only name folders listed above it, so the table cannot contain a cycle.
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
INCLUDE = re.compile(r'^\s*#\s*include\s+(?:"([^"]+)"|<([^>]+)>)')
THIRD_PARTY = ("openssl/", "httplib", "nlohmann/", "valijson/", "spdlog/", "fmt/", "catch2/", "yaml-cpp/", "yaml.h", "simdjson",
               "sqlite3", "CLI/", "ldns/", "expat.h", "re2/", "zlib.h")
SKIPPED = ("build/", ".git/", ".cache/")


def read_table(path):
    table = {}
    for number, line in enumerate(path.read_text().splitlines(), 1):
        line = line.split("#")[0].strip()
        if not line:
            continue
        folder, rest = (part.strip() for part in line.split(":", 1))
        ours, _, theirs = rest.partition("|")
        for name in ours.split():
            if name not in table:
                sys.exit(f"{path}:{number}: {folder} names {name}, which is not above it")
        table[folder] = (set(ours.split()) | {folder}, tuple(theirs.split()))
    return table


def layer_of(relative, table):
    found = [f for f in table if relative == f or relative.startswith(f + "/")]
    return max(found, key=len, default=None)


def main():
    table, bad = read_table(ROOT / "docs/layers.txt"), []
    for source in sorted(p for p in ROOT.rglob("*") if p.suffix in (".h", ".cpp")):
        relative = source.relative_to(ROOT).as_posix()
        if relative.startswith(SKIPPED):
            continue
        layer = layer_of(relative, table)
        if layer is None:
            bad.append(f"{relative}:1: not in any layer of docs/layers.txt")
            continue
        ours, theirs = table[layer]
        for number, line in enumerate(source.read_text().splitlines(), 1):
            match = INCLUDE.match(line)
            if not match:
                continue
            quoted, angled = match.groups()
            if quoted and layer_of(quoted, table) not in ours:
                bad.append(f"{relative}:{number}: {layer} may not include {quoted}")
            if angled and angled.startswith(THIRD_PARTY) and not angled.startswith(theirs or ("\0",)):
                bad.append(f"{relative}:{number}: {layer} may not include <{angled}>")
    print("\n".join(bad) or f"layers: {len(table)} folders, no crossing")
    return 1 if bad else 0


sys.exit(main())
