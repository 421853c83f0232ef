"""Accounts: external binding, keys that must be brought, servers that are not there, and what their Issuers say."""
import secrets

from harness.acme import BOUND, MOST_REQUESTS, ZONE, encoded, opaque
from harness.acme_account import AcmeAccount
from harness.claims import Failed, expect, expect_equal, expect_in
from harness.objects import certificate
from harness.processes import free_port


def scenario(claims, world):
    namespace = world.cluster.namespace("account")
    external(claims, world, namespace)
    brought_key(claims, world, namespace)
    address(claims, world, namespace)
    servers(claims, world, namespace)
    solver_secret(claims, world, namespace)
    deactivated(claims, world, namespace)


def external(claims, world, namespace):
    key = secrets.token_bytes(32)
    text = encoded(key).rstrip("=").replace("+", "-").replace("/", "_")
    with world.other_pebble("external", strict=True, external_keys={"kid-1": text}) as pebble:
        binding = {"keyID": "kid-1", "keySecretRef": {"name": "eab", "key": "mac"}}
        with claims.claim("a CA that wants an external account refuses an Issuer without one, and is asked no more"):
            world.cluster.apply(*world.tsig_secrets(namespace), world.acme_issuer("none", namespace, pebble))
            ready = world.judged(namespace, "none", "False", "ErrRegisterACMEAccount")
            expect_in("external", ready["message"].lower())
            at_rest(world, pebble, "newAccount", 3)
        with claims.claim("a binding without its Secret: ErrRegisterACMEAccount, and the CA is not asked"):
            before = pebble.asked()
            world.cluster.apply(world.acme_issuer("eab", namespace, pebble, externalAccountBinding=binding))
            expect_in('"eab"', world.judged(namespace, "eab", "False", "ErrRegisterACMEAccount")["message"])
            expect_equal(pebble.asked(before)["newAccount"], 0)
        with claims.claim("with a wrong key: ErrRegisterACMEAccount with the CA's words"):
            world.cluster.apply(opaque("eab", namespace, mac=text[:-2] + ("AA" if text[-2:] != "AA" else "BA")))
            world.cluster.until("the CA's words", lambda: "external account binding" in world.judged(
                namespace, "eab", "False", "ErrRegisterACMEAccount")["message"])
            at_rest(world, pebble, "newAccount", 6)
        with claims.claim("with the right key it is Ready, and issues on a strict CA"):
            world.cluster.apply(opaque("eab", namespace, mac=text))
            world.cluster.until_ready("issuers", namespace, "eab", BOUND)
            world.issue("external", namespace, "eab", world.name("external"), root=pebble.root())
            expect_in('Binding with CA using kid "kid-1"', pebble.log)
            expect(world.cost(before, pebble) <= MOST_REQUESTS + 2, dict(pebble.asked(before)))


def at_rest(world, pebble, endpoint, most):
    """Waits until nothing was asked for a while, and it was asked that at most so often."""
    seen = []

    def look():
        seen.append(sum(pebble.asked().values()))
        return len(seen) > 50 and len(set(seen[-50:])) == 1
    world.cluster.until("the CA left alone", look)
    expect(pebble.asked()[endpoint] <= most, dict(pebble.asked()))


def brought_key(claims, world, namespace):
    with claims.claim("disableAccountKeyGeneration without the Secret: ErrVerifyACMEAccount, and no key is made"):
        world.cluster.apply(world.acme_issuer("brought", namespace, disableAccountKeyGeneration=True))
        expect_in("brought-account", world.judged(namespace, "brought", "False", "ErrVerifyACMEAccount")["message"])
        expect_equal(world.cluster.find("secrets", namespace, "brought-account"), None)
    with claims.claim("once the key is brought it is Ready with that key"):
        _, key = world.pki.request("account")
        world.cluster.apply(opaque("brought-account", namespace, **{"tls.key": key}))
        world.cluster.until_ready("issuers", namespace, "brought", BOUND)
        expect_equal(world.cluster.secret_data(namespace, "brought-account")["tls.key"], key)
    with claims.claim("a Secret whose key is no key: ErrVerifyACMEAccount"):
        world.cluster.apply(opaque("garbage-account", namespace, **{"tls.key": "no key"}),
                            world.acme_issuer("garbage", namespace))
        expect_in("tls.key", world.judged(namespace, "garbage", "False", "ErrVerifyACMEAccount")["message"])


