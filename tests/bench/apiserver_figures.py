"""What the embedded API server does: its start, memory and rates, and the same loads on kube-apiserver with etcd.

The controllers that would answer a Certificate rest, so that the server alone is measured. The loads come from one
thread of apiserver_load; what it takes of the CPU is not the server's, so with two cores the rates are a lower bound."""
import base64
import contextlib
import json
import os
import pathlib
import statistics
import subprocess
import time

from harness.claims import Failed
from harness.cluster import collection
from harness.objects import certificate, config_map
from harness.real_cluster import RealCluster, kube_apiserver
from harness.standalone import Standalone
from measuring import cpu_seconds, program

ROOT = pathlib.Path(__file__).resolve().parents[2]
NS, FEW, STORED = "load", "few", "stored"
RESTING = ("--controllers=issuers", "--advice-lookups=false")
SECONDS = float(os.environ.get("BENCH_SECONDS", "2"))
BOUND = 300
CLIENTS = 16
OBJECTS = 10_000  # Certificates
STARTS = 5
LISTS = 5
WATCHERS, WRITES, EVERY = 1000, 20, 250  # ms between writes
LABELS = {"app.kubernetes.io/managed-by": "bench", "team": "load"}


def apiserver(binary, folder):
    """The figures of standalone, then those of kube-apiserver where there is one, and ours to its."""
    ours = {}
    for name, value, unit in _standalone(binary, folder):
        ours[name] = value
        yield name, value, unit
    with _real_cluster(binary, folder) as cluster:
        if cluster is None:
            return
        for name, value, unit in _loads(binary, folder, cluster.admin, cluster.api_server):
            yield f"kube-{name}", value, unit
            if value and name in ours:
                yield f"{name}-ratio", ours[name] / value, "of-kube-apiserver's"


def apiserver_start(binary, folder):
    """Starts, with nothing and with 10,000 Certificates; memory."""
    yield "apiserver-ready", _ready(binary, folder, "empty", 0), "ms"
    yield "apiserver-ready-10000", _ready(binary, folder, "full", OBJECTS), "ms"


def _ready(binary, folder, name, objects):
    with Standalone(binary, folder / name, *RESTING) as server:
        if objects:
            fill(binary, folder, server.cluster(), objects)
        seen = []
        for _ in range(STARTS):
            server.process.stop()
            server.start()
            seen.append(server.ready_seconds * 1000)
        return statistics.median(seen)


def _standalone(binary, folder):
    yield from apiserver_start(binary, folder)
    with Standalone(binary, folder / "idle") as server:
        time.sleep(4)
        yield "apiserver-memory", server.process.resident_kib() / 1024, "MiB"
    with Standalone(binary, folder / "loads", *RESTING) as server:
        yield from _loads(binary, folder, server.cluster(), server.process)


def _loads(binary, folder, cluster, process):
    pem, port = _pem(folder, cluster), cluster.address.rsplit(":", 1)[1]
    for name in (NS, FEW, STORED):
        cluster.ensure_namespace(name)

    def ask(method, path, value, clients, length):
        return _ask(binary, folder, (port, pem), process, (method, path, value), (clients, length))
    yield from _rate("apiserver-configmap-creates", ask(
        "POST", collection("configmaps", NS), _map("cm-@"), CLIENTS, SECONDS))
    yield from _rate("apiserver-certificate-creates", ask(
        "POST", collection("certificates", NS), _certificate("crt-@", NS), CLIENTS, SECONDS))
    yield from _rate("apiserver-gets", ask("GET", f"{collection('configmaps', NS)}/cm-1", None, CLIENTS, SECONDS))
    yield from _watched(binary, folder, cluster, process, (port, pem))
    fill(binary, folder, cluster, OBJECTS)
    lists = ask("GET", collection("certificates", STORED), None, 1, f"{LISTS}x")
    yield "apiserver-list-10000", lists.p50 / 1000, "ms"
    yield "apiserver-full-memory", process.resident_kib() / 1024, "MiB"


