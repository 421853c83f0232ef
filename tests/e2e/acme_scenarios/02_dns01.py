"""DNS-01 by RFC 2136: TSIG over UDP and TCP, a wildcard with its apex, a delegated name, a key that is wrong."""
from harness.acme import BOUND, KEY, MOST_REQUESTS, ZONE, encoded, opaque
from harness.claims import expect, expect_equal, expect_in
from harness.objects import certificate

COUNT = 5
AT_ONCE = ["added", "added", "deleted", "deleted"]


def scenario(claims, world):
    namespace = world.cluster.namespace("dns")
    with claims.unbroken("issuers"):
        world.ready_issuer("udp", namespace)
        world.ready_issuer("tcp", namespace, solvers=[world.dns01(tcp=True)])
        world.ready_issuer("follow", namespace, solvers=[world.dns01(cname="Follow")])
    simple(claims, world, namespace)
    wildcard(claims, world, namespace)
    delegated(claims, world, namespace)
    wrong_key(claims, world, namespace)
    selectors(claims, world, namespace)
    with claims.claim("afterwards no Challenge is left, and no record of one in DNS"):
        world.nothing_left(namespace)
        expect_equal(world.texts("_acme-challenge.linked.example.test"), [])


def added_and_deleted(world, name):
    """Waits for that: the record is taken away while the certificate is on its way, or a moment after it has come."""
    world.cluster.until_holds(f"the updates of {name}",
                              lambda: expect_equal(world.updates(name), ["added", "deleted"]))


def simple(claims, world, namespace):
    with claims.claim("a certificate of one name, TSIG HMAC-SHA256 over UDP"):
        world.issue("one", namespace, "udp", world.name("one"))
        added_and_deleted(world, f"_acme-challenge.{world.name('one')}")
    with claims.claim("TSIG HMAC-SHA512 over TCP"):
        world.issue("tcp", namespace, "tcp", world.name("tcp"))
        added_and_deleted(world, f"_acme-challenge.{world.name('tcp')}")
    with claims.claim(f"a certificate costs at most {MOST_REQUESTS} requests to the CA, 5 % of nonces refused"):
        before = world.pebble.asked()
        for number in range(COUNT):
            world.issue(f"c{number}", namespace, "udp", world.name(f"c{number}"))
        claims.note(f"requests to the CA: {dict(world.pebble.asked(before))} for {COUNT}")
        expect(world.cost(before) <= COUNT * MOST_REQUESTS, f"{world.cost(before)} requests for {COUNT}")


def with_apex(world, namespace, label):
    """A certificate of a wildcard and its apex; what became of the values at their one name."""
    name = world.name(label)
    world.issue(label, namespace, "udp", name, f"*.{name}")
    world.nothing_left(namespace)
    updates = world.updates(f"_acme-challenge.{name}")
    expect_equal(sorted(updates), ["added"] * 2 + ["deleted"] * 2)
    expect_equal(world.texts(f"_acme-challenge.{name}"), [])
    return updates


def wildcard(claims, world, namespace):
    name = world.name("apex")
    with claims.claim("a wildcard and its apex in one certificate: two values at one name, both taken away"):
        updates = with_apex(world, namespace, "apex")
    with claims.claim("both were there at once"):
        # Each goes its own way: on a busy machine one may be over before the other has begun.
        for label in ("apex-again", "apex-anew"):
            if updates != AT_ONCE:
                updates = with_apex(world, namespace, label)
        expect_equal(updates, AT_ONCE)
    with claims.claim("somebody else's value at that name stays"):
        world.update(f'update add _acme-challenge.{name}. 60 TXT "of-somebody-else"')
        world.issue("again", namespace, "udp", name)
        world.cluster.until("the value alone", lambda: world.texts(f"_acme-challenge.{name}") == ["of-somebody-else"])
        world.update(f"update delete _acme-challenge.{name}. TXT")


def delegated(claims, world, namespace):
    with claims.claim("cnameStrategy Follow: the answer goes where the CNAME leads"):
        world.issue("linked", namespace, "follow", "linked.example.test")
        world.cluster.until("an update there", lambda: world.updates("linked.answers.example.test")[:2] == [
            "added", "deleted"])
        expect_equal(world.updates("_acme-challenge.linked.example.test"), [])


def wrong_key(claims, world, namespace):
    name = world.name("wrong")
    with claims.claim("with a wrong TSIG secret the Challenge says so, nothing is accepted, and an event tells"):
        solver = world.dns01()
        solver["dns01"]["rfc2136"]["tsigSecretSecretRef"]["name"] = "wrong"
        world.cluster.apply(opaque("wrong", namespace, secret=encoded(b"0123456789abcdef0123456789abcdef")),
                            world.acme_issuer("wrong", namespace, solvers=[solver]),
                            certificate("wrong", namespace, "wrong", dnsNames=[name]))
        before = world.pebble.asked()
        challenge = world.challenge_of(namespace, name, lambda c: c.get("status", {}).get("reason"))
        claims.note(challenge["status"]["reason"])
        expect(not challenge["status"].get("presented"), challenge["status"])
        expect_in("BADSIG", challenge["status"]["reason"] + "".join(
            event[2] for event in world.until_event(namespace, "Challenge", "PresentError")))
        expect_equal(world.pebble.asked(before)["challenge"], 0)
    with claims.claim("once the Secret is mended it is issued"):
        world.cluster.apply(opaque("wrong", namespace, secret=world.bind.key(KEY)))
        world.issued("wrong", namespace, name)
        expect(world.cost(before) <= MOST_REQUESTS + 2, dict(world.pebble.asked(before)))


def selectors(claims, world, namespace):
    inside, outside = world.name("in.sub"), world.name("out")
    broken = world.dns01()
    broken["dns01"]["rfc2136"]["nameserver"] = "127.0.0.1:1"
    with claims.claim("the solver with the longer zone wins, for each name of one certificate"):
        world.ready_issuer("zones", namespace, solvers=[
            {**broken, "selector": {"dnsZones": ["test"]}}, world.dns01(selector={"dnsZones": [ZONE]})])
        world.issue("zones", namespace, "zones", inside, outside)
    with claims.claim("a name that no solver takes: the Order says so in an event, and it is issued once one does"):
        world.ready_issuer("narrow", namespace, solvers=[world.dns01(selector={"dnsNames": [inside]})])
        name = world.name("narrow")
        world.cluster.apply(certificate("narrow", namespace, "narrow", dnsNames=[name]))
        claims.note(world.until_event(namespace, "Order", "Solver")[0][2])
        world.ready_issuer("narrow", namespace, solvers=[world.dns01()])
        world.cluster.until_ready("certificates", namespace, "narrow", BOUND)
