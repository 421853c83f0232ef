"""kubectl: get, describe, wait, label, patch, replace, delete and the rest, on our kinds and the core ones."""
import json
import subprocess

from harness.claims import expect, expect_equal, expect_in
from harness.cluster import collection
from harness.objects import ca_issuer, certificate, config_map


def scenario(claims, cluster, pki):
    namespace = cluster.namespace("kubectl")
    ca_issuer(cluster, pki, namespace)

    def kubectl(*words, **options):
        return cluster.kubectl("-n", namespace, *words, **options).out

    cluster.apply(certificate("one", namespace), certificate("two", namespace))
    waits(claims, cluster, namespace, kubectl)
    tables(claims, kubectl)
    outputs(claims, cluster, kubectl)
    selectors(claims, kubectl)
    changes(claims, cluster, namespace, kubectl)
    core_kinds(claims, cluster, namespace, kubectl)
    watches(claims, cluster, namespace)
    deletes(claims, cluster, namespace, kubectl)


def waits(claims, cluster, namespace, kubectl):
    with claims.claim("kubectl wait sees a Certificate become Ready"):
        expect_in("certificate.cert-manager.io/one condition met",
                  kubectl("wait", "--for=condition=Ready", "certificate/one", "--timeout=100s"))
        kubectl("wait", "--for=condition=Ready", "certificate", "--all", "--timeout=100s")
    with claims.claim("kubectl wait gives up on one that never will be"):
        cluster.apply(certificate("never", namespace, "nobody"))
        done = cluster.kubectl("-n", namespace, "wait", "--for=condition=Ready", "certificate/never", "--timeout=1s",
                               check=False)
        expect(done.code != 0, "exit 0")
        expect_in("timed out waiting", done.err)


def tables(claims, kubectl):
    for words, columns, row in (
            (["certificates"], ["NAME", "READY", "SECRET", "AGE"], ["one", "True", "one-tls"]),
            (["cert", "-o", "wide"], ["NAME", "READY", "SECRET", "ISSUER", "STATUS", "EXPIRATION", "AGE"],
             ["one", "True", "one-tls", "ca"]),
            (["cr"], ["NAME", "APPROVED", "DENIED", "READY", "ISSUER", "REQUESTER", "AGE"], ["one-1", "True"]),
            (["iss"], ["NAME", "READY", "AGE"], ["ca", "True"]),
            (["issuers", "-o", "wide"], ["NAME", "READY", "STATUS", "AGE"], ["ca", "True"]),
            (["secrets"], ["NAME", "TYPE", "DATA", "AGE"], ["one-tls", "kubernetes.io/tls", "3"])):
        with claims.claim(f"kubectl get {' '.join(words)} prints its columns"):
            lines = kubectl("get", *words).splitlines()
            expect_equal(lines[0].split(), columns)
            found = [line.split() for line in lines[1:] if line.split()[0] == row[0]]
            expect(found, f"no row {row[0]}: {lines}")
            expect_equal(found[0][:len(row)], row)
    with claims.claim("kubectl get cert-manager lists the kinds of that category"):
        names = kubectl("get", "cert-manager", "-o", "name").split()
        expect_in("certificate.cert-manager.io/one", names)
        expect_in("issuer.cert-manager.io/ca", names)
        expect_in("certificaterequest.cert-manager.io/one-1", names)
    with claims.claim("kubectl api-resources lists our kinds with short names"):
        text = kubectl("api-resources", "--api-group=cert-manager.io")
        rows = {line.split()[0]: line.split()[1] for line in text.splitlines()[1:]}
        wanted = {"certificates": "cert,certs", "certificaterequests": "cr,crs", "issuers": "iss",
                  "clusterissuers": "ciss"}
        expect_equal({name: rows.get(name) for name in wanted}, wanted)


