"""Deletion: a Certificate, an Order or an Issuer that goes away while a challenge is under way leaves nothing."""
from harness.acme import BOUND
from harness.acme_faults import FaultProxy, problem
from harness.claims import expect, expect_equal
from harness.objects import certificate


def scenario(claims, world):
    namespace = world.cluster.namespace("delete")
    with claims.unbroken("issuers"):
        world.ready_issuer("slow", namespace, solvers=[world.dns01(waitInsteadOfSelfCheck="10m")])
        world.ready_issuer("fast", namespace)
    under_way(claims, world, namespace)
    swapped(claims, world, namespace)
    unreachable(claims, world, namespace)


def presented(world, namespace, name):
    """Waits until the record of that name is in DNS and its Challenge says so."""
    world.challenge_of(namespace, name, lambda c: c.get("status", {}).get("presented"))
    expect(world.texts(f"_acme-challenge.{name}"), "presented, and there is no record")


def under_way(claims, world, namespace):
    one, two = world.name("gone"), world.name("gone-too")
    with claims.claim("kubectl delete of a Certificate under way: its Order, its Challenges and their records go"):
        world.cluster.apply(certificate("gone", namespace, "slow", dnsNames=[one, two, f"*.{two}"]))
        presented(world, namespace, one)
        presented(world, namespace, two)
        world.cluster.kubectl("delete", "certificate", "-n", namespace, "gone", "--timeout=60s")
        world.nothing_left(namespace)
        world.cluster.until("no Order", lambda: not world.orders(namespace, "gone"))
    with claims.claim("the same of a Challenge: it goes, its record with it, and another is made"):
        world.cluster.apply(certificate("again", namespace, "slow", dnsNames=[one]))
        presented(world, namespace, one)
        first = world.challenge_of(namespace, one)["metadata"]
        world.cluster.kubectl("delete", "challenge", "-n", namespace, first["name"], "--timeout=60s")
        second = world.challenge_of(namespace, one, lambda c: c["metadata"]["uid"] != first["uid"]
                                    and c.get("status", {}).get("presented"))
        expect(second["metadata"]["uid"] != first["uid"], second["metadata"])
        expect_equal(len(world.texts(f"_acme-challenge.{one}")), 1)
    with claims.claim("the same of a whole Order: another one is made for the request, or the request fails"):
        order = world.orders(namespace, "again")[0]["metadata"]
        world.cluster.kubectl("delete", "order", "-n", namespace, order["name"], "--timeout=60s")
        world.cluster.until("another Order or a failure", lambda: [
            o for o in world.orders(namespace, "again") if o["metadata"]["uid"] != order["uid"]], BOUND)
        world.cluster.remove("certificates", namespace, "again")
        world.nothing_left(namespace)


def swapped(claims, world, namespace):
    name = world.name("swap")
    with claims.claim("an Issuer whose solver changes under way: the Challenge of before cleans up, all is issued"):
        world.cluster.apply(certificate("swap", namespace, "slow", dnsNames=[name]))
        presented(world, namespace, name)
        world.cluster.apply(world.acme_issuer("slow", namespace, solvers=[world.dns01()]))
        world.issued("swap", namespace, name)
        world.nothing_left(namespace)
        world.cluster.apply(world.acme_issuer("slow", namespace, solvers=[
            world.dns01(waitInsteadOfSelfCheck="10m")]))


def unreachable(claims, world, namespace):
    name = world.name("dark")
    with claims.claim("deleted while its DNS server is down: the Challenge stays until its record could be removed"):
        world.cluster.apply(certificate("dark", namespace, "slow", dnsNames=[name]))
        presented(world, namespace, name)
        world.bind.stop()
        try:
            world.cluster.remove("certificates", namespace, "dark")
            world.until_event(namespace, "Challenge", "CleanUpError")
            expect(world.cluster.list("challenges", namespace), "the Challenge is gone, its record is not")
        finally:
            world.bind.start()
        world.nothing_left(namespace)
    with world.other_pebble("gone-ca") as pebble, FaultProxy(world.folder("gone-proxy"), pebble) as proxy:
        with claims.claim("deleted while its CA answers nothing: all goes all the same"):
            world.ready_issuer("dead", namespace, proxy, [world.dns01(waitInsteadOfSelfCheck="1s")])
            fault = proxy.add("challenge", problem(503, "serverInternal", "down"), instead=True)
            world.cluster.apply(certificate("dead", namespace, "dead", dnsNames=[name]))
            presented(world, namespace, name)
            world.cluster.until("the fault met", lambda: fault.met)
            world.cluster.remove("certificates", namespace, "dead")
            world.nothing_left(namespace)
