"""Renewal information: the CA's window in the status, a renewal when it says so, and `replaces` in its order."""
import datetime
import json
import re

from harness import pebble as ca
from harness.acme import BOUND, MOST_REQUESTS
from harness.acme_account import AcmeAccount
from harness.acme_faults import FaultProxy, of_json, problem
from harness.claims import Failed, expect, expect_equal, expect_in
from harness.cluster import collection, condition

URL = "https://ca.example.com/why"
TRIES = 5  # of a claim for which the CA has to find the order of a certificate


def scenario(claims, world):
    namespace = world.cluster.namespace("renew")
    with world.other_pebble("renewal") as pebble, FaultProxy(world.folder("renewal-proxy"), pebble) as proxy:
        with claims.unbroken("an issuer"):
            world.ready_issuer("ari", namespace, proxy)
        if not pebble.offers("renewalInfo"):
            claims.note("left out: this Pebble has no renewal information")
            return
        window(claims, world, namespace, pebble)
        overdue(claims, world, namespace, pebble, proxy)
        told_later(claims, world, namespace, pebble, proxy)
        broken(claims, world, namespace, pebble, proxy)
    short(claims, world, namespace)
    with claims.claim("afterwards no Challenge is left, and no record of one in DNS"):
        world.nothing_left(namespace)


def renewal_info(world, namespace, name, look=lambda info: True):
    """Waits for status.acme.ari of the Certificate; it."""
    def find():
        seen = world.cluster.get("certificates", namespace, name).get("status", {})
        info = (seen.get("acme") or {}).get("ari")
        if not info or not look(info):
            raise Failed(json.dumps(seen))
        return info
    return world.cluster.until(f"renewal information of {name}", find, BOUND)


def revision(world, namespace, name, number):
    def look():
        seen = world.cluster.get("certificates", namespace, name)["status"]
        if seen.get("revision", 0) < number:
            raise Failed(json.dumps(seen))
        return seen
    return world.cluster.until(f"revision {number} of {name}", look, BOUND)


def past(value, hours=2):
    """An answer whose window is over."""
    now = datetime.datetime.now(datetime.timezone.utc)
    value["suggestedWindow"] = {"start": stamp(now - datetime.timedelta(hours=hours)),
                                "end": stamp(now - datetime.timedelta(hours=hours - 1))}
    value["explanationURL"] = URL


def stamp(moment):
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def window(claims, world, namespace, pebble):
    with claims.claim("status.acme.ari holds the CA's window, and renewalTime lies in it"):
        world.issue("window", namespace, "ari", world.name("window"), root=pebble.root())
        info = renewal_info(world, namespace, "window", lambda i: i.get("suggestedWindow"))
        seen = world.cluster.until("renewalTime in the window", lambda: (
            lambda s: info["suggestedWindow"]["start"] <= s["renewalTime"] <= info["suggestedWindow"]["end"] and s)(
                world.cluster.get("certificates", namespace, "window")["status"]))
        claims.note(f"{info['suggestedWindow']}, renewalTime {seen['renewalTime']}")
        expect(info["nextCheck"] > info["lastChecked"], info)


def overdue(claims, world, namespace, pebble, proxy):
    with claims.claim("a window in the past: renewed at once, by an order that names what it replaces"):
        for number in range(TRIES):
            name, first = f"overdue{number}", len(proxy.seen)
            if renewed_at_once(world, namespace, proxy, name):
                break
        else:
            raise Failed(f"the CA has taken none of {TRIES} orders that named what they replace")
        expect_in("is a replacement of", pebble.log)
    with claims.claim("the successor has its own window and is left alone"):
        coming_window(world, namespace, name)
        asked = proxy.asked(first)
        cost = ca.certificate_cost(asked)
        claims.note(f"requests to the CA: {dict(asked)} for two revisions")
        expect(cost <= 2 * MOST_REQUESTS + 2, dict(asked))
        expect(asked["renewalInfo"] <= 4, dict(asked))
        expect_equal(len(world.orders(namespace)), len({o["metadata"]["name"] for o in world.orders(namespace)}))


def renewed_at_once(world, namespace, proxy, name):
    """Whether the CA took the order that named the first certificate, and that was the last one. Pebble answers 500 if
    the serial of that begins with a zero byte, one of 256, and is asked once more, without `replaces`."""
    first = len(proxy.seen)
    proxy.add("renewalInfo", of_json(past), times=1)
    world.cluster.apply(_certificate(world, namespace, name))
    revision(world, namespace, name, 2)
    orders = [one for one in proxy.seen[first:] if one.endpoint == "newOrder" and one.payload]
    expect(orders[0].payload.get("replaces") is None, orders)
    named = [one for one in orders if re.fullmatch(r"[\w-]+\.[\w-]+", one.payload.get("replaces") or "")]
    expect(named, orders)
    if named[-1].status == 500:
        coming_window(world, namespace, name)  # so that the next fault is met by another certificate
        return False
    expect_equal((named[-1].status, named[-1] is orders[-1]), (201, True))
    return True


def coming_window(world, namespace, name):
    return renewal_info(world, namespace, name, lambda i: i.get("suggestedWindow", {}).get("start", "")
                        > stamp(datetime.datetime.now(datetime.timezone.utc)))


