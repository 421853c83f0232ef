"""Wire: a peer that sends exactly the bytes it is told to. Every wait is bounded; what does not come in time is Failed."""
import contextlib
import json
import re
import socket
import ssl
import time

from harness.claims import Failed, expect

BOUND = 60  # seconds; for what takes milliseconds on an idle machine

# Its own word for an end of the connection that the other side may choose: orderly or by reset.
ENDS = (ConnectionResetError, BrokenPipeError, ssl.SSLEOFError, ssl.SSLZeroReturnError)


def context(**settings):
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    made.check_hostname = False
    made.verify_mode = ssl.CERT_NONE
    for name, value in settings.items():
        setattr(made, name, value)
    return made


TRUSTING = context()


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    def json(self):
        return json.loads(self.body)


class Peer:
    """One connection from an address of the loopback; with TLS if a context is given (handshake done)."""

    def __init__(self, port, tls=None, source="127.0.0.1", bound=BOUND):
        self.bound, self._received = bound, b""
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=bound, source_address=(source, 0))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if tls:
            try:
                self.socket = tls.wrap_socket(self.socket, server_hostname="localhost")
            except BaseException:
                self.socket.close()
                raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        with contextlib.suppress(OSError):
            self.socket.close()

    def send(self, data):
        """False if the other side has ended the connection."""
        try:
            self.socket.sendall(data)
            return True
        except ENDS:
            return False

    def receive(self):
        """The next bytes; empty at the end."""
        try:
            return self.socket.recv(65536)
        except ENDS:
            return b""
        except TimeoutError as error:
            raise Failed(f"nothing in {self.bound} s; so far {self._received[:200]!r}") from error

    def answer(self):
        """One answer with a Content-Length; None if the connection ends without one."""
        while b"\r\n\r\n" not in self._received:
            more = self.receive()
            if not more:
                expect(not self._received, f"half an answer: {self._received[:200]!r}")
                return None
            self._received += more
        head, rest = self._received.split(b"\r\n\r\n", 1)
        lines = head.decode("latin-1").split("\r\n")
        seen = re.fullmatch(r"HTTP/1\.1 (\d{3})(?: .*)?", lines[0])
        expect(seen, f"status line {lines[0]!r}")
        headers = {name.lower(): value.strip() for name, value in (line.split(":", 1) for line in lines[1:])}
        length = int(headers.get("content-length", 0))
        while len(rest) < length:
            more = self.receive()
            expect(more, "the answer's body is cut off")
            rest += more
        self._received = rest[length:]
        return Answer(int(seen[1]), headers, rest[:length])

    def must_end(self):
        """The other side ends the connection and says nothing more."""
        more = self._received or self.receive()
        expect(not more, f"more: {more[:200]!r}")

    def seconds_to_end(self):
        start = time.monotonic()
        while self.receive():
            pass
        return time.monotonic() - start


def request(method="GET", target="/", headers=(), body=b"", host="h"):
    lines = [f"{method} {target} HTTP/1.1", f"Host: {host}", *headers]
    if body and not any(line.lower().startswith(("content-length:", "transfer-encoding:")) for line in headers):
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


def chunked(*chunks):
    """The chunked coding of the pieces."""
    return b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks) + b"0\r\n\r\n"
