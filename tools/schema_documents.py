"""Reads schemas/*.json and resolves their references. Shared by generate_crds.py and embed_schemas.py.

A reference is {"$ref": "parts/FILE.json#/NAME", …} or {"$ref": "#/NAME", …} for the same file; the members
beside it (a description of this use, for example) win over those of what it names. There are no cycles.
"""
import json
import pathlib

ROOT = pathlib.Path(__file__).resolve().parent.parent
FOLDER = ROOT / "schemas"
KINDS = ("certificate", "certificaterequest", "issuer", "clusterissuer", "order", "challenge",
         "certificaterequestpolicy")
MAX_DEPTH = 100


class Documents:
    def __init__(self, folder=FOLDER):
        self.folder = folder
        self.files = {}

    def read(self, name):
        if name not in self.files:
            self.files[name] = json.loads((self.folder / name).read_text(), object_pairs_hook=_no_duplicates)
        return self.files[name]

    def kind(self, name):
        """The document of a kind with its schema resolved."""
        file_name = name + ".json"
        return self._resolved(self.read(file_name), file_name, 0)

    def _resolved(self, value, file_name, depth):
        if depth > MAX_DEPTH:
            raise ValueError(f"{file_name}: references go round in a circle")
        if isinstance(value, list):
            return [self._resolved(item, file_name, depth + 1) for item in value]
        if not isinstance(value, dict):
            return value
        if "$ref" in value:
            return self._followed(value, file_name, depth)
        return {key: self._resolved(item, file_name, depth + 1) for key, item in value.items()}

    def _followed(self, value, file_name, depth):
        path, _, name = value["$ref"].partition("#/")
        target_file = path or file_name
        target = self._resolved(self.read(target_file)[name], target_file, depth + 1)
        beside = {key: item for key, item in value.items() if key != "$ref"}
        return {**target, **self._resolved(beside, file_name, depth + 1)}


def _no_duplicates(pairs):
    result = dict(pairs)
    if len(result) != len(pairs):
        raise ValueError("duplicate member among " + ", ".join(key for key, _ in pairs))
    return result
