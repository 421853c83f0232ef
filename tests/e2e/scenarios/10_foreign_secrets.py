"""Secrets that spec.secretName finds in its way: those of other types are left alone, Opaque ones are taken."""
from harness.claims import expect, expect_equal, expect_in
from harness.cluster import condition
from harness.objects import ca_issuer, certificate

DOCKER = "kubernetes.io/dockerconfigjson"


def scenario(claims, cluster, pki):
    namespace = cluster.namespace("foreign")
    ca_issuer(cluster, pki, namespace)
    left_alone(claims, cluster, namespace)
    taken(claims, cluster, namespace)


def secret(name, namespace, kind, data):
    return {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name, "namespace": namespace}, "type": kind,
            "stringData": data}


def message(cluster, namespace, name):
    return condition(cluster.get("certificates", namespace, name), "Ready").get("message", "")


def left_alone(claims, cluster, namespace):
    with claims.claim("a Secret of another type is not written, nothing is requested, and the message says why"):
        cluster.apply(secret("pull-tls", namespace, DOCKER, {".dockerconfigjson": "{}"}))
        cluster.apply(certificate("pull", namespace))
        cluster.until("the message", lambda: DOCKER in message(cluster, namespace, "pull"))
        expect_in("spec.secretName", message(cluster, namespace, "pull"))
        expect_equal(set(cluster.secret_data(namespace, "pull-tls")), {".dockerconfigjson"})
        expect_equal(cluster.requests_of(namespace, "pull"), [])
    with claims.claim("once that Secret is gone the certificate is issued"):
        cluster.remove("secrets", namespace, "pull-tls")
        cluster.until_ready("certificates", namespace, "pull")


def taken(claims, cluster, namespace):
    with claims.claim("an Opaque Secret is taken, and keeps its type and what else is in it"):
        cluster.apply(secret("box-tls", namespace, "Opaque", {"note": "mine"}))
        cluster.apply(certificate("box", namespace))
        cluster.until_ready("certificates", namespace, "box")
        data = cluster.secret_data(namespace, "box-tls")
        expect("tls.crt" in data and "tls.key" in data, "no key pair")
        expect_equal(data["note"], b"mine")
        expect_equal(cluster.get("secrets", namespace, "box-tls")["type"], "Opaque")
