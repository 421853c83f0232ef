"""Reviews that are none, on the webhook's port: wrong methods, types, sizes, depth and JSON. (name, request, status)."""
import gzip

from harness.claims import expect, expect_equal

from servers import GOOD_REVIEW, GOOD_SPEC, review_of
from wire import chunked, request

_JSON = "Content-Type: application/json"
MIB = 1 << 20


def _post(body, *headers, path="/validate"):
    return request("POST", path, headers or [_JSON], body)


def _deep(depth, opening, closing):
    spec = opening * depth + b"1" + closing * depth
    return GOOD_REVIEW.replace(b'"web-tls"', spec, 1)


_METHODS = ("GET", "PUT", "PATCH", "DELETE", "OPTIONS")
_TYPES = ("text/plain", "application/yaml", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x",
          "application/jsonx", "application/vnd.kubernetes.protobuf", "application/json, text/plain", "*/*", "")

BAD_FORM = [
    *((f"{method} {path}", request(method, path, [_JSON], GOOD_REVIEW if method[0] == "P" else b""), 405)
      for method in _METHODS for path in ("/validate", "/mutate")),
    *((f"the content type {kind!r}", _post(GOOD_REVIEW, f"Content-Type: {kind}"), 415) for kind in _TYPES),
    ("no content type", request("POST", "/validate", [], GOOD_REVIEW), 415),
    ("a body of 4 MiB", _post(b" " * (4 * MIB)), 413),
    ("a body of 4 MiB for /mutate", _post(b"{" * (4 * MIB), path="/mutate"), 413),
    ("4 MiB in chunks", request("POST", "/validate", [_JSON, "Transfer-Encoding: chunked"],
                                chunked(*[b"x" * 65536] * 64)), 413),
    ("endless one-byte chunks", request("POST", "/validate", [_JSON, "Transfer-Encoding: chunked"],
                                        b"1\r\nx\r\n" * 600_000), (400, 413)),
    ("endless trailers", request("POST", "/validate", [_JSON, "Transfer-Encoding: chunked"],
                                 b"0\r\n" + (b"A: " + b"x" * 400 + b"\r\n") * 4000), 400),
    ("chunks whose extensions outweigh them", request("POST", "/validate", [_JSON, "Transfer-Encoding: chunked"],
                                                      (b"1;" + b"e" * 400 + b"\r\nx\r\n") * 4000), 400),
]

BAD_BODY = [
    ("an empty body", request("POST", "/validate", [_JSON, "Content-Length: 0"]), 400),
    ("no body", request("POST", "/validate", [_JSON]), 400),
    ("spaces", _post(b"   \n"), 400),
    ("no JSON", _post(b"hello"), 400),
    ("YAML", _post(b"apiVersion: admission.k8s.io/v1\nkind: AdmissionReview\n"), 400),
    ("protobuf", _post(b"k8s\0\n\x1f\n\x13admission.k8s.io/v1"), 400),
    ("zeros", _post(b"\0" * 1000), 400),
    ("gzip", _post(gzip.compress(GOOD_REVIEW), _JSON, "Content-Encoding: gzip"), (400, 415)),
    ("null", _post(b"null"), 400),
    ("a string", _post(b'"review"'), 400),
    ("a number", _post(b"1e999"), 400),
    ("a list", _post(b"[" + GOOD_REVIEW + b"]"), 400),
    ("an empty object", _post(b"{}"), 400),
    ("half a review", _post(GOOD_REVIEW[:-40]), 400),
    ("two reviews", _post(GOOD_REVIEW * 2), 400),
    ("a review and a brace", _post(GOOD_REVIEW + b"}"), 400),
    ("a trailing comma", _post(GOOD_REVIEW[:-1] + b",}"), 400),
    ("v1beta1", _post(review_of(GOOD_SPEC, apiVersion="admission.k8s.io/v1beta1")), 400),
    ("another kind", _post(review_of(GOOD_SPEC, kind="ConversionReview")), 400),
    ("another group", _post(review_of(GOOD_SPEC, apiVersion="v1")), 400),
    ("no request", _post(b'{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview"}'), 400),
    ("a request that is a list", _post(b'{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":[]}'), 400),
    ("brackets, a million deep", _post(b"[" * 1_000_000), 400),
    ("objects, two hundred thousand deep", _post(b'{"a":' * 200_000), 400),
    ("3 MiB of brackets", _post(b"[" * (3 * MIB)), 400),
]