def outputs(claims, cluster, kubectl):
    with claims.claim("kubectl get -o yaml, json, name and jsonpath print the object"):
        expect_in("secretName: one-tls", kubectl("get", "cert", "one", "-o", "yaml"))
        expect_equal(json.loads(kubectl("get", "cert", "one", "-o", "json"))["spec"]["secretName"], "one-tls")
        expect_equal(kubectl("get", "cert", "one", "-o", "name").strip(), "certificate.cert-manager.io/one")
        expect_equal(kubectl("get", "cert", "one", "-o", "jsonpath={.spec.issuerRef.name}"), "ca")
    with claims.claim("kubectl describe shows the conditions and the events"):
        def described():
            text = kubectl("describe", "certificate", "one")
            for part in ("Secret Name:", "one-tls", "Renewal Time:", "Events:", "Issuing"):
                expect_in(part, text)
        cluster.until_holds("all of it", described)  # an event may come after what it tells of
    with claims.claim("kubectl get events shows what the controller did"):
        def told():
            reasons = kubectl("get", "events", "-o", "jsonpath={range .items[*]}{.reason}{\"\\n\"}{end}").split()
            for reason in ("KeyPairVerified", "Issuing"):  # two events a certificate, not one a step
                expect_in(reason, reasons)
        cluster.until_holds("both events", told)
    with claims.claim("kubectl explain describes a field"):
        expect_in("secretName", kubectl("explain", "certificate.spec.secretName"))
        expect_in("KIND:", kubectl("explain", "certificate.spec.issuerRef"))


def selectors(claims, kubectl):
    with claims.claim("kubectl label and -l select"):
        kubectl("label", "cert", "one", "tier=front")
        expect_equal(kubectl("get", "cert", "-l", "tier=front", "-o", "name").split(),
                     ["certificate.cert-manager.io/one"])
        expect_equal(kubectl("get", "cert", "-l", "tier notin (front)", "-o", "name").split(),
                     ["certificate.cert-manager.io/never", "certificate.cert-manager.io/two"])
        kubectl("label", "cert", "one", "tier-")
        expect_equal(kubectl("get", "cert", "-l", "tier", "-o", "name").split(), [])
    with claims.claim("kubectl get --field-selector selects by name and by issuer"):
        expect_equal(kubectl("get", "cert", "--field-selector=metadata.name=two", "-o", "name").split(),
                     ["certificate.cert-manager.io/two"])
        expect_equal(kubectl("get", "cert", "--field-selector=spec.issuerRef.name=nobody", "-o", "name").split(),
                     ["certificate.cert-manager.io/never"])


def changes(claims, cluster, namespace, kubectl):
    with claims.claim("kubectl annotate, and a merge and a JSON patch change the object"):
        kubectl("annotate", "cert", "one", "example.com/note=hello")
        kubectl("patch", "cert", "one", "--type=merge", "-p", '{"spec":{"revisionHistoryLimit":3}}')
        operation = {"op": "add", "path": "/metadata/labels", "value": {"a": "b"}}
        kubectl("patch", "cert", "one", "--type=json", "-p", json.dumps([operation]))
        seen = cluster.get("certificates", namespace, "one")
        expect_equal(seen["metadata"]["annotations"]["example.com/note"], "hello")
        expect_equal((seen["spec"]["revisionHistoryLimit"], seen["metadata"]["labels"]), (3, {"a": "b"}))
    with claims.claim("a second kubectl apply of the same object is unchanged and writes nothing"):
        before = cluster.get("certificates", namespace, "two")
        expect_in("unchanged", cluster.apply(certificate("two", namespace)).out)
        expect_equal(cluster.get("certificates", namespace, "two"), before)
    with claims.claim("kubectl apply removes a field that is no longer in the file"):
        cluster.apply(certificate("edited", namespace, commonName="edited.example.com"))
        cluster.apply(certificate("edited", namespace))
        spec = cluster.get("certificates", namespace, "edited")["spec"]
        expect("commonName" not in spec, "commonName is still there")
    with claims.claim("metadata.generation grows with the spec only"):
        first = cluster.get("certificates", namespace, "two")["metadata"]
        cluster.merge(f"{collection('certificates', namespace)}/two", {"metadata": {"labels": {"x": "y"}}})
        second = cluster.get("certificates", namespace, "two")["metadata"]
        expect_equal(second["generation"], first["generation"])
        expect(second["resourceVersion"] != first["resourceVersion"], "the resourceVersion is the same")
        cluster.merge(f"{collection('certificates', namespace)}/two", {"spec": {"revisionHistoryLimit": 5}})
        expect_equal(cluster.get("certificates", namespace, "two")["metadata"]["generation"], first["generation"] + 1)
    with claims.claim("an update with an old resourceVersion is a conflict, one without is invalid"):
        stale = cluster.get("certificates", namespace, "two")
        cluster.merge(f"{collection('certificates', namespace)}/two", {"metadata": {"labels": {"x": "z"}}})
        path = f"{collection('certificates', namespace)}/two"
        answer = cluster.http("PUT", path, json.dumps(stale))
        expect_equal((answer.status, answer.json()["reason"]), (409, "Conflict"))
        stale["metadata"].pop("resourceVersion")
        expect_equal(cluster.http("PUT", path, json.dumps(stale)).status, 422)
    with claims.claim("kubectl create --dry-run=server stores nothing, and is refused like the real thing"):
        good = json.dumps(certificate("dry", namespace))
        kubectl("create", "--dry-run=server", "-f", "-", stdin=good)
        expect_equal(cluster.find("certificates", namespace, "dry"), None)
        bad = json.dumps(certificate("dry", namespace, duration="1m"))
        done = cluster.kubectl("create", "--dry-run=server", "-f", "-", stdin=bad, check=False)
        expect_in("spec.duration", done.err)
    with claims.claim("a status in a create or an update of the object itself is not taken"):
        lying = {**certificate("status", namespace, "nobody"), "status": {"revision": 7}}
        cluster.apply(lying)
        status = cluster.get("certificates", namespace, "status").get("status", {})
        expect(status.get("revision") is None, "it was taken")


