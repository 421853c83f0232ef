"""kubectl again: apply and its kin, edit, replace, create of every sort, auth, explain, delete and what depends."""
import json
import subprocess
import tempfile

from harness.claims import expect, expect_equal, expect_in
from harness.objects import config_map


def scenario(claims, cluster, _):
    namespace = cluster.namespace("kubectl-more")

    def kubectl(*words, **options):
        return cluster.kubectl("-n", namespace, *words, **options)

    applied(claims, cluster, namespace, kubectl)
    edited(claims, cluster, namespace, kubectl)
    created(claims, cluster, namespace, kubectl)
    rights(claims, namespace, kubectl)
    explained(claims, kubectl)
    watched(claims, cluster, namespace, kubectl)
    deleted(claims, cluster, namespace, kubectl)
    defined(claims, cluster, namespace, kubectl)


def text_of(*objects):
    return json.dumps({"apiVersion": "v1", "kind": "List", "items": objects})


def applied(claims, cluster, namespace, kubectl):
    first, second = config_map("settings", namespace, a="1", b="2"), config_map("settings", namespace, a="1")
    with claims.claim("kubectl apply makes, leaves and configures, and says which"):
        for value, word in ((first, "created"), (first, "unchanged"), (second, "configured")):
            expect_equal(kubectl("apply", "-f", "-", stdin=json.dumps(value)).out.strip(), f"configmap/settings {word}")
        expect_equal(cluster.get("configmaps", namespace, "settings")["data"], {"a": "1"})
    with claims.claim("kubectl diff shows what apply would change, and exits 1 for it"):
        seen = kubectl("diff", "-f", "-", stdin=json.dumps(first), check=False)
        expect_equal(seen.code, 1)
        expect_in("+  b: \"2\"", seen.out)
        expect_equal(kubectl("diff", "-f", "-", stdin=json.dumps(second)).out, "")
    with claims.claim("kubectl apply --server-side refuses what another manager owns, and takes it by force"):
        def apply(manager, *words, **options):
            value = config_map("ssa", namespace, a=manager)
            return kubectl("apply", "--server-side", f"--field-manager={manager}", *words, "-f", "-",
                           stdin=json.dumps(value), **options)
        apply("one")
        expect_in('conflict with "one": .data.a', apply("two", check=False).err)
        apply("two", "--force-conflicts")
        shown = kubectl("get", "cm", "ssa", "-o", "json", "--show-managed-fields").out
        managers = [entry["manager"] for entry in json.loads(shown)["metadata"]["managedFields"]]
        expect_equal(managers, ["two"])
    with claims.claim("kubectl apply --prune removes what the files no longer have"):
        values = [config_map(name, namespace) for name in ("kept", "gone")]
        for value in values:
            value["metadata"]["labels"] = {"set": "pruned"}
        prune = ("apply", "--prune", "-l", "set=pruned", "--prune-allowlist=core/v1/ConfigMap", "-f", "-")
        kubectl(*prune, stdin=text_of(*values))
        expect_in("configmap/gone pruned", kubectl(*prune, stdin=text_of(values[0])).out)
    with claims.claim("kubectl apply of what cannot be stored names the field"):
        wrong = {**config_map("wrong", namespace), "dota": {}}
        expect_in('unknown field "dota"', kubectl("apply", "-f", "-", stdin=json.dumps(wrong), check=False).err)
        expect_in("Warning: unknown field", kubectl("apply", "--validate=warn", "-f", "-", stdin=json.dumps(wrong)).err)


