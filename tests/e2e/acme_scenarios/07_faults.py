"""Faults: servers that are slow, down, broken or wrong. Each ends well, or in a state that says why, and none is
hammered."""
import time

from harness.acme import MOST_REQUESTS
from harness.acme_faults import (FaultProxy, of_body, of_json, plain, problem, silence, slow, until_met, with_header)
from harness.claims import expect, expect_equal, expect_in
from harness.objects import certificate
from harness.pebble import OF_A_CERTIFICATE

MIB = 1 << 20
HOLD = 2  # seconds that a server asks to be left alone
OUTAGE = 6


def scenario(claims, world):
    namespace = world.cluster.namespace("fault")
    with world.other_pebble("faults") as pebble, FaultProxy(world.folder("fault-proxy"), pebble) as proxy:
        with claims.unbroken("an issuer"):
            world.ready_issuer("acme", namespace, proxy)
        passing(claims, world, namespace, pebble, proxy)
        patience(claims, world, namespace, pebble, proxy)
        outage(claims, world, namespace, pebble, proxy)
        moved(claims, world, namespace, pebble, proxy)
        final(claims, world, namespace, proxy)
        with claims.claim("no record of a Challenge is left in DNS"):
            world.nothing_left()


def passing(claims, world, namespace, pebble, proxy):
    """Each is over after one or two times, and then the certificate comes."""
    grow = of_body(lambda body: body[:-2] + b', "padding": "' + b"x" * (32 * MIB) + b'"}')
    cut = of_body(lambda body: body[:len(body) // 2])
    cases = (
        ("503 to newOrder, twice", "newOrder", problem(503, "serverInternal", "busy"), 2),
        ("503 without a problem document to an authorization", "authorization", plain(503), 2),
        ("500 to the challenge", "challenge", problem(500, "serverInternal", "oops"), 1),
        ("502 of a balancer to finalize", "finalize", plain(502), 1),
        ("503 to the certificate", "certificate", plain(503), 2),
        ("half of the JSON of an authorization", "authorization", cut, 1),
        ("half of the JSON of an order", "order", cut, 1),
        ("half of a certificate chain", "certificate", cut, 1),
        ("no JSON at all in answer to newOrder", "newOrder", of_body(lambda body: b"hello"), 1),
        ("a list where an order should be", "order", of_body(lambda body: b"[1, 2]"), 1),
        ("an empty authorization", "authorization", of_body(lambda body: b""), 1),
        ("text/html with 200 for an authorization", "authorization", plain(200), 1),
        ("32 MiB of an authorization", "authorization", grow, 1),
        ("a connection closed without a word after finalize", "finalize", silence, 1),
        ("a connection closed without a word after newOrder", "newOrder", silence, 1),
        ("an authorization after three seconds", "authorization", slow(3), 1),
        ("no nonce in the answer to newOrder", "newOrder", with_header("Replay-Nonce", None), 1),
        ("a nonce that is none", "newOrder", with_header("Replay-Nonce", "{}!"), 1),
        ("a redirect of newOrder to where it came from", "newOrder", plain(307, Location="/order-plz"), 1),
        ("a redirect of newOrder to another host", "newOrder", plain(308, Location="https://127.0.0.1:1/order-plz"), 1),
        ("5 nonces refused in a row", "newOrder", problem(400, "badNonce", "no"), 5),
        ("a Retry-After that is no time", "newOrder", problem(503, "serverInternal", "x", Retry_After="soon"), 1),
    )
    for number, (text, endpoint, change, times) in enumerate(cases):
        with claims.claim(f"{text}: the certificate comes"):
            first = len(proxy.seen)
            instead = getattr(change, "__name__", "") == "<lambda>" and endpoint == "newOrder" and "redirect" in text
            fault = proxy.add(endpoint, change, times, instead=instead)
            name = f"p{number}"
            try:
                world.issue(name, namespace, "acme", world.name(name), root=pebble.root())
                expect_equal(fault.met, times)
                asked = proxy.asked(first)
                asked.pop("newNonce", None)
                expect(sum(asked.values()) <= 2 * MOST_REQUESTS + times, dict(asked))
            finally:
                proxy.clear()


def patience(claims, world, namespace, pebble, proxy):
    """Retry-After is listened to, wherever it comes."""
    cases = (("newOrder", problem(429, "rateLimited", "too many", Retry_After=HOLD)),
             ("newOrder", problem(503, "serverInternal", "busy", Retry_After=HOLD)),
             ("authorization", problem(503, "serverInternal", "busy", Retry_After=HOLD)),
             ("finalize", problem(429, "rateLimited", "too many", Retry_After=HOLD)))
    for number, (endpoint, change) in enumerate(cases):
        with claims.claim(f"Retry-After of {HOLD} s with an error to {endpoint} is waited for ({number})"):
            first = len(proxy.seen)
            fault = proxy.add(endpoint, change, 1, instead=True)
            name = f"r{number}"
            try:
                world.issue(name, namespace, "acme", world.name(name), root=pebble.root())
                expect_equal(fault.met, 1)
                times = [one.at for one in proxy.seen[first:] if one.endpoint == endpoint]
                expect(times[1] - times[0] >= HOLD - 0.2, f"after {times[1] - times[0]:.2f} s")
            finally:
                proxy.clear()
    with claims.claim("an order that is processing for long is looked at less and less often"):
        first = len(proxy.seen)

        def processing(answer):
            changed = of_json(lambda value: (value.update(status="processing"), value.pop("certificate", None)))
            return with_header("Retry-After", str(HOLD))(changed(answer))

        proxy.add("finalize", processing, 1)
        proxy.add("order", processing, 2)
        try:
            world.issue("slow-order", namespace, "acme", world.name("slow-order"), root=pebble.root())
        finally:
            proxy.clear()
        seen = [(one.endpoint, one.at) for one in proxy.seen[first:] if one.endpoint in ("order", "finalize")]
        after = [at for endpoint, at in seen if endpoint == "order" and at > dict(seen)["finalize"]]
        claims.note(f"looks after finalize: {[round(at - dict(seen)['finalize'], 1) for at in after]} s")
        expect(len(after) <= 5, f"{len(after)} looks")


def outage(claims, world, namespace, pebble, proxy):
    with claims.claim(f"everything answers 503 for {OUTAGE} s: the CA is asked less and less, and then all are issued"):
        names = [f"o{number}" for number in range(5)]
        proxy.add("", plain(503), instead=True)
        first = len(proxy.seen)
        world.cluster.apply(*(certificate(name, namespace, "acme", dnsNames=[world.name(name)]) for name in names))
        time.sleep(OUTAGE)  # the outage itself
        during = proxy.asked(first)
        proxy.clear()
        claims.note(f"asked meanwhile: {dict(during)}")
        expect(sum(during.values()) <= 10 * len(names), dict(during))
        for name in names:
            world.issued(name, namespace, world.name(name), root=pebble.root())


def moved(claims, world, namespace, pebble, proxy):
    with claims.claim("a directory that changes: its new URLs are used once an old one is answered 404"):
        old = proxy.add("newNonce", plain(404), instead=True)
        proxy.add("directory", of_json(lambda value: value.update(newNonce=value["newNonce"] + "?moved")))
        # No answer brings a nonce any more, so that those that are left over are used up.
        proxy.add(tuple(OF_A_CERTIFICATE), with_header("Replay-Nonce", None))
        first = len(proxy.seen)
        try:
            for number in range(20):
                name = f"moved{number}"
                world.issue(name, namespace, "acme", world.name(name), root=pebble.root())
                if old.met:
                    break
            at_new = world.cluster.until("nonces at the new place", lambda: proxy.asked(first)["/nonce-plz?moved"])
            claims.note(f"asked for nonces at the old place: {old.met}, at the new one: {at_new}")
            expect(1 <= old.met <= 5 and at_new, f"{old.met} at the old place, {at_new} at the new one")
        finally:
            proxy.clear()


def final(claims, world, namespace, proxy):
    """What the server has refused for good ends in a state that says why, and is not repeated."""
    cases = (
        ("newOrder", 403, "unauthorized", "Account is not valid, has status deactivated", "Failed to create Order: "),
        ("newOrder", 403, "userActionRequired", "new terms", "Failed to create Order: "),
        ("newOrder", 400, "rejectedIdentifier", "on a list", "Failed to create Order: "),
        ("authorization", 404, "malformed", "No such authorization", ""),
        ("finalize", 400, "badCSR", "weak key", "Failed to finalize Order: "),
        ("finalize", 403, "caa", "CAA forbids it", "Failed to finalize Order: "),
    )
    for number, (endpoint, status, kind, detail, prefix) in enumerate(cases):
        with claims.claim(f"{status} {kind} to {endpoint}: the Order is errored and says why, and it is not repeated"):
            name = f"f{number}"
            fault = proxy.add(endpoint, problem(status, kind, detail), instead=True)
            try:
                world.cluster.apply(certificate(name, namespace, "acme", dnsNames=[world.name(name)]))
                until_met(world.cluster, fault)
                order = world.order_in(namespace, name, "errored", "invalid")
                claims.note(order["status"]["reason"])
                expect_in(detail, order["status"]["reason"])
                expect_in(prefix, order["status"]["reason"])
                world.failed(name, namespace)
                expect(fault.met <= 2, f"asked {fault.met} times")
                world.cluster.until("no record", lambda n=name: not world.texts(f"_acme-challenge.{world.name(n)}"))
            finally:
                proxy.clear()
    with claims.claim("accountDoesNotExist: the Order is errored, or the account is registered anew"):
        fault = proxy.add("newOrder", problem(400, "accountDoesNotExist", "no such account"), 1, instead=True)
        world.cluster.apply(certificate("nobody", namespace, "acme", dnsNames=[world.name("nobody")]))
        order = world.order_in(namespace, "nobody", "errored", "valid")
        claims.note(order["status"].get("reason") or "registered anew")
        proxy.clear()
