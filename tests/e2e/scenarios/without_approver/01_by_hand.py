"""Approval and denial by hand, with no approver running."""
import base64

from harness.claims import expect, expect_equal
from harness.cluster import collection, condition
from harness.objects import ca_issuer, certificate, certificate_request


def scenario(claims, cluster, pki):
    namespace = cluster.namespace("approval")
    ca_issuer(cluster, pki, namespace)
    pem, _ = pki.request("hand.example.com", "subjectAltName=DNS:hand.example.com")
    with claims.claim("nothing is signed before it is approved"):
        cluster.apply(*(certificate_request(name, namespace, pem) for name in ("yes", "no")),
                      certificate("denied", namespace))
        request = cluster.until("the Certificate's request", lambda: cluster.requests_of(namespace, "denied"))[0]
        for name in ("yes", "no", request["metadata"]["name"]):
            status = cluster.get("certificaterequests", namespace, name).get("status", {})
            expect("certificate" not in status, f"{name} is signed: {status}")
    with claims.claim("a request approved by hand is issued"):
        decide(cluster, namespace, "yes", "Approved")
        seen = cluster.until_ready("certificaterequests", namespace, "yes")
        expect(base64.b64decode(seen["status"]["certificate"]), "no certificate")
    with claims.claim("a denied request is not Ready with reason Denied and gets no certificate"):
        decide(cluster, namespace, "no", "Denied")
        seen = cluster.until("Ready False/Denied", lambda: is_denied(cluster, namespace, "no"))
        expect("certificate" not in seen["status"], "it has a certificate")
        expect(seen["status"].get("failureTime"), "no failureTime")
    with claims.claim("a Certificate whose request is denied fails, counts it and does not ask again at once"):
        decide(cluster, namespace, request["metadata"]["name"], "Denied")
        failed = cluster.until("a failed issuance", lambda: failed_issuance(cluster, namespace, "denied"))
        expect_equal(failed["status"].get("failedIssuanceAttempts"), 1)
        expect(failed["status"].get("lastFailureTime"), "no lastFailureTime")
        expect_equal(condition(failed, "Issuing")["reason"], "ByHand")
        expect_equal(cluster.find("secrets", namespace, "denied-tls"), None)
        expect_equal(len(cluster.requests_of(namespace, "denied")), 1)


def is_denied(cluster, namespace, name):
    seen = cluster.get("certificaterequests", namespace, name)
    return seen if condition(seen, "Ready").get("reason") == "Denied" else None


def failed_issuance(cluster, namespace, name):
    seen = cluster.get("certificates", namespace, name)
    return seen if condition(seen, "Issuing").get("status") == "False" else None


def decide(cluster, namespace, name, kind):
    def write():
        seen = cluster.get("certificaterequests", namespace, name)
        verdict = {"type": kind, "status": "True", "reason": "ByHand", "message": "by hand",
                   "lastTransitionTime": seen["metadata"]["creationTimestamp"]}
        conditions = [*seen.get("status", {}).get("conditions", []), verdict]
        answer = cluster.merge(f"{collection('certificaterequests', namespace)}/{name}/status",
                               {"metadata": {"resourceVersion": seen["metadata"]["resourceVersion"]},
                                "status": {"conditions": conditions}})
        expect_equal(answer.status, 200)  # 409: written meanwhile
    cluster.until_holds(f"{kind} of {name} written", write)