def core_kinds(claims, cluster, namespace, kubectl):
    with claims.claim("kubectl makes, changes and removes ConfigMaps and Secrets"):
        cluster.apply(config_map("settings", namespace, a="1", b="2"))
        cluster.apply(config_map("settings", namespace, a="1"))
        expect_equal(cluster.get("configmaps", namespace, "settings")["data"], {"a": "1"})
        kubectl("create", "secret", "generic", "plain", "--from-literal=word=hello")
        expect_equal(cluster.secret_data(namespace, "plain"), {"word": b"hello"})
        kubectl("patch", "configmap", "settings", "-p", '{"data":{"c":"3"}}')
        expect_equal(cluster.get("configmaps", namespace, "settings")["data"], {"a": "1", "c": "3"})
        kubectl("delete", "secret/plain", "configmap/settings")
        expect_equal(cluster.find("secrets", namespace, "plain"), None)
    with claims.claim("generateName gives each its own name"):
        value = config_map(None, namespace)
        value["metadata"] = {"generateName": "made-", "namespace": namespace}
        names = [cluster.post(collection("configmaps", namespace), value).json()["metadata"]["name"] for _ in range(3)]
        expect(len(set(names)) == 3 and all(name.startswith("made-") for name in names), names)
    with claims.claim("a create of what is there is AlreadyExists, a get of what is not is NotFound"):
        done = cluster.kubectl("create", "-f", "-", stdin=json.dumps(certificate("one", namespace)), check=False)
        expect_in("AlreadyExists", done.err)
        expect_in("NotFound", cluster.kubectl("-n", namespace, "get", "cert", "none", check=False).err)


def watches(claims, cluster, namespace):
    with claims.claim("kubectl get --watch prints what changes"):
        command = ["kubectl", "--kubeconfig", cluster.kubeconfig, "-n", namespace, "get", "configmaps", "--watch",
                   "--field-selector=metadata.name=watched", "-o", "name"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as watch:
            try:
                cluster.apply(config_map("watched", namespace, a="1"))
                expect_equal(watch.stdout.readline().strip(), "configmap/watched")
            finally:
                watch.kill()


def deletes(claims, cluster, namespace, kubectl):
    with claims.claim("kubectl delete waits until the object is gone, and leaves the Secret"):
        kubectl("delete", "cert", "one")
        expect_equal(cluster.find("certificates", namespace, "one"), None)
        expect(cluster.find("secrets", namespace, "one-tls"), "the Secret went too")
    with claims.claim("kubectl delete --all removes all of a kind in the namespace"):
        kubectl("delete", "certificates", "--all")
        expect_equal(cluster.list("certificates", namespace), [])
