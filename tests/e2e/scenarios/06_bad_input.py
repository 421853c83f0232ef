"""Bad input: each is answered with a Kubernetes Status that says what is wrong, and the server lives on."""
import json

from harness.claims import expect, expect_equal, expect_in
from harness.cluster import collection
from harness.objects import certificate

MIB = 1 << 20


def scenario(claims, cluster, pki):
    del pki
    namespace = cluster.namespace("bad")
    path = collection("certificates", namespace)
    bodies(claims, cluster, namespace, path)
    types(claims, cluster, namespace, path)
    unknown_fields(claims, cluster, namespace, path)
    protocol(claims, cluster, namespace, path)
    strangers(claims, cluster)
    names(claims, cluster, namespace, path)
    with claims.claim("after all that the API server still takes a good Certificate"):
        answer = cluster.post(path, certificate("good", namespace))
        expect_equal(answer.status, 201)


def refused(answer, *codes):
    expect(answer.status in codes, f"{answer}, want {codes}")
    seen = answer.json()
    expect_equal((seen["kind"], seen["status"], seen["code"]), ("Status", "Failure", answer.status))
    expect(seen.get("message"), "the Status has no message")
    return seen


def bodies(claims, cluster, namespace, path):
    good = json.dumps(certificate("x", namespace))
    for what, body, codes in (
            ("an empty body", "", (400,)), ("a body that is no JSON", "hello", (400,)),
            ("a JSON string", '"x"', (400,)), ("a JSON list", "[]", (400,)),
            ("truncated JSON", good[:-5], (400,)), ("JSON with a tail", good + "}", (400,)),
            ("bytes that are no UTF-8", good.encode().replace(b'"x"', b'"\xff"', 1), (400, 422)),
            ("an object without kind", json.dumps({"apiVersion": "cert-manager.io/v1", "metadata": {"name": "x"}}),
             (400,)),
            ("another kind", json.dumps({**certificate("x", namespace), "kind": "Issuer"}), (400, 422)),
            ("another version", good.replace("cert-manager.io/v1", "cert-manager.io/v2", 1), (400,)),
            ("100,000 levels of lists", good[:-1] + ',"x":' + "[" * 100_000 + "]" * 100_000 + "}", (400,)),
            ("100,000 levels of objects", '{"a":' * 100_000 + "1" + "}" * 100_000, (400,))):
        with claims.claim(f"{what} is refused with a Status"):
            refused(cluster.http("POST", path, body), *codes)
    with claims.claim("malformed YAML is refused, by kubectl and over HTTP"):
        done = cluster.kubectl("apply", "-f", "-", stdin="apiVersion: v1\nkind: [ConfigMap\n", check=False)
        expect(done.code != 0, "kubectl apply exited 0")
        # 415 where YAML is not taken at all.
        refused(cluster.http("POST", path, "spec: [\n", "application/yaml"), 400, 415)
    with claims.claim("a body over 3 MiB is refused with 413"):
        big = json.dumps({**certificate("big", namespace), "padding": "x" * (3 * MIB)})
        refused(cluster.http("POST", path, big), 413)
    with claims.claim("a chunked body over 3 MiB is refused with 413"):
        refused(cluster.http("POST", path, iter([big[i:i + MIB].encode() for i in range(0, len(big), MIB)])), 413)


def types(claims, cluster, namespace, path):
    for what, spec, field in (
            ("a number for a string", {"secretName": 5}, "spec.secretName"),
            ("a string for a list", {"dnsNames": "a.example.com"}, "spec.dnsNames"),
            ("a number in a list of strings", {"dnsNames": [5]}, "spec.dnsNames[0]"),
            ("a list for an object", {"privateKey": []}, "spec.privateKey"),
            ("a string for a boolean", {"isCA": "yes"}, "spec.isCA"),
            ("a word outside an enum", {"privateKey": {"algorithm": "DSA"}}, "spec.privateKey.algorithm"),
            ("a missing required member", {"issuerRef": {}}, "spec.issuerRef.name")):
        with claims.claim(f"{what} is refused with 422 and the cause {field}"):
            value = certificate("x", namespace)
            value["spec"].update(spec)
            seen = refused(cluster.http("POST", path, json.dumps(value)), 422)
            expect_in(field, [cause["field"] for cause in seen["details"]["causes"]])
    with claims.claim("a duration that is none is refused, naming it"):
        seen = refused(cluster.post(path, certificate("x", namespace, duration="soon")), 400, 403, 422)
        expect("soon" in seen["message"] or "spec.duration" in seen["message"], seen["message"])


