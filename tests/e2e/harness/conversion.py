"""Claims about CustomResourceDefinitions with a conversion webhook; the same for any API server."""
import contextlib
import json

from .claims import expect_equal, expect_in
from .conversion_server import ConversionServer

CRDS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
HOOKS = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations"
PROPERTIES = {"v1": {"address": {"type": "string"}}, "v2": {"host": {"type": "string"}, "port": {"type": "integer"}}}
SHOWN = {"v1": ".spec.address", "v2": ".spec.host"}
FAILED = "conversion webhook for {api}/v1, Kind=Flip "
# What the webhook does, and what is told of it.
FAULTS = {
    "failure": "failed: no way",
    "silent-failure": "failed: response.result.status was 'Failure', not 'Success'",
    "wrong-uid": 'failed: expected response.uid="',
    "no-response": "failed: no response provided",
    "short": "returned 0 objects, expected 1",
    "rename": "returned invalid object: must have the same name: a != another",
    "other-uid": "returned invalid object: must have the same UID: ",
    "other-version": "returned invalid object at index 0: invalid groupVersion (expected {api}/v2, received "
                     "example.com/v7)",
    "other-kind": "returned invalid object at index 0: invalid kind (expected Flip, received Flop)",
    "no-metadata": "returned invalid object: must have the same name: a != ",
    "bad-label": "returned invalid metadata: metadata.labels: Invalid value: \"b c\": a valid label must be"}


def _version(name, storage):
    spec = {"type": "object", "properties": {**PROPERTIES[name], "replicas": {"type": "integer"}}}
    status = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    scale = {"specReplicasPath": ".spec.replicas", "statusReplicasPath": ".status.replicas"}
    return {"name": name, "served": True, "storage": name == storage, "subresources": {"status": {}, "scale": scale},
            "selectableFields": [{"jsonPath": SHOWN[name]}],
            "additionalPrinterColumns": [{"name": "At", "type": "string", "jsonPath": SHOWN[name]}],
            "schema": {"openAPIV3Schema": {"type": "object", "properties": {"spec": spec, "status": status}}}}


class Flips:
    """The definition, in a group of this run, and its objects in one namespace."""

    def __init__(self, cluster, server):
        self.cluster, self.server = cluster, server
        self.group = f"flips-{cluster.run_id}.example.com"
        self.namespace = cluster.namespace("flips")
        self.definition = f"{CRDS}/flips.{self.group}"
        conversion = {"strategy": "Webhook", "webhook": {"conversionReviewVersions": ["v1"],
                                                         "clientConfig": server.client_config("convert")}}
        spec = {"group": self.group, "scope": "Namespaced", "names": {"plural": "flips", "kind": "Flip"},
                "conversion": conversion, "versions": [_version(name, "v1") for name in PROPERTIES]}
        answer = cluster.post(CRDS, {"metadata": {"name": f"flips.{self.group}"}, "spec": spec})
        expect_equal((answer.status, answer.body if answer.status != 201 else b""), (201, b""))
        cluster.until("flips are served", lambda: {cluster.http("GET", self.path(name)).status
                                                   for name in PROPERTIES} == {200})

    def path(self, version, name=""):
        return f"/apis/{self.group}/{version}/namespaces/{self.namespace}/flips" + (f"/{name}" if name else "")

    def flip(self, version, name, **spec):
        return {"apiVersion": f"{self.group}/{version}", "kind": "Flip", "metadata": {"name": name}, "spec": spec}

    def create(self, version, name, query="", **spec):
        return self.cluster.post(self.path(version) + query, self.flip(version, name, **spec))

    def get(self, version, name):
        return self.cluster.http("GET", self.path(version, name))

    def merge(self, version, name, value, query=""):
        return self.cluster.merge(self.path(version, name) + query, value)

    def apply(self, version, name, manager, **spec):
        return self.cluster.http("PATCH", f"{self.path(version, name)}?fieldManager={manager}",
                                 json.dumps(self.flip(version, name, **spec)), "application/apply-patch+yaml")

    def change(self, change):
        """Of the definition. An API server may serve that of before for a moment: each claim looks until it does not."""
        def write():
            definition = self.cluster.http("GET", self.definition).json()
            change(definition["spec"])
            answer = self.cluster.http("PUT", self.definition, json.dumps(definition))
            expect_equal((answer.status, answer.json().get("message")), (200, None))  # 409: it wrote the status
        self.cluster.until_holds("the definition written", write)

    @contextlib.contextmanager
    def mode(self, name):
        self.server.mode = name
        try:
            yield
        finally:
            self.server.mode = "good"


