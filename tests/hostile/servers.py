"""Servers: `certwright webhook` with its three ports, and what "alive and answers" means."""
import contextlib
import json
import os
import pathlib
import resource

from harness.claims import expect, expect_equal
from harness.processes import answers, free_port, running

from wire import TRUSTING, Peer, request

START_BOUND = 120  # seconds; a sanitizer build on a busy machine
DESCRIPTORS = 4096


def allow_descriptors():
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = DESCRIPTORS if hard == resource.RLIM_INFINITY else min(DESCRIPTORS, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def sanitizer_options():
    """A sanitizer keeps what is freed for a while, by default 256 MiB: too much for a claim on memory."""
    given = os.environ.get("ASAN_OPTIONS")
    os.environ["ASAN_OPTIONS"] = ":".join(filter(None, [given, "quarantine_size_mb=4:thread_local_quarantine_size_kb=64"]))


class Target:
    """One port of a server, and a request that it answers with 200."""

    def __init__(self, name, port, path, encrypted=False, review=None):
        self.name, self.port, self.path, self.encrypted, self.review = name, port, path, encrypted, review

    def peer(self, **where):
        return Peer(self.port, TRUSTING if self.encrypted else None, **where)

    def good(self, *headers):
        """A request that is answered 200."""
        if self.review is None:
            return request("GET", self.path, headers)
        return request("POST", self.path, ["Content-Type: application/json", *headers], self.review)

    def must_answer(self):
        with self.peer() as peer:
            expect(peer.send(self.good()), "the connection ended while a good request was sent")
            answer = peer.answer()
            expect(answer is not None, "a good request was not answered")
            expect_equal(answer.status, 200)
            self.must_allow(answer)

    def must_allow(self, answer):
        if self.review is not None:
            expect(answer.json()["response"]["allowed"] is True, answer.body[:300])

    def is_refusal(self, answer):
        """The body says what the status says, in the form that this server's clients read."""
        if self.review is not None:
            seen = answer.json()
            expect_equal((seen["kind"], seen["apiVersion"]), ("AdmissionReview", "admission.k8s.io/v1"))
            expect(seen["response"]["allowed"] is False, answer.body[:300])
            expect_equal(seen["response"]["status"]["code"], answer.status)
        elif self.encrypted:
            expect_equal((answer.json()["kind"], answer.json()["code"]), ("Status", answer.status))


def review_of(spec, **changes):
    """An AdmissionReview that creates a Certificate with that spec."""
    made = {"apiVersion": "cert-manager.io/v1", "kind": "Certificate",
            "metadata": {"name": "web", "namespace": "team"}, "spec": spec}
    asked = {"uid": "11111111-2222-3333-4444-555555555555", "operation": "CREATE", "name": "web", "namespace": "team",
             "kind": {"group": "cert-manager.io", "version": "v1", "kind": "Certificate"},
             "resource": {"group": "cert-manager.io", "version": "v1", "resource": "certificates"},
             "userInfo": {"username": "somebody", "groups": ["system:authenticated"]}, "object": made}
    asked.update({name: value for name, value in changes.items() if name in asked})
    whole = {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": asked}
    whole.update({name: value for name, value in changes.items() if name in whole})
    return json.dumps(whole).encode()


GOOD_SPEC = {"secretName": "web-tls", "dnsNames": ["web.example.com", "www.example.com"],
             "issuerRef": {"name": "ca", "kind": "Issuer", "group": "cert-manager.io"}}
GOOD_REVIEW = review_of(GOOD_SPEC)


class Webhook:
    def __init__(self, process, ports):
        self.process = process
        self.secure = Target("webhook", ports[0], "/validate", encrypted=True, review=GOOD_REVIEW)
        self.health = Target("health", ports[1], "/livez")
        self.metrics = Target("metrics", ports[2], "/metrics")

    def is_well(self, claims, after):
        for target in (self.secure, self.health, self.metrics):
            with claims.claim(f"{target.name}: alive and answers after {after}"):
                target.must_answer()

    def is_sanitized(self):
        """A sanitizer's shadow is terabytes of addresses; memory figures of such a build say little."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        size = next(line.split()[1] for line in status.splitlines() if line.startswith("VmSize:"))
        return int(size) > 1 << 30  # KiB


@contextlib.contextmanager
def webhook(binary, pki, folder, before=()):
    """One with certificate files and no API server. `before`: words in front of the command."""
    folder.mkdir(parents=True)
    pair = pki.leaf("localhost")
    (folder / "tls.crt").write_bytes(pair.certificate)
    (folder / "tls.key").write_bytes(pair.key)
    with contextlib.ExitStack() as stack:
        yield _start([*before, binary, "webhook", f"--tls-cert-file={folder / 'tls.crt'}",
                      f"--tls-private-key-file={folder / 'tls.key'}"], folder, stack)


def _start(command, folder, stack):
    ports = [free_port() for _ in range(3)]
    flags = [f"--secure-port={ports[0]}", f"--healthz-port={ports[1]}", f"--metrics-listen-address=127.0.0.1:{ports[2]}"]
    process = stack.enter_context(running("webhook", [*command, *flags], folder / "log"))
    process.until("healthy", lambda: answers(ports[1], "/healthz"), START_BOUND)
    return Webhook(process, ports)
