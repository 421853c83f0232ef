"""Malformed requests on every port: each is refused with its status, in the form that the port's clients read, and the
connection ends. (name, bytes, statuses that will do)."""
from harness.claims import expect, expect_equal

LINES = [
    ("a method alone", b"GET\r\n\r\n", 400),
    ("no version", b"GET /\r\n\r\n", 400),
    ("no target", b"GET HTTP/1.1\r\n\r\n", 400),
    ("two spaces before the target", b"GET  / HTTP/1.1\r\nHost: h\r\n\r\n", 400),
    ("two spaces before the version", b"GET /  HTTP/1.1\r\nHost: h\r\n\r\n", 400),
    ("a space behind the version", b"GET / HTTP/1.1 \r\nHost: h\r\n\r\n", 400),
    ("a tab for a space", b"GET\t/ HTTP/1.1\r\nHost: h\r\n\r\n", 400),
    ("a space in front", b" GET / HTTP/1.1\r\nHost: h\r\n\r\n", 400),
    ("a CR in front", b"\rGET / HTTP/1.1\r\nHost: h\r\n\r\n", 400),
    ("bare line feeds", b"\nGET / HTTP/1.1\nHost: h\n\n", 400),
    ("endless empty lines", b"\r\n" * 200, 400),
    ("a line that is too long", b"GET /" + b"x" * 9000 + b" HTTP/1.1\r\nHost: h\r\n\r\n", 414),
    ("a line that never ends", b"GET /" + b"x" * 9000, 414),
    ("a method with a bracket", b"G(T / HTTP/1.1\r\nHost: h\r\n\r\n", 400),
    ("a method with NUL", b"GE\0T / HTTP/1.1\r\nHost: h\r\n\r\n", 400),
    ("a method that is not ASCII", b"G\xc3\x89T / HTTP/1.1\r\nHost: h\r\n\r\n", 400),
    ("an unknown method", b"BREW /pot HTTP/1.1\r\nHost: h\r\n\r\n", (400, 401, 403, 404, 405, 501)),
    ("a method in lower case", b"get /none HTTP/1.1\r\nHost: h\r\n\r\n", (400, 401, 403, 404, 405, 501)),
    ("CONNECT", b"CONNECT h:443 HTTP/1.1\r\nHost: h\r\n\r\n", 400),
    ("an absolute target", b"GET http://h/ HTTP/1.1\r\nHost: h\r\n\r\n", 400),
    ("an asterisk", b"OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n", 400),
    ("a relative target", b"GET a HTTP/1.1\r\nHost: h\r\n\r\n", 400),
    ("a target with a space", b"GET /a b HTTP/1.1\r\nHost: h\r\n\r\n", 400),
    ("a target with a tab", b"GET /a\tb HTTP/1.1\r\nHost: h\r\n\r\n", 400),
    ("a target with NUL", b"GET /a\0b HTTP/1.1\r\nHost: h\r\n\r\n", 400),
    ("a target with DEL", b"GET /a\x7f HTTP/1.1\r\nHost: h\r\n\r\n", 400),
    ("a target that is not ASCII", b"GET /\xff HTTP/1.1\r\nHost: h\r\n\r\n", 400),
    ("a target with a bare CR", b"GET /a\rb HTTP/1.1\r\nHost: h\r\n\r\n", 400),
    ("HTTP/0.9", b"GET /\r\n\r\n", 400),
    ("HTTP/1.0", b"GET / HTTP/1.0\r\nHost: h\r\n\r\n", 505),
    ("HTTP/1.2", b"GET / HTTP/1.2\r\nHost: h\r\n\r\n", 505),
    ("HTTP/1.10", b"GET / HTTP/1.10\r\nHost: h\r\n\r\n", 505),
    ("HTTP/2.0", b"GET / HTTP/2.0\r\nHost: h\r\n\r\n", 505),
    ("http/1.1", b"GET / http/1.1\r\nHost: h\r\n\r\n", 400),
    ("another protocol", b"GET / FTP/1.1\r\nHost: h\r\n\r\n", 400),
    ("the preface of HTTP/2", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400),
    ("a greeting of SSH", b"SSH-2.0-OpenSSH_9.2\r\n\r\n", 400),
    ("a TLS hello", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x5a" * 505, 400),
    ("zeros", b"\0" * 1000, 400),
    ("all ones", b"\xff" * 1000, 400),
]

_HOST = b"POST /none HTTP/1.1\r\nHost: h\r\n"


def _headers(name, lines, status):
    return name, _HOST + lines + b"\r\n", status


HEADERS = [
    ("no Host", b"GET / HTTP/1.1\r\n\r\n", 400),
    _headers("two Hosts", b"Host: other\r\n", 400),
    ("a Host with a space", b"GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400),
    _headers("no colon", b"no colon\r\n", 400),
    _headers("an empty name", b": x\r\n", 400),
    _headers("a space before the colon", b"A : b\r\n", 400),
    _headers("a space before the colon of a framing header", b"Transfer-Encoding : chunked\r\n", 400),
    _headers("a folded line", b"A: b\r\n c\r\n", 400),
    _headers("a line folded by a tab", b"A: b\r\n\tc\r\n", 400),
    _headers("a bare CR", b"A: b\rC: d\r\n", 400),
    _headers("a bare LF", b"A: b\nContent-Length: 3\r\n", 400),
    _headers("NUL in a value", b"A: b\0c\r\n", 400),
    _headers("a control character in a value", b"A: \x01\r\n", 400),
    _headers("DEL in a value", b"A: \x7f\r\n", 400),
    _headers("NUL in a name", b"A\0: b\r\n", 400),
    _headers("a name with a space", b"A b: c\r\n", 400),
    _headers("a name with a bracket", b"A(: c\r\n", 400),
    _headers("a name that is not ASCII", b"\xc3\x84: c\r\n", 400),
    _headers("too many", b"A: b\r\n" * 200, 431),
    _headers("one that is too long", b"A: " + b"x" * 9000 + b"\r\n", 431),
    _headers("too much of them", (b"A: " + b"x" * 7000 + b"\r\n") * 12, 431),
    ("headers that never end", _HOST + b"A: " + b"x" * 100_000, 431),
    _headers("a length that is empty", b"Content-Length:\r\n", 400),
    _headers("a length with a plus", b"Content-Length: +3\r\n", 400),
    _headers("a length below zero", b"Content-Length: -3\r\n", 400),
    _headers("a length in two words", b"Content-Length: 1 1\r\n", 400),
    _headers("a list of lengths", b"Content-Length: 3, 3\r\n", 400),
    _headers("a length in hex", b"Content-Length: 0x3\r\n", 400),
    _headers("a length with an exponent", b"Content-Length: 1e3\r\n", 400),
    _headers("a length with a fraction", b"Content-Length: 3.0\r\n", 400),
    _headers("a length with a semicolon", b"Content-Length: 3;\r\n", 400),
    _headers("a length in other digits", b"Content-Length: \xd9\xa3\r\n", 400),
    _headers("two lengths", b"Content-Length: 3\r\nContent-Length: 4\r\n", 400),
    _headers("one length twice", b"Content-Length: 3\r\nContent-Length: 3\r\n", 400),
    _headers("a length of one byte too many", b"Content-Length: 3145729\r\n", 413),
    _headers("a length of terabytes", b"Content-Length: 99999999999999\r\n", 413),
    _headers("a length that overflows", b"Content-Length: 18446744073709551616\r\n", 413),
    _headers("both length and chunks", b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", 400),
    _headers("both chunks and length", b"Transfer-Encoding: chunked\r\nContent-Length: 3\r\n", 400),
    _headers("chunked twice", b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", 400),
    _headers("a list of codings", b"Transfer-Encoding: gzip, chunked\r\n", 501),
    _headers("chunked, chunked", b"Transfer-Encoding: chunked, chunked\r\n", 501),
    _headers("gzip", b"Transfer-Encoding: gzip\r\n", 501),
    _headers("identity", b"Transfer-Encoding: identity\r\n", 501),
    _headers("an empty coding", b"Transfer-Encoding:\r\n", 501),
    _headers("an unknown coding", b"Transfer-Encoding: xchunked\r\n", 501),
    _headers("a coding with a parameter", b"Transfer-Encoding: chunked;q=1\r\n", 501),
    _headers("a coding behind a vertical tab", b"Transfer-Encoding: \x0bchunked\r\n", 400),
    _headers("an unknown expectation", b"Expect: coffee\r\n", 417),
]


def _chunks(name, body, status=400):
    return name, _HOST + b"Transfer-Encoding: chunked\r\n\r\n" + body, status


CHUNKS = [
    _chunks("no size", b"\r\nabc\r\n0\r\n\r\n"),
    _chunks("a size that is no number", b"x\r\nabc\r\n0\r\n\r\n"),
    _chunks("a size below zero", b"-3\r\nabc\r\n0\r\n\r\n"),
    _chunks("a size with a plus", b"+3\r\nabc\r\n0\r\n\r\n"),
    _chunks("a size with 0x", b"0x3\r\nabc\r\n0\r\n\r\n"),
    _chunks("a space before the size", b" 3\r\nabc\r\n0\r\n\r\n"),
    _chunks("a word behind the size", b"3 x\r\nabc\r\n0\r\n\r\n"),
    _chunks("a bare LF behind the size", b"3\nabc\r\n0\r\n\r\n"),
    _chunks("a bare LF behind the data", b"3\r\nabc\n0\r\n\r\n"),
    _chunks("more data than said", b"3\r\nabcd\r\n0\r\n\r\n"),
    _chunks("a bare CR in an extension", b"3;a\rb\r\nabc\r\n0\r\n\r\n"),
    _chunks("NUL in an extension", b"3;\0\r\nabc\r\n0\r\n\r\n"),
    _chunks("an extension that is too long", b"3;" + b"x" * 600 + b"\r\nabc\r\n0\r\n\r\n"),
    _chunks("a size that never ends", b"0" * 600),
    _chunks("a trailer without a colon", b"0\r\ntrailer\r\n\r\n"),
    _chunks("NUL in a trailer", b"0\r\nA: \0\r\n\r\n"),
    _chunks("a trailer that is too long", b"0\r\nA: " + b"x" * 600 + b"\r\n\r\n"),
    _chunks("a chunk of more than the limit", b"300001\r\nabc", 413),
    _chunks("a chunk whose size overflows", b"ffffffffffffffffff\r\nabc", 413),
    _chunks("a chunk of all there is", b"ffffffffffffffff\r\nabc", 413),
]

_GROUPS = (("request line", LINES), ("headers", HEADERS), ("chunks", CHUNKS))


def scenario(claims, targets):
    for target in targets:
        for group, table in _GROUPS:
            claims.heading(f"{target.name}, {group}")
            for name, data, status in table:
                with claims.claim(f"{target.name}, {group}: {name}"):
                    _refused(target, data, status if isinstance(status, tuple) else (status,))


def _refused(target, data, statuses):
    with target.peer() as peer:
        peer.send(data)
        answer = peer.answer()
        expect(answer is not None, f"closed without an answer, want {statuses}")
        expect(answer.status in statuses, f"{answer.status} {answer.body[:200]!r}, want {statuses}")
        if len(statuses) > 1:
            return  # well-formed, and so not the connection's end
        target.is_refusal(answer)
        expect_equal(answer.headers.get("connection"), "close")
        peer.must_end()
