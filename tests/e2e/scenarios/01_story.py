"""The story of issue A: refused at kubectl apply, or a certificate is issued.

The manifests are those of manifests/samples, as a user applies them."""
import pathlib
import time

from harness.claims import Failed, expect, expect_equal, expect_in
from harness.cluster import collection, condition
from harness.objects import tls_secret

SAMPLES = pathlib.Path(__file__).resolve().parents[3] / "manifests" / "samples"
NS = "mesh-system"


def scenario(claims, cluster, pki):
    cluster.ensure_namespace(NS)
    for plural, name in (("certificates", "ingress-gateway"), ("secrets", "ingress-gateway-certs"), ("orders", "shop")):
        cluster.remove(plural, NS, name)
    authority = pki.authority("mesh-root")
    issued(claims, cluster, pki, authority)
    layout(claims, cluster)
    refused(claims, cluster)
    order_frozen(claims, cluster)
    other_namespace(claims, cluster)
    every_sample(claims, cluster)


def issued(claims, cluster, pki, authority):
    with claims.claim("the samples of the mesh apply, and Issuer ca-issuer with Secret ca-key-pair is Ready"):
        cluster.apply(tls_secret("ca-key-pair", NS, authority.certificate, authority.key))
        start = time.monotonic()
        cluster.kubectl("apply", "-f", str(SAMPLES / "mesh-gateway.yaml"))
        cluster.until_ready("issuers", NS, "ca-issuer")
        ready = condition(cluster.get("issuers", NS, "ca-issuer"), "Ready")
        expect_equal(ready["reason"], "KeyPairVerified")
    with claims.claim("the ingress gateway's Certificate becomes Ready"):
        seen = cluster.until_ready("certificates", NS, "ingress-gateway")
        claims.note(f"Ready {time.monotonic() - start:.2f} s after kubectl apply was started (issue A: under 2 s)")
        expect_equal(condition(seen, "Ready")["reason"], "Ready")
        cluster.until("revision 1", lambda: cluster.get(
            "certificates", NS, "ingress-gateway")["status"].get("revision") == 1)
        for name in ("notBefore", "notAfter", "renewalTime"):
            expect(seen["status"].get(name), f"status.{name} is missing")
    with claims.claim("openssl verifies the certificate against the CA of ca-key-pair"):
        data = cluster.secret_data(NS, "ingress-gateway-certs")
        pki.verify(data["tls.crt"], authority.certificate, "sslserver")
        expect_equal(data["ca.crt"].strip(), authority.certificate.strip())
    with claims.claim("the certificate has the names and the key that were asked for"):
        data = cluster.secret_data(NS, "ingress-gateway-certs")
        expect_equal(pki.names(data["tls.crt"]), ["shop.example.com", "www.shop.example.com"])
        expect_equal(pki.public_key(data["tls.crt"], "certificate"), pki.public_key(data["tls.key"], "key"))
        expect_in("CN = shop.example.com", pki.text(data["tls.crt"]))


def layout(claims, cluster):
    with claims.claim("the Secret has the field's type, keys, label and annotations"):
        secret = cluster.get("secrets", NS, "ingress-gateway-certs")
        expect_equal(secret["type"], "kubernetes.io/tls")
        expect_equal(sorted(secret["data"]), ["ca.crt", "tls.crt", "tls.key"])
        expect_equal(secret["metadata"]["labels"], {"controller.cert-manager.io/fao": "true"})
        wanted = {"alt-names": "shop.example.com,www.shop.example.com", "certificate-name": "ingress-gateway",
                  "common-name": "shop.example.com", "ip-sans": "", "issuer-group": "", "issuer-kind": "",
                  "issuer-name": "ca-issuer", "uri-sans": ""}
        expect_equal(secret["metadata"]["annotations"], {f"cert-manager.io/{k}": v for k, v in wanted.items()})
    with claims.claim("the CertificateRequest is approved, issued and owned by the Certificate"):
        request = cluster.get("certificaterequests", NS, "ingress-gateway-1")
        expect_equal(condition(request, "Approved")["reason"], "cert-manager.io")
        expect_equal(condition(request, "Ready")["reason"], "Issued")
        owner = request["metadata"]["ownerReferences"][0]
        expect_equal((owner["kind"], owner["name"], owner["controller"]), ("Certificate", "ingress-gateway", True))
    with claims.claim("no temporary key Secret is left behind"):
        expect_equal(leftovers(cluster), [])
        expect("nextPrivateKeySecretName" not in cluster.get("certificates", NS, "ingress-gateway")["status"],
               "status.nextPrivateKeySecretName is still set")


def leftovers(cluster):
    def look():
        names = [s["metadata"]["name"] for s in
                 cluster.list("secrets", NS, "?labelSelector=cert-manager.io/next-private-key%3Dtrue")]
        if names:
            raise Failed(names)
    cluster.until_holds("temporary key Secrets removed", look)
    return []


