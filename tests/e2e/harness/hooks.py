"""Hooks: webhook configurations, and the ConfigMaps about which their webhooks are asked."""
import contextlib

from .claims import expect_equal

ROOT = "/apis/admissionregistration.k8s.io/v1"
KINDS = {"validating": "ValidatingWebhookConfiguration", "mutating": "MutatingWebhookConfiguration"}


class Hooks:
    """Webhook configurations about ConfigMaps of one namespace, gone after the block."""

    def __init__(self, cluster, server):
        self.cluster, self.server = cluster, server
        self.namespace = cluster.namespace("hooks")
        self._count = 0
        self._last = {}  # by kind, the path of the configuration that _settle changes

    def config_map(self, name=None, data=None, query=""):
        self._count += 1
        value = {"metadata": {"name": name or f"m{self._count}"}, "data": data or {"a": "1"}}
        return self.cluster.post(f"/api/v1/namespaces/{self.namespace}/configmaps{query}", value)

    def path(self, name):
        return f"/api/v1/namespaces/{self.namespace}/configmaps/{name}"

    @contextlib.contextmanager
    def registered(self, *hooks):
        made = [self.create(kind, path, more) for kind, path, more in hooks]
        self._settle()
        self.server.asked.clear()
        try:
            yield self
        finally:
            for path in made:
                self.cluster.http("DELETE", path)
            self._settle()

    def hook(self, path, **more):
        rule = {"apiGroups": [""], "apiVersions": ["v1"], "operations": ["*"], "resources": ["configmaps"]}
        return {"name": f"{path}.hooks.example.com", "sideEffects": "None", "admissionReviewVersions": ["v1"],
                "clientConfig": self.server.client_config(path), "rules": [rule],
                "objectSelector": {"matchExpressions": [{"key": "settled", "operator": "DoesNotExist"}]},
                "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": self.namespace}}, **more}

    def create(self, kind, path, more):
        self._count += 1
        name = f"{kind}-{self.cluster.run_id}-{self._count:03d}"
        collection = f"{ROOT}/{KINDS[kind].lower()}s"
        answer = self.cluster.post(collection, {"metadata": {"name": name}, "webhooks": [self.hook(path, **more)]})
        expect_equal((answer.status, answer.body if answer.status != 201 else b""), (201, b""))
        return f"{collection}/{name}"

    def close(self):
        for path in self._last.values():
            self.cluster.http("DELETE", path)

    def _settle(self):
        """Until a real API server knows of the configurations of now. It learns of those of a kind in their order: it
        knows of all before once it knows of the last, which refuses ConfigMaps with a label that is new each time."""
        if self.cluster.standalone:
            return
        self._count += 1
        label = {"settled": f"n{self._count}"}
        for kind in KINDS:
            self._write_last(kind, {"objectSelector": {"matchLabels": label}})
            self.cluster.until(f"the last of the {kind} ones", lambda kind=kind: self._is_refused(kind, label))

    def _write_last(self, kind, more):
        if kind not in self._last:
            self._last[kind] = self.create(kind, "deny", {**more, "name": f"{kind}.settled.example.com"})
            return
        hook = {**self.hook("deny"), **more, "name": f"{kind}.settled.example.com"}
        answer = self.cluster.merge(self._last[kind], {"webhooks": [hook]})
        expect_equal(answer.status, 200)

    def _is_refused(self, kind, label):
        value = {"metadata": {"name": "settled", "labels": label}}
        answer = self.cluster.post(f"/api/v1/namespaces/{self.namespace}/configmaps?dryRun=All", value)
        return answer.status == 403 and f"{kind}.settled.example.com" in message(answer)


def message(answer):
    return answer.json().get("message", "")


def validating(path, **more):
    return "validating", path, more


def mutating(path, **more):
    return "mutating", path, more