def edited(claims, cluster, namespace, kubectl):
    with claims.claim("kubectl edit sends what its editor leaves, and nothing if that is the same"):
        kubectl("create", "configmap", "edited", "--from-literal=word=old")
        with tempfile.NamedTemporaryFile("w", suffix=".sh") as editor:
            editor.write("#!/bin/sh\nsed -i s/old/new/ \"$1\"\n")
            editor.flush()
            command = ["env", f"KUBE_EDITOR=sh {editor.name}", "kubectl", "--kubeconfig", cluster.kubeconfig,
                       "-n", namespace, "edit", "configmap/edited"]
            for expected in ("configmap/edited edited", "Edit cancelled, no changes made."):
                seen = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
                expect_in(expected, seen.stdout + seen.stderr)
        expect_equal(cluster.get("configmaps", namespace, "edited")["data"], {"word": "new"})
    with claims.claim("kubectl replace needs what is there; with --force it makes it anew"):
        value = config_map("replaced", namespace, a="1")
        expect_in("NotFound", kubectl("replace", "-f", "-", stdin=json.dumps(value), check=False).err)
        uid = json.loads(kubectl("create", "-f", "-", "-o", "json", stdin=json.dumps(value)).out)["metadata"]["uid"]
        kubectl("replace", "-f", "-", stdin=json.dumps(config_map("replaced", namespace, b="1")))
        seen = cluster.get("configmaps", namespace, "replaced")
        expect_equal((seen["data"], seen["metadata"]["uid"]), ({"b": "1"}, uid))
        kubectl("replace", "--force", "-f", "-", stdin=json.dumps(value))
        expect(cluster.get("configmaps", namespace, "replaced")["metadata"]["uid"] != uid, "it is the same object")
    with claims.claim("kubectl label and annotate set, refuse to overwrite, and remove"):
        kubectl("label", "cm/edited", "tier=front")
        expect_in("already has a value", kubectl("label", "cm/edited", "tier=back", check=False).err)
        kubectl("label", "--overwrite", "cm/edited", "tier=back")
        kubectl("annotate", "cm", "-l", "tier=back", "note=all of them")
        expect_equal(cluster.get("configmaps", namespace, "edited")["metadata"]["annotations"], {"note": "all of them"})
        kubectl("annotate", "cm/edited", "note-")
        kubectl("label", "cm/edited", "tier-")
        metadata = cluster.get("configmaps", namespace, "edited")["metadata"]
        expect("labels" not in metadata and "annotations" not in metadata, metadata)
    with claims.claim("kubectl patch takes each type, and --subresource"):
        for kind, patch in (("merge", '{"data":{"m":"1"}}'), ("strategic", '{"data":{"s":"1"}}'),
                            ("json", '[{"op":"add","path":"/data/j","value":"1"}]')):
            kubectl("patch", "cm/edited", "--type", kind, "-p", patch)
        expect_equal(sorted(cluster.get("configmaps", namespace, "edited")["data"]), ["j", "m", "s", "word"])


def created(claims, cluster, namespace, kubectl):
    with claims.claim("kubectl create makes Secrets, a Role and its binding, a ServiceAccount, an Ingress, a Service"):
        for words in (["secret", "generic", "plain", "--from-literal=a=b"], ["serviceaccount", "robot"],
                      ["secret", "docker-registry", "registry", "--docker-server=r.example.com", "--docker-username=u",
                       "--docker-password=p"],
                      ["role", "reader", "--verb=get,list", "--resource=configmaps,secrets"],
                      ["rolebinding", "reader", "--role=reader", f"--serviceaccount={namespace}:robot"],
                      ["ingress", "web", "--rule=a.example.com/=web:80,tls=web-tls"],
                      ["service", "clusterip", "web", "--tcp=80:8080"]):
            expect_in("created", kubectl("create", *words).out)
        expect_equal(cluster.get("secrets", namespace, "registry")["type"], "kubernetes.io/dockerconfigjson")
        expect_in("a.example.com", kubectl("get", "ingress", "web").out)
        expect_in("80/TCP", kubectl("get", "service", "web").out)
    with claims.claim("kubectl create token gives one with which the API knows the ServiceAccount"):
        token = kubectl("create", "token", "robot", "--duration=1h").out.strip()
        seen = cluster.http("GET", f"/api/v1/namespaces/{namespace}/configmaps", anonymous=True,
                            headers={"Authorization": f"Bearer {token}"})
        expect_equal(seen.status, 200)
        who = json.dumps({"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"})
        seen = cluster.http("POST", "/apis/authentication.k8s.io/v1/selfsubjectreviews", who, anonymous=True,
                            headers={"Authorization": f"Bearer {token}"})
        expect_equal(seen.json()["status"]["userInfo"]["username"], f"system:serviceaccount:{namespace}:robot")


