"""Issuers: ClusterIssuer, self-signed root to CA chain, not Ready and why, foreign groups."""
from harness.claims import Failed, expect, expect_equal, expect_in
from harness.cluster import condition
from harness.objects import ca_issuer, certificate, certificate_request, issuer, tls_secret


def scenario(claims, cluster, pki):
    cluster_issuer(claims, cluster, pki)
    chain(claims, cluster, pki)
    not_ready(claims, cluster, pki)
    foreign_group(claims, cluster, pki)


def unready(cluster, plural, namespace, name, reason):
    """Waits for Ready False with that reason: a Secret may be seen later than the issuer that was made after it."""
    def look():
        ready = condition(cluster.get(plural, namespace, name), "Ready")
        if (ready.get("status"), ready.get("reason")) != ("False", reason):
            raise Failed(repr(ready))
    cluster.until_holds(f"{name} not Ready with reason {reason}", look)


def cluster_issuer(claims, cluster, pki):
    with claims.claim("a ClusterIssuer reads its Secret from the cluster resource namespace and serves any namespace"):
        namespace, name = cluster.namespace("any"), f"company-{cluster.run_id}"
        authority = pki.authority(name)
        cluster.ensure_namespace(cluster.resource_namespace)
        cluster.apply(tls_secret(name, cluster.resource_namespace, authority.certificate, authority.key),
                      issuer(name, ca={"secretName": name}),
                      certificate("site", namespace, {"name": name, "kind": "ClusterIssuer"}))
        cluster.until_ready("clusterissuers", None, name)
        cluster.until_ready("certificates", namespace, "site")
        pki.verify(cluster.secret_data(namespace, "site-tls")["tls.crt"], authority.certificate)
    with claims.claim("a ClusterIssuer does not read a Secret of the Certificate's namespace"):
        name = f"astray-{cluster.run_id}"
        cluster.apply(tls_secret(name, namespace, authority.certificate, authority.key),
                      issuer(name, ca={"secretName": name}))
        unready(cluster, "clusterissuers", None, name, "ErrGetKeyPair")


def chain(claims, cluster, pki):
    namespace = cluster.namespace("chain")
    with claims.claim("a self-signed root is a CA and verifies itself"):
        cluster.apply(issuer("self-signed", namespace, selfSigned={}),
                      certificate("root", namespace, "self-signed", isCA=True, commonName="chain-root", dnsNames=None),
                      issuer("root", namespace, ca={"secretName": "root-tls"}))
        cluster.until_ready("certificates", namespace, "root")
        root = cluster.secret_data(namespace, "root-tls")
        expect_in("CA:TRUE", pki.text(root["tls.crt"]))
        expect_equal(root["ca.crt"], root["tls.crt"])
        pki.verify(root["tls.crt"], root["tls.crt"])
    with claims.claim("an intermediate CA of that root issues a leaf whose chain ends below the root"):
        cluster.apply(certificate("middle", namespace, "root", isCA=True, commonName="chain-middle", dnsNames=None),
                      issuer("middle", namespace, ca={"secretName": "middle-tls"}),
                      certificate("leaf", namespace, "middle"))
        cluster.until_ready("certificates", namespace, "leaf")
        leaf = cluster.secret_data(namespace, "leaf-tls")
        expect_equal(leaf["tls.crt"].count(b"BEGIN CERTIFICATE"), 2)
        expect_equal(leaf["ca.crt"], root["tls.crt"])
        pki.verify(leaf["tls.crt"], root["tls.crt"])
    with claims.claim("keys of every algorithm are made and certified"):
        kinds = {"rsa": {"algorithm": "RSA", "size": 2048}, "p384": {"algorithm": "ECDSA", "size": 384},
                 "ed": {"algorithm": "Ed25519"}, "pkcs8": {"algorithm": "ECDSA", "size": 256, "encoding": "PKCS8"}}
        cluster.apply(*(certificate(name, namespace, "root", privateKey=key) for name, key in kinds.items()))
        for name in kinds:
            cluster.until_ready("certificates", namespace, name)
        heads = {name: cluster.secret_data(namespace, f"{name}-tls")["tls.key"].split(b"\n")[0] for name in kinds}
        expect_equal(heads, {"rsa": b"-----BEGIN RSA PRIVATE KEY-----", "p384": b"-----BEGIN EC PRIVATE KEY-----",
                             "ed": b"-----BEGIN PRIVATE KEY-----", "pkcs8": b"-----BEGIN PRIVATE KEY-----"})


def not_ready(claims, cluster, pki):
    namespace = cluster.namespace("late")
    with claims.claim("a CA Issuer without its Secret is not Ready with reason ErrGetKeyPair, and a request waits"):
        cluster.apply(issuer("ca", namespace, ca={"secretName": "late"}), certificate("waits", namespace))
        unready(cluster, "issuers", namespace, "ca", "ErrGetKeyPair")
        cluster.until("the request Pending", lambda: [
            r for r in cluster.requests_of(namespace, "waits") if condition(r, "Ready").get("reason") == "Pending"])
    with claims.claim("once the Secret is there the Issuer is Ready and what waited is issued"):
        authority = pki.authority("late")
        cluster.apply(tls_secret("late", namespace, authority.certificate, authority.key))
        cluster.until_ready("issuers", namespace, "ca")
        cluster.until_ready("certificates", namespace, "waits")
    with claims.claim("a key pair that is no CA makes the Issuer not Ready with reason ErrInvalidKeyPair"):
        leaf = pki.leaf("not-a-ca")
        cluster.apply(tls_secret("leaf", namespace, leaf.certificate, leaf.key),
                      issuer("leaf", namespace, ca={"secretName": "leaf"}))
        unready(cluster, "issuers", namespace, "leaf", "ErrInvalidKeyPair")


def foreign_group(claims, cluster, pki):
    namespace = cluster.namespace("foreign")
    ca_issuer(cluster, pki, namespace)
    foreign = {"name": "ca", "kind": "ForeignIssuer", "group": "issuers.example.org"}
    with claims.claim("a request for a foreign issuer group is left alone"):
        pem, _ = pki.request("foreign.example.com", "subjectAltName=DNS:foreign.example.com")
        cluster.apply(certificate_request("foreign", namespace, pem, foreign),
                      certificate("foreign", namespace, foreign))
        cluster.until("the Certificate's request", lambda: cluster.requests_of(namespace, "foreign"))
        # A round of our own, begun later and ended, shows that the controller has passed by.
        cluster.apply(certificate("ours", namespace))
        cluster.until_ready("certificates", namespace, "ours")
        for request in cluster.list("certificaterequests", namespace):
            if request["spec"]["issuerRef"].get("group") == foreign["group"]:
                expect(not condition(request, "Ready"), f"it has a Ready condition: {condition(request, 'Ready')}")
                expect("certificate" not in request.get("status", {}), "it has a certificate")
