"""Api: the objects of an API server by kind, over one kept connection a thread, as the admin or as anybody else."""
import http.client
import json
import threading

from .claims import Failed
from .cluster import Answer


# Group and version, plural, whether in namespaces.
KINDS = {
    "Namespace": ("v1", "namespaces", False), "Secret": ("v1", "secrets", True), "Event": ("v1", "events", True),
    "Certificate": ("cert-manager.io/v1", "certificates", True),
    "CertificateRequest": ("cert-manager.io/v1", "certificaterequests", True),
    "Issuer": ("cert-manager.io/v1", "issuers", True), "ClusterIssuer": ("cert-manager.io/v1", "clusterissuers", False),
    "CertificateRequestPolicy": ("policy.cert-manager.io/v1alpha1", "certificaterequestpolicies", False),
    "Ingress": ("networking.k8s.io/v1", "ingresses", True),
    "Role": ("rbac.authorization.k8s.io/v1", "roles", True),
    "RoleBinding": ("rbac.authorization.k8s.io/v1", "rolebindings", True),
    "ClusterRole": ("rbac.authorization.k8s.io/v1", "clusterroles", False),
    "ClusterRoleBinding": ("rbac.authorization.k8s.io/v1", "clusterrolebindings", False),
    "ValidatingAdmissionPolicy": ("admissionregistration.k8s.io/v1", "validatingadmissionpolicies", False),
    "ValidatingAdmissionPolicyBinding": ("admissionregistration.k8s.io/v1", "validatingadmissionpolicybindings", False),
    "ValidatingWebhookConfiguration": ("admissionregistration.k8s.io/v1", "validatingwebhookconfigurations", False),
    "MutatingWebhookConfiguration": ("admissionregistration.k8s.io/v1", "mutatingwebhookconfigurations", False)}

MERGE, APPLY = "application/merge-patch+json", "application/apply-patch+yaml"


def path_of(kind, namespace=None, name=None):
    version, plural, in_namespaces = KINDS[kind]
    root = "/api/v1" if version == "v1" else f"/apis/{version}"
    inside = f"/namespaces/{namespace}" if in_namespaces and namespace else ""
    return f"{root}{inside}/{plural}" + (f"/{name}" if name else "")


def where(value):
    """(kind, namespace, name) of an object."""
    return value["kind"], value["metadata"].get("namespace"), value["metadata"].get("name")


class User:
    def __init__(self, name, groups=()):
        self.name, self.groups = name, tuple(groups)


class Api:
    def __init__(self, cluster):
        self._cluster, self._mine = cluster, threading.local()

    def ask(self, method, path, body=None, user=None, content_type="application/json"):
        text = None if body is None else json.dumps(body)
        for again in (True, False):
            kept = getattr(self._mine, "connection", None)
            connection = kept or self._cluster.connection()
            self._mine.connection = None
            try:
                answer = self._asked(connection, method, path, text, user, content_type)
                self._mine.connection = connection
                return answer
            except (http.client.HTTPException, OSError):
                connection.close()
                if not (again and kept):  # one that was kept may have ended meanwhile
                    raise

    @staticmethod
    def _asked(connection, method, path, text, user, content_type):
        connection.putrequest(method, path)
        connection.putheader("Accept", "application/json")
        if user:
            connection.putheader("Impersonate-User", user.name)
            for group in user.groups:
                connection.putheader("Impersonate-Group", group)
        if text is not None:
            connection.putheader("Content-Type", content_type)
            connection.putheader("Content-Length", str(len(text.encode())))
        connection.endheaders(None if text is None else text.encode())
        answer = connection.getresponse()
        headers = {name.title(): answer.headers.get_all(name) for name in answer.headers}
        return Answer(answer.status, headers, answer.read())

    def create(self, value, user=None, dry_run=False):
        kind, namespace, _ = where(value)
        return self.ask("POST", path_of(kind, namespace) + ("?dryRun=All" if dry_run else ""), value, user)

    def must_create(self, value, user=None):
        answer = self.create(value, user)
        if answer.status not in (200, 201):
            raise Failed(f"create {where(value)}: {answer}")
        return answer

    def apply(self, value, user=None, dry_run=False):
        """Server-side, by force: for what may be there already."""
        path = f"{path_of(*where(value))}?fieldManager=test&force=true" + ("&dryRun=All" if dry_run else "")
        return self.ask("PATCH", path, value, user, APPLY)

    def must_apply(self, value, user=None):
        answer = self.apply(value, user)
        if answer.status not in (200, 201):
            raise Failed(f"apply {where(value)}: {answer}")

    def merge(self, kind, namespace, name, patch, user=None, sub="", dry_run=False):
        path = path_of(kind, namespace, name) + sub + ("?dryRun=All" if dry_run else "")
        return self.ask("PATCH", path, patch, user, MERGE)

    def find(self, kind, namespace, name):
        answer = self.ask("GET", path_of(kind, namespace, name))
        if answer.status == 404:
            return None
        if answer.status != 200:
            raise Failed(f"get {kind} {namespace}/{name}: {answer}")
        return answer.json()

    def list(self, kind, namespace=None, query=""):
        answer = self.ask("GET", path_of(kind, namespace) + query)
        if answer.status != 200:
            raise Failed(f"list {kind}: {answer}")
        return answer.json()["items"]

    def remove(self, kind, namespace, name):
        answer = self.ask("DELETE", path_of(kind, namespace, name))
        if answer.status not in (200, 202, 404):
            raise Failed(f"delete {kind} {namespace}/{name}: {answer}")

    def remove_all(self, kind):
        answer = self.ask("DELETE", path_of(kind))
        if answer.status != 200:
            raise Failed(f"delete all {kind}: {answer}")


def warnings_of(answer):
    """The texts of the Warning headers: 299 - "…"."""
    return [line.split('"', 1)[1].rsplit('"', 1)[0].replace('\\"', '"').replace("\\\\", "\\")
            for line in answer.headers.get("Warning") or []]


def condition_of(value, kind):
    found = [c for c in (value.get("status") or {}).get("conditions") or [] if c["type"] == kind]
    return found[0] if found else None
