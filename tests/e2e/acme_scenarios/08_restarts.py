"""Restarts of the CA: a test CA forgets all with its process, so what was under way ends, and what comes next begins
anew."""
from harness.acme import BOUND
from harness.acme_faults import FaultProxy, slow
from harness.claims import Failed, expect
from harness.cluster import condition
from harness.objects import certificate

COUNT = 6
FINAL = ("valid", "invalid", "expired", "errored")


def scenario(claims, world):
    namespace = world.cluster.namespace("restart")
    names = [f"c{number}" for number in range(COUNT)]
    with world.other_pebble("forgetful") as pebble, FaultProxy(world.folder("forgetful-proxy"), pebble) as proxy:
        with claims.unbroken("an issuer and orders under way"):
            first = world.ready_issuer("acme", namespace, proxy)["status"]["acme"]["uri"]
            proxy.add("challenge", slow(1))  # so that some are still under way
            world.cluster.apply(*(certificate(name, namespace, "acme", dnsNames=[world.name(name, "example.test")])
                                  for name in names))
            world.cluster.until("a record in DNS", lambda: [n for n in world.all_texts() if world.cluster.run_id in n])
        with claims.claim("the CA comes back with nothing of what it knew: each Order ends in a final state"):
            before = pebble.asked()
            pebble.stop()
            proxy.clear()
            pebble.start()
            world.cluster.until("all final", lambda: all_final(world, namespace), BOUND)
            claims.note(sorted(o["status"]["state"] + ": " + o["status"].get("reason", "")[:100]
                               for o in world.orders(namespace)))
        with claims.claim("no Challenge of them is left under way, and no record in DNS"):
            world.cluster.until("no record", lambda: not [n for n in world.all_texts() if world.cluster.run_id in n],
                                BOUND)
            world.cluster.until("none under way", lambda: all(
                c.get("status", {}).get("state") in FINAL for c in world.cluster.list("challenges", namespace)))
        with claims.claim("the CA was not hammered meanwhile"):
            claims.note(f"asked: {dict(pebble.asked(before))}")
            expect(sum(pebble.asked(before).values()) <= 25 * COUNT, dict(pebble.asked(before)))
        with claims.claim("the account is registered anew, by itself or once the Issuer is touched"):
            def registered():
                seen = world.cluster.get("issuers", namespace, "acme")
                if seen["status"]["acme"]["uri"] == first or condition(seen, "Ready").get("status") != "True":
                    raise Failed(str(seen["status"]))
            try:
                world.cluster.until_holds("another account", registered, 5)
                claims.note("by itself")
            except Failed:
                world.cluster.apply(world.acme_issuer("acme", namespace, proxy, email="touched@example.com"))
                world.cluster.until_holds("another account", registered, BOUND)
                claims.note("once its email address had changed")
        with claims.claim("and a Certificate that is new is issued"):
            world.issue("new", namespace, "acme", world.name("new"), root=pebble.root())
        with claims.claim("what had failed is issued when it is tried again"):
            for name in names:
                seen = world.cluster.get("certificates", namespace, name)
                if condition(seen, "Ready").get("status") != "True":
                    world.cluster.apply(certificate(name, namespace, "acme", dnsNames=[world.name(name)],
                                                    privateKey={"algorithm": "ECDSA", "size": 384}))
            for name in names:
                world.cluster.until_ready("certificates", namespace, name, BOUND)
        with claims.claim("afterwards no Challenge is left, and no record of one in DNS"):
            world.cluster.until("no record", lambda: not [n for n in world.all_texts() if world.cluster.run_id in n])


def all_final(world, namespace):
    orders = world.orders(namespace)
    states = [o.get("status", {}).get("state", "") for o in orders]
    if len(orders) < COUNT or not all(state in FINAL for state in states):
        raise Failed(str([(o["metadata"]["name"], o.get("status", {})) for o in orders])[:800])
    return True