def refused(claims, cluster):
    with claims.claim("duration 10m with renewBefore 20m is refused at kubectl apply, naming both fields"):
        done = cluster.kubectl("apply", "-f", str(SAMPLES / "refused" / "short-duration.yaml"), check=False)
        expect(done.code != 0, "kubectl apply exited 0")
        expect_in("spec.duration: Invalid value", done.err)
        expect_in("spec.renewBefore: Invalid value", done.err)
        expect_in("webhook.cert-manager.io", done.err)
        expect_equal(cluster.find("certificates", NS, "short-duration"), None)
    for path in sorted((SAMPLES / "refused").glob("*.yaml")):
        with claims.claim(f"samples/refused/{path.name} is refused at kubectl apply, naming the field it says"):
            field = path.read_text().split("Refused: ", 1)[1].split()[0].rstrip(".")
            done = cluster.kubectl("apply", "-f", str(path), check=False)
            expect(done.code != 0, "kubectl apply exited 0")
            expect_in(f"{field}: ", done.err)


def order_frozen(claims, cluster):
    with claims.claim("an Order is accepted"):
        cluster.kubectl("apply", "-f", str(SAMPLES / "order.yaml"))
    with claims.claim("a changed Order is refused at kubectl apply and stays as it was"):
        before = cluster.get("orders", NS, "shop")
        done = cluster.kubectl("apply", "-f", str(SAMPLES / "frozen" / "order.yaml"), check=False)
        expect(done.code != 0, "kubectl apply exited 0")
        expect_in("spec", done.err)
        expect_in("Forbidden", done.err)
        expect_equal(cluster.get("orders", NS, "shop"), before)
    path = f"{collection('orders', NS)}/shop"
    for field, value in (("request", "bmV3"), ("commonName", "other.example.com"),
                         ("dnsNames", ["shop.example.com"] * 2), ("dnsNames", None), ("ipAddresses", ["10.0.0.1"]),
                         ("duration", "1h"), ("profile", "p"), ("issuerRef", {"name": "other"})):
        with claims.claim(f"an Order whose spec.{field} becomes {str(value)[:30]} is refused"):
            answer = cluster.merge(path, {"spec": {field: value}})
            expect_equal(answer.status, 403)
    status_frozen(claims, cluster, path)


def status_frozen(claims, cluster, path):
    states = {"url": "https://acme.test/order/1", "finalizeURL": "https://acme.test/order/1/finalize",
              "state": "pending", "authorizations": [
                  {"url": "https://acme.test/authz/1", "identifier": "shop.example.com", "wildcard": False,
                   "initialState": "pending", "challenges": [
                       {"url": "https://acme.test/c/1", "type": "HTTP-01", "token": "t1"},
                       {"url": "https://acme.test/c/2", "type": "DNS-01", "token": "t2"}]}]}
    with claims.claim("an Order's status can be stated once"):
        answer = cluster.merge(f"{path}/status", {"status": states})
        expect_equal(answer.status, 200)
    shrunk = [{**states["authorizations"][0], "challenges": states["authorizations"][0]["challenges"][:1]}]
    for what, change in (("url", {"url": "https://acme.test/order/2"}), ("finalizeURL", {"finalizeURL": "x"}),
                         ("authorizations (emptied)", {"authorizations": []}),
                         ("authorizations (grown)", {"authorizations": states["authorizations"] * 2}),
                         ("authorizations[0].challenges (shrunk)", {"authorizations": shrunk})):
        with claims.claim(f"an Order's stated status.{what} cannot be changed"):
            answer = cluster.merge(f"{path}/status", {"status": change})
            expect_equal(answer.status, 403)
    with claims.claim("an Order's state may go on"):
        expect_equal(cluster.merge(f"{path}/status", {"status": {"state": "ready"}}).status, 200)


def other_namespace(claims, cluster):
    with claims.claim("a Certificate in another namespace that names ca-issuer is accepted, not Ready, and says why"):
        cluster.kubectl("apply", "-f", str(SAMPLES / "other-namespace.yaml"))

        def look():
            requests = cluster.requests_of("team-b", "borrowed")
            ready = condition(requests[0], "Ready") if requests else {}
            return ready if ready.get("reason") == "Pending" else None
        pending = cluster.until("the request Pending", look)
        expect_equal(pending["status"], "False")
        expect_in("ca-issuer", pending["message"])
        def unready():
            ready = condition(cluster.get("certificates", "team-b", "borrowed"), "Ready")
            expect_equal((ready["status"], ready["reason"]), ("False", "DoesNotExist"))
            return ready
        ready = cluster.until("Ready False", unready)
        expect(ready.get("message"), "the Ready condition has no message")
        expect_equal(cluster.find("secrets", "team-b", "borrowed-tls"), None)


def every_sample(claims, cluster):
    with claims.claim("kubectl apply of the whole folder of samples works, and what can be Ready is"):
        cluster.remove("secrets", NS, "ca-key-pair")
        cluster.kubectl("apply", "-f", str(SAMPLES))
        cluster.until_ready("clusterissuers", None, "self-signed")
        for namespace, name in ((NS, "mesh-root"), (NS, "ingress-gateway"), ("sandbox", "root"), ("sandbox", "web")):
            cluster.until_ready("certificates", namespace, name)
