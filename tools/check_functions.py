#!/usr/bin/env python3
"""check_functions.py FILE…: fails for a function body of more than 70 lines.

Reads the text alone, so it needs no build. After clang-format a block opens with a line that ends in '{' and closes
with '}' at the indentation at which its statement began."""
import pathlib
import re
import sys

LIMIT = 70
NO_FUNCTION = re.compile(r"^\s*(inline |extern )?(namespace|class|struct|enum|union|extern)\b|[=({,]\s*\{$"
                         r"|^\s*(if|for|while|switch|else|do|try|return)\b|\}\s*else")
ENDED = re.compile(r"([;{}:]|^)\s*$|^\s*(#|//|template)")


def start_of(lines, number):
    """The line where the statement whose block opens on that line began."""
    while number and not ENDED.search(lines[number - 1]):
        number -= 1
    return number


def functions(lines):
    """(first line, length of the block) of each function that stands in a namespace or a class."""
    number = 0
    while number < len(lines):
        opening, number = number, number + 1
        if not lines[opening].endswith("{"):
            continue
        first = start_of(lines, opening)
        head = " ".join(lines[first:opening + 1])
        if NO_FUNCTION.search(head) or ")" not in head:
            continue
        close = lines[first][:len(lines[first]) - len(lines[first].lstrip())] + "}"
        end = next((n for n in range(opening, len(lines)) if lines[n].startswith(close)), opening)
        yield first + 1, end - opening + 1
        number = end + 1


def main():
    bad = [f"{path}:{first}: a function of {length} lines; {LIMIT} is the most"
           for path in sys.argv[1:] for first, length in functions(pathlib.Path(path).read_text().splitlines())
           if length > LIMIT]
    print("\n".join(bad) or f"functions: none over {LIMIT} lines")
    return 1 if bad else 0


sys.exit(main())
