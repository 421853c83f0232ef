"""What issuing costs: the controller beside a real kube-apiserver and etcd, and the standalone server.

A batch is some Certificates of a CA issuer, ECDSA, two names each; its figures are named GROUP-COUNT-…, and those of
the whole GROUP-TOTAL-…: what is resident afterwards, and a restart with all of them there."""
import collections
import contextlib
import os
import pathlib
import re
import resource
import time

from api_load import NS, create_all, issue
from harness.claims import Failed
from harness.cluster import collection
from harness.objects import ca_issuer
from harness.pki import Pki
from harness.real_cluster import RealCluster, kube_apiserver
from harness.standalone import Standalone
from measuring import cpu_seconds

ROOT = pathlib.Path(__file__).resolve().parents[2]
KINDS = ("secrets", "certificates", "certificaterequests")
BOUND = 900  # seconds until a batch is Ready
REST = 1.5  # seconds without work after which something is over
REST_BOUND = 120
CALM = 4  # seconds after which what a rush took has been given back: the controller looks every three
LOOK, TIMERS = 0.2, 0.015  # seconds between looks at its CPU time, and of CPU in between that are nothing
UNRELATED = 30_000  # Secrets of others
UNRELATED_BYTES = 8000
REQUESTS = re.compile(r"^apiserver_request_total\{(.*)\} (\S+)$", re.M)
WRITES = ("POST", "PUT", "PATCH", "APPLY", "DELETE")


def controller_1300(binary, folder):
    return _on_cluster("controller", binary, folder, (300, 1000))


def controller_10000(binary, folder):
    return _on_cluster("controller", binary, folder, (10_000,))


def standalone_1300(binary, folder):
    return _on_standalone("controller-standalone", binary, folder, (300, 1000))


def standalone_10000(binary, folder):
    return _on_standalone("controller-standalone", binary, folder, (10_000,))