def unknown_fields(claims, cluster, namespace, path):
    value = certificate("strict", namespace, dnsname=["typo.example.com"])
    with claims.claim("an unknown field is refused under fieldValidation=Strict, naming it"):
        seen = refused(cluster.post(f"{path}?fieldValidation=Strict", value), 400)
        expect_in('unknown field "spec.dnsname"', seen["message"])
    with claims.claim("a field given twice is refused under fieldValidation=Strict"):
        good = json.dumps(certificate("strict", namespace))
        text = good.replace('"secretName"', '"secretName": "a", "secretName"', 1)
        seen = refused(cluster.http("POST", f"{path}?fieldValidation=Strict", text), 400)
        expect_in("secretName", seen["message"])
    with claims.claim("an unknown field is warned of and dropped under fieldValidation=Warn"):
        answer = cluster.post(f"{path}?fieldValidation=Warn&dryRun=All", value)
        expect_equal(answer.status, 201)
        expect_in('unknown field \\"spec.dnsname\\"', answer.headers.get("Warning", ""))
        expect("dnsname" not in answer.json()["spec"], "it was kept")
    with claims.claim("kubectl apply refuses an unknown field"):
        done = cluster.apply(value, check=False)
        expect(done.code != 0, "kubectl apply exited 0")
        expect_in("dnsname", done.err)


def protocol(claims, cluster, namespace, path):
    good = json.dumps(certificate("x", namespace))
    with claims.claim("a wrong content type is refused with 415, of a create and of a patch"):
        refused(cluster.http("POST", path, good, "text/plain"), 415)
        refused(cluster.http("PATCH", f"{path}/x", good, "application/json"), 415)
    with claims.claim("an Accept that cannot be met is refused with 406"):
        refused(cluster.http("GET", path, headers={"Accept": "text/html"}), 406)
    with claims.claim("a method that does not go with the path is refused"):
        refused(cluster.http("PUT", path, good), 400, 405)
        refused(cluster.http("PATCH", path, good, "application/merge-patch+json"), 400, 405)
        refused(cluster.http("POST", f"{collection('secrets', namespace)}/x", "{}"), 405)
        refused(cluster.http("PUT", collection("secrets", namespace), "{}"), 405)
    with claims.claim("a method that the API does not have is refused with 405"):
        expect_equal(cluster.http("TRACE", path).status, 405)
    with claims.claim("an unknown path or resource is 404"):
        for where in ("/nothing", "/apis/cert-manager.io/v1/namespaces/x/certificats",
                      "/apis/nobody.example.com/v1/things", "/apis/cert-manager.io/v9/certificates"):
            expect_equal(cluster.http("GET", where).status, 404)
    for what, patch, kind, codes in (
            ("a merge patch that is no JSON", "{", "application/merge-patch+json", (400,)),
            ("a JSON patch that is no list", "{}", "application/json-patch+json", (400,)),
            ("a JSON patch of a path that is not there", '[{"op":"remove","path":"/spec/none/deeper"}]',
             "application/json-patch+json", (400, 422)),
            ("a JSON patch whose test fails", '[{"op":"test","path":"/spec/secretName","value":"other"}]',
             "application/json-patch+json", (400, 422)),
            ("a patch that renames the object", '{"metadata":{"name":"other"}}', "application/merge-patch+json",
             (400, 422))):
        with claims.claim(f"{what} is refused"):
            cluster.post(path, certificate("patched", namespace))
            refused(cluster.http("PATCH", f"{path}/patched", patch, kind), *codes)


def strangers(claims, cluster):
    with claims.claim("who shows no client certificate is refused (403; an API server may say 401 to anonymous)"):
        for where in ("/api/v1/secrets", "/apis/cert-manager.io/v1/certificates"):
            refused(cluster.http("GET", where, anonymous=True), *((403,) if cluster.standalone else (401, 403)))


def names(claims, cluster, namespace, path):
    for what, metadata in (("an upper-case name", {"name": "Upper"}), ("a name with a slash", {"name": "a/b"}),
                           ("a name of 300 letters", {"name": "a" * 300}),
                           ("a label value with a blank", {"name": "x", "labels": {"a": "b c"}}),
                           ("an annotation key with a blank", {"name": "x", "annotations": {"a b": "c"}})):
        with claims.claim(f"{what} is refused with 422"):
            refused(cluster.post(path, {**certificate("x", namespace), "metadata": metadata}), 422)
    with claims.claim("an object of another namespace than the path's is refused"):
        refused(cluster.post(path, certificate("x", "elsewhere")), 400)
    with claims.claim("an object in a namespace that is not there is refused with 404"):
        refused(cluster.post(collection("certificates", "nowhere"), certificate("x", "nowhere")), 404)
