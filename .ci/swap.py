"""The swap: what upstream's controllers left behind is taken over as it is, and from then on looked after.

../shared/swap/load fills a server on which no controller runs; then ours is started."""
import contextlib
import os
import pathlib
import subprocess
import tempfile
import time

from harness.claims import Failed, expect, expect_equal, expect_in
from harness.cluster import condition
from harness.pki import Pki
from harness.real_cluster import RealCluster
from harness.standalone import Standalone

ROOT = pathlib.Path(__file__).resolve().parent.parent
NS = "swap10"
CERTIFICATES = 10
WATCHED = 12  # seconds in which nothing may change
KINDS = ("secrets", "certificaterequests")
IDLE = "--controllers=certificates-metrics"  # the one that writes nothing
CHANGED, NAME = "plain", "added.example.com"


@contextlib.contextmanager
def on_kube_apiserver(binary, folder):
    """(cluster, what starts the controller)."""
    with contextlib.ExitStack() as stack:
        server = pathlib.Path(os.environ["KUBE_APISERVER"])
        real = RealCluster(folder, server, binary, ROOT / "manifests", stack)
        real.start_server()
        real.start_webhook()
        real.register()
        yield real.admin, real.start_controller


@contextlib.contextmanager
def on_standalone(binary, folder):
    with Standalone(binary, folder, IDLE) as server:
        yield server.cluster(), server.restart


def swap(claims, binary, shared):
    for where, around in (("kube-apiserver", on_kube_apiserver), ("standalone", on_standalone)):
        with claims.unbroken(f"the swap on {where}"), tempfile.TemporaryDirectory(prefix="certwright-swap-") as folder:
            with around(binary, pathlib.Path(folder)) as (cluster, start):
                subprocess.run([shared / "swap" / "load", cluster.kubeconfig], check=True, timeout=120)
                taken_over(claims, where, cluster, start)
                looked_after(claims, where, cluster)


def taken_over(claims, where, cluster, start):
    before = cluster.versions(*KINDS, namespace=NS)
    start()
    time.sleep(WATCHED)
    after = cluster.versions(*KINDS, namespace=NS)
    with claims.claim(f"upstream's Secrets and CertificateRequests are untouched after {WATCHED} s on {where}"):
        expect(len(before) > 2 * CERTIFICATES - 1, before)
        expect_equal(sorted(key for key, _ in before.items() ^ after.items()), [])
    with claims.claim(f"all {CERTIFICATES} of its Certificates are Ready on {where}"):
        def ready():
            states = {c["metadata"]["name"]: condition(c, "Ready") for c in cluster.list("certificates", NS)}
            expect_equal(len(states), CERTIFICATES)
            expect_equal({name: seen for name, seen in states.items() if seen.get("status") != "True"}, {})
        cluster.until_holds("all Ready", ready)


def looked_after(claims, where, cluster):
    with claims.claim(f"and one whose spec changes is issued again on {where}"):
        before = cluster.get("certificates", NS, CHANGED)
        requests = {r["metadata"]["name"] for r in cluster.requests_of(NS, CHANGED)}
        answer = cluster.merge(f"/apis/cert-manager.io/v1/namespaces/{NS}/certificates/{CHANGED}",
                               {"spec": {"dnsNames": [*before["spec"].get("dnsNames", []), NAME]}})
        expect_equal(answer.status, 200)

        def look():
            seen = cluster.get("certificates", NS, CHANGED)
            if seen["status"].get("revision") == before["status"]["revision"] + 1 and \
                    condition(seen, "Ready").get("observedGeneration") == seen["metadata"]["generation"]:
                return condition(seen, "Ready").get("status") == "True"
            raise Failed(str(seen["status"]))
        cluster.until("the next revision", look)
        added = {r["metadata"]["name"] for r in cluster.requests_of(NS, CHANGED)} - requests
        expect_equal(added, {f"{CHANGED}-{before['status']['revision'] + 1}"})
        pki = Pki()
        data = cluster.secret_data(NS, before["spec"]["secretName"])
        expect_in(NAME, pki.names(data["tls.crt"]))
        expect_equal(pki.public_key(data["tls.crt"], "certificate"), pki.public_key(data["tls.key"], "key"))
