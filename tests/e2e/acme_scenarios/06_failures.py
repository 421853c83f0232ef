"""Failures: a CA that sees something else than we do, names that lead nowhere, servers of DNS that are silent."""
from harness.acme import BOUND, MOST_REQUESTS, WEB
from harness.claims import expect, expect_equal, expect_in
from harness.cluster import collection, condition
from harness.objects import certificate
from harness.pebble import ChallTestSrv


def scenario(claims, world):
    namespace = world.cluster.namespace("fail")
    with ChallTestSrv(world.folder("challtestsrv")) as other, \
            world.other_pebble("deceived", dns=other.server) as pebble:
        with claims.unbroken("an issuer"):
            world.ready_issuer("deceived", namespace, pebble)
        deceived(claims, world, namespace, pebble, other)
        one_of_two(claims, world, namespace, pebble, other)
    unseen(claims, world, namespace)
    unasked(claims, world, namespace)
    nowhere(claims, world, namespace)
    silent(claims, world, namespace)
    with claims.claim("no record of a Challenge is left in DNS, whatever became of it"):
        world.nothing_left()


def deceived(claims, world, namespace, pebble, other):
    """The CA asks another DNS server, which lies."""
    name = world.name("lied")
    with claims.claim("the CA sees another value: Challenge and Order are invalid, with the CA's words"):
        other.set_txt(f"_acme-challenge.{name}", "a lie")
        before = pebble.asked()
        world.cluster.apply(certificate("lied", namespace, "deceived", dnsNames=[name]))
        order = world.order_in(namespace, "lied", "invalid")
        claims.note(order["status"]["reason"])
        expect_in("Correct value not found", order["status"]["reason"])
        expect(order["status"].get("failureTime"), order["status"])
    with claims.claim("the request and the Certificate have failed, and say why"):
        world.failed("lied", namespace)
        ready = condition(world.cluster.requests_of(namespace, "lied")[0], "Ready")
        expect_equal(ready["reason"], "Failed")
        expect_in("invalid", ready["message"])
        expect(world.cluster.get("certificates", namespace, "lied")["status"]["failedIssuanceAttempts"] == 1, "tries")
    with claims.claim("events tell, the record is gone, and the CA is asked no more"):
        world.until_event(namespace, "Challenge", "Failed")
        world.cluster.until("no record", lambda: not world.texts(f"_acme-challenge.{name}"))
        expect(world.cost(before, pebble) <= MOST_REQUESTS + 2, dict(pebble.asked(before)))
        expect_equal(len(world.orders(namespace, "lied")), 1)


def one_of_two(claims, world, namespace, pebble, other):
    good, bad = world.name("good"), world.name("bad")
    with claims.claim("of two names that are refused: the Order is invalid and both records are gone"):
        other.set_txt(f"_acme-challenge.{bad}", "a lie")
        other.set_txt(f"_acme-challenge.{good}", "a lie")
        before = pebble.asked()
        world.cluster.apply(certificate("two", namespace, "deceived", dnsNames=[good, bad]))
        world.order_in(namespace, "two", "invalid")
        world.failed("two", namespace)
        for name in (good, bad):
            world.cluster.until("no record", lambda name=name: not world.texts(f"_acme-challenge.{name}"))
        expect(world.cost(before, pebble) <= 2 * MOST_REQUESTS, dict(pebble.asked(before)))


def unseen(claims, world, namespace):
    """HTTP-01 for a name without an address: what the self-check is for."""
    name = world.name("late")
    with claims.claim("a name that leads nowhere: the Challenge says so, and the CA is not asked to look"):
        world.ready_issuer("web", namespace, solvers=[world.http01()])
        before = world.pebble.asked()
        world.cluster.apply(certificate("late", namespace, "web", dnsNames=[name]))
        challenge = world.challenge_of(namespace, name, lambda c: c.get("status", {}).get("presented")
                                       and c["status"].get("reason"))
        claims.note(challenge["status"]["reason"])
        expect_in(name, challenge["status"]["reason"])
        expect_equal(world.pebble.asked(before)["challenge"], 0)
    with claims.claim("once it leads here it is issued"):
        world.update(f"update add {name}. 1 A 127.0.0.1")
        world.issued("late", namespace, name)
        expect(world.cost(before) <= MOST_REQUESTS + 2, dict(world.pebble.asked(before)))


def unasked(claims, world, namespace):
    """waitInsteadOfSelfCheck: we do not look, the CA does."""
    name = world.name("blind")
    with claims.claim("waitInsteadOfSelfCheck: accepted after that time unseen, and the CA's no is final"):
        world.ready_issuer("blind", namespace, solvers=[world.http01(waitInsteadOfSelfCheck="1s")])
        before = world.pebble.asked()
        world.cluster.apply(certificate("blind", namespace, "blind", dnsNames=[name]))
        claims.note(world.order_in(namespace, "blind", "invalid")["status"]["reason"])
        world.failed("blind", namespace)
        expect(world.cost(before) <= MOST_REQUESTS + 2, dict(world.pebble.asked(before)))
    with claims.claim("and issued where all is well, after that time"):
        world.issue("seeing", namespace, "blind", world.name("seeing", WEB))


def nowhere(claims, world, namespace):
    with claims.claim("a zone that the DNS server has not: the Challenge says so, nothing is accepted"):
        world.ready_issuer("udp", namespace)
        before = world.pebble.asked()
        world.cluster.apply(certificate("zone", namespace, "udp", dnsNames=["www.nowhere.invalid"]))
        challenge = world.challenge_of(namespace, "www.nowhere.invalid", lambda c: c.get("status", {}).get("reason"))
        claims.note(challenge["status"]["reason"])
        expect_equal(world.pebble.asked(before)["challenge"], 0)
    with claims.claim("deleted, it stays until somebody gives up its record, which may be anywhere: the finalizer"):
        name = challenge["metadata"]["name"]
        world.forget("zone", namespace)
        world.cluster.until("its deletion", lambda: "deletionTimestamp" in (
            world.cluster.find("challenges", namespace, name) or {"metadata": {"deletionTimestamp": ""}})["metadata"])
        world.cluster.merge(f"{collection('challenges', namespace)}/{name}", {"metadata": {"finalizers": None}})
        world.cluster.until("no Challenge", lambda: world.cluster.find("challenges", namespace, name) is None)


def silent(claims, world, namespace):
    name = world.name("silent")
    with claims.claim("a DNS server that is down: the Challenge says so; up again, it is issued"):
        before = world.pebble.asked()
        world.bind.stop()
        try:
            world.cluster.apply(certificate("silent", namespace, "udp", dnsNames=[name]))
            challenge = world.challenge_of(namespace, name, lambda c: c.get("status", {}).get("reason"))
            claims.note(challenge["status"]["reason"])
        finally:
            world.bind.start()
        world.cluster.until_ready("certificates", namespace, "silent", BOUND)
        expect(world.cost(before) <= MOST_REQUESTS + 2, dict(world.pebble.asked(before)))
