"""Handshakes that are none or too old, on the webhook's TLS port; each ends, and good ones go on."""
import contextlib
import socket
import ssl
import subprocess
import time
import warnings

from harness.claims import expect, expect_equal

from wire import BOUND, ENDS, TRUSTING, Peer, context, request

V = ssl.TLSVersion


def scenario(claims, server):
    target = server.secure
    claims.heading("TLS")
    _versions(claims, target)
    _ciphers(claims, target)
    _alpn(claims, target)
    _no_tls(claims, target)
    with claims.claim("TLS: the client cannot renegotiate"):
        _renegotiation_is_refused(target.port)
    with claims.claim("TLS: a handshake byte by byte is served"):
        _byte_by_byte(target)
    with claims.claim("TLS: a hundred handshakes broken off hurt nobody"):
        for size in range(100):
            _send_raw(target.port, _hello()[:1 + size * 2])
        target.must_answer()
    with claims.claim("TLS: a peer that leaves without a word in the middle of a request hurts nobody"):
        for _ in range(20):
            peer = target.peer()
            peer.send(target.good()[:100])
            socket.socket.close(peer.socket)
        target.must_answer()
    with claims.claim("TLS: no session is taken up again"):
        expect(not _resumed(target.port), "the second handshake resumed the first session")


def _handshakes(port, **settings):
    """The version and cipher agreed upon, or None."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        made = context()
        alpn, ciphers = settings.pop("alpn", None), settings.pop("ciphers", None)
        if ciphers:
            made.set_ciphers(ciphers)
        for name, value in settings.items():
            setattr(made, name, value)
        if alpn:
            made.set_alpn_protocols(alpn)
    try:
        with Peer(port, made) as peer:
            peer.socket.do_handshake()
            return peer.socket.version(), peer.socket.cipher()[0], peer.socket.selected_alpn_protocol()
    except (ssl.SSLError, ConnectionError):
        return None


def _versions(claims, target):
    old = {"ciphers": "ALL:@SECLEVEL=0"}
    for name, version in (("1.0", V.TLSv1), ("1.1", V.TLSv1_1)):
        with claims.claim(f"TLS: {name} is refused"):
            expect_equal(_handshakes(target.port, **old, minimum_version=version, maximum_version=version), None)
    for name, version in (("1.2", V.TLSv1_2), ("1.3", V.TLSv1_3)):
        with claims.claim(f"TLS: {name} is spoken"):
            seen = _handshakes(target.port, minimum_version=version, maximum_version=version)
            expect_equal(seen and seen[0], f"TLSv{name}")


def _ciphers(claims, target):
    weak = ("AES128-SHA", "AES256-GCM-SHA384", "ECDHE-ECDSA-AES128-SHA", "ECDHE-ECDSA-AES256-SHA384", "DHE-RSA-AES128-SHA",
            "AECDH-AES128-SHA", "NULL-SHA256", "PSK-AES128-CBC-SHA")
    for cipher in weak:
        with claims.claim(f"TLS: {cipher} is refused"):
            seen = _handshakes(target.port, ciphers=f"{cipher}:@SECLEVEL=0", maximum_version=V.TLSv1_2)
            expect_equal(seen, None)
    with claims.claim("TLS: ECDHE with AES-GCM is spoken"):
        expect(_handshakes(target.port, ciphers="ECDHE-ECDSA-AES128-GCM-SHA256", maximum_version=V.TLSv1_2), "refused")


def _alpn(claims, target):
    for offered, wanted in ((["h2", "http/1.1"], "http/1.1"), (["http/1.1"], "http/1.1"), (None, None)):
        with claims.claim(f"TLS: a client that offers {offered} gets {wanted}"):
            seen = _handshakes(target.port, alpn=offered)
            expect_equal(seen and seen[2], wanted)
    for offered in (["h2"], ["spdy/3.1", "h2"], ["http/1.0"]):
        with claims.claim(f"TLS: a client that speaks only {offered} is refused"):
            expect_equal(_handshakes(target.port, alpn=offered), None)


def _no_tls(claims, target):
    hello = _hello()
    for name, data in (
            ("a plain request", target.good()),
            ("a plain GET", request("GET", "/validate")),
            ("zeros", b"\0" * 2000),
            ("all ones", b"\xff" * 2000),
            ("a hello of SSL 2", b"\x80\x2e\x01\x00\x02\x00\x15\x00\x00\x00\x10" + b"\x01\x00\x80" * 7 + b"x" * 16),
            ("a hello with a wrong length", hello[:5] + b"\x01\xff\xff\xff" + hello[9:]),
            ("a record that is too long", b"\x16\x03\x01\xff\xff" + b"x" * 65535),
            ("an alert first", b"\x15\x03\x03\x00\x02\x02\x28"),
            ("data first", b"\x17\x03\x03\x00\x20" + b"x" * 32),
            ("a change of cipher first", b"\x14\x03\x03\x00\x01\x01" * 50),
            ("heartbeats", b"\x18\x03\x02\x00\x03\x01\x40\x00" * 20),
            ("a hello and then noise", hello + b"\xa5" * 1000)):
        with claims.claim(f"TLS port: {name} ends the connection"):
            _must_end(target.port, data)


def _hello():
    """The first flight of a client, taken from Python's own."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    with contextlib.suppress(ssl.SSLWantReadError):
        TRUSTING.wrap_bio(incoming, outgoing, server_hostname="localhost").do_handshake()
    return outgoing.read()


def _send_raw(port, data):
    with Peer(port) as peer:
        peer.send(data)


def _must_end(port, data):
    with Peer(port) as peer:
        peer.send(data)
        seconds = peer.seconds_to_end()
        expect(seconds < BOUND, f"only after {seconds:.1f} s")


def _byte_by_byte(target):
    with Peer(target.port) as peer:
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        session = TRUSTING.wrap_bio(incoming, outgoing, server_hostname="localhost")
        while True:
            try:
                session.do_handshake()
                break
            except ssl.SSLWantReadError:
                for byte in outgoing.read():
                    expect(peer.send(bytes([byte])), "the connection ended")
                incoming.write(peer.receive())
        session.write(target.good())
        expect(peer.send(outgoing.read()), "the connection ended")
        end = time.monotonic() + BOUND
        while time.monotonic() < end:
            try:
                expect(session.read(65536).startswith(b"HTTP/1.1 200"), "not answered 200")
                return
            except ssl.SSLWantReadError:
                incoming.write(peer.receive())


def _renegotiation_is_refused(port):
    """`R` makes s_client ask for it; what comes of it shows in what it prints, and that it ends."""
    done = subprocess.run(["openssl", "s_client", "-connect", f"127.0.0.1:{port}", "-tls1_2"], input=b"R\n",
                          capture_output=True, timeout=BOUND * 2, check=False)
    text = (done.stdout + done.stderr).decode(errors="replace")
    expect("RENEGOTIATING" in text, text[-400:])
    expect("no renegotiation" in text or done.returncode != 0, text[-400:])


def _resumed(port):
    made = context(maximum_version=V.TLSv1_2)
    with Peer(port, made) as first:
        session = first.socket.session
    raw = socket.create_connection(("127.0.0.1", port), timeout=BOUND)
    try:
        with made.wrap_socket(raw, server_hostname="localhost", session=session) as second:
            return second.session_reused
    except ENDS:
        return False
