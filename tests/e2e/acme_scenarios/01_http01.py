"""HTTP-01: an account, certificates of one name, of two, of an address; what is left afterwards."""
from harness.acme import MOST_REQUESTS, WEB
from harness.claims import expect, expect_equal, expect_in
from harness.cluster import condition

COUNT = 5


def scenario(claims, world):
    cluster = world.cluster
    namespace = cluster.namespace("http")
    account(claims, world, namespace)
    certificates(claims, world, namespace)
    leavings(claims, world, namespace)


def account(claims, world, namespace):
    with claims.claim("an ACME Issuer makes its key, registers an account and is Ready"):
        ready = world.ready_issuer("acme", namespace, solvers=[world.http01()])
        expect_equal(condition(ready, "Ready")["reason"], "ACMEAccountRegistered")
        expect_in("/my-account/", ready["status"]["acme"]["uri"])
        expect_equal(ready["status"]["acme"]["lastRegisteredEmail"], "it@example.com")
        key = world.cluster.secret_data(namespace, "acme-account")["tls.key"]
        expect_in("BEGIN RSA PRIVATE KEY", key.decode())


def certificates(claims, world, namespace):
    cluster = world.cluster
    with claims.claim("a certificate of one name by HTTP-01"):
        world.issue("one", namespace, "acme", world.name("one", WEB))
    with claims.claim("of two names, each answered"):
        world.issue("two", namespace, "acme", world.name("two", WEB), world.name("due", WEB))
    with claims.claim("of an IP address"):
        data = world.issue("address", namespace, "acme", ipAddresses=["127.0.0.1"])
        expect_in("IP Address:127.0.0.1", world.pki.text(data["tls.crt"]))
    with claims.claim(f"a certificate costs at most {MOST_REQUESTS} requests to the CA, 5 % of nonces refused"):
        before = world.pebble.asked()
        for number in range(COUNT):
            world.issue(f"c{number}", namespace, "acme", world.name(f"c{number}", WEB))
        claims.note(f"requests to the CA: {dict(world.pebble.asked(before))} for {COUNT}")
        expect(world.cost(before) <= COUNT * MOST_REQUESTS, f"{world.cost(before)} requests for {COUNT}")
    with claims.claim("the Order is its request's, says valid and holds the chain"):
        order = world.order_in(namespace, "one", "valid")
        expect_equal(order["metadata"]["ownerReferences"][0]["kind"], "CertificateRequest")
        expect_equal(order["spec"]["dnsNames"], [world.name("one", WEB)])
        expect(order["status"]["certificate"], "no certificate in it")
        requests = cluster.requests_of(namespace, "one")
        expect_equal(order["status"]["certificate"], requests[0]["status"]["certificate"])


def leavings(claims, world, namespace):
    with claims.claim("afterwards no Challenge is left"):
        world.nothing_left(namespace)
    with claims.claim("the Order tells of it in events"):
        world.until_event(namespace, "Order", "Complete")
    with claims.claim("when all are issued, nothing more is asked of the CA"):
        before = world.pebble.asked()
        world.issue("last", namespace, "acme", world.name("last", WEB))
        again = world.pebble.asked()
        expect(world.cost(before) <= MOST_REQUESTS + 2, dict(world.pebble.asked(before)))
        world.issue("laster", namespace, "acme", world.name("laster", WEB))
        expect(world.cost(again) <= MOST_REQUESTS + 2, dict(world.pebble.asked(again)))
