"""What ACME costs, against Pebble (no artificial waits, 5 % of nonces refused) and BIND on the same machine, with the
controller's own flags but for where to look. Requests are those of harness.pebble.OF_A_CERTIFICATE."""
import contextlib
import pathlib

from api_load import NS, issue
from controller_figures import until_at_rest
from harness.acme import WEB, ZONE, AcmeWorld, add_zones, controller_flags
from harness.bind import Bind, find_named
from harness.claims import Failed
from harness.objects import certificate
from harness.pebble import Pebble, find
from harness.pki import Pki
from harness.processes import free_port
from harness.real_cluster import RealCluster, kube_apiserver
from harness.standalone import Standalone
from measuring import cpu_seconds

ROOT = pathlib.Path(__file__).resolve().parents[2]
BOUND = 90  # seconds until a batch is Ready
TRIES = 4  # of a group in which Pebble locks itself up (Pebble.is_stuck)
WARM_UP = 2  # certificates before those that are measured: of the account, the directory, first connections


def dns01_20(binary, folder):
    return _on_standalone("acme-dns01-20", binary, folder, 20, ZONE)


def dns01_200(binary, folder):
    return _on_standalone("acme-dns01-200", binary, folder, 200, ZONE)


def http01_100(binary, folder):
    return _on_standalone("acme-http01-100", binary, folder, 100, WEB)


class Stuck(Exception):
    """What was measured says nothing."""


def _tried(measure, binary, folder):
    """The figures of the first try in which Pebble works to the end."""
    for number in range(TRIES):
        (folder / str(number)).mkdir()
        try:
            return list(measure(binary, folder / str(number)))
        except Stuck:
            print("  left out: Pebble has locked itself up", flush=True)
    raise Failed("Pebble locks itself up each time")


def controller_20(binary, folder):
    return _tried(_controller_20, binary, folder)


def _controller_20(binary, folder):
    server = kube_apiserver()
    if not server.exists():
        print("left out: there is no kube-apiserver")
        return
    with _authorities(folder) as found, contextlib.ExitStack() as stack:
        if found is None:
            return
        bind, pebble = found
        (folder / "cluster").mkdir()
        cluster = RealCluster(folder / "cluster", server, binary, ROOT / "manifests", stack)
        cluster.controller_flags = controller_flags(bind, pebble.http_port)
        cluster.start("*")
        world = AcmeWorld(folder, Pki(), bind, pebble, cluster.admin, binary)
        yield from _batch("acme-controller-20", world, cluster.controller, 20, ZONE)


def _on_standalone(group, binary, folder, count, zone):
    return _tried(lambda *where: _standalone(group, *where, count, zone), binary, folder)


def _standalone(group, binary, folder, count, zone):
    with _authorities(folder) as found:
        if found is None:
            return
        bind, pebble = found
        with Standalone(binary, folder / "server", f"--http01-port={pebble.http_port}",
                        *controller_flags(bind, pebble.http_port)) as server:
            world = AcmeWorld(folder, Pki(), bind, pebble, server.cluster(), binary, server)
            yield from _batch(group, world, server.process, count, zone)


@contextlib.contextmanager
def _authorities(folder):
    """(BIND, Pebble), or None where they are not."""
    if find_named() is None or find("pebble") is None:
        print("left out: there is no Pebble, or no named")
        yield None
        return
    bind = Bind(folder / "bind", ZONE, WEB)
    add_zones(bind)
    with bind, Pebble(folder / "pebble", dns=bind.server, http_port=free_port()) as pebble:
        yield bind, pebble


def _batch(name, world, process, count, zone):
    cluster = world.cluster
    cluster.ensure_namespace(NS)
    world.ready_issuer("acme", NS, solvers=[world.http01() if zone == WEB else world.dns01()])

    def of(label):
        return certificate(label, NS, "acme", dnsNames=[f"{label}.{zone}"])
    issue(cluster, "warm-up", WARM_UP, BOUND, of)
    until_at_rest(process)
    cpu, asked = cpu_seconds(process.pid), world.pebble.asked()
    of_bind, of_pebble = cpu_seconds(world.bind.process.pid), cpu_seconds(world.pebble.process.pid)
    try:
        seconds = issue(cluster, "c", count, BOUND, of)
    except Failed as failure:
        if world.pebble.is_stuck():
            raise Stuck from failure
        raise
    yield f"{name}-ready", seconds, "s"
    until_at_rest(process)
    yield f"{name}-cpu", (cpu_seconds(process.pid) - cpu) * 1000 / count, "ms-a-certificate"
    yield f"{name}-requests", world.cost(asked) / count, "a-certificate"
    print(f"  requests: {dict(world.pebble.asked(asked))}; CPU ms a certificate of named: "
          f"{(cpu_seconds(world.bind.process.pid) - of_bind) * 1000 / count:.1f}, of Pebble: "
          f"{(cpu_seconds(world.pebble.process.pid) - of_pebble) * 1000 / count:.1f}", flush=True)
    left = [text for text in world.all_texts() if text.endswith(zone)]
    if left or cluster.list("challenges", NS):
        raise Failed(f"left behind: {left[:5]}")