def rights(claims, namespace, kubectl):
    robot = f"--as=system:serviceaccount:{namespace}:robot"
    with claims.claim("kubectl auth can-i answers for one right, and lists them all"):
        expect_equal(kubectl("auth", "can-i", "list", "secrets", robot).out.strip(), "yes")
        expect_equal(kubectl("auth", "can-i", "delete", "secrets", robot, check=False).out.strip(), "no")
        listed = [line.split() for line in kubectl("auth", "can-i", "--list", robot).out.splitlines()]
        for resource in ("configmaps", "secrets"):
            expect([resource, "[]", "[]", "[get", "list]"] in listed, listed)
        listed = [line.split() for line in kubectl("auth", "can-i", "--list").out.splitlines()]
        expect(["*.*", "[]", "[]", "[*]"] in listed, listed)
    with claims.claim("kubectl auth whoami tells who asks"):
        expect_in(f"system:serviceaccount:{namespace}:robot", kubectl("auth", "whoami", robot).out)


def explained(claims, kubectl):
    with claims.claim("kubectl explain knows kinds and fields, of the core and of ours"):
        for path, expected in (("configmap.data", "<map[string]string>"), ("certificate.spec.issuerRef", "-required-"),
                               ("ingress.spec.rules", "IngressRule"), ("service.spec.ports", "targetPort"),
                               ("crd.spec.versions", "storage")):
            expect_in(expected, kubectl("explain", path).out)
        expect_in('field "nothing" does not exist', kubectl("explain", "secret.nothing", check=False).err)
    with claims.claim("kubectl api-resources has what is here, with its short names"):
        rows = kubectl("api-resources", "--no-headers").out
        wanted = {"configmaps", "secrets", "services", "pods", "ingresses", "customresourcedefinitions", "certificates",
                  "certificatesigningrequests", "leases", "validatingwebhookconfigurations"}
        expect_equal(wanted - {line.split()[0] for line in rows.splitlines()}, set())


def watched(claims, cluster, namespace, kubectl):
    with claims.claim("kubectl get -w --output-watch-events tells of a life from its beginning to its end"):
        command = ["kubectl", "--kubeconfig", cluster.kubeconfig, "-n", namespace, "get", "cm", "-l", "seen=yes", "-w",
                   "--output-watch-events", "--no-headers"]
        before, value = config_map("before", namespace), config_map("life", namespace)
        for one in (before, value):
            one["metadata"]["labels"] = {"seen": "yes"}
        cluster.apply(before)
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as watch:
            try:
                # From there on it watches.
                expect_equal(watch.stdout.readline().split()[:2], ["ADDED", "before"])
                cluster.apply(value)
                kubectl("annotate", "cm/life", "a=b")
                kubectl("delete", "cm/life")
                seen = [watch.stdout.readline().split()[:2] for _ in range(3)]
                expect_equal(seen, [["ADDED", "life"], ["MODIFIED", "life"], ["DELETED", "life"]])
            finally:
                watch.kill()
    with claims.claim("kubectl wait waits for a value, for its creation and for its end"):
        kubectl("create", "configmap", "waited", "--from-literal=phase=done")
        kubectl("wait", "--for=jsonpath={.data.phase}=done", "cm/waited", "--timeout=60s")
        kubectl("wait", "--for=create", "cm/waited", "--timeout=60s")
        with subprocess.Popen(["kubectl", "--kubeconfig", cluster.kubeconfig, "-n", namespace, "wait", "--for=delete",
                               "cm/waited", "--timeout=100s"], stdout=subprocess.DEVNULL) as waiting:
            kubectl("delete", "cm/waited")  # where the other is slower to start, it finds nothing and ends too
            expect_equal(waiting.wait(120), 0)


