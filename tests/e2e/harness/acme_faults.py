"""FaultProxy: an HTTPS server before Pebble. It passes requests on, sees what they ask for, and does to some of the
answers what servers, and what stands before them, do at times. URLs in answers are its own, as Pebble takes them from
the Host header."""
import base64
import collections
import contextlib
import http.client
import http.server
import json
import pathlib
import socket
import ssl
import threading
import time

from .claims import Failed
from .pebble import ENDPOINTS, HTTP_TIMEOUT
from .pki import Pki
from .processes import free_port

Asked = collections.namedtuple("Asked", "endpoint payload status at")  # payload: of the JWS, None if it has none
Answer = collections.namedtuple("Answer", "status headers body")  # headers: a list of pairs
HOP = ("connection", "keep-alive", "transfer-encoding", "content-length")
FOREVER = 1 << 30


class Fault:
    """What becomes of the next `times` requests to an endpoint ("newOrder"; "": any; or a tuple of some). `change`
    gets the true Answer and gives another, or None to close the connection with nothing said. With `instead` Pebble is
    not asked; without it, an answer that refuses the nonce goes through as it is."""

    def __init__(self, endpoint, change, times=FOREVER, instead=False):
        self.endpoints = endpoint if isinstance(endpoint, tuple) else (endpoint,)
        self.change, self.left, self.instead, self.met = change, times, instead, 0

    def fits(self, endpoint):
        return self.left and ("" in self.endpoints or endpoint in self.endpoints)


def problem(status, kind, detail, **headers):
    """An answer as RFC 8555 has it for errors, in place of Pebble's."""
    body = json.dumps({"type": f"urn:ietf:params:acme:error:{kind}", "detail": detail, "status": status}).encode()
    added = [(name.replace("_", "-"), str(value)) for name, value in headers.items()]
    return lambda answer: Answer(status, [("Content-Type", "application/problem+json"), *_nonce(answer), *added], body)


def plain(status, body=b"<html>out of order</html>", content_type="text/html", **headers):
    """An answer of something that is no ACME server."""
    added = [(name.replace("_", "-"), str(value)) for name, value in headers.items()]
    return lambda answer: Answer(status, [("Content-Type", content_type), *added], body)


def slow(delay):
    def change(answer):
        time.sleep(delay)
        return answer
    return change


def silence(answer):
    del answer


def of_body(change):
    """The true answer with other bytes in it."""
    return lambda answer: answer._replace(body=change(answer.body))


def of_json(change):
    """The true answer; `change` gets its JSON and changes it."""
    def apply(answer):
        value = json.loads(answer.body)
        change(value)
        return answer._replace(body=json.dumps(value).encode())
    return apply


def with_header(name, value):
    """The true answer with that header for what it had by that name."""
    def change(answer):
        kept = [pair for pair in answer.headers if pair[0].lower() != name.lower()]
        return answer._replace(headers=kept + ([(name, value)] if value is not None else []))
    return change


def _nonce(answer):
    return [pair for pair in answer.headers if pair[0].lower() == "replay-nonce"] if answer else []


class FaultProxy:
    """In front of one Pebble; `faults` may be changed at any time, the first that fits is taken."""

    def __init__(self, folder, pebble):
        folder = pathlib.Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        self._pebble, self._lock, self._open = pebble, threading.Lock(), set()
        self.seen, self.faults = [], []
        pki = Pki()
        authority = pki.authority("fault-proxy")
        serving = pki.serving(authority, "IP:127.0.0.1", "DNS:localhost")
        self.ca_pem = authority.certificate
        chain = folder / "proxy.pem"
        chain.write_bytes(serving.certificate + serving.key)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(chain)
        self.port = free_port()
        self.directory = f"https://127.0.0.1:{self.port}/dir"
        self._server = _Server(("127.0.0.1", self.port), _handler(self), context)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()

    def add(self, endpoint, change, times=FOREVER, instead=False):
        fault = Fault(endpoint, change, times, instead)
        with self._lock:
            self.faults.append(fault)
        return fault

    def clear(self):
        with self._lock:
            self.faults = []

    def asked(self, since=0):
        """Counter of requests by endpoint; `since`: a number of those of before, len(seen)."""
        return collections.Counter(one.endpoint for one in self.seen[since:])

    def payloads(self, endpoint, since=0):
        return [one.payload for one in self.seen[since:] if one.endpoint == endpoint]

    def answer(self, method, path, headers, body):
        endpoint = _endpoint(path)
        fault = self._take(endpoint)
        answer = None if fault and fault.instead else self._ask(method, path, headers, body)
        if fault and answer and answer.status == 400 and b":badNonce" in answer.body:
            self._give_back(fault)
        elif fault:
            answer = fault.change(answer)
        self.seen.append(Asked(endpoint, _payload(body), answer.status if answer else 0, time.monotonic()))
        return answer

    def _take(self, endpoint):
        with self._lock:
            for fault in self.faults:
                if fault.fits(endpoint):
                    fault.left -= 1
                    fault.met += 1
                    return fault
        return None

    def _give_back(self, fault):
        with self._lock:
            fault.left += 1
            fault.met -= 1

    def _ask(self, method, path, headers, body):
        try:
            status, received, content = self._pebble.call(self._pebble.port, method, path, body, headers)
        except (OSError, http.client.HTTPException):
            return Answer(502, [("Content-Type", "text/html")], b"<html>bad gateway</html>")
        return Answer(status, [pair for pair in received.items() if pair[0].lower() not in HOP], content)


def _endpoint(path):
    known = [name for prefix, name in ENDPOINTS.items()
             if path == prefix or prefix.endswith("/") and path.startswith(prefix)]
    return known[0] if known else path


def _payload(body):
    """What a JWS carries: its JSON, or None."""
    try:
        text = json.loads(body)["payload"]
        return json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (TypeError, ValueError, KeyError):
        return None


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads, request_queue_size, allow_reuse_address = True, 128, True

    def __init__(self, address, handler, context):
        super().__init__(address, handler)
        self._context = context

    def finish_request(self, request, client_address):
        """The handshake is the connection's thread's: one that is slow keeps nobody waiting."""
        request.settimeout(HTTP_TIMEOUT * 3)
        request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with contextlib.suppress(OSError, ssl.SSLError):
            with self._context.wrap_socket(request, server_side=True) as secured:
                super().finish_request(secured, client_address)

    def handle_error(self, request, client_address):
        """A client that goes away is nothing to print."""


def _handler(proxy):
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_any(self):
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)) or None
            kept = {name: value for name, value in self.headers.items() if name.lower() not in HOP}
            answer = proxy.answer(self.command, self.path, kept, body)
            if answer is None:
                self.close_connection = True
                return
            self.send_response_only(answer.status)
            for name, value in answer.headers:
                self.send_header(name, value)
            if answer.status not in (204, 304):
                self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(answer.body)

        do_GET = do_POST = do_HEAD = handle_any

        def log_message(self, *_):  # pylint: disable=arguments-differ
            pass

    return Handler


def until_met(cluster, fault, times=1):
    """Waits until that many requests ran into the fault."""
    def look():
        if fault.met < times:
            raise Failed(f"met {fault.met} times")
        return True
    cluster.until("the fault met", look)
