"""Cluster: one API server as kubectl and as a plain HTTPS client see it. Every call is bounded in time."""
import base64
import contextlib
import http.client
import json
import secrets
import socket
import ssl
import subprocess
import tempfile
import urllib.parse

from .claims import Failed, until, until_holds

KUBECTL_TIMEOUT = 120  # seconds; all bounds are for a machine that is busy with something else
HTTP_TIMEOUT = 60
READY_BOUND = 60  # seconds until something that takes milliseconds counts as not happening
METADATA = {"Accept": "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"}

GROUPS = {"certificates": "cert-manager.io/v1", "certificaterequests": "cert-manager.io/v1",
          "issuers": "cert-manager.io/v1", "clusterissuers": "cert-manager.io/v1",
          "orders": "acme.cert-manager.io/v1", "challenges": "acme.cert-manager.io/v1",
          "ingresses": "networking.k8s.io/v1", "httproutes": "gateway.networking.k8s.io/v1"}


def collection(plural, namespace=None):
    """The path of a collection: ("secrets", "ns") -> /api/v1/namespaces/ns/secrets."""
    root = f"/apis/{GROUPS[plural]}" if plural in GROUPS else "/api/v1"
    return f"{root}/namespaces/{namespace}/{plural}" if namespace else f"{root}/{plural}"


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    def json(self):
        return json.loads(self.body)

    def __str__(self):
        return f"{self.status} {self.body[:400].decode('utf8', 'replace')}"


class Ran:
    def __init__(self, code, out, err):
        self.code, self.out, self.err = code, out, err


