"""Renewal: changed specs, key rotation, lost Secrets, revisions."""
from harness.claims import Failed, expect, expect_equal
from harness.cluster import collection, condition
from harness.objects import ca_issuer, certificate


def scenario(claims, cluster, pki):
    namespace = cluster.namespace("renewal")
    ca_issuer(cluster, pki, namespace)
    spec_change(claims, cluster, pki, namespace)
    rotation_never(claims, cluster, pki, namespace)
    lost_secret(claims, cluster, pki, namespace)
    asked_for(claims, cluster, namespace)
    unchanged(claims, cluster, namespace)


def revision(cluster, namespace, name, number):
    """The Certificate once it is Ready at that revision and nothing more is under way."""
    def look():
        seen = cluster.get("certificates", namespace, name)
        status = seen.get("status", {})
        settled = status.get("revision") == number and condition(seen, "Issuing").get("status") != "True"
        if settled and condition(seen, "Ready").get("status") == "True":
            return seen
        raise Failed(status)
    return cluster.until(f"{name} at revision {number}", look)


def change(cluster, namespace, name, **spec):
    answer = cluster.merge(f"{collection('certificates', namespace)}/{name}", {"spec": spec})
    expect_equal(answer.status, 200)


def spec_change(claims, cluster, pki, namespace):
    with claims.claim("a changed spec is issued anew: next revision, new names, new key"):
        cluster.apply(certificate("shop", namespace))
        revision(cluster, namespace, "shop", 1)
        before = cluster.secret_data(namespace, "shop-tls")
        change(cluster, namespace, "shop", dnsNames=["shop.example.com", "new.example.com"])
        revision(cluster, namespace, "shop", 2)
        after = cluster.secret_data(namespace, "shop-tls")
        expect_equal(pki.names(after["tls.crt"]), ["shop.example.com", "new.example.com"])
        expect(before["tls.key"] != after["tls.key"], "the key is the same")
        expect_equal(pki.public_key(after["tls.crt"], "certificate"), pki.public_key(after["tls.key"], "key"))
    with claims.claim("the request of the revision before is removed (revisionHistoryLimit 1)"):
        cluster.until("one request", lambda: [r["metadata"]["name"] for r in
                                              cluster.requests_of(namespace, "shop")] == ["shop-2"])


def rotation_never(claims, cluster, pki, namespace):
    with claims.claim("rotationPolicy Never keeps the key over a renewal"):
        key = {"algorithm": "ECDSA", "size": 256, "rotationPolicy": "Never"}
        cluster.apply(certificate("steady", namespace, privateKey=key))
        revision(cluster, namespace, "steady", 1)
        before = cluster.secret_data(namespace, "steady-tls")
        change(cluster, namespace, "steady", dnsNames=["steady2.example.com"])
        revision(cluster, namespace, "steady", 2)
        after = cluster.secret_data(namespace, "steady-tls")
        expect_equal(after["tls.key"], before["tls.key"])
        expect_equal(pki.names(after["tls.crt"]), ["steady2.example.com"])


def lost_secret(claims, cluster, pki, namespace):
    with claims.claim("a deleted Secret is issued again"):
        cluster.apply(certificate("lost", namespace))
        revision(cluster, namespace, "lost", 1)
        before = cluster.secret_data(namespace, "lost-tls")
        cluster.remove("secrets", namespace, "lost-tls")
        revision(cluster, namespace, "lost", 2)
        after = cluster.secret_data(namespace, "lost-tls")
        expect(pki.field(before["tls.crt"], "serial") != pki.field(after["tls.crt"], "serial"), "the same serial")
    with claims.claim("a Secret whose key was exchanged is issued again"):
        other = cluster.get("secrets", namespace, "shop-tls")["data"]["tls.key"]
        answer = cluster.merge(f"{collection('secrets', namespace)}/lost-tls", {"data": {"tls.key": other}})
        expect_equal(answer.status, 200)
        revision(cluster, namespace, "lost", 3)
        data = cluster.secret_data(namespace, "lost-tls")
        expect_equal(pki.public_key(data["tls.crt"], "certificate"), pki.public_key(data["tls.key"], "key"))
    with claims.claim("what others keep in the Secret survives a renewal"):
        path = f"{collection('secrets', namespace)}/lost-tls"
        cluster.merge(path, {"metadata": {"labels": {"team": "shop"}}, "data": {"note": "bm90ZQ=="}})
        change(cluster, namespace, "lost", dnsNames=["found.example.com"])
        revision(cluster, namespace, "lost", 4)
        secret = cluster.get("secrets", namespace, "lost-tls")
        expect_equal((secret["metadata"]["labels"].get("team"), secret["data"].get("note")), ("shop", "bm90ZQ=="))


def asked_for(claims, cluster, namespace):
    with claims.claim("an Issuing condition set by hand renews the certificate"):
        cluster.apply(certificate("asked", namespace))

        def ask():
            seen = revision(cluster, namespace, "asked", 1)
            issuing = {"type": "Issuing", "status": "True", "reason": "ManuallyTriggered", "message": "asked for",
                       "lastTransitionTime": seen["metadata"]["creationTimestamp"]}
            answer = cluster.merge(f"{collection('certificates', namespace)}/asked/status",
                                   {"metadata": {"resourceVersion": seen["metadata"]["resourceVersion"]},
                                    "status": {"conditions": [*seen["status"]["conditions"], issuing]}})
            expect_equal(answer.status, 200)  # 409: written meanwhile
        cluster.until_holds("the condition written", ask)
        revision(cluster, namespace, "asked", 2)


def unchanged(claims, cluster, namespace):
    with claims.claim("a Certificate that is due nothing is not issued again"):
        before = cluster.secret_data(namespace, "asked-tls")
        answer = cluster.merge(f"{collection('certificates', namespace)}/asked",
                               {"metadata": {"labels": {"touched": "yes"}}})
        expect_equal(answer.status, 200)
        # A Certificate made later and Ready shows that the controller has passed by.
        cluster.apply(certificate("after", namespace))
        revision(cluster, namespace, "after", 1)
        expect_equal(cluster.get("certificates", namespace, "asked")["status"]["revision"], 2)
        expect_equal(cluster.secret_data(namespace, "asked-tls"), before)
    with claims.claim("a secretTemplate reaches the Secret without a new certificate"):
        serial = cluster.secret_data(namespace, "asked-tls")["tls.crt"]
        change(cluster, namespace, "asked", secretTemplate={"labels": {"mesh": "yes"}, "annotations": {"note": "n"}})
        cluster.until("the label on the Secret", lambda: (
            cluster.get("secrets", namespace, "asked-tls")["metadata"]["labels"].get("mesh") == "yes"))
        expect_equal(cluster.secret_data(namespace, "asked-tls")["tls.crt"], serial)
