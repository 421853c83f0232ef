"""Orders: profiles, the preferred chain, durations, names that the CA refuses."""
from harness import pebble as ca
from harness.acme import MOST_REQUESTS
from harness.claims import expect, expect_equal, expect_in
from harness.cluster import condition
from harness.objects import certificate

HOUR = 3600


def scenario(claims, world):
    namespace = world.cluster.namespace("order")
    with world.other_pebble("orders", alternate_roots=2, chain_length=2, blocked=["blocked.example"],
                            profiles=ca.seconds(default=90 * 24 * HOUR, shortlived=144 * HOUR)) as pebble:
        if not pebble.offers("profiles"):
            claims.note("left out: this Pebble has no profiles")
            return
        with claims.unbroken("issuers"):
            for name, acme in (("plain", {"profile": "default"}), ("short", {"profile": "shortlived"}),
                               ("unknown", {"profile": "golden"}),
                               ("lasting", {"profile": "default", "enableDurationFeature": True})):
                world.ready_issuer(name, namespace, pebble, **acme)
        profiles(claims, world, namespace, pebble)
        chains(claims, world, namespace, pebble)
        duration(claims, world, namespace, pebble)
        refused(claims, world, namespace, pebble)
        with claims.claim("afterwards no Challenge is left, and no record of one in DNS"):
            world.nothing_left(namespace)


def days(world, data):
    """The whole days that the certificate is valid for."""
    done = world.pki.field(data["tls.crt"], "startdate"), world.pki.field(data["tls.crt"], "enddate")
    from email.utils import parsedate_to_datetime  # dates as "Nov 28 07:00:00 2026 GMT"
    begin, end = (parsedate_to_datetime(" ".join((d.split()[1], d.split()[0], d.split()[3], d.split()[2], "GMT")))
                  for d in done)
    return round((end - begin).total_seconds() / (24 * HOUR), 2)


def profiles(claims, world, namespace, pebble):
    with claims.claim("the issuer's profile is asked for: six days"):
        data = world.issue("six", namespace, "short", world.name("six"), root=pebble.root())
        expect_equal(days(world, data), 6.0)
        expect_equal(world.order_in(namespace, "six", "valid")["spec"]["profile"], "shortlived")
    with claims.claim("a profile that the CA does not offer: the Order is errored and says so, no order is made"):
        before = pebble.asked()
        world.cluster.apply(certificate("unknown", namespace, "unknown", dnsNames=[world.name("unknown")]))
        reason = world.order_in(namespace, "unknown", "errored")["status"]["reason"]
        expect_in("Failed to create Order: acme: certificate authority does not advertise a profile with name golden",
                  reason)
        expect_equal(pebble.asked(before)["newOrder"], 0)
    with claims.claim("the request has failed, and the Certificate tells why"):
        world.failed("unknown", namespace)
        request = world.cluster.requests_of(namespace, "unknown")[0]
        ready = condition(request, "Ready")
        expect_equal((ready["status"], ready["reason"]), ("False", "Failed"))
        expect_in("golden", ready["message"])


def chains(claims, world, namespace, pebble):
    with claims.claim("preferredChain: the chain of another root, by its common name"):
        name = world.pki.field(pebble.root(2), "subject").split("CN = ")[1]
        world.ready_issuer("chain", namespace, pebble, preferredChain=name, profile="default")
        before = pebble.asked()
        data = world.issue("chain", namespace, "chain", world.name("chain"), root=pebble.root(2))
        expect_equal(data["tls.crt"].count(b"BEGIN CERTIFICATE"), 3)
        expect(world.cost(before, pebble) <= MOST_REQUESTS + 2, dict(pebble.asked(before)))
    with claims.claim("the chain that the CA gives by itself ends elsewhere"):
        world.issue("default", namespace, "plain", world.name("default"), root=pebble.root(0))
    with claims.claim("a preferredChain that there is not: the CA's own one"):
        world.ready_issuer("no-chain", namespace, pebble, preferredChain="Nobody's Root", profile="default")
        world.issue("no-chain", namespace, "no-chain", world.name("no-chain"), root=pebble.root(0))


def duration(claims, world, namespace, pebble):
    with claims.claim("enableDurationFeature: the duration is asked for"):
        data = world.issue("lasting", namespace, "lasting", world.name("lasting"), root=pebble.root(), duration="240h")
        expect_equal(days(world, data), 10.0)
    with claims.claim("without it, the duration is the CA's"):
        data = world.issue("usual", namespace, "plain", world.name("usual"), root=pebble.root(), duration="240h")
        expect_equal(days(world, data), 90.0)


def refused(claims, world, namespace, pebble):
    with claims.claim("a name that the CA refuses: the Order is errored with its words, and it is asked once"):
        before = pebble.asked()
        world.cluster.apply(certificate("blocked", namespace, "plain", dnsNames=["www.blocked.example"]))
        order = world.order_in(namespace, "blocked", "errored")
        expect_in("Failed to create Order: ", order["status"]["reason"])
        expect_in("blocked.example", order["status"]["reason"])
        expect(order["status"].get("failureTime"), order["status"])
        world.failed("blocked", namespace)
        expect(pebble.asked(before)["newOrder"] <= 3, dict(pebble.asked(before)))  # two nonces may be refused
    with claims.claim("a common name that is no DNS name of it: the request fails before any order"):
        before = pebble.asked()
        request, _ = world.pki.request("other.example.test", f"subjectAltName=DNS:{world.name('cn')}")
        from harness.objects import certificate_request
        world.cluster.apply(certificate_request("cn", namespace, request, "plain"))
        world.cluster.kubectl("wait", "--for=condition=Ready=false", "-n", namespace, "certificaterequest/cn",
                              "--timeout=60s")
        world.cluster.until("InvalidOrder or Failed", lambda: condition(
            world.cluster.get("certificaterequests", namespace, "cn"), "Ready").get("reason") == "Failed")
        expect_equal(pebble.asked(before)["newOrder"], 0)
