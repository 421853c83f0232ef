#!/usr/bin/env python3
"""attackers TLS-PORT HEALTH-PORT: the peers of floods.py, in a process of their own so that they do not take the
measuring client's time. Says 'ready' when all stand, then keeps them busy until its input ends; each kind of peer has an
address of its own."""
import contextlib
import pathlib
import select
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "e2e")]
sys.dont_write_bytecode = True

from servers import GOOD_REVIEW, allow_descriptors  # noqa: E402
from wire import TRUSTING, Peer, request  # noqa: E402

IDLE, LORIS, CHUNKS, HALF_OPEN, HEALTH = 500, 60, 10, 100, 64
_POST = b"POST /validate HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n"
_REVIEW = request("POST", "/validate", ["Content-Type: application/json"], GOOD_REVIEW)


def idle(port):
    """Keep-alive connections that have been answered and stay."""
    peers = []
    for _ in range(IDLE):
        peer = Peer(port, TRUSTING, source="127.0.2.1")
        peer.send(_REVIEW)
        answer = peer.answer()
        if answer is None or answer.status != 200:
            sys.exit(f"connection {len(peers)} of {IDLE} was not answered")
        peers.append(peer)
    return peers


class Kept:
    """As many peers of one kind as wanted; one that the server has ended is replaced, one a step at most."""

    def __init__(self, count, make, piece):
        self._count, self._make, self._piece, self._peers = count, make, piece, []
        for _ in range(count):
            self._add()

    def _add(self):
        with contextlib.suppress(OSError):
            peer = self._make()
            peer.socket.settimeout(0)
            self._peers.append(peer)

    def step(self):
        alive = [peer for peer in self._peers if self._goes_on(peer)]
        if len(alive) < self._count:
            self._peers = alive
            self._add()

    def _goes_on(self, peer):
        try:
            if peer.socket.send(self._piece) >= 0:
                return True
        except (BlockingIOError, OSError) as error:
            if isinstance(error, BlockingIOError) or "WANT" in str(error) or "did not complete" in str(error):
                return True
        peer.close()
        return False


def encrypted(port, source, first):
    def make():
        peer = Peer(port, TRUSTING, source=source)
        peer.send(first)
        return peer
    return make


def plain(port, source, first):
    def make():
        peer = Peer(port, source=source)
        peer.send(first)
        return peer
    return make


def main():
    secure, health = map(int, sys.argv[1:3])
    allow_descriptors()
    kept = idle(secure)
    kinds = [
        Kept(LORIS, encrypted(secure, "127.0.2.2", _POST + b"X: "), b"x"),
        Kept(CHUNKS, encrypted(secure, "127.0.2.3", _POST + b"Transfer-Encoding: chunked\r\n\r\n"), b"1;e\r\nx\r\n" * 200),
        Kept(HALF_OPEN, plain(secure, "127.0.2.4", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"), b"x"),
        Kept(HEALTH, plain(health, "127.0.2.5", b"GET /livez HTTP/1.1\r\nX: "), b"x"),
    ]
    print("ready", flush=True)
    while not select.select([sys.stdin], [], [], 0)[0]:
        start = time.monotonic()
        for kind in kinds:
            kind.step()
        time.sleep(max(0.0, 0.1 - (time.monotonic() - start)))
    return len(kept) != IDLE


sys.exit(main())