def _spec(answer):
    return answer.status, answer.json().get("spec", answer.json().get("message"))


def _forms(claims, flips, server):
    claims.heading("conversion webhooks: one object in two versions")
    with claims.claim("what is written in one version is read in each"):
        expect_equal(_spec(flips.create("v2", "b", host="x", port=2)), (201, {"host": "x", "port": 2}))
        expect_equal(_spec(flips.get("v1", "b")), (200, {"address": "x:2"}))
    with claims.claim("the question has all that kube-apiserver sends"):
        expect_equal(flips.create("v1", "a", address="h:1").status, 201)
        server.asked.clear()
        expect_equal(_spec(flips.get("v2", "a")), (200, {"host": "h", "port": 1}))
        path, review, headers = next(seen for seen in server.asked
                                     if seen[1]["request"]["objects"][0]["metadata"]["name"] == "a")
        request = review["request"]
        expect_equal((path, headers[":path"], headers["User-Agent"]),
                     ("/convert", "/convert?timeout=30s", "kube-apiserver-admission"))
        expect_equal((sorted(request), request["desiredAPIVersion"], len(request["objects"])),
                     (["desiredAPIVersion", "objects", "uid"], f"{flips.group}/v2", 1))
        expect_equal("resourceVersion" in request["objects"][0]["metadata"], False)
    with claims.claim("lists, selectors and columns are those of the version"):
        query = "?fieldSelector=spec.host%3Dx"
        items = flips.cluster.http("GET", flips.path("v2") + query).json()["items"]
        expect_equal([item["spec"] for item in items], [{"host": "x", "port": 2}])
        table = flips.cluster.http("GET", flips.path("v2"),
                                   headers={"Accept": "application/json;as=Table;g=meta.k8s.io;v=v1"}).json()
        expect_equal([row["cells"] for row in table["rows"]], [["a", "h"], ["b", "x"]])
    with claims.claim("a watch shows changes in its version"):
        version = flips.cluster.http("GET", flips.path("v2")).json()["metadata"]["resourceVersion"]
        flips.merge("v1", "a", {"spec": {"address": "h:7"}})
        event = next(flips.cluster.lines(f"{flips.path('v2')}?watch=1&timeoutSeconds=10&resourceVersion={version}"))
        expect_equal((event["type"], event["object"]["spec"]), ("MODIFIED", {"host": "h", "port": 7}))


def _writes(claims, flips, server):
    claims.heading("conversion webhooks: writes")
    with claims.claim("a patch, status and scale in the version that is not stored"):
        expect_equal(_spec(flips.merge("v2", "a", {"spec": {"port": 8}})), (200, {"host": "h", "port": 8}))
        expect_equal(flips.merge("v2", "a/status", {"status": {"ok": True}}).json().get("status"), {"ok": True})
        expect_equal(flips.merge("v2", "a/scale", {"spec": {"replicas": 5}}).json()["spec"], {"replicas": 5})
        expect_equal(_spec(flips.get("v1", "a")), (200, {"address": "h:8", "replicas": 5}))
    with claims.claim("fields are owned in the version in which they were written"):
        expect_equal(flips.apply("v2", "owned", "one", host="h", port=1).status, 201)
        answer = flips.apply("v1", "owned", "two", address="x:1")
        expect_equal((answer.status, answer.json()["message"]),
                     (409, 'Apply failed with 1 conflict: conflict with "one": .spec.host'))
        answer = flips.apply("v1", "owned", "two&force=true", address="x:1")
        owners = [(entry["manager"], entry["apiVersion"].split("/")[1], entry["fieldsV1"]["f:spec"])
                  for entry in answer.json()["metadata"]["managedFields"]]
        expect_equal(sorted(owners), [("one", "v2", {"f:port": {}}), ("two", "v1", {"f:address": {}})])
    with claims.claim("a manager may go on in another version, and what it leaves out goes"):
        expect_equal(flips.apply("v2", "moved", "one", host="h", port=1).status, 201)
        expect_equal(_spec(flips.apply("v1", "moved", "one", replicas=3)), (200, {"replicas": 3}))
    with claims.claim("of metadata labels and annotations are the webhook's alone"), flips.mode("metadata"):
        metadata = flips.get("v2", "a").json()["metadata"]
        expect_equal([metadata.get(name) for name in ("labels", "annotations", "finalizers")],
                     [{"came": "along"}, {"a": "b"}, None])
    with claims.claim("admission webhooks see the version of their rule"):
        rule = {"apiGroups": [flips.group], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["flips"]}
        hook = {"name": "hook.example.com", "sideEffects": "None", "admissionReviewVersions": ["v1"], "rules": [rule],
                "clientConfig": server.client_config("allow")}
        made = flips.cluster.post(HOOKS, {"metadata": {"name": flips.group}, "webhooks": [hook]})
        expect_equal(made.status, 201)
        try:
            flips.cluster.until("the webhook is asked", lambda: flips.create(
                "v2", "probe", "?dryRun=All", host="x", port=1) and server.requests("allow"))
            expect_equal(flips.create("v2", "seen", host="x", port=2).status, 201)
        finally:
            flips.cluster.http("DELETE", f"{HOOKS}/{flips.group}")
        seen = server.requests("allow")[-1]
        expect_equal((seen["kind"]["version"], seen["requestKind"]["version"], seen["object"]["spec"]),
                     ("v1", "v2", {"address": "x:2"}))


