"""Floods: 500 idle keep-alive TLS connections, slow loris, endless chunks and half-open handshakes at once, while another
client's reviews are all answered in time and memory stays flat; then they are gone and all is as before."""
import contextlib
import pathlib
import statistics
import subprocess
import sys
import threading
import time

from harness.claims import expect, expect_equal

from wire import ENDS, TRUSTING, Peer

REVIEWS = 300
HANDSHAKES = 30        # of them, each on a connection of its own; the others share one
ROUNDS = 8             # at most
MEDIAN_MS, WORST_MS = 100, 1000
GROWTH_KIB = {False: 30 << 10, True: 150 << 10}  # by: sanitized, which keeps and pads what is allocated
SETUP_BOUND = 180      # seconds until all attackers stand
SETTLE_BOUND = 60      # seconds until memory is given back
PEER_CAP = 512
HALF_SENT_KIB = {False: 80 << 10, True: 250 << 10}


def scenario(claims, server):
    claims.heading("floods")
    before = server.process.resident_kib()
    sanitized = server.is_sanitized()
    with claims.unbroken("floods: attackers stand"), _attackers(server):
        _reviews(claims, server)
        with claims.claim("floods: the health port answers beside slow peers of another address"):
            for _ in range(20):
                server.health.must_answer()
        grown = server.process.resident_kib() - before
        with claims.claim(f"floods: memory grows by less than {GROWTH_KIB[sanitized] >> 10} MiB"):
            expect(grown < GROWTH_KIB[sanitized], f"{before} KiB, and {grown} more")
        claims.note(f"resident: {before} KiB before, {before + grown} KiB with the flood")
    with claims.claim("floods: when they are gone, all reviews are answered"):
        _timed(server.secure, 50)
    with claims.claim("floods: when they are gone, memory is given back"):
        _settles(server, before + GROWTH_KIB[sanitized] // 2)
    _cap(claims, server)
    _large_bodies(claims, server, before, sanitized)


@contextlib.contextmanager
def _attackers(server):
    program = pathlib.Path(__file__).with_name("attackers.py")
    command = [sys.executable, str(program), str(server.secure.port), str(server.health.port)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        watchdog = threading.Timer(SETUP_BOUND, child.kill)
        watchdog.start()
        try:
            expect_equal(child.stdout.readline().strip(), "ready")
            watchdog.cancel()
            yield
            expect(child.poll() is None, "the attackers ended early")
        finally:
            watchdog.cancel()
            child.stdin.close()
            try:
                child.wait(10)
            except subprocess.TimeoutExpired:
                child.kill()


def _timed(target, count):
    """Milliseconds of each of the reviews on one connection."""
    spent = []
    with target.peer() as peer:
        for _ in range(count):
            start = time.monotonic()
            expect(peer.send(target.good()), f"the connection ended after {len(spent)} reviews")
            answer = peer.answer()
            expect(answer is not None and answer.status == 200, f"no answer after {len(spent)} reviews")
            spent.append(1000 * (time.monotonic() - start))
            target.must_allow(answer)
    return spent


def _reviews(claims, server):
    rounds = []  # of (median, worst)
    with claims.claim(f"floods: {REVIEWS} reviews of another client, {HANDSHAKES} of them on new connections, are all answered"):
        while len(rounds) < ROUNDS and not _in_time(rounds):
            spent = _timed(server.secure, REVIEWS - HANDSHAKES) + _handshakes(server.secure)
            rounds.append((statistics.median(spent), max(spent)))
            claims.note(f"median {rounds[-1][0]:.2f} ms, worst {rounds[-1][1]:.2f} ms")
    with claims.claim(f"floods: the median is below {MEDIAN_MS} ms and the worst below {WORST_MS} ms"):
        expect(_in_time(rounds), f"(median, worst) of each round: {rounds}")


def _in_time(rounds):
    """Of one round: what else the machine does in between is not the server's."""
    return any(median < MEDIAN_MS and worst < WORST_MS for median, worst in rounds)


def _handshakes(target):
    spent = []
    for _ in range(HANDSHAKES):
        start = time.monotonic()
        target.must_answer()
        spent.append(1000 * (time.monotonic() - start))
    return spent


def _settles(server, wanted):
    end = time.monotonic() + SETTLE_BOUND
    while server.process.resident_kib() > wanted:
        expect(time.monotonic() < end, f"{server.process.resident_kib()} KiB, want {wanted}")
        time.sleep(0.1)


def _cap(claims, server):
    target = server.secure
    peers = []
    try:
        for _ in range(PEER_CAP + 20):
            peers.append(Peer(target.port, source="127.0.3.1"))
        with claims.claim(f"cap: of one peer's connections those above {PEER_CAP} are closed at once"):
            for peer in peers[PEER_CAP:]:
                peer.must_end()
        with claims.claim("cap: another peer is served"):
            target.must_answer()
        with claims.claim("cap: the same peer's other connections live"):
            with contextlib.suppress(*ENDS):
                TRUSTING.wrap_socket(peers[PEER_CAP - 1].socket, server_hostname="localhost").close()
    finally:
        for peer in peers:
            peer.close()


def _large_bodies(claims, server, before, sanitized):
    """Two hundred half-sent bodies of 1 MiB: more than there is room for; those that are too many are refused with 503."""
    head = b"POST /validate HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nContent-Length: 1048577\r\n\r\n"
    peers = []
    try:
        for _ in range(200):
            peer = server.secure.peer(source="127.0.3.2")
            peers.append(peer)
            peer.socket.settimeout(0.5)
            with contextlib.suppress(TimeoutError):
                peer.send(head + b" " * (1 << 20))
        with claims.claim("bodies: another client's reviews are answered beside two hundred half-sent bodies"):
            _timed(server.secure, 50)
        with claims.claim("bodies: they are held to 48 MiB, the rest is refused"):
            grown = server.process.resident_kib() - before
            refused = sum(_was_refused(peer) for peer in peers)
            expect(grown < HALF_SENT_KIB[sanitized], f"{grown} KiB more")
            expect(refused >= 30, f"{refused} of {len(peers)} refused")
        claims.note(f"resident: {before + grown} KiB; {refused} of {len(peers)} refused")
    finally:
        for peer in peers:
            peer.close()
    with claims.claim("bodies: when they are gone, memory is given back"):
        _settles(server, before + GROWTH_KIB[sanitized])


def _was_refused(peer):
    peer.socket.settimeout(0.001)
    try:
        return b" 503 " in peer.socket.recv(65536)
    except OSError:
        return False
