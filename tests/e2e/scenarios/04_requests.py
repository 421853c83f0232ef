"""CertificateRequests made by hand: who asked is stamped, what was asked is frozen, what is wrong is refused."""
import base64

from harness.claims import expect, expect_equal, expect_in
from harness.cluster import collection, condition
from harness.objects import ca_issuer, certificate_request


def scenario(claims, cluster, pki):
    namespace = cluster.namespace("requests")
    authority = ca_issuer(cluster, pki, namespace)
    by_hand(claims, cluster, pki, namespace, authority)
    frozen(claims, cluster, namespace)
    wrong(claims, cluster, pki, namespace)


def by_hand(claims, cluster, pki, namespace, authority):
    pem, _ = pki.request("hand.example.com", "subjectAltName=DNS:hand.example.com")
    with claims.claim("a request by hand is approved and issued"):
        usages = ["server auth", "digital signature"]
        cluster.apply(certificate_request("hand", namespace, pem, duration="2h", usages=usages))
        seen = cluster.until_ready("certificaterequests", namespace, "hand")
        issued = base64.b64decode(seen["status"]["certificate"])
        pki.verify(issued, authority.certificate, "sslserver")
        expect_equal(pki.public_key(issued, "certificate"), pki.public_key(pem, "request"))
        expect_equal(base64.b64decode(seen["status"]["ca"]).strip(), authority.certificate.strip())
    with claims.claim("the requester's identity is stamped on it"):
        spec = cluster.get("certificaterequests", namespace, "hand")["spec"]
        expect(spec.get("username"), f"no username: {spec}")
        expect_in("system:masters", spec.get("groups") or [])
        expect_in("system:authenticated", spec.get("groups") or [])
    with claims.claim("an identity that the client claims is overwritten"):
        lie = certificate_request("liar", namespace, pem, username="system:admin", uid="7", groups=["liars"],
                                  extra={"scopes": ["all"]})
        cluster.apply(lie)
        spec = cluster.get("certificaterequests", namespace, "liar")["spec"]
        honest = cluster.get("certificaterequests", namespace, "hand")["spec"]
        for name in ("username", "uid", "groups", "extra"):
            expect_equal(spec.get(name), honest.get(name))


def frozen(claims, cluster, namespace):
    path = f"{collection('certificaterequests', namespace)}/hand"
    for what, patch in (("duration", {"spec": {"duration": "3h"}}), ("isCA", {"spec": {"isCA": True}}),
                        ("issuerRef", {"spec": {"issuerRef": {"name": "other"}}}),
                        ("username", {"spec": {"username": "somebody"}}),
                        ("a cert-manager.io annotation",
                         {"metadata": {"annotations": {"cert-manager.io/certificate-name": "other"}}})):
        with claims.claim(f"{what} of a request cannot be changed"):
            expect_equal(cluster.merge(path, patch).status, 403)
    with claims.claim("labels and other annotations of a request may change"):
        patch = {"metadata": {"annotations": {"example.com/note": "n"}, "labels": {"team": "a"}}}
        expect_equal(cluster.merge(path, patch).status, 200)
    with claims.claim("an approval cannot be taken back, changed, or joined by a denial"):
        seen = cluster.get("certificaterequests", namespace, "hand")
        conditions = seen["status"]["conditions"]
        approved = condition(seen, "Approved")
        others = [c for c in conditions if c["type"] != "Approved"]
        denied = {"type": "Denied", "status": "True", "reason": "Late", "message": "no",
                  "lastTransitionTime": seen["metadata"]["creationTimestamp"]}
        for changed in (others, [*others, {**approved, "reason": "other"}], [*conditions, denied]):
            answer = cluster.merge(f"{path}/status", {"status": {"conditions": changed}})
            expect_equal(answer.status, 403)
            expect_in("status.conditions", answer.body.decode())


def wrong(claims, cluster, pki, namespace):
    pem, _ = pki.request("wrong.example.com", "subjectAltName=DNS:wrong.example.com")
    usages, _ = pki.request("wrong.example.com", "keyUsage=critical,keyCertSign")
    authority, _ = pki.request("wrong.example.com", "basicConstraints=critical,CA:TRUE")
    der = bytearray(base64.b64decode(b"".join(pem.splitlines()[1:-1])))
    der[-1] ^= 1
    forged = b"-----BEGIN CERTIFICATE REQUEST-----\n" + base64.encodebytes(bytes(der)) + \
        b"-----END CERTIFICATE REQUEST-----\n"
    for what, request in (("text that is no request", b"hello"), ("a request whose signature is broken", forged),
                          ("usages that are not in spec.usages", usages), ("a CA request without isCA", authority),
                          ("a truncated request", pem[:200]),
                          ("a request longer than 36,500 bytes", pem + b"x" * 40000)):
        with claims.claim(f"{what} is refused, naming spec.request"):
            answer = cluster.post(collection("certificaterequests", namespace),
                                  certificate_request("wrong", namespace, request))
            expect_equal(answer.status, 403)
            expect_in("spec.request: Invalid value", answer.body.decode())
