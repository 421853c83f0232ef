"""What policy costs: at approval beside a real kube-apiserver, with few and many policies bound, and at admission.

All policies but the last one by name deny, so each has to be looked at. Questions to the API server about rights are
those of approval alone: the webhook judges nothing meanwhile, and is not called for statuses."""
import contextlib
import json
import os
import statistics
import time
import urllib.request

import bodies
from api_load import Connection, create_all
from controller_figures import CALM, ROOT, requests, until_at_rest
from harness.claims import Failed, until
from harness.csr import Csr
from harness.keep_alive import Api
from harness.objects import certificate_request
from harness.policy_looks import USERS
from harness.policy_world import OnStandalone, all_ready
from harness.processes import answers, free_port, running
from harness.real_cluster import RealCluster, kube_apiserver
from measuring import START_BOUND, best, cpu_seconds, load, webhook_command

COUNTS = (1, 20, 200)  # policies
SEQUENTIAL, AT_ONCE = 100, 200  # requests
MANY, FEW, PORTION = 10_000, 1_000, 500  # requests that stay, for memory; made before their news is read
NS, ISSUER = "policy-bench", {"name": "bench"}
BOUND = 300
SECONDS = float(os.environ.get("BENCH_SECONDS", "1"))
REVIEWS = "subjectaccessreviews"
PATH = f"/apis/cert-manager.io/v1/namespaces/{NS}/certificaterequests"


def _policy(name, allowed, issuer="bench"):
    return {"apiVersion": "policy.cert-manager.io/v1alpha1", "kind": "CertificateRequestPolicy",
            "metadata": {"name": name}, "spec": {"selector": {"issuerRef": {"name": issuer}}, "allowed": allowed}}


def _policies(count):
    """The last one allows everything that is asked here."""
    for number in range(count - 1):
        yield _policy(f"p{number:03d}", {"commonName": {"value": f"nobody-{number}"},
                                         "dnsNames": {"values": [f"*.team-{number}.example.com"]}})
    everything = {"values": ["*"]}
    yield _policy("z-allows", {
        "commonName": {"value": "*"}, "dnsNames": everything, "usages": ["digital signature", "key encipherment"],
        "subject": {"organizations": everything, "countries": everything}})


def _hostile_rule():
    """Six loops in each other over sixteen parts: sixteen million steps, if nobody counted."""
    rule = "true"
    for variable in "fedcba":
        rule = f"self.split(',').all({variable}, {rule})"
    return rule


def _store(api, count):
    for value in _policies(count):
        api.must_apply(value)
    until("all policies Ready", lambda: all_ready(api))


@contextlib.contextmanager
def _cluster(binary, folder, flags=("--policy=on", "--policy-admission=off")):
    """(cluster, api) with everybody allowed to use every policy, or (None, None) where there is no kube-apiserver."""
    server = kube_apiserver()
    if not server.exists():
        print("left out: there is no kube-apiserver")
        yield None, None
        return
    with contextlib.ExitStack() as stack:
        cluster = RealCluster(folder, server, binary, ROOT / "manifests", stack)
        cluster.controller_flags = [flag for flag in flags if not flag.startswith("--policy-admission")]
        registered = cluster.admission

        def admission():
            found = registered()
            for rule in (rule for value in found for hook in value["webhooks"] for rule in hook["rules"]):
                rule["resources"] = [name for name in rule["resources"] if not name.endswith("/status")]
            return found
        cluster.admission = admission
        cluster.start("*", flags)
        api = Api(cluster.admin)
        cluster.admin.ensure_namespace(NS)
        for value in _right_to_use({"kind": "Group", "name": "system:authenticated"}):
            api.must_apply(value)
        yield cluster, api


def _right_to_use(subject):
    root = {"apiVersion": "rbac.authorization.k8s.io/v1", "metadata": {"name": USERS}}
    yield {**root, "kind": "ClusterRole", "rules": [{
        "apiGroups": ["policy.cert-manager.io"], "resources": ["certificaterequestpolicies"], "verbs": ["use"]}]}
    yield {**root, "kind": "ClusterRoleBinding", "subjects": [{"apiGroup": "rbac.authorization.k8s.io", **subject}],
           "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": USERS}}


class Decided:
    """Reads a watch until requests of some names are decided."""

    def __init__(self, admin):
        version = admin.http("GET", f"{PATH}?limit=1").json()["metadata"]["resourceVersion"]
        self._lines = Connection(admin).lines(f"{PATH}?watch=1&resourceVersion={version}")

    def wait(self, names, verdict="Approved"):
        waiting, end = set(names), time.monotonic() + BOUND
        for line in self._lines:
            if b'"%s"' % verdict.encode() in line:
                waiting.discard(json.loads(line)["object"]["metadata"]["name"])
            if not waiting:
                return
            if time.monotonic() > end:
                break
        raise Failed(f"{len(waiting)} not {verdict} in {BOUND} s")


def _reviews(admin):
    return sum(number for (_, where, _), number in requests(admin).items() if where.startswith(REVIEWS))


