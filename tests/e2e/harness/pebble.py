"""Pebble: Let's Encrypt's test CA on loopback, and ChallTestSrv: the DNS server that may lie to it. Both are started
and ended by the test; what Pebble knows is lost with its process, as it keeps nothing on disk."""
import collections
import contextlib
import http.client
import json
import os
import pathlib
import re
import shutil
import ssl
import subprocess

from .claims import Failed, expect_equal
from .pki import Pki
from .processes import Process, free_port

ROOT = pathlib.Path(__file__).resolve().parents[3]
START_BOUND = 60  # seconds, on a busy machine
HTTP_TIMEOUT = 20
# Endpoints by the paths that Pebble logs.
ENDPOINTS = {"/dir": "directory", "/nonce-plz": "newNonce", "/sign-me-up": "newAccount", "/my-account/": "account",
             "/order-plz": "newOrder", "/my-order/": "order", "/finalize-order/": "finalize",
             "/authZ/": "authorization", "/chalZ/": "challenge", "/certZ/": "certificate",
             "/revoke-cert": "revokeCert", "/rollover-account-key": "keyChange", "/list-orderz/": "orders",
             "/draft-ietf-acme-ari-03/renewalInfo/": "renewalInfo"}
# What a certificate costs. The directory, nonces and the account are the issuer's, renewalInfo is of later days. A
# request whose nonce was refused counts, and so does the one that repeats it.
OF_A_CERTIFICATE = ("newOrder", "order", "finalize", "authorization", "challenge", "certificate")
CALL = re.compile(r"^Pebble \S+ \S+ (\w+) (\S+) -> calling handler\(\)$", re.M)
DEFAULT_PROFILES = {"default": {"description": "three months", "validityPeriod": 7776000}}


def find(name):
    """pebble or pebble-challtestsrv: beside $PEBBLE, of tests/real/build_pebble, or on PATH; None."""
    places = [pathlib.Path(os.environ["PEBBLE"]).parent / name] if os.environ.get("PEBBLE") else []
    for place in (*places, ROOT / "build" / "real" / "pebble" / name):
        if os.access(place, os.X_OK):
            return place
    found = shutil.which(name)
    # Another program has that name too.
    if found and name == "pebble" and "Pebble version" not in subprocess.run(
            [found, "-version"], capture_output=True, text=True, timeout=10, check=False).stdout:
        return None
    return found


def found(name):
    path = find(name)
    if path is None:
        raise Failed(f"there is no {name}: tests/real/build_pebble build/real/pebble makes it, or set PEBBLE")
    return path


def seconds(**of):
    """{"short": 3600} as profiles of Pebble."""
    return {name: {"description": name, "validityPeriod": validity} for name, validity in of.items()}


class Pebble:
    def __init__(self, folder, dns=None, strict=False, http_port=None, tls_port=None, external_keys=None,
                 external_required=None, profiles=None, alternate_roots=0, chain_length=1, nonce_reject=5,
                 authz_reuse=0, retry_after=(0, 0), blocked=(), environment=None):
        """dns: host:port of the server that its validation asks. external_keys: base64url of MAC keys by key ID.
        nonce_reject, authz_reuse: per cent. retry_after: seconds it asks to wait with an authorization, an order."""
        self.folder = pathlib.Path(folder).resolve()
        self.folder.mkdir(parents=True, exist_ok=True)
        self.port, self.management_port = free_port(), free_port()
        self.http_port, self.tls_port = http_port or free_port(), tls_port or free_port()
        self.directory = f"https://127.0.0.1:{self.port}/dir"
        self.ca_file = self.folder / "ca.crt"
        self.process = None
        pki = Pki()
        authority = pki.authority("pebble-server")
        serving = pki.serving(authority, "IP:127.0.0.1", "DNS:localhost")
        for name, content in (("ca.crt", authority.certificate), ("ca.key", authority.key),
                              ("server.crt", serving.certificate), ("server.key", serving.key)):
            (self.folder / name).write_bytes(content)
        self._trust = ssl.create_default_context(cafile=str(self.ca_file))
        required = bool(external_keys) if external_required is None else external_required
        (self.folder / "config.json").write_text(json.dumps({"pebble": {
            "listenAddress": f"127.0.0.1:{self.port}", "managementListenAddress": f"127.0.0.1:{self.management_port}",
            "certificate": str(self.folder / "server.crt"), "privateKey": str(self.folder / "server.key"),
            "httpPort": self.http_port, "tlsPort": self.tls_port, "externalAccountBindingRequired": required,
            "externalAccountMACKeys": external_keys or {}, "domainBlocklist": list(blocked), "keyAlgorithm": "ecdsa",
            "retryAfter": {"authz": retry_after[0], "order": retry_after[1]},
            "profiles": profiles or DEFAULT_PROFILES}}))
        words = [f"{name}={value}" for name, value in {
            "PEBBLE_VA_NOSLEEP": 1, "PEBBLE_WFE_NONCEREJECT": nonce_reject, "PEBBLE_AUTHZREUSE": authz_reuse,
            "PEBBLE_ALTERNATE_ROOTS": alternate_roots, "PEBBLE_CHAIN_LENGTH": chain_length,
            **(environment or {})}.items()]
        self._command = ["env", *words, found("pebble"), "-config", self.folder / "config.json",
                         *(["-strict"] if strict else []), *(["-dnsserver", dns] if dns else [])]

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()

    def start(self):
        """On the same ports as before, with nothing of what it knew: other accounts, orders and roots."""
        self.process = Process("pebble", self._command, self.folder / "pebble.log")
        self.process.until("its directory", self._answers, START_BOUND)

    def stop(self):
        if self.process:
            self.process.stop()

    def restart(self):
        self.stop()
        self.start()

    @property
    def ca_pem(self):
        return self.ca_file.read_bytes()

    @property
    def log(self):
        return (self.folder / "pebble.log").read_text(errors="replace")

    def offers(self, what):
        """Whether its directory has that: "renewalInfo", "profiles". Debian 12's is older than both."""
        directory = json.loads(self.call(self.port, "GET", "/dir")[2])
        return what in directory or what in directory.get("meta", {})

    # ---- what was asked of it

    def asked(self, since=None):
        """Counter of requests by endpoint, all of its starts together; `since`: less those of an earlier one."""
        seen = collections.Counter(ENDPOINTS.get(path, path) for _, path in CALL.findall(self.log))
        return seen - since if since else seen

    # ---- management

    def root(self, number=0):
        """PEM of a root; 0 is the default chain's."""
        return self._managed("GET", f"/roots/{number}")

    def intermediate(self, number=0):
        return self._managed("GET", f"/intermediates/{number}")

    def status_of(self, serial):
        """'Valid' or 'Revoked', of a hexadecimal serial number."""
        return json.loads(self._managed("GET", f"/cert-status-by-serial/{serial.lower()}"))["Status"]

    def set_renewal_info(self, certificate_pem, answer):
        """What is answered of that certificate's renewal from now on: a value, or any text."""
        text = answer if isinstance(answer, str) else json.dumps(answer)
        body = {"Certificate": certificate_pem.decode(), "ARIResponse": text}
        self._managed("POST", "/set-renewal-info/", json.dumps(body))

    def call(self, port, method, path, body=None, headers=None):
        """(status, headers, body) of a request to that port of it."""
        connection = http.client.HTTPSConnection("127.0.0.1", port, context=self._trust, timeout=HTTP_TIMEOUT)
        with contextlib.closing(connection):
            connection.request(method, path, body, {"User-Agent": "certwright-tests", **(headers or {})})
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()

    def is_stuck(self):
        """Whether it has locked itself up, which 2.10.1 does at times under load: a newOrder looks through all
        authorizations with its store locked for reading, a look at one of these is the other way round, and a writer
        waits between the two. Nothing but its directory is answered from then on."""
        try:
            self.call(self.management_port, "GET", "/cert-status-by-serial/1")
        except TimeoutError:
            return True
        return False

    def _managed(self, method, path, body=None):
        status, _, content = self.call(self.management_port, method, path, body)
        expect_equal((path, status), (path, 200))
        return content

    def _answers(self):
        try:
            return self.call(self.port, "GET", "/dir")[0] == 200
        except OSError:
            return False


