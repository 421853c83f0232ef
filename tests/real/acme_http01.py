"""HTTP-01 objects: the Pod, the Service and the Ingress or HTTPRoute of a Challenge, on a real API server."""
from harness.acme import BOUND, WEB
from harness.claims import Failed, expect, expect_equal, expect_in
from harness.cluster import collection
from harness.objects import certificate

PORT = 8089
SOLVER = "acme.cert-manager.io/http01-solver=true"
FREE = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
# As much of the Gateway API as a solver needs; its real definition is another project's.
ROUTE_DEFINITION = {
    "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
    "metadata": {"name": "httproutes.gateway.networking.k8s.io",
                 "annotations": {"api-approved.kubernetes.io": "unapproved, for tests"}},
    "spec": {"group": "gateway.networking.k8s.io", "scope": "Namespaced",
             "names": {"kind": "HTTPRoute", "listKind": "HTTPRouteList", "plural": "httproutes",
                       "singular": "httproute"},
             "versions": [{"name": "v1", "served": True, "storage": True, "subresources": {"status": {}},
                           "schema": {"openAPIV3Schema": {"type": "object", "properties": {
                               "spec": FREE, "status": FREE}}}}]}}


def scenario(claims, world):
    namespace = world.cluster.namespace("objects")
    ingress(claims, world, namespace)
    mended(claims, world, namespace)
    edited(claims, world, namespace)
    route(claims, world, namespace)
    templates(claims, world, namespace)
    with claims.claim("afterwards there is no Pod, no Service, no Ingress of a solver"):
        world.nothing_left(namespace)
        world.cluster.until("nothing", lambda: not any(owned(world, namespace, plural) for plural in (
            "pods", "services", "ingresses")))


def owned(world, namespace, plural):
    return world.cluster.list(plural, namespace, f"?labelSelector={SOLVER.replace('=', '%3D').replace('/', '%2F')}")


def one(world, namespace, plural):
    """The one object of that kind that a solver has made, once it is there."""
    def look():
        found = owned(world, namespace, plural)
        if len(found) != 1:
            raise Failed(f"{len(found)} {plural}")
        return found[0]
    return world.cluster.until(f"one of {plural}", look, BOUND)


def held(world, namespace, name, issuer_name, **spec):
    """A Certificate whose name is not answered yet; its Challenge, once it is presented."""
    dns_name = world.name(name, WEB)
    world.answerer.hold(dns_name)
    world.cluster.apply(certificate(name, namespace, issuer_name, dnsNames=[dns_name], **spec))
    return world.challenge_of(namespace, dns_name, lambda c: c.get("status", {}).get("presented"))


def let_go(world, namespace, name):
    """Answers it; waits for the certificate and for the objects to go."""
    world.answerer.let_go(world.name(name, WEB))
    world.issued(name, namespace, world.name(name, WEB))
    world.nothing_left(namespace)


def ingress(claims, world, namespace):
    with claims.claim("an Ingress solver makes a Pod, a Service and an Ingress, owned by the Challenge"):
        world.ready_issuer("web", namespace, solvers=[world.http01()])
        challenge = held(world, namespace, "one", "web")
        made = {plural: one(world, namespace, plural) for plural in ("pods", "services", "ingresses")}
        for found in made.values():
            owner = found["metadata"]["ownerReferences"][0]
            expect_equal((owner["kind"], owner["uid"]), ("Challenge", challenge["metadata"]["uid"]))
            expect(found["metadata"]["name"].startswith("cm-acme-http-solver-"), found["metadata"]["name"])
    with claims.claim("the Pod runs our acmesolver with token and key, and may do nothing else"):
        spec = made["pods"]["spec"]
        container = spec["containers"][0]
        for part in (f"--listen-port={PORT}", f"--domain={world.name('one', WEB)}",
                     f"--token={challenge['spec']['token']}", f"--key={challenge['spec']['key']}"):
            expect_in(part, container["args"])
        expect_equal((spec["automountServiceAccountToken"], spec["securityContext"]["runAsNonRoot"],
                      container["securityContext"]["readOnlyRootFilesystem"],
                      container["securityContext"]["capabilities"]), (False, True, True, {"drop": ["ALL"]}))
    with claims.claim("the Service selects that Pod, and the Ingress leads the challenge's path there"):
        labels = made["pods"]["metadata"]["labels"]
        selector = made["services"]["spec"]["selector"]
        expect(all(labels.get(key) == value for key, value in selector.items()) and selector, (selector, labels))
        expect_equal(made["services"]["spec"]["ports"][0]["port"], PORT)
        spec = made["ingresses"]["spec"]
        path = spec["rules"][0]["http"]["paths"][0]
        expect_equal((spec["ingressClassName"], spec["rules"][0]["host"], path["path"], path["pathType"],
                      path["backend"]["service"]),
                     ("nginx", world.name("one", WEB), f"/.well-known/acme-challenge/{challenge['spec']['token']}",
                      "Exact", {"name": made["services"]["metadata"]["name"], "port": {"number": PORT}}))
    with claims.claim("the Challenge says what the self-check sees meanwhile"):
        seen = world.challenge_of(namespace, world.name("one", WEB), lambda c: c.get("status", {}).get("reason"))
        claims.note(seen["status"]["reason"])
        expect_in("404", seen["status"]["reason"])
    with claims.claim("once it is answered the certificate comes, and all of it goes"):
        let_go(world, namespace, "one")