class Cluster:
    def __init__(self, kubeconfig, resource_namespace="cert-manager"):
        self.kubeconfig = kubeconfig
        self.resource_namespace = resource_namespace
        self.run_id = secrets.token_hex(3)
        # Of its own: kubectl remembers for hours what an address serves, and another server may have had this one.
        self._cache = tempfile.TemporaryDirectory(prefix="certwright-kubectl-")
        config = json.loads(self.kubectl("config", "view", "--raw", "--minify", "-o", "json").out)
        server, user = config["clusters"][0]["cluster"], config["users"][0]["user"]
        self.address = urllib.parse.urlsplit(server["server"]).netloc
        self._files = []
        self._trust = ssl.create_default_context(cadata=_decoded(server["certificate-authority-data"]).decode())
        self._admin = ssl.create_default_context(cadata=_decoded(server["certificate-authority-data"]).decode())
        self._admin.load_cert_chain(self._file(user["client-certificate-data"]),
                                    self._file(user["client-key-data"]))
        self.standalone = "certwright" in self.http("GET", "/version").json()["gitVersion"]

    # ---- kubectl

    def kubectl(self, *arguments, stdin=None, check=True, timeout=KUBECTL_TIMEOUT):
        command = ["kubectl", "--kubeconfig", self.kubeconfig, f"--cache-dir={self._cache.name}", *arguments]
        done = subprocess.run(command, input=stdin, capture_output=True, text=True, timeout=timeout, check=False)
        if check and done.returncode != 0:
            raise Failed(f"kubectl {' '.join(arguments)}: exit {done.returncode}: {done.stderr.strip()[:600]}")
        return Ran(done.returncode, done.stdout, done.stderr)

    def apply(self, *objects, check=True):
        text = json.dumps({"apiVersion": "v1", "kind": "List", "items": objects})
        return self.kubectl("apply", "-f", "-", stdin=text, check=check)

    def namespace(self, name):
        """A new namespace for this run; its name."""
        full = f"{name}-{self.run_id}"
        self.ensure_namespace(full)
        return full

    def ensure_namespace(self, name):
        answer = self.post(collection("namespaces"),
                           {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})
        if answer.status not in (201, 409):
            raise Failed(f"namespace {name}: {answer}")

    # ---- HTTP

    def http(self, method, path, body=None, content_type="application/json", headers=None, anonymous=False,
             timeout=HTTP_TIMEOUT):
        context = self._trust if anonymous else self._admin
        connection = http.client.HTTPSConnection(self.address, context=context, timeout=timeout)
        all_headers = {"Accept": "application/json", **(headers or {})}
        if body is not None:
            all_headers["Content-Type"] = content_type
        with contextlib.closing(connection):
            connection.request(method, path, body, all_headers)
            answer = connection.getresponse()
            joined = {name: ", ".join(answer.headers.get_all(name)) for name in answer.headers}
            return Answer(answer.status, joined, answer.read())

    def post(self, path, value):
        return self.http("POST", path, json.dumps(value))

    def merge(self, path, value):
        return self.http("PATCH", path, json.dumps(value), "application/merge-patch+json")

    def lines(self, path, timeout=HTTP_TIMEOUT):
        """The decoded lines of a watch, as they come, until the server ends it or the time is up."""
        connection = http.client.HTTPSConnection(self.address, context=self._admin, timeout=timeout)
        with contextlib.closing(connection):
            connection.request("GET", path, headers={"Accept": "application/json"})
            answer = connection.getresponse()
            if answer.status != 200:
                raise Failed(f"watch {path}: {answer.status} {answer.read()[:300]!r}")
            for line in answer:
                yield json.loads(line)

    def connection(self, timeout=HTTP_TIMEOUT):
        """A connection as the admin, to be kept by whoever asks often."""
        return http.client.HTTPSConnection(self.address, context=self._admin, timeout=timeout)

    def tls_socket(self):
        """A TLS connection as the admin, for a load that cannot afford http.client."""
        host, port = self.address.rsplit(":", 1)
        plain = socket.create_connection((host, int(port)), HTTP_TIMEOUT)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return self._admin.wrap_socket(plain, server_hostname=host)

    # ---- objects

    def find(self, plural, namespace, name):
        """The object, or None."""
        answer = self.http("GET", f"{collection(plural, namespace)}/{name}")
        if answer.status == 404:
            return None
        if answer.status != 200:
            raise Failed(f"get {plural} {namespace}/{name}: {answer}")
        return answer.json()

    def get(self, plural, namespace, name):
        found = self.find(plural, namespace, name)
        if found is None:
            raise Failed(f"{plural} {namespace}/{name} is not there")
        return found

    def list(self, plural, namespace=None, query=""):
        answer = self.http("GET", collection(plural, namespace) + query)
        if answer.status != 200:
            raise Failed(f"list {plural}: {answer}")
        return answer.json()["items"]

    def versions(self, *plurals, namespace=None):
        """resourceVersion by (plural, namespace, name) of all objects of those kinds."""
        seen = {}
        for plural in plurals:
            answer = self.http("GET", collection(plural, namespace), headers=METADATA)
            if answer.status != 200:
                raise Failed(f"list {plural}: {answer}")
            for item in answer.json()["items"]:
                metadata = item["metadata"]
                seen[plural, metadata["namespace"], metadata["name"]] = metadata["resourceVersion"]
        return seen

    def remove(self, plural, namespace, name):
        answer = self.http("DELETE", f"{collection(plural, namespace)}/{name}")
        if answer.status not in (200, 202, 404):
            raise Failed(f"delete {plural} {namespace}/{name}: {answer}")

    @staticmethod
    def until(what, look, bound=READY_BOUND):
        return until(what, look, bound)

    @staticmethod
    def until_holds(what, check, bound=READY_BOUND):
        until_holds(what, check, bound)

    def until_ready(self, plural, namespace, name, bound=READY_BOUND):
        def look():
            seen = self.get(plural, namespace, name)
            if condition(seen, "Ready").get("status") == "True":
                return seen
            raise Failed(json.dumps(seen.get("status", {})))
        return self.until(f"{plural} {name} Ready", look, bound)

    def secret_data(self, namespace, name):
        return {k: _decoded(v) for k, v in (self.get("secrets", namespace, name).get("data") or {}).items()}

    def requests_of(self, namespace, certificate):
        return [r for r in self.list("certificaterequests", namespace)
                if (r["metadata"].get("annotations") or {}).get("cert-manager.io/certificate-name") == certificate]

    def _file(self, encoded):
        file = tempfile.NamedTemporaryFile()  # pylint: disable=consider-using-with; lives as long as we do
        file.write(_decoded(encoded))
        file.flush()
        self._files.append(file)
        return file.name


def condition(value, kind):
    """The condition of that type, or {}."""
    found = [c for c in (value.get("status") or {}).get("conditions") or [] if c["type"] == kind]
    return found[0] if found else {}


def _decoded(text):
    return base64.b64decode(text)