def certificate_cost(asked):
    """Of a Counter of Pebble.asked: the requests that certificates cost."""
    return sum(asked[name] for name in OF_A_CERTIFICATE)


class ChallTestSrv:
    """A DNS server whose answers are set by a test; every name is at 127.0.0.1 unless it says otherwise. With a port, a
    server of HTTP-01 answers too, which are set likewise."""

    def __init__(self, folder, http_port=None):
        self.http01 = f"127.0.0.1:{http_port}" if http_port else ""
        self.folder = pathlib.Path(folder).resolve()
        self.folder.mkdir(parents=True, exist_ok=True)
        self.port, self.management_port = free_port(), free_port()
        self.server = f"127.0.0.1:{self.port}"
        self.process = None

    def __enter__(self):
        program = found("pebble-challtestsrv")
        told = subprocess.run([program, "-help"], capture_output=True, text=True, timeout=10, check=False).stderr
        # Debian 12's has another flag for it.
        dns = ["-doh", "", "-dnsserver", self.server] if "-dnsserver" in told else ["-dns01", self.server]
        self.process = Process("pebble-challtestsrv", [
            program, "-http01", self.http01, "-https01", "", "-tlsalpn01", "", *dns, "-management",
            f"127.0.0.1:{self.management_port}", "-defaultIPv6", ""], self.folder / "challtestsrv.log")
        self.process.until("its management", self._answers, START_BOUND)
        return self

    def __exit__(self, *_):
        self.process.stop()

    def set_txt(self, name, value):
        self._post("set-txt", host=_absolute(name), value=value)

    def clear_txt(self, name):
        self._post("clear-txt", host=_absolute(name))

    def set_addresses(self, name, *addresses):
        self._post("add-a", host=_absolute(name), addresses=list(addresses))

    def set_servfail(self, name):
        self._post("set-servfail", host=_absolute(name))

    def clear_servfail(self, name):
        self._post("clear-servfail", host=_absolute(name))

    def set_default_ipv4(self, address):
        self._post("set-default-ipv4", ip=address)

    def asked(self, name):
        """The DNS questions that were asked of that name."""
        return json.loads(self._post("dns-request-history", host=_absolute(name)) or "null") or []

    def _post(self, what, **body):
        connection = http.client.HTTPConnection("127.0.0.1", self.management_port, timeout=HTTP_TIMEOUT)
        with contextlib.closing(connection):
            connection.request("POST", f"/{what}", json.dumps(body), {"Content-Type": "application/json"})
            answer = connection.getresponse()
            content = answer.read()
            expect_equal((what, answer.status), (what, 200))
            return content

    def _answers(self):
        try:
            self._post("set-default-ipv6", ip="")
        except (OSError, http.client.HTTPException, Failed):
            return False
        return True


def _absolute(name):
    return name if name.endswith(".") else f"{name}."
