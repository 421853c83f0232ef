"""AdmissionServer: an admission webhook over HTTPS in this process. What it answers depends on the path; what it was
asked is kept."""
import base64
import http.server
import json
import ssl
import tempfile
import threading
import time

from .pki import Pki

LATE = {"/slow": 6, "/stuck": 60}  # seconds that an answer there takes


def _patch(*operations):
    return {"patchType": "JSONPatch", "patch": encoded(json.dumps(operations).encode())}


def _response(path, request):
    """The response, without uid and allowed where they are the usual ones."""
    path = path.strip("/")
    if path == "deny":
        return {"allowed": False, "status": {"message": "not today", "code": 403, "reason": "Forbidden"}}
    if path == "warn":
        return {"warnings": ["mind the gap"]}
    if path == "add-label":
        return _patch({"op": "add", "path": "/metadata/labels", "value": {"made": "here"}})
    if path == "add-data":
        return _patch({"op": "add", "path": "/data/added", "value": "1"})
    if path == "count":
        seen = int((request["object"].get("data") or {}).get("seen", "0"))
        return _patch({"op": "add", "path": "/data/seen", "value": str(seen + 1)})
    if path == "wrong-uid":
        return {"uid": "another"}
    if path == "too-large":
        return {"status": {"message": "y" * (4 << 20)}}
    return {}


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):  # of a connection: whoever does not trust our certificate goes away
        pass


def encoded(content):
    return base64.b64encode(content).decode()


class AdmissionServer:
    def __init__(self):
        self._pki = Pki()
        authority = self._pki.authority("webhook-ca")
        self.ca = authority.certificate
        self.other_ca = self._pki.authority("another-ca").certificate
        self.asked = []  # (path, review, headers), in order
        self._server = _Server(("127.0.0.1", 0), self._handler())
        self.port = self._server.server_address[1]
        names = ["IP:127.0.0.1", "DNS:localhost"]
        serving = self._pki.serving(authority, *names)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        with tempfile.NamedTemporaryFile() as certificate, tempfile.NamedTemporaryFile() as key:
            certificate.write(serving.certificate)
            certificate.flush()
            key.write(serving.key)
            key.flush()
            context.load_cert_chain(certificate.name, key.name)
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True,
                                                  do_handshake_on_connect=False)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()

    def url(self, path):
        return f"https://127.0.0.1:{self.port}/{path}"

    def client_config(self, path):
        """How a configuration names it."""
        return {"url": self.url(path), "caBundle": encoded(self.ca)}

    def requests(self, path):
        """What was asked at that path, the newest last."""
        return [review["request"] for seen, review, _ in self.asked if seen == "/" + path]

    def answer(self, path, review):
        """The whole review that answers that one."""
        response = {"uid": review["request"]["uid"], "allowed": True, **_response(path, review["request"])}
        return {"apiVersion": review["apiVersion"], "kind": "AdmissionReview", "response": response}

    def _handler(self):
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):  # pylint: disable=invalid-name; http.server calls it so
                review = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                path = self.path.split("?")[0]
                outer.asked.append((path, review, {**self.headers, ":path": self.path}))
                time.sleep(LATE.get(path, 0))
                body = json.dumps(outer.answer(path, review)).encode()
                try:
                    self.send_response(200)
                    self.send_header("Content-Type", "application/json")
                    self.send_header("Content-Length", str(len(body)))
                    self.end_headers()
                    self.wfile.write(body)
                except OSError:
                    pass  # whoever asked has gone

            def log_message(self, *_):  # pylint: disable=arguments-differ
                pass

        return Handler
