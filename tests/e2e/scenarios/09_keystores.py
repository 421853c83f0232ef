"""Keystores: what openssl and, where there is one, Java's keytool find in them."""
import hashlib
import pathlib
import re
import shutil
import subprocess
import tempfile

from harness.claims import expect, expect_equal
from harness.cluster import collection
from harness.objects import ca_issuer, certificate

PASSWORD = "change-it-1"
BOUND = 120  # seconds; Java starts slowly where something else is busy


def scenario(claims, cluster, pki):
    namespace = cluster.namespace("keystores")
    ca_issuer(cluster, pki, namespace)
    waits_for_password(claims, cluster, namespace)
    for profile in ("LegacyRC2", "LegacyDES", "Modern2023"):
        opened_by_openssl(claims, cluster, namespace, profile)
    opened_by_java(claims, cluster, namespace)
    goes_again(claims, cluster, namespace)


def keystores(profile="LegacyDES"):
    password = {"create": True, "passwordSecretRef": {"name": "password", "key": "value"}}
    return {"jks": {**password, "alias": "Shop"}, "pkcs12": {**password, "profile": profile}}


def waits_for_password(claims, cluster, namespace):
    with claims.claim("an issuance waits for the Secret with the keystore's password, and an event says so"):
        cluster.apply(certificate("shop", namespace, keystores=keystores()))
        cluster.until("the event", lambda: any(
            event["reason"] == "KeystorePasswordSecretNotFound" for event in cluster.list("events", namespace)))
        expect_equal(cluster.find("secrets", namespace, "shop-tls"), None)
        cluster.apply({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "password", "namespace": namespace},
                       "stringData": {"value": PASSWORD}})
        cluster.until_ready("certificates", namespace, "shop")
    with claims.claim("the Secret has keystores and truststores of both kinds"):
        data = cluster.secret_data(namespace, "shop-tls")
        for key in ("keystore.jks", "truststore.jks", "keystore.p12", "truststore.p12"):
            expect(data.get(key), key)


def stored(folder, data, key):
    path = pathlib.Path(folder) / key
    path.write_bytes(data[key])
    return path


def ran(*command):
    return subprocess.run(list(map(str, command)), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, timeout=BOUND, check=False)


def fingerprint(pem):
    der = subprocess.run(["openssl", "x509", "-outform", "DER"], input=pem, stdout=subprocess.PIPE,
                         timeout=BOUND, check=True).stdout
    return hashlib.sha256(der).hexdigest()


def opened_by_openssl(claims, cluster, namespace, profile):
    name = profile.lower()
    with claims.claim(f"openssl pkcs12 opens the keystore of profile {profile}: MAC, key and certificate"):
        cluster.apply(certificate(name, namespace, keystores=keystores(profile)))
        cluster.until_ready("certificates", namespace, name)
        data = cluster.secret_data(namespace, f"{name}-tls")
        with tempfile.TemporaryDirectory() as folder:
            legacy = ["-legacy"] if profile == "LegacyRC2" else []
            shown = ran("openssl", "pkcs12", *legacy, "-in", stored(folder, data, "keystore.p12"), "-nodes",
                        "-passin", f"pass:{PASSWORD}").stdout
        expect(b"PRIVATE KEY" in shown, shown[-300:])
        first = re.search(rb"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----\n", shown, re.S)
        expect_equal(fingerprint(first.group(0)), fingerprint(data["tls.crt"]))


def opened_by_java(claims, cluster, namespace):
    if not shutil.which("keytool"):
        claims.note("there is no keytool here: the keystores are not shown to Java")
        return
    data = cluster.secret_data(namespace, "shop-tls")
    entries = {"keystore.jks": (b"shop", b"PrivateKeyEntry"), "truststore.jks": (b"ca", b"trustedCertEntry"),
               "keystore.p12": (b"1", b"PrivateKeyEntry"), "truststore.p12": (b"", b"trustedCertEntry")}
    for key, (alias, kind) in entries.items():
        with claims.claim(f"keytool lists {key}"), tempfile.TemporaryDirectory() as folder:
            shown = ran("keytool", "-list", "-keystore", stored(folder, data, key), "-storepass", PASSWORD)
            expect_equal(shown.returncode, 0)
            expect(kind in shown.stdout and alias in shown.stdout, shown.stdout[-400:])
    with claims.claim("keytool gives out the key's certificate of the JKS keystore"), \
            tempfile.TemporaryDirectory() as folder:
        shown = ran("keytool", "-exportcert", "-rfc", "-alias", "shop", "-storepass", PASSWORD, "-keystore",
                    stored(folder, data, "keystore.jks"))
        first = re.search(rb"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----", shown.stdout, re.S)
        expect_equal(fingerprint(first.group(0) + b"\n"), fingerprint(data["tls.crt"]))


def goes_again(claims, cluster, namespace):
    with claims.claim("a keystore that nobody asks for any more leaves the Secret, without an issuance"):
        before = cluster.get("secrets", namespace, "shop-tls")["data"]["tls.crt"]
        answer = cluster.merge(f"{collection('certificates', namespace)}/shop", {"spec": {"keystores": None}})
        expect_equal(answer.status, 200)
        cluster.until("no keystore", lambda: "keystore.jks" not in
                      cluster.get("secrets", namespace, "shop-tls")["data"])
        expect_equal(cluster.get("secrets", namespace, "shop-tls")["data"]["tls.crt"], before)