def _sequential(name, cluster, csr, count):
    """ms from the create until the watch tells of the verdict; CPU; questions about rights."""
    admin, seen = cluster.admin, []
    decided, connection = Decided(admin), Connection(admin)
    until_at_rest(cluster.controller)
    before, asked = cpu_seconds(cluster.controller.pid), _reviews(admin)
    for number in range(count):
        value = certificate_request(f"{name}-{number}", NS, csr, ISSUER)
        start = time.monotonic()
        status, body = connection.post(PATH, value)
        if status != 201:
            raise Failed(f"create: {status} {body[:300]!r}")
        decided.wait([f"{name}-{number}"])
        seen.append((time.monotonic() - start) * 1000)
    asked = _reviews(admin) - asked
    until_at_rest(cluster.controller)
    yield f"{name}-p50", statistics.median(seen), "ms"
    yield f"{name}-p99", sorted(seen)[len(seen) * 99 // 100], "ms"
    yield f"{name}-cpu", (cpu_seconds(cluster.controller.pid) - before) * 1000 / count, "ms-a-request"
    yield f"{name}-reviews", asked / count, "a-request"


def policy(binary, folder):
    """At approval."""
    with _cluster(binary, folder) as (cluster, api):
        if cluster is None:
            return
        csr, cpu = Csr().pem({"cn": "web.example.com", "dns": ["web.example.com"]}), {}
        for count in COUNTS:
            _store(api, count)
            for figure, value, unit in _sequential(f"policy-{count}", cluster, csr, SEQUENTIAL):
                cpu[figure] = value
                yield figure, value, unit
        yield "policy-ratio", cpu["policy-200-cpu"] / max(cpu["policy-1-cpu"], 0.1), "of-the-CPU-with-one-policy"
        decided, start = Decided(cluster.admin), time.monotonic()
        create_all(cluster.admin, PATH, lambda number: certificate_request(f"rush-{number}", NS, csr, ISSUER), AT_ONCE)
        decided.wait([f"rush-{number}" for number in range(AT_ONCE)])
        yield "policy-200-at-once", time.monotonic() - start, "s"
        yield "policy-memory", cluster.controller.resident_kib() / 1024, "MiB"
        yield from _hostile(cluster, api)


def _hostile(cluster, api, count=10):
    """What a rule without end costs, by the controller's own clock."""
    api.must_apply(_policy("hostile", {"commonName": {"validations": [{"rule": _hostile_rule()}]}}, "hostile"))
    until("it is Ready", lambda: all_ready(api))
    csr = Csr().pem({"cn": "a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p"})
    before, decided = _evaluation(cluster), Decided(cluster.admin)
    for number in range(count):
        api.must_create(certificate_request(f"hostile-{number}", NS, csr, {"name": "hostile"}))
    decided.wait([f"hostile-{number}" for number in range(count)], "Denied")
    after = _evaluation(cluster)
    yield "policy-hostile", (after[0] - before[0]) * 1000 / max(after[1] - before[1], 1), "ms-a-verdict"


def _evaluation(cluster):
    """(sum of seconds, count) of the histogram."""
    with urllib.request.urlopen(f"http://127.0.0.1:{cluster.metrics_port}/metrics", timeout=10) as page:
        lines = page.read().decode().splitlines()
    return [sum(float(line.rsplit(" ", 1)[1]) for line in lines
                if line.startswith(f"certwright_policy_evaluation_seconds_{part}")) for part in ("sum", "count")]


def policy_memory(binary, folder):
    """What requests that are done with add to the controller's memory."""
    with _cluster(binary, folder) as (cluster, api):
        if cluster is None:
            return
        _store(api, 20)
        csr, at = Csr().pem({"cn": "web.example.com"}), {}
        for first, last in ((0, FEW), (FEW, MANY)):
            for start in range(first, last, PORTION):
                decided = Decided(cluster.admin)
                create_all(cluster.admin, PATH, lambda number, start=start: certificate_request(
                    f"stays-{number + start}", NS, csr, ISSUER), PORTION)
                decided.wait([f"stays-{number}" for number in range(start, start + PORTION)])
            until_at_rest(cluster.controller)
            time.sleep(CALM)
            at[last] = cluster.controller.resident_kib() / 1024
            yield f"policy-memory-{last}", at[last], "MiB"
        yield "policy-memory-added", at[MANY] - at[FEW], "MiB"
        cluster.controller.stop()
        cluster.start_controller()
        until_at_rest(cluster.controller)
        yield "policy-memory-restarted", cluster.controller.resident_kib() / 1024, "MiB"


@contextlib.contextmanager
def _webhook(binary, folder, api_kubeconfig, *flags):
    port, health = free_port(), free_port()
    folder.mkdir(exist_ok=True)
    with running("webhook", [*webhook_command(binary, folder, api_kubeconfig, port, health), *flags],
                 folder / "log") as process:
        process.until("/healthz", lambda: answers(health, "/healthz"), START_BOUND)
        yield process, port


def policy_admission(binary, folder):
    """CREATE reviews of one Certificate on one connection, with and without 200 policies; questions already asked."""
    file = folder / "create"
    file.write_bytes(bodies.create())
    with contextlib.ExitStack() as stack:
        world = OnStandalone(binary, folder, stack)
        world.start(["--policy=on", "--policy-admission=off"])
        for value in _right_to_use({"kind": "User", "name": "system:serviceaccount:cert-manager:cert-manager"}):
            world.api.must_apply(value)
        world.api.must_apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}})
        for value in _policies(max(COUNTS)):
            value["spec"]["selector"]["issuerRef"]["name"] = "shop-ca"
            world.api.must_apply(value)
        until("all policies Ready", lambda: all_ready(world.api))
        seen = {}
        for name, flags in (("without", ()), ("with", ("--policy=on",))):
            server = stack.enter_context(_webhook(binary, folder / name, world.kubeconfig, *flags))
            load(binary, server, "/validate", file, SECONDS, 1)  # fills the caches
            seen[name] = best(load(binary, server, "/validate", file, SECONDS, 1) for _ in range(3))
        for figure in ("p50", "p99", "cpu"):
            yield f"policy-admission-{figure}", getattr(seen["with"], figure), "us"
        yield "policy-admission-added-cpu", seen["with"].cpu - seen["without"].cpu, "us"
