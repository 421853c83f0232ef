"""Answerer: where no kubelet runs the Pods of HTTP-01 solvers, answers as they would: from the Challenges that the API
server has. Who asks is the controller's self-check, and the CA."""
import contextlib
import http.client
import http.server
import threading

from .claims import Failed

PREFIX = "/.well-known/acme-challenge/"


class Answerer:
    def __init__(self, port, cluster):
        self._cluster, self.held, self.asked = cluster, set(), []
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", port), _handler(self))
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()

    def hold(self, name):
        """That DNS name is answered 404 from now on, as before its Pod runs."""
        self.held.add(name)

    def let_go(self, name):
        self.held.discard(name)

    def find(self, host, path):
        name = host.rsplit(":", 1)[0].strip("[]")
        self.asked.append(name)
        if name in self.held or not path.startswith(PREFIX):
            return None
        with contextlib.suppress(Failed, OSError, http.client.HTTPException):
            for challenge in self._cluster.list("challenges"):
                spec = challenge["spec"]
                if spec["dnsName"] == name and spec["token"] == path[len(PREFIX):]:
                    return spec["key"]
        return None


def _handler(answerer):
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):  # pylint: disable=invalid-name
            key = answerer.find(self.headers.get("Host", ""), self.path)
            self.send_response_only(200 if key else 404)
            self.send_header("Content-Length", str(len(key or "")))
            self.end_headers()
            self.wfile.write((key or "").encode())

        def log_message(self, *_):  # pylint: disable=arguments-differ
            pass

    return Handler
