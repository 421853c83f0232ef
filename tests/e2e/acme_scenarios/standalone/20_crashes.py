"""Crashes: SIGKILL in the middle of 20 issuances, again and again; all are issued, nothing is left, the CA not
hammered."""
import collections

from harness.acme import MOST_REQUESTS, WEB
from harness.acme_faults import FaultProxy, slow
from harness.claims import Failed, expect, expect_equal, expect_in
from harness.cluster import condition
from harness.objects import certificate
from harness.pebble import certificate_cost

COUNT = 20
OF_HTTP = 8  # beside them
# It is killed when so many requests to that endpoint have come, one after the other.
KILLS = (("newOrder", 3), ("authorization", 5), ("challenge", 2), ("challenge", 8), ("finalize", 3), ("finalize", 12),
         ("certificate", 5), ("certificate", 15))
DELAY = 0.15  # seconds of each answer, so that a kill finds some under way
SETTLE_BOUND = 180


def scenario(claims, world):
    with FaultProxy(world.folder("crash-proxy"), world.pebble) as proxy:
        crashes(claims, world, proxy, world.cluster.namespace("crash"))


def crashes(claims, world, proxy, namespace):
    cluster = world.cluster
    with claims.unbroken("issuers"):
        world.ready_issuer("dns", namespace, proxy)
        world.ready_issuer("web", namespace, proxy, solvers=[world.http01()])
    proxy.add("", slow(DELAY))
    first = len(proxy.seen)
    of = {f"d{number}": (world.name(f"d{number}"), "dns") for number in range(COUNT)}
    web = {f"h{number}": (world.name(f"h{number}", WEB), "web") for number in range(OF_HTTP)}
    with claims.claim(f"{COUNT} Certificates by DNS-01 are all Ready after {len(KILLS)} kills"):
        cluster.apply(*(certificate(name, namespace, issuer, dnsNames=[dns_name])
                        for name, (dns_name, issuer) in {**of, **web}.items()))
        for endpoint, goal in KILLS:
            cluster.until(f"{goal} requests to {endpoint}",
                          lambda e=endpoint, g=goal: proxy.asked(first)[e] >= g, SETTLE_BOUND)
            world.server.restart_killed()
            states = sorted(o.get("status", {}).get("state", "") for o in cluster.list("orders", namespace))
            claims.note(f"killed at {endpoint} {goal}: Orders {dict(collections.Counter(states))}, "
                        f"{len(world.all_texts())} names in DNS")
        cluster.until("all Ready", lambda: all_ready(cluster, namespace, of), SETTLE_BOUND)
    with claims.claim("each verifies, of one request and one Order"):
        for name, (dns_name, _) in of.items():
            world.issued(name, namespace, dns_name)
            expect_equal((name, len(cluster.requests_of(namespace, name)), len(world.orders(namespace, name))),
                         (name, 1, 1))
    with claims.claim(f"{OF_HTTP} by HTTP-01 too, but for those at which the CA looked while nobody was there"):
        for name in web:
            order = world.order_in(namespace, name, "valid", "invalid")
            if order["status"]["state"] == "invalid":
                claims.note(order["status"]["reason"])
                expect_in("error:connection", order["status"]["reason"])
                world.failed(name, namespace)
                cluster.apply(certificate(name, namespace, "web", dnsNames=[web[name][0]],
                                          privateKey={"algorithm": "ECDSA", "size": 384}))
        cluster.until("all Ready", lambda: all_ready(cluster, namespace, web), SETTLE_BOUND)
    with claims.claim("no Challenge is left, and no record of one in DNS"):
        world.nothing_left(namespace)
    with claims.claim("each kill has cost a few requests more, no storm of them"):
        asked = proxy.asked(first)
        claims.note(f"requests to the CA: {dict(asked)}")
        # A kill forgets what a request has brought: that one, and a look at what there is, may be repeated.
        count = COUNT + OF_HTTP
        expect(certificate_cost(asked) <= count * MOST_REQUESTS + len(KILLS) * count, dict(asked))
        # On a slow machine three kills come before the most of the orders are known, and all of these are made again.
        expect(asked["newOrder"] <= 4 * count, dict(asked))
        expect(asked["newAccount"] <= 2, dict(asked))


def ready(cluster, namespace):
    return [c["metadata"]["name"] for c in cluster.list("certificates", namespace)
            if condition(c, "Ready").get("status") == "True"]


def all_ready(cluster, namespace, names):
    missing = sorted(set(names) - set(ready(cluster, namespace)))
    if missing:
        orders = {o["metadata"]["name"]: o.get("status", {}).get("state") for o in cluster.list("orders", namespace)}
        raise Failed(f"not Ready: {missing}; Orders: {orders}")
    return True