def _failures(claims, flips):
    claims.heading("conversion webhooks that do not work")
    failed = FAILED.format(api=flips.group)
    for mode, words in FAULTS.items():
        with claims.claim(f"{mode} is told"), flips.mode(mode):
            answer = flips.get("v2", "a")
            expect_equal((answer.status, answer.json().get("reason")), (500, None))
            expect_in(failed + words.format(api=flips.group), answer.json()["message"])
    with claims.claim("nothing is written or removed through one that fails, and the stored version works"):
        with flips.mode("failure"):
            for answer in (flips.create("v2", "new", host="x", port=2), flips.merge("v2", "b", {"spec": {"port": 3}}),
                           flips.cluster.http("DELETE", flips.path("v2", "b"))):
                expect_equal((answer.status, answer.json()["message"].split(" failed: ")[-1]), (500, "no way"))
            expect_equal(_spec(flips.merge("v1", "b", {"spec": {"replicas": 1}})),
                         (200, {"address": "x:2", "replicas": 1}))
        expect_equal(flips.get("v1", "new").status, 404)
    with claims.claim("one that is not there is told by its address"):
        right = flips.cluster.http("GET", flips.definition).json()["spec"]["conversion"]["webhook"]["clientConfig"]
        service = {"service": {"namespace": flips.namespace, "name": "nobody", "path": "/convert"}}
        flips.change(lambda spec: spec["conversion"]["webhook"].update(clientConfig=service))

        def told():
            answer = flips.get("v2", "a")
            expect_equal((answer.status, answer.json().get("message")),
                         (500, f'{failed}failed: Post "https://nobody.{flips.namespace}.svc:443/convert?timeout=30s": '
                               f'service "nobody" not found'))
        flips.cluster.until_holds("its address", told)
        flips.change(lambda spec: spec["conversion"]["webhook"].update(clientConfig=right))
        flips.cluster.until("the right one again", lambda: flips.get("v2", "a").status == 200)


def _storage(claims, flips):
    claims.heading("conversion webhooks: another version is stored")
    with claims.claim("what is stored in the old one is read in each"):
        flips.change(lambda spec: spec.update(versions=[_version(name, "v2") for name in PROPERTIES]))
        expect_equal(_spec(flips.get("v2", "a"))[1]["host"], "h")
        expect_equal(_spec(flips.get("v1", "a"))[1]["address"], "h:8")
    with claims.claim("whoever writes it back unchanged moves it to the new one"):
        before = flips.get("v1", "a").json()

        def moved():
            written = flips.cluster.http("PUT", flips.path("v1", "a"), json.dumps(before)).json()
            return written["metadata"]["resourceVersion"] != before["metadata"]["resourceVersion"] and written
        after = flips.cluster.until("another resourceVersion", moved)
        expect_equal((after["spec"], after["metadata"]["generation"]),
                     (before["spec"], before["metadata"]["generation"]))
        with flips.mode("failure"):
            expect_equal(flips.get("v2", "a").status, 200)
            expect_equal(flips.get("v1", "a").status, 500)
    with claims.claim("a definition goes with its objects"):
        expect_equal(flips.cluster.http("DELETE", flips.definition).status, 200)
        flips.cluster.until("it is gone", lambda: flips.cluster.http("GET", flips.definition).status == 404)


def conversion(claims, cluster):
    with ConversionServer() as server:
        flips = Flips(cluster, server)
        _forms(claims, flips, server)
        _writes(claims, flips, server)
        _failures(claims, flips)
        _storage(claims, flips)
        cluster.http("DELETE", f"/api/v1/namespaces/{flips.namespace}")