def mended(claims, world, namespace):
    with claims.claim("what is deleted by hand is made again"):
        held(world, namespace, "mended", "web")
        first = {plural: one(world, namespace, plural)["metadata"] for plural in ("pods", "services", "ingresses")}
        for plural, metadata in first.items():
            world.cluster.kubectl("delete", plural, "-n", namespace, metadata["name"], "--wait=false",
                                  "--grace-period=0", "--force", check=False)
        for plural, metadata in first.items():
            world.cluster.until(f"{plural} anew", lambda p=plural, m=metadata: [
                o for o in owned(world, namespace, p) if o["metadata"]["uid"] != m["uid"]], BOUND)
    with claims.claim("and goes with the rest"):
        let_go(world, namespace, "mended")


def edited(claims, world, namespace):
    name = world.name("edited", WEB)
    own = {"apiVersion": "networking.k8s.io/v1", "kind": "Ingress",
           "metadata": {"name": "site", "namespace": namespace}, "spec": {"rules": [{"host": name, "http": {"paths": [{"path": "/", "pathType": "Prefix", "backend": {
               "service": {"name": "site", "port": {"number": 80}}}}]}}]}}
    with claims.claim("a solver that names an Ingress puts its path in front of those there"):
        world.cluster.apply(own)
        world.ready_issuer("edit", namespace, solvers=[{"http01": {"ingress": {"name": "site"}}}])
        challenge = held(world, namespace, "edited", "edit")
        paths = world.cluster.get("ingresses", namespace, "site")["spec"]["rules"][0]["http"]["paths"]
        expect_equal([path["path"] for path in paths],
                     [f"/.well-known/acme-challenge/{challenge['spec']['token']}", "/"])
        expect_equal(owned(world, namespace, "ingresses"), [])
    with claims.claim("and takes it away again, and nothing else"):
        let_go(world, namespace, "edited")
        expect_equal(world.cluster.get("ingresses", namespace, "site")["spec"]["rules"], own["spec"]["rules"])


def route(claims, world, namespace):
    with claims.claim("an HTTPRoute solver makes a route of the Gateway that it names"):
        parents = [{"name": "gateway", "namespace": "infra", "kind": "Gateway", "group": "gateway.networking.k8s.io"}]
        world.ready_issuer("route", namespace, solvers=[
            {"http01": {"gatewayHTTPRoute": {"parentRefs": parents, "labels": {"team": "web"}}}}])
        challenge = held(world, namespace, "routed", "route")
        found = one(world, namespace, "httproutes")
        expect_equal(found["metadata"]["labels"]["team"], "web")
        spec = found["spec"]
        expect_equal((spec["parentRefs"], spec["hostnames"]), (parents, [world.name("routed", WEB)]))
        rule = spec["rules"][0]
        expect_equal(rule["matches"][0]["path"], {
            "type": "Exact", "value": f"/.well-known/acme-challenge/{challenge['spec']['token']}"})
        expect_equal((rule["backendRefs"][0]["name"], rule["backendRefs"][0]["port"]),
                     (one(world, namespace, "services")["metadata"]["name"], PORT))
    with claims.claim("once it is answered the certificate comes"):
        let_go(world, namespace, "routed")
        for left in world.cluster.list("httproutes", namespace):  # the owner's, whom nobody collects here
            world.cluster.http("DELETE", f"{collection('httproutes', namespace)}/{left['metadata']['name']}")


def templates(claims, world, namespace):
    with claims.claim("podTemplate, ingressTemplate and serviceType are applied"):
        template = {"metadata": {"labels": {"team": "pods"}, "annotations": {"note": "x"}},
                    "spec": {"nodeSelector": {"zone": "a"}, "tolerations": [{"key": "t", "operator": "Exists"}]}}
        world.ready_issuer("template", namespace, solvers=[{"http01": {"ingress": {
            "class": "old", "serviceType": "ClusterIP", "podTemplate": template,
            "ingressTemplate": {"metadata": {"annotations": {"note": "y"}, "labels": {"team": "ways"}}}}}}])
        held(world, namespace, "template", "template")
        pod, service, way = (one(world, namespace, plural) for plural in ("pods", "services", "ingresses"))
        expect_equal((pod["metadata"]["labels"]["team"], pod["metadata"]["annotations"]["note"],
                      pod["spec"]["nodeSelector"]["zone"], pod["spec"]["nodeSelector"]["kubernetes.io/os"],
                      service["spec"]["type"]), ("pods", "x", "a", "linux", "ClusterIP"))
        expect_equal((way["metadata"]["annotations"]["kubernetes.io/ingress.class"],
                      way["metadata"]["annotations"]["note"], way["metadata"]["labels"]["team"]), ("old", "y", "ways"))
        expect_in("t", [one_of["key"] for one_of in pod["spec"]["tolerations"]])
    with claims.claim("and all goes"):
        let_go(world, namespace, "template")