def _watched(binary, folder, cluster, process, target):
    before = process.resident_kib()
    body = _body(folder, "watched", _map("told-@", FEW))
    version = cluster.http("GET", f"{collection('configmaps', FEW)}?limit=1").json()["metadata"]["resourceVersion"]
    path = f"{collection('configmaps', FEW)}?watch=1&resourceVersion={version}&timeoutSeconds=300"
    command = [program(binary, "apiserver_load"), "watch", *target, path, WATCHERS, collection("configmaps", FEW), body,
               WRITES, EVERY]
    cpu = cpu_seconds(process.pid)
    with subprocess.Popen(list(map(str, command)), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as load:
        most = before
        while load.poll() is None:
            most = max(most, process.resident_kib())
            time.sleep(0.2)
        seen, problem = load.stdout.read().split(), load.stderr.read()
    if load.returncode:
        raise Failed(f"{WATCHERS} watchers: {problem} {process.tail()[-400:]}")
    yield "apiserver-watch-p50", float(seen[1]), "ms"
    yield "apiserver-watch-p99", float(seen[2]), "ms"
    yield "apiserver-watch-most", float(seen[3]), "ms"
    yield "apiserver-watch-cpu", (cpu_seconds(process.pid) - cpu) * 1e6 / int(seen[0]), "us-an-event"
    yield "apiserver-watch-memory", (most - before) / WATCHERS, "kiB-a-watcher"


def fill(binary, folder, cluster, count):
    """That many Certificates in a namespace of their own."""
    cluster.ensure_namespace(STORED)
    target = (cluster.address.rsplit(":", 1)[1], _pem(folder, cluster))
    _ask(binary, folder, target, None, ("POST", collection("certificates", STORED), _certificate("crt-@", STORED)),
         (CLIENTS, f"{count}x"))


class _Load:
    def __init__(self, requests, p50, p99, rate, cpu):
        self.requests, self.p50, self.p99, self.rate, self.cpu = requests, p50, p99, rate, cpu


def _ask(binary, folder, target, process, request, load):
    method, path, value = request
    body = _body(folder, "asked", value)
    command = [program(binary, "apiserver_load"), "ask", *target, method, path, body, *load]
    cpu = cpu_seconds(process.pid) if process else 0
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, timeout=BOUND, check=False)
    if done.returncode:
        raise Failed(f"{method} {path}: {done.stderr}")
    requests, p50, p99, rate = map(float, done.stdout.split())
    spent = (cpu_seconds(process.pid) - cpu) * 1e6 / requests if process else 0
    return _Load(requests, p50, p99, rate, spent)


def _rate(name, load):
    yield name, load.rate, "a-second"
    yield f"{name}-p99", load.p99 / 1000, "ms"
    yield f"{name}-cpu", load.cpu, "us-a-request"


def _body(folder, name, value):
    file = folder / f"{name}.json"
    file.write_text(json.dumps(value) if value else "")
    return file


def _map(name, namespace=NS):
    value = config_map(name, namespace, **{"config.yaml": "listen: 127.0.0.1\n" * 10, "level": "info"})
    value["metadata"]["labels"] = LABELS
    return value


def _certificate(name, namespace):
    value = certificate(name, namespace)
    value["metadata"]["labels"] = LABELS
    return value


def _pem(folder, cluster):
    """A file with the certificate of the kubeconfig and its key."""
    config = json.loads(cluster.kubectl("config", "view", "--raw", "--minify", "-o", "json").out)
    user = config["users"][0]["user"]
    file = folder / "admin.pem"
    file.write_bytes(base64.b64decode(user["client-certificate-data"]) + base64.b64decode(user["client-key-data"]))
    return file


@contextlib.contextmanager
def _real_cluster(binary, folder):
    """kube-apiserver with etcd on disk and our definitions, or None where there is none. Nothing of ours runs."""
    server = kube_apiserver()
    if not server.exists():
        print("left out: there is no kube-apiserver")
        yield None
        return
    with contextlib.ExitStack() as stack:
        cluster = RealCluster(folder, server, binary, ROOT / "manifests", stack)
        cluster.etcd_flags = ()
        cluster.start_server()
        yield cluster