def controller_secrets(binary, folder):
    """What Secrets that are nobody's business add to the memory of a controller."""
    with _real_cluster(binary, folder) as cluster:
        if cluster is None:
            return
        until_at_rest(cluster.controller)
        before = cluster.controller.resident_kib()
        cpu = cpu_seconds(cluster.controller.pid)
        text = os.urandom(UNRELATED_BYTES * 3 // 8).hex()
        create_all(cluster.admin, collection("secrets", NS), lambda number: {
            "apiVersion": "v1", "kind": "Secret", "metadata": {"name": f"unrelated-{number}"},
            "data": {"value": text}}, UNRELATED)
        until_at_rest(cluster.controller)
        yield "controller-secrets-memory", (cluster.controller.resident_kib() - before) / 1024, "MiB-added"
        yield "controller-secrets-peak-memory", (cluster.controller.peak_kib() - before) / 1024, "MiB-added"
        yield "controller-secrets-cpu", (cpu_seconds(cluster.controller.pid) - cpu) * 1e6 / UNRELATED, "us-a-Secret"
        cluster.controller.stop()
        cluster.start_controller()
        yield "controller-secrets-start", until_at_rest(cluster.controller), "s"
        yield "controller-secrets-restart-memory", (cluster.controller.resident_kib() - before) / 1024, "MiB-added"


def _on_cluster(group, binary, folder, batches):
    with _real_cluster(binary, folder) as cluster:
        if cluster is None:
            return
        admin, watched = cluster.admin, {"server": cluster.api_server, "etcd": cluster.etcd, "webhook": cluster.webhook,
                                         "own": cluster.controller}
        for count in batches:
            before = requests(admin)
            yield from _batch(f"{group}-{count}", admin, count, watched)
            yield from _counted(f"{group}-{count}", requests(admin) - before, count)
        total = f"{group}-{sum(batches)}"
        until_at_rest(cluster.controller)
        time.sleep(CALM)
        yield from _memory(total, cluster.controller)
        seen, before = admin.versions(*KINDS), requests(admin)
        cluster.controller.stop()
        cluster.start_controller()
        yield from _restarted(total, cluster.controller)
        _print_requests(requests(admin) - before, sum(batches))
        yield f"{total}-restart-writes", sum(_writes(requests(admin) - before, KINDS).values()), "in-all"
        yield f"{total}-restart-changed", len(seen.items() ^ admin.versions(*KINDS).items()), "objects"


def _on_standalone(group, binary, folder, batches):
    with Standalone(binary, folder / "standalone") as server:
        cluster = server.cluster()
        _prepare(cluster)
        for count in batches:
            before = revision(cluster)
            yield from _batch(f"{group}-{count}", cluster, count, {"own": server.process})
            yield f"{group}-{count}-writes", (revision(cluster) - before) / count - 1, "a-certificate-with-events"
        total = f"{group}-{sum(batches)}"
        yield from _memory(total, server.process)
        seen, before = cluster.versions(*KINDS), revision(cluster)
        server.process.stop()
        server.start()
        yield from _restarted(total, server.process)
        yield f"{total}-restart-writes", revision(cluster) - before, "in-all"
        yield f"{total}-restart-changed", len(seen.items() ^ cluster.versions(*KINDS).items()), "objects"


def _batch(name, cluster, count, watched):
    """Rate, and CPU of each process; `own` is ours."""
    before, mine = {who: cpu_seconds(process.pid) for who, process in watched.items()}, _own_cpu()
    seconds = issue(cluster, f"c{count}", count, BOUND)
    mine = _own_cpu() - mine
    yield f"{name}-rate", count / seconds, "certificates-a-second"
    until_at_rest(watched["own"])
    spent = {who: (cpu_seconds(process.pid) - before[who]) * 1000 / count for who, process in watched.items()}
    for who, cpu in spent.items():
        yield f"{name}-cpu" if who == "own" else f"{name}-{who}-cpu", cpu, "ms-a-certificate"
    if "server" in spent:
        yield f"{name}-ratio", spent["own"] / spent["server"], "of-kube-apiserver's-CPU"
    yield f"{name}-generator-cpu", mine * 1000 / count, "ms-a-certificate"


def _counted(name, seen, count):
    written, events = _writes(seen, KINDS), _writes(seen, ("events",))
    _print_requests(seen, count)
    yield f"{name}-writes", sum(written.values()) / count - 1, "a-certificate"  # the create was not the controller's
    yield f"{name}-events", sum(events.values()) / count, "a-certificate"
    refused = sum(number for (_, _, code), number in written.items() if not code.startswith("2"))
    yield f"{name}-refused-writes", refused / count, "a-certificate"


def _print_requests(seen, count):
    """All that the API server answered meanwhile, to anybody, if it was not once in a while."""
    print("  " + ", ".join(f"{verb} {where} {code}: {number / count:.2f}"
                           for (verb, where, code), number in sorted(seen.items()) if number >= count / 20), flush=True)


def _memory(name, process):
    yield f"{name}-memory", process.resident_kib() / 1024, "MiB"
    yield f"{name}-peak-memory", process.peak_kib() / 1024, "MiB"


def _restarted(name, process):
    yield f"{name}-restart", until_at_rest(process), "s"
    yield f"{name}-restart-cpu", cpu_seconds(process.pid), "s"
    yield f"{name}-restart-memory", process.resident_kib() / 1024, "MiB"


def until_at_rest(process):
    """Waits until it has nothing to do any more; the seconds from its exec until then. Nothing is asked of it, so
    nothing is added to what it does; a tick of CPU now and then is a timer's."""
    moved, last = time.monotonic(), cpu_seconds(process.pid)
    while time.monotonic() < moved + REST:
        if time.monotonic() > process.started + BOUND + REST_BOUND:
            raise Failed(f"{process.name} never rests")
        time.sleep(LOOK)
        now = cpu_seconds(process.pid)
        if now - last > TIMERS:
            moved = time.monotonic()
        last = now
    return moved - process.started


def requests(cluster):
    """Counter of what an API server has answered by (verb, resource/subresource, code)."""
    seen = collections.Counter()
    for labels, number in REQUESTS.findall(cluster.http("GET", "/metrics").body.decode()):
        of = dict(re.findall(r'(\w+)="([^"]*)"', labels))
        if not of["dry_run"]:
            seen[of["verb"], f"{of['resource']}/{of['subresource']}".rstrip("/"), of["code"]] += round(float(number))
    return seen


def _writes(seen, kinds):
    return collections.Counter({key: number for key, number in seen.items()
                                if key[0] in WRITES and key[1].split("/")[0] in kinds})


def revision(cluster):
    """How many writes the store of a standalone server has taken."""
    return int(cluster.http("GET", f"{collection('namespaces')}?limit=1").json()["metadata"]["resourceVersion"])


def _own_cpu():
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def _prepare(cluster):
    cluster.ensure_namespace(NS)
    ca_issuer(cluster, Pki(), NS)


@contextlib.contextmanager
def _real_cluster(binary, folder):
    """The cluster with namespace load and its issuer, or None where there is no kube-apiserver."""
    server = kube_apiserver()
    if not server.exists():
        print("left out: there is no kube-apiserver")
        yield None
        return
    with contextlib.ExitStack() as stack:
        cluster = RealCluster(folder, server, binary, ROOT / "manifests", stack)
        cluster.start("*")
        _prepare(cluster.admin)
        yield cluster
