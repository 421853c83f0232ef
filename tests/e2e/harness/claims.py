"""Claims: what a scenario asserts. Each is printed as ok or FAIL; one that fails does not stop the next."""
import contextlib
import re
import sys
import time
import traceback

BOUND = 30  # seconds until something that takes milliseconds counts as not happening
CLOSING = re.compile(r"^(\d+) passed, (\d+) failed$", re.M)


class Failed(Exception):
    """A claim does not hold; the text says what was seen instead."""


def expect(truth, seen):
    if not truth:
        raise Failed(seen if isinstance(seen, str) else repr(seen))


def expect_equal(seen, wanted):
    expect(seen == wanted, f"saw {seen!r}, want {wanted!r}")


def expect_in(part, whole):
    expect(part in whole, f"{part!r} is not in {str(whole)[:600]!r}")


def until(what, look, bound=BOUND, pause=0.02):
    """Polls look() until it gives something true, and returns that. Meanwhile look may raise Failed, or miss a field
    that is not there yet: the status of what was made just now, say. `bound` and `pause` in seconds."""
    end, last = time.monotonic() + bound, "nothing"
    while True:
        try:
            seen = look()
            if seen:
                return seen
            last = repr(seen)
        except Failed as failure:
            last = str(failure)
        except LookupError as missing:
            last = f"nothing at {missing}"
        if time.monotonic() > end:
            raise Failed(f"not in {bound} s: {what}; last seen: {last}")
        time.sleep(pause)


def until_holds(what, check, bound=BOUND):
    """Polls check() until it raises no Failed, and misses no field."""
    def look():
        check()
        return True
    until(what, look, bound)


class Claims:
    def __init__(self, out=sys.stdout):
        self.passed = self.failed = 0
        self._out = out

    @contextlib.contextmanager
    def claim(self, text):
        with self.unbroken(text):
            yield
            self.passed += 1
            self._print(f"ok   {text}")

    @contextlib.contextmanager
    def unbroken(self, text):
        """Counts only if what is inside fails: for what has to work before a claim can be made."""
        try:
            yield
        except Exception as error:  # pylint: disable=broad-except; any escape is a failed claim
            self.failed += 1
            where = "" if isinstance(error, Failed) else f" [{type(error).__name__} at {_line_of(error)}]"
            self._print(f"FAIL {text}: {str(error).strip()}{where}")

    def note(self, text):
        self._print(f"     {text}")

    def heading(self, text):
        self._print(f"== {text}")

    def close(self):
        """The closing line; the exit code."""
        self._print(f"{self.passed} passed, {self.failed} failed")
        return 1 if self.failed or not self.passed else 0

    def _print(self, text):
        print(text, file=self._out, flush=True)


def _line_of(error):
    frames = traceback.extract_tb(error.__traceback__)
    return f"{frames[-1].filename.rsplit('/', 1)[-1]}:{frames[-1].lineno}" if frames else "?"