def deleted(claims, cluster, namespace, kubectl):
    if not cluster.standalone:
        return  # the bare API server of the tests has no garbage collector
    for cascade, stays in (("background", False), ("foreground", False), ("orphan", True)):
        with claims.claim(f"kubectl delete --cascade={cascade}: what depends on it {'stays' if stays else 'goes'}"):
            kubectl("create", "configmap", f"owner-{cascade}")
            owner = cluster.get("configmaps", namespace, f"owner-{cascade}")["metadata"]
            dependant = config_map(f"owned-{cascade}", namespace)
            dependant["metadata"]["ownerReferences"] = [
                {"apiVersion": "v1", "kind": "ConfigMap", "name": owner["name"], "uid": owner["uid"],
                 "blockOwnerDeletion": True}]
            cluster.apply(dependant)
            kubectl("delete", f"--cascade={cascade}", f"cm/owner-{cascade}", "--timeout=100s")
            expect_equal(cluster.find("configmaps", namespace, owner["name"]), None)
            if not stays:
                cluster.until("its end", lambda name=dependant["metadata"]["name"]:
                              not cluster.find("configmaps", namespace, name))
            else:
                metadata = cluster.get("configmaps", namespace, f"owned-{cascade}")["metadata"]
                expect("ownerReferences" not in metadata, metadata)


def boxes(group):
    """A CustomResourceDefinition."""
    size = {"type": "integer", "minimum": 1, "description": "How large it is."}
    spec = {"type": "object", "required": ["size"],
            "properties": {"size": size, "color": {"type": "string", "default": "red"}}}
    version = {"name": "v1", "served": True, "storage": True,
               "schema": {"openAPIV3Schema": {"type": "object", "properties": {"spec": spec}}},
               "additionalPrinterColumns": [{"name": "Size", "type": "integer", "jsonPath": ".spec.size"}]}
    return {"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
            "metadata": {"name": f"boxes.{group}"},
            "spec": {"group": group, "scope": "Namespaced", "versions": [version],
                     "names": {"plural": "boxes", "kind": "Box", "shortNames": ["bx"]}}}


def defined(claims, cluster, namespace, kubectl):
    group = f"{namespace}.example.com"
    box = {"apiVersion": f"{group}/v1", "kind": "Box", "metadata": {"name": "one", "namespace": namespace},
           "spec": {"size": 2}}
    with claims.claim("kubectl applies a CustomResourceDefinition, waits for it and works with its kind"):
        cluster.apply(boxes(group))
        kubectl("wait", "--for=condition=Established", f"crd/boxes.{group}", "--timeout=100s")
        cluster.until("its kind", lambda: kubectl("get", f"boxes.{group}", check=False).code == 0)
        cluster.apply(box)
        lines = [line.split()[:2] for line in kubectl("get", "bx").out.splitlines()]
        expect_equal(lines, [["NAME", "SIZE"], ["one", "2"]])
        expect_equal(kubectl("get", "box", "one", "-o", "jsonpath={.spec.color}").out, "red")
        box["spec"]["size"] = 0
        expect_in("spec.size", cluster.apply(box, check=False).err)
        cluster.until("its schema", lambda: "How large it is." in kubectl("explain", "box.spec.size", check=False).out)
    with claims.claim("kubectl delete of the definition takes its objects along"):
        kubectl("delete", f"crd/boxes.{group}", "--timeout=100s")
        cluster.until("the kind served no more", lambda: kubectl("get", f"boxes.{group}", check=False).code != 0)