# What is inside does not decide over the status: it must be answered, with 200 (allowed or not) or 400, in time.
ODD = [
    ("lists a hundred thousand deep in a spec", _post(_deep(100_000, b"[", b"]"))),
    ("objects a hundred thousand deep in a spec", _post(_deep(100_000, b'{"a":', b"}"))),
    ("a spec that is a number", _post(review_of(7))),
    ("bytes that are no UTF-8", _post(GOOD_REVIEW.replace(b"web-tls", b"web\xff\xfe"))),
    ("a lone surrogate", _post(GOOD_REVIEW.replace(b"web-tls", b"\\ud800"))),
    ("NUL in a string", _post(GOOD_REVIEW.replace(b"web-tls", b"web\\u0000tls"))),
    ("one key twice", _post(GOOD_REVIEW.replace(b'"secretName"', b'"secretName":"x","secretName"'))),
    ("a byte order mark", _post(b"\xef\xbb\xbf" + GOOD_REVIEW)),
    ("a number without end", _post(review_of({**GOOD_SPEC, "revisionHistoryLimit": 10 ** 4000}))),
    ("a string of 2 MiB", _post(review_of({**GOOD_SPEC, "commonName": "x" * (2 * MIB)}))),
    ("100,000 DNS names", _post(review_of({**GOOD_SPEC, "dnsNames": [f"h{i}.example.com" for i in range(100_000)]}))),
    ("50,000 unknown fields", _post(review_of({**GOOD_SPEC, **{f"f{i}": i for i in range(50_000)}}))),
    ("a duration of nonsense", _post(review_of({**GOOD_SPEC, "duration": "9" * 10_000 + "h"}))),
    ("a uid of 1 MiB", _post(review_of(GOOD_SPEC, uid="u" * MIB))),
    ("a mutation of nonsense", _post(review_of({"request": "AAAA" * 1000}), path="/mutate")),
]

OTHER_PATHS = ("/", "/validate/", "/Validate", "//validate", "/validate/../mutate", "/../etc/passwd", "/%2e%2e/validate",
               "/validate%00", "/%zz", "/%", "/metrics", "/healthz", "/" + "a/" * 3000)


def scenario(claims, server):
    target = server.secure
    claims.heading("reviews that are none")
    for name, data, status in BAD_FORM + BAD_BODY:
        with claims.claim(f"review: {name} is refused"):
            statuses = status if isinstance(status, tuple) else (status,)
            answer = _sent(target, data)
            expect(answer.status in statuses, f"{answer.status} {answer.body[:200]!r}, want {statuses}")
            target.is_refusal(answer)
    claims.heading("reviews with odd content")
    for name, data in ODD:
        with claims.claim(f"review: {name} is answered"):
            answer = _sent(target, data)
            expect(answer.status in (200, 400), f"{answer.status} {answer.body[:200]!r}")
            expect_equal(answer.json()["kind"], "AdmissionReview")
    for path in OTHER_PATHS:
        with claims.claim(f"review: there is nothing at {path[:40]}"):
            answer = _sent(target, _post(GOOD_REVIEW, path=path))
            expect(answer.status in (400, 404), f"{answer.status} {answer.body[:200]!r}")
    for cut in (1, 20, 150, len(_post(GOOD_REVIEW)) - 1):
        with claims.claim(f"review: one that breaks off after {cut} bytes hurts nobody"):
            with target.peer() as peer:
                peer.send(_post(GOOD_REVIEW)[:cut])
            target.must_answer()


def _sent(target, data):
    with target.peer() as peer:
        peer.send(data)
        answer = peer.answer()
        expect(answer is not None, "closed without an answer")
        return answer
