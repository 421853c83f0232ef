"""A webhook that may open only few files: idle connections make room, slow ones run into their deadline, and it does not
burn the processor while it waits."""
import os
import pathlib
import time

from harness.claims import Failed, expect

from servers import webhook
from wire import Peer

DESCRIPTORS = 90


def scenario(claims, binary, pki, folder):
    claims.heading(f"shortage: a webhook with {DESCRIPTORS} descriptors")
    before = ["/bin/bash", "-c", f'ulimit -n {DESCRIPTORS}; exec "$0" "$@"']
    with webhook(binary, pki, folder, before) as server:
        idle = [_answered(server) for _ in range(3 * DESCRIPTORS)]
        with claims.claim("shortage: idle connections make room for another client"):
            for _ in range(20):
                server.secure.must_answer()
        _close(idle)
        slow = [Peer(server.secure.port, source="127.0.4.1") for _ in range(2 * DESCRIPTORS)]
        for peer in slow:
            peer.send(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03")
        with claims.claim("shortage: half-open handshakes make room for another client"):
            for _ in range(5):
                server.secure.must_answer()
        with claims.claim("shortage: waiting for descriptors costs no processor time"):
            spent = _processor_seconds(server.process.pid)
            time.sleep(2)
            spent = _processor_seconds(server.process.pid) - spent
            expect(spent < 1, f"{spent:.2f} s in 2 s")
        _close(slow)
        server.is_well(claims, "shortage")


def _answered(server):
    peer = server.secure.peer(source="127.0.4.2")
    peer.send(server.secure.good())
    if peer.answer() is None:
        raise Failed("closed without an answer")
    return peer


def _close(peers):
    for peer in peers:
        peer.close()


def _processor_seconds(pid):
    words = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")