def address(claims, world, namespace):
    with claims.claim("another email address: the account is told, and keeps its URI"):
        first = world.ready_issuer("mail", namespace)["status"]["acme"]
        world.cluster.apply(world.acme_issuer("mail", namespace, email="new@example.com"))
        world.cluster.until("the new address", lambda: world.cluster.get(
            "issuers", namespace, "mail")["status"]["acme"]["lastRegisteredEmail"] == "new@example.com")
        seen = world.cluster.until_ready("issuers", namespace, "mail", BOUND)
        expect_equal(seen["status"]["acme"]["uri"], first["uri"])


def servers(claims, world, namespace):
    closed = f"https://127.0.0.1:{free_port()}/dir"
    with claims.claim("a server that is not there: not Ready, tried again, and Ready once the URL is right"):
        world.cluster.apply(world.acme_issuer("closed", namespace, **{"solvers": []}))
        world.cluster.until_ready("issuers", namespace, "closed", BOUND)
        wrong = world.acme_issuer("closed", namespace, solvers=[])
        wrong["spec"]["acme"]["server"] = closed
        world.cluster.apply(wrong)
        claims.note(world.judged(namespace, "closed", "False", "ErrRegisterACMEAccount")["message"])
        world.cluster.apply(world.acme_issuer("closed", namespace, solvers=[]))
        world.cluster.until_ready("issuers", namespace, "closed", BOUND)
    with claims.claim("a CA bundle of somebody else: not Ready, the certificate is named as the reason"):
        stranger = world.pki.authority("stranger").certificate
        world.cluster.apply(world.acme_issuer("bundle", namespace, caBundle=encoded(stranger)))
        message = world.judged(namespace, "bundle", "False", "ErrRegisterACMEAccount")["message"]
        claims.note(message)
        expect_in("certificate", message)
    with claims.claim("skipTLSVerify in its place makes it Ready"):
        world.cluster.apply(world.acme_issuer("bundle", namespace, caBundle=None, skipTLSVerify=True))
        world.cluster.until_ready("issuers", namespace, "bundle", BOUND)
    with claims.claim("a server of the first protocol: InvalidConfig"):
        old = world.acme_issuer("old", namespace)
        old["spec"]["acme"]["server"] = "https://acme-v01.api.letsencrypt.org/directory"
        world.cluster.apply(old)
        world.judged(namespace, "old", "False", "InvalidConfig")
    with claims.claim("a URL that is none: refused, or InvalidURL"):
        none = world.acme_issuer("none-url", namespace)
        none["spec"]["acme"]["server"] = "letters"
        if world.cluster.apply(none, check=False).code == 0:
            world.judged(namespace, "none-url", "False", "InvalidURL")


def solver_secret(claims, world, namespace):
    solver = world.dns01()
    solver["dns01"]["rfc2136"]["tsigSecretSecretRef"] = {"name": "nowhere", "key": "secret"}
    with claims.claim("a DNS-01 solver whose Secret is missing: InvalidSolver, with its name"):
        world.cluster.apply(world.acme_issuer("solver", namespace, solvers=[solver]))
        expect_in("nowhere", world.judged(namespace, "solver", "False", "InvalidSolver")["message"])
    with claims.claim("once it is there, the Issuer is Ready by itself"):
        world.cluster.apply(opaque("nowhere", namespace, secret="x"))
        world.cluster.until_ready("issuers", namespace, "solver", BOUND)


def deactivated(claims, world, namespace):
    with claims.unbroken("an account"):
        seen = world.ready_issuer("gone", namespace)
        key = world.cluster.secret_data(namespace, "gone-account")["tls.key"]
        AcmeAccount(world.pebble, seen["status"]["acme"]["uri"], key).deactivate()
    with claims.claim("an account that was deactivated: when it is registered again the Issuer says so"):
        before = world.pebble.asked()
        world.cluster.apply(world.acme_issuer("gone", namespace, email="other@example.com"))
        expect_in("deactivated", world.judged(namespace, "gone", "False", "ErrRegisterACMEAccount")["message"])
        expect(world.pebble.asked(before)["newAccount"] <= 3, dict(world.pebble.asked(before)))
    with claims.claim("a Certificate of it waits, and is issued once there is another key"):
        world.cluster.apply(certificate("gone", namespace, "gone", dnsNames=[world.name("gone")]))
        world.cluster.until("a request", lambda: world.cluster.requests_of(namespace, "gone"))
        if any(o.get("status", {}).get("url") for o in world.orders(namespace, "gone")):
            raise Failed("an order was made")
        world.cluster.apply(world.acme_issuer("gone", namespace, email="other@example.com",
                                              privateKeySecretRef={"name": "second-account"}))
        world.issued("gone", namespace, world.name("gone", ZONE))
