"""What is unusual and allowed by HTTP/1.1 is answered on every port: refusing it would be a bug too."""
from harness.claims import expect, expect_equal

from wire import chunked

_PIECES = [1, 2, 3, 5, 7, 11]


def scenario(claims, targets):
    for target in targets:
        claims.heading(f"{target.name}, unusual and well-formed")
        for name, check in _CHECKS:
            with claims.claim(f"{target.name}: {name} is answered"):
                with target.peer() as peer:
                    check(target, peer)


def _answered(target, peer, *pieces):
    for piece in pieces:
        expect(peer.send(piece), "the connection ended")
    answer = peer.answer()
    expect(answer is not None, "no answer")
    expect_equal(answer.status, 200)
    target.must_allow(answer)


def _head_and_body(target, *headers):
    head, body = target.good(*headers).split(b"\r\n\r\n", 1)
    return head + b"\r\n\r\n", body


def _byte_by_byte(target, peer):
    head, body = _head_and_body(target)
    _answered(target, peer, *(bytes([byte]) for byte in head), body)


def _in_pieces(target, peer):
    rest, pieces = b"\r\n\r\n" + target.good(), []
    while rest:
        size = _PIECES[len(pieces) % len(_PIECES)]
        pieces.append(rest[:size])
        rest = rest[size:]
    _answered(target, peer, *pieces)


def _again(target, peer):
    for _ in range(20):
        _answered(target, peer, target.good())


def _pipelined(target, peer):
    expect(peer.send(target.good() * 20), "the connection ended")
    for _ in range(20):
        expect_equal(peer.answer().status, 200)


def _with_chunks(target, peer):
    head, body = _head_and_body(target)
    lines = [line for line in head.split(b"\r\n") if line and not line.lower().startswith(b"content-length")]
    pieces = [body[at:at + 100] for at in range(0, len(body), 100)] if body else []
    coded = chunked(*pieces).replace(b"\r\n", b" ; ext=\"1\"\r\n", 1) if pieces else chunked()
    coded = coded[:-2] + b"X-Trailer: ignored\r\nContent-Length: 1\r\n\r\n"
    _answered(target, peer, b"\r\n".join([*lines, b"Transfer-Encoding: Chunked"]) + b"\r\n\r\n" + coded)


def _expecting(target, peer):
    head, body = _head_and_body(target, "Expect: 100-continue")
    expect(peer.send(head), "the connection ended")
    if body:
        expect_equal(peer.answer().status, 100)
    _answered(target, peer, body)


def _closing(target, peer):
    _answered(target, peer, target.good("Connection: close"))
    peer.must_end()


def _with(*headers):
    return lambda target, peer: _answered(target, peer, target.good(*headers))


_CHECKS = [
    ("a request byte by byte", _byte_by_byte),
    ("a request in pieces behind empty lines", _in_pieces),
    ("twenty requests one after the other", _again),
    ("twenty requests at once", _pipelined),
    ("a chunked body with extension and trailers", _with_chunks),
    ("100-continue", _expecting),
    ("Connection: close", _closing),
    ("tabs and bytes above ASCII in a value", _with("X-Odd:\t \u00e4\u00f6\t")),
    ("an empty value", _with("X-Empty:")),
    ("ninety headers", _with(*(f"X-{number}: y" for number in range(90)))),
    ("an offer to upgrade", _with("Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABk")),
    ("a range", _with("Range: bytes=0-0", "If-Range: x")),
    ("a wish for compression", _with("Accept-Encoding: gzip, br", "TE: trailers")),
]
