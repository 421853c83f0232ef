"""Crashes: what was answered 2xx survives SIGKILL, all comes to be Ready, and nothing is issued a second time.

One Cluster is used throughout: the kubeconfig written at the first start holds after every restart."""
import http.client
import threading
import time

from .claims import Failed, expect, expect_equal
from .cluster import collection, condition
from .objects import ca_issuer, certificate
from .pki import Pki
from .standalone import Standalone

COUNT = 60
KILLS = 4
NS = "crashes"
SETTLE_BOUND = 180  # seconds until all are Ready after the last start


def scenario(claims, binary, folder):
    pki = Pki()
    with Standalone(binary, folder) as server:
        cluster = server.cluster()
        cluster.ensure_namespace(NS)
        authority = ca_issuer(cluster, pki, NS)
        loader = Loader(cluster)
        seen = Seen()
        for kill in range(KILLS):
            loader.wait_for((kill + 1) * COUNT // (KILLS + 1))
            seen.take(cluster)
            server.restart_killed()
        loader.finish()
        judge(claims, cluster, loader, seen)
        with claims.claim("each certificate verifies, and holds the key beside it"):
            for name in loader.made:
                data = cluster.secret_data(NS, f"{name}-tls")
                pki.verify(data["tls.crt"], authority.certificate)
                expect_equal(pki.public_key(data["tls.crt"], "certificate"), pki.public_key(data["tls.key"], "key"))


class Loader:
    """Creates Certificates on a thread, whatever happens to the server; `made` are those answered 2xx. `starting`:
    what a server may answer that has only just started."""

    def __init__(self, cluster, starting=()):
        self.made = []
        self._cluster, self._starting, self._failure = cluster, starting, None
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def wait_for(self, count):
        end = time.monotonic() + SETTLE_BOUND
        while len(self.made) < count:
            if self._failure or time.monotonic() > end:
                raise Failed(f"only {len(self.made)} of {count} Certificates were taken: {self._failure}")
            time.sleep(0.005)

    def finish(self):
        self.wait_for(COUNT)
        self._thread.join(10)

    def _work(self):
        for number in range(COUNT):
            try:
                self._create(f"c-{number}")
            except Failed as failure:
                self._failure = failure
                return

    def _create(self, name):
        """Tries until it is there: a create that a kill left unanswered is repeated, and 409 says that it was done."""
        end = time.monotonic() + SETTLE_BOUND
        while True:
            try:
                answer = self._cluster.post(collection("certificates", NS), certificate(name, NS))
                if answer.status in (201, 409):
                    self.made.append(name)
                    return
                failure = str(answer)
                if answer.status not in self._starting:
                    raise Failed(f"create {name}: {failure}")
            except (OSError, http.client.HTTPException) as error:
                failure = str(error)
            if time.monotonic() > end:
                raise Failed(f"create {name}: {failure}")
            time.sleep(0.01)


class Seen:
    """What the API server had answered before the kills: uid of each request and serial of each Secret."""

    def __init__(self):
        self.finished, self.secrets = {}, {}

    def take(self, cluster):
        for request in cluster.list("certificaterequests", NS):
            if condition(request, "Ready").get("status") == "True":
                self.finished[request["metadata"]["name"]] = request["metadata"]["uid"]
        for secret in cluster.list("secrets", NS):
            if secret["metadata"]["name"].endswith("-tls"):
                self.secrets[secret["metadata"]["name"]] = secret["data"]


def judge(claims, cluster, loader, seen, kills=KILLS):
    with claims.claim(f"all {COUNT} Certificates that were answered 2xx are Ready after {kills} kills"):
        expect_equal(len(loader.made), COUNT)
        cluster.until("all Ready", lambda: all_ready(cluster), SETTLE_BOUND)
    with claims.claim("the first revision of each was enough: no second CertificateRequest for a finished one"):
        claims.note(f"finished before a kill: {len(seen.finished)}, Secrets written before a kill: {len(seen.secrets)}")
        requests = {r["metadata"]["name"]: r["metadata"]["uid"] for r in cluster.list("certificaterequests", NS)}
        again = {name for name, uid in seen.finished.items() if requests.get(name) != uid}
        expect(not again, f"issued again: {sorted(again)}")
        expect_equal(sorted(requests), sorted(f"{name}-1" for name in loader.made))
    with claims.claim("no Secret that was there before a kill is lost or changed"):
        secrets = {s["metadata"]["name"]: s["data"] for s in cluster.list("secrets", NS)}
        lost = {name for name, data in seen.secrets.items() if secrets.get(name) != data}
        expect(not lost, f"lost or changed: {sorted(lost)}")
    with claims.claim("no temporary key Secret is left"):
        cluster.until("none left", lambda: not cluster.list(
            "secrets", NS, "?labelSelector=cert-manager.io/next-private-key%3Dtrue"))


def all_ready(cluster):
    states = {c["metadata"]["name"]: condition(c, "Ready").get("status") for c in cluster.list("certificates", NS)}
    waiting = sorted(name for name, state in states.items() if state != "True")
    if waiting or len(states) != COUNT:
        raise Failed(f"{len(states)} there, not Ready: {waiting[:5]}")
    return True