def _certificate(world, namespace, name):
    from harness.objects import certificate
    return certificate(name, namespace, "ari", dnsNames=[world.name(name)])


def told_later(claims, world, namespace, pebble, proxy):
    """The CA changes its mind about a certificate that is in use: its answer is set, and the day of the next look
    brought about."""
    with claims.unbroken("a certificate"):
        data = world.issue("later", namespace, "ari", world.name("later"), root=pebble.root())
        renewal_info(world, namespace, "later")
        leaf = data["tls.crt"].split(b"-----END CERTIFICATE-----")[0] + b"-----END CERTIFICATE-----\n"
        answer = {}
        past(answer)
        pebble.set_renewal_info(leaf, answer)
    with claims.claim("a window that moves to the past later is seen at the next look, and renewed"):
        first = len(proxy.seen)
        look_now(world, namespace, "later")
        revision(world, namespace, "later", 2)
        expect(any(order and order.get("replaces") for order in proxy.payloads("newOrder", first)),
               proxy.payloads("newOrder", first))
    with claims.claim("a certificate that was revoked is renewed: the CA's window is at once"):
        data = world.issue("revoked", namespace, "ari", world.name("revoked"), root=pebble.root())
        renewal_info(world, namespace, "revoked")
        uri = world.cluster.get("issuers", namespace, "ari")["status"]["acme"]["uri"]
        key = world.cluster.secret_data(namespace, "ari-account")["tls.key"]
        AcmeAccount(pebble, f"https://127.0.0.1:{pebble.port}/my-account/{uri.rsplit('/', 1)[1]}", key).revoke(
            data["tls.crt"])
        look_now(world, namespace, "revoked")
        revision(world, namespace, "revoked", 2)


def look_now(world, namespace, name):
    """As if the time of the next look had come. The status may be written meanwhile, so until it was looked."""
    path = f"{collection('certificates', namespace)}/{name}/status"
    asked = renewal_info(world, namespace, name)["lastChecked"]
    answer = world.cluster.merge(path, {"status": {"acme": {"ari": {"nextCheck": asked}}}})
    expect_equal(answer.status, 200)


def broken(claims, world, namespace, pebble, proxy):
    with claims.claim("renewal information that is malformed: told in the status, the certificate is well"):
        fault = proxy.add("renewalInfo", lambda answer: answer._replace(body=b'{"suggestedWindow": {"start": "x"'))
        world.issue("broken", namespace, "ari", world.name("broken"), root=pebble.root())
        info = renewal_info(world, namespace, "broken", lambda i: i.get("lastError"))
        claims.note(info["lastError"])
        expect(info.get("nextCheck"), info)
        expect(fault.met <= 3, f"asked {fault.met} times")
        proxy.clear()
    with claims.claim("a CA that says alreadyReplaced is asked once more, without replaces"):
        world.issue("taken", namespace, "ari", world.name("taken"), root=pebble.root())
        first = len(proxy.seen)
        renewal_info(world, namespace, "taken")
        fault = proxy.add("newOrder", problem(409, "alreadyReplaced", "has a replacement order"), times=1, instead=True)
        world.cluster.kubectl("annotate", "certificate", "-n", namespace, "taken", "x=y")
        renew(world, namespace, "taken")
        revision(world, namespace, "taken", 2)
        orders = proxy.payloads("newOrder", first)
        expect(fault.met == 1 and orders[0].get("replaces") and not orders[-1].get("replaces"), orders)
        proxy.clear()


def renew(world, namespace, name):
    """As `cmctl renew` does it, once the issuance of before is over; anew where the status was written meanwhile."""
    path = f"{collection('certificates', namespace)}/{name}/status"

    def write():
        seen = world.cluster.get("certificates", namespace, name)
        expect(seen["status"]["revision"] and condition(seen, "Issuing").get("status") != "True", seen["status"])
        conditions = [c for c in seen["status"]["conditions"] if c["type"] != "Issuing"]
        conditions.append({"type": "Issuing", "status": "True", "reason": "ManuallyTriggered", "message": "by the test",
                           "lastTransitionTime": stamp(datetime.datetime.now(datetime.timezone.utc))})
        answer = world.cluster.merge(path, {"metadata": {"resourceVersion": seen["metadata"]["resourceVersion"]},
                                            "status": {"conditions": conditions}})
        expect_equal(answer.status, 200)
    world.cluster.until_holds(f"{name} renewed by hand", write)


def short(claims, world, namespace):
    with claims.claim("a six-day certificate of a CA without renewal information is renewed at half of its life"):
        with world.other_pebble("six-days", profiles=ca.seconds(shortlived=144 * 3600)) as pebble, \
                FaultProxy(world.folder("six-days-proxy"), pebble) as proxy:
            proxy.add("directory", of_json(lambda value: value.pop("renewalInfo")))
            world.ready_issuer("six", namespace, proxy)
            world.issue("six", namespace, "six", world.name("six"), root=pebble.root())
            seen = world.cluster.get("certificates", namespace, "six")["status"]
            begin, end, at = (datetime.datetime.fromisoformat(seen[key].replace("Z", "+00:00"))
                              for key in ("notBefore", "notAfter", "renewalTime"))
            expect(abs((at - begin) / (end - begin) - 0.5) < 0.01, seen)
            expect_equal(proxy.asked()["renewalInfo"], 0)
