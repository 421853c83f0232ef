"""Peers that are slow on purpose: each is given up at its deadline, whatever trickles meanwhile.

started(server) sends them off; their deadlines (10 s) pass while other groups run, and scenario(claims) looks at what has
become of them."""
import contextlib
import socket
import threading
import time

from harness.claims import expect

from wire import Peer

BOUND = 90  # seconds; the server gives a request, a handshake and an answer 10 s, and looks each second
_TICK = 0.25


class _Trickle:
    """One connection; every tick it sends the next piece, and it notes when the other side has ended it."""

    def __init__(self, name, peer, first, pieces):
        self.name, self.peer, self._pieces = name, peer, pieces
        self.ended = None  # seconds after the start
        self._start = time.monotonic()
        peer.send(first)
        peer.socket.settimeout(_TICK)

    def step(self):
        if self.ended is not None:
            return
        try:
            alive = self.peer.socket.recv(65536) != b""
        except TimeoutError:
            alive = True
        except OSError:
            alive = False
        if alive and self._pieces is not None:
            alive = self.peer.send(next(self._pieces))
        if not alive:
            self.ended = time.monotonic() - self._start

    def run(self):
        while self.ended is None and time.monotonic() - self._start < BOUND:
            self.step()


def _forever(piece):
    while True:
        yield piece


class Trickles:
    def __init__(self, server):
        head = b"POST /validate HTTP/1.1\r\nHost: h\r\n"
        self._all = []
        for target in (server.secure, server.health, server.metrics):
            self._add(target, "a head that stops", head[:30])
            self._add(target, "a header byte by byte", head + b"X: ", _forever(b"x"))
            self._add(target, "a body that stops", head + b"Content-Length: 100\r\n\r\nx")
            self._add(target, "a body byte by byte", head + b"Content-Length: 3000000\r\n\r\n", _forever(b"x"))
            self._add(target, "chunks of one byte", head + b"Transfer-Encoding: chunked\r\n\r\n", _forever(b"1\r\nx\r\n"))
            self._add(target, "an endless chunk size", head + b"Transfer-Encoding: chunked\r\n\r\n", _forever(b"0"))
            self._add(target, "trailers one by one", head + b"Transfer-Encoding: chunked\r\n\r\n0\r\n", _forever(b"A: b\r\n"))
        self._raw(server, "a handshake that never begins", b"")
        self._raw(server, "half a handshake", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03")
        self._raw(server, "a handshake byte by byte", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", _forever(b"x"))
        self._unread(server.metrics)
        self._threads = [threading.Thread(target=trickle.run, daemon=True) for trickle in self._all]
        for thread in self._threads:
            thread.start()

    def _add(self, target, name, first, pieces=None):
        self._all.append(_Trickle(f"{target.name}: {name}", target.peer(source="127.0.1.1"), first, pieces))

    def _raw(self, server, name, first, pieces=None):
        peer = Peer(server.secure.port, source="127.0.1.2")
        self._all.append(_Trickle(f"webhook: {name}", peer, first, pieces))

    def _unread(self, target):
        """Asks for far more than fits into the sockets and takes nothing of it."""
        peer = Peer(target.port, source="127.0.1.3", bound=BOUND)
        peer.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self._reader = _Unread(peer, target.good())
        self._reader.thread.start()

    def scenario(self, claims):
        claims.heading("slow peers")
        for thread in [*self._threads, self._reader.thread]:
            thread.join(BOUND)
        for trickle in self._all:
            with claims.claim(f"{trickle.name} is given up at the deadline"):
                expect(trickle.ended is not None, f"still open after {BOUND} s")
        with claims.claim("metrics: a peer that takes no answer is given up at the deadline"):
            expect(self._reader.ended, f"still open after {BOUND} s")

    def close(self):
        for trickle in self._all:
            trickle.peer.close()
        self._reader.peer.close()


class _Unread:
    def __init__(self, peer, wish):
        self.peer, self._wish, self.ended = peer, wish, False
        self.thread = threading.Thread(target=self._run, daemon=True)

    def _run(self):
        self.peer.socket.settimeout(1)
        end = time.monotonic() + BOUND
        while time.monotonic() < end:
            try:
                self.peer.socket.sendall(self._wish * 100)
            except TimeoutError:
                continue
            except OSError:
                self.ended = True
                return


@contextlib.contextmanager
def started(server):
    with contextlib.closing(Trickles(server)) as trickles:
        yield trickles
