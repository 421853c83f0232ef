"""Load on an API server, from processes that write HTTP to their sockets themselves: on two cores a client library in
Python would take a good part of what is measured."""
import json
import multiprocessing
import time

from harness.claims import Failed
from harness.cluster import collection, condition
from harness.objects import certificate

CONNECTIONS = 8  # as tools/issue-load of ../shared has
READ = 1 << 16
RETRIES = 100  # of a create that is answered 429
NS = "load"


class Connection:
    """A keep-alive connection. Knows as much HTTP as API servers answer with."""

    def __init__(self, cluster):
        self._socket = cluster.tls_socket()
        self._common = f"Host: {cluster.address}\r\nAccept: application/json\r\n"

    def post(self, path, value):
        """(status, body as it came)."""
        body = json.dumps(value)
        self._socket.sendall(f"POST {path} HTTP/1.1\r\n{self._common}Content-Type: application/json\r\n"
                             f"Content-Length: {len(body)}\r\n\r\n{body}".encode())
        head, rest = self._head()
        if b"transfer-encoding: chunked" in head:
            while not rest.endswith(b"\r\n0\r\n\r\n"):
                rest += self._read()
        else:
            length = int(head.partition(b"content-length:")[2].split(None, 1)[0])
            while len(rest) < length:
                rest += self._read()
        return int(head[9:12]), rest

    def lines(self, path):
        """The lines of a watch, which ends when the server likes to."""
        self._socket.sendall(f"GET {path} HTTP/1.1\r\n{self._common}\r\n".encode())
        head, rest = self._head()
        if head[9:12] != b"200" or b"transfer-encoding: chunked" not in head:
            raise Failed(f"watch {path}: {head[:300]!r} {rest[:300]!r}")
        line = b""
        while True:
            size, found, after = rest.partition(b"\r\n")
            length = int(size, 16) if found else 0
            if found and length == 0:
                return
            if not found or len(after) < length + 2:
                rest += self._read()
                continue
            line, rest = line + after[:length], after[length + 2:]
            *whole, line = line.split(b"\n")
            yield from whole

    def _head(self):
        seen = b""
        while b"\r\n\r\n" not in seen:
            seen += self._read()
        head, _, rest = seen.partition(b"\r\n\r\n")
        return head.lower(), rest

    def _read(self):
        seen = self._socket.recv(READ)
        if not seen:
            raise Failed("the API server closed the connection")
        return seen


class Creators:
    """Processes that create make(0) … make(count - 1) in that order. Use as a context: leaving it waits for them."""

    def __init__(self, cluster, path, make, count):
        ways = multiprocessing.get_context("fork")
        self._processes = [ways.Process(target=_create, args=(cluster, path, make, range(first, count, CONNECTIONS)),
                                        daemon=True) for first in range(CONNECTIONS)]

    def __enter__(self):
        for process in self._processes:
            process.start()
        return self

    def __exit__(self, kind, *_):
        for process in self._processes:
            if kind:
                process.terminate()
            process.join()
        if not kind and any(process.exitcode for process in self._processes):
            raise Failed("not everything could be created")


def _create(cluster, path, make, numbers):
    connection = Connection(cluster)
    for number in numbers:
        for _ in range(RETRIES):
            status, body = connection.post(path, make(number))
            if status != 429:
                break
            time.sleep(0.1)
        if status != 201:
            raise Failed(f"create {number} at {path}: {status} {body[:400]!r}")


def create_all(cluster, path, make, count):
    with Creators(cluster, path, make, count):
        pass


def two_names(name):
    """A Certificate of the issuer `ca`."""
    return certificate(name, NS, dnsNames=[f"{name}.example.com", f"www.{name}.example.com"])


def issue(cluster, prefix, count, bound, of=two_names):
    """Creates that many Certificates in namespace load, of(name) each; seconds from the first create until the last one
    is Ready."""
    path = collection("certificates", NS)
    version = cluster.http("GET", f"{path}?limit=1").json()["metadata"]["resourceVersion"]
    waiting = {f"{prefix}-{number}" for number in range(count)}

    def make(number):
        return of(f"{prefix}-{number}")
    start = time.monotonic()
    with Creators(cluster, path, make, count):
        while waiting:
            watch = Connection(cluster).lines(f"{path}?watch=1&resourceVersion={version}&allowWatchBookmarks=true")
            for line in watch:
                version = _take(line, waiting, version)
                if time.monotonic() > start + bound:
                    raise Failed(f"{len(waiting)} of {count} not Ready in {bound} s")
                if not waiting:
                    break
    return time.monotonic() - start


def _take(line, waiting, version):
    """Only a line that may tell of a Ready one is worth to be decoded."""
    if b'"True"' not in line and b'"ERROR"' not in line and b'"BOOKMARK"' not in line:
        return version
    event = json.loads(line)
    if event["type"] == "ERROR":
        raise Failed(f"the watch: {line[:300]!r}")
    metadata = event["object"]["metadata"]
    if event["type"] != "BOOKMARK" and condition(event["object"], "Ready").get("status") == "True":
        waiting.discard(metadata["name"])
    return metadata["resourceVersion"]
