#!/usr/bin/env python3
"""embed_schemas.py OUT: writes a C++ file with the documents of schemas/, minified (see schemas/documents.h)."""
import json
import pathlib
import sys

from schema_documents import FOLDER

DELIMITER = "cw_json"


def main():
    entries = []
    for path in sorted(FOLDER.glob("**/*.json")):
        text = json.dumps(json.loads(path.read_text()), separators=(",", ":"), ensure_ascii=False)
        name = path.relative_to(FOLDER).as_posix()
        entries.append(f'    {{"{name}",\n     R"{DELIMITER}({text}){DELIMITER}"}},\n')
    pathlib.Path(sys.argv[1]).write_text(
        "// Made by tools/embed_schemas.py.\n"
        '#include "schemas/documents.h"\n\n'
        "namespace cw::schemas {\nnamespace {\n\n"
        f"constexpr Document kDocuments[] = {{\n{''.join(entries)}}};\n\n"
        "}  // namespace\n\n"
        "std::span<const Document> documents() { return kDocuments; }\n\n"
        "}  // namespace cw::schemas\n")


main()
