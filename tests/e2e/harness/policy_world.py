"""Worlds: where policy scenarios run, on standalone or with webhook and controller beside a real kube-apiserver. Both
can be started again with other flags."""
import contextlib
import re
import time
import urllib.request

from .claims import Failed, until
from .keep_alive import Api, User, condition_of
from .policy_looks import USERS
from .processes import free_port
from .standalone import Standalone

EXTERNAL = "external.example.com"  # the API group of issuers that are not ours; on a cluster only
HELD = "-held"  # a policy of such a name keeps the status that the test gives it; on a cluster only
# Of flags that webhook and controller share, those that only one of them knows.
WEBHOOK_ONLY = ("--policy-admission", "--policy-admission-fail", "--policy-protect-approval",
                "--policy-refuse-denied-requests", "--enforce")
RBAC = {"apiVersion": "rbac.authorization.k8s.io/v1"}


def _rule(groups, resources, verbs, **more):
    return {"apiGroups": groups, "resources": resources, "verbs": verbs, **more}


def _roles():
    """Everybody may ask for certificates; one group may use every policy; others may approve by hand."""
    signers = _rule(["cert-manager.io"], ["signers"], ["approve"])
    for name, rules, subjects in (
            ("policy-test-askers", [_rule(["cert-manager.io"], ["certificaterequests", "certificates"],
                                          ["create", "get", "list", "patch", "update"])],
             [{"kind": "Group", "name": "system:authenticated"}]),
            (USERS, [_rule(["policy.cert-manager.io"], ["certificaterequestpolicies"], ["use"])],
             [{"kind": "Group", "name": USERS}]),
            ("policy-test-status", [_rule(["cert-manager.io"], ["certificaterequests/status"], ["patch", "update"])],
             [{"kind": "Group", "name": name} for name in ("policy-test-approvers", "policy-test-no-signers")]),
            ("policy-test-approvers", [signers], [{"kind": "Group", "name": "policy-test-approvers"}]),
            ("policy-test-external", [{**signers, "resourceNames": [f"externalissuers.{EXTERNAL}/*"]}],
             [{"kind": "ServiceAccount", "name": "cert-manager", "namespace": "cert-manager"}])):
        yield {**RBAC, "kind": "ClusterRole", "metadata": {"name": name}, "rules": rules}
        yield {**RBAC, "kind": "ClusterRoleBinding", "metadata": {"name": name},
               "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": name},
               "subjects": [{**subject, **({} if subject["kind"] == "ServiceAccount" else
                                           {"apiGroup": "rbac.authorization.k8s.io"})} for subject in subjects]}


class World:
    on = "?"
    api = binary = kubeconfig = None

    def _prepare(self):
        for value in _roles():
            self.api.must_apply(value)

    def forget_policies(self):
        self.api.remove_all("CertificateRequestPolicy")
        until("no policy", lambda: not self.api.list("CertificateRequestPolicy"))

    def metrics(self):
        """The lines of every metrics page of ours."""
        for port in self.metric_ports():
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as page:
                yield from page.read().decode().splitlines()

    def metric(self, pattern, value):
        """Whether there is a line of that beginning, with that value if one is given."""
        seen = [float(line.rsplit(" ", 1)[1]) for line in self.metrics() if re.match(pattern, line)]
        if not seen or value is not None and sum(seen) != value:
            raise Failed(f"{pattern}: {seen}")
        return True


class OnStandalone(World):
    on = "standalone"

    def __init__(self, binary, folder, stack):
        self.binary, self._folder, self._stack = binary, folder, stack
        self._port, self._server, self._count = None, None, 0

    def start(self, flags):
        self.stop()
        self._count, self._port = self._count + 1, free_port()
        self._server = Standalone(self.binary, self._folder / str(self._count),
                                  f"--metrics-listen-address=127.0.0.1:{self._port}", *flags)
        self._stack.callback(self.stop)
        self._server.start()
        self.api, self.kubeconfig = Api(self._server.cluster()), self._server.kubeconfig
        self.api.ask("POST", "/api/v1/namespaces",
                     {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "cert-manager"}})
        self._prepare()

    def stop(self):
        if self._server:
            self._server.process.stop()

    def metric_ports(self):
        return [self._port]

    def webhook_away(self):
        raise Failed("on standalone the webhook cannot be taken away")

    def show_logs(self):
        print(f"---- standalone\n{self._server.process.tail()}")


class OnCluster(World):
    on = "cluster"

    def __init__(self, cluster):
        self.cluster = cluster  # a RealCluster that is not started
        self.binary, self.kubeconfig = cluster.binary, cluster.kubeconfig

    def start(self, flags):
        first = self.cluster.controller is None
        if first:
            self.cluster.start_server()
            self.api = Api(self.cluster.admin)
            self._prepare()
            self._beside()
        else:
            self.cluster.controller.stop()
            self.cluster.webhook.stop()
        self.cluster.start_webhook(flags)
        self.cluster.controller_flags = [flag for flag in flags if flag.split("=")[0] not in WEBHOOK_ONLY]
        self.cluster.start_controller("*")
        if first:
            self.cluster.register()
        else:  # its connections to the webhook of before are of no use any more
            until("the webhook called again", self.cluster.webhook_called)

    def stop(self):
        """They end with the cluster."""

    def metric_ports(self):
        return [self.cluster.metrics_port, self.cluster.webhook_metrics_port]

    def show_logs(self):
        self.cluster.show_logs()

    @contextlib.contextmanager
    def webhook_away(self):
        self.unregister()
        try:
            yield
        finally:
            self.cluster.register()

    def unregister(self):
        """Takes the admission configuration away, and waits until the API server has noticed."""
        for kind in ("ValidatingWebhookConfiguration", "MutatingWebhookConfiguration"):
            self.api.remove(kind, None, "cert-manager-webhook")
        quiet = 0
        def away():
            nonlocal quiet
            quiet = 0 if self.cluster.webhook_called() else quiet + 1
            return quiet > 5
        until("the webhook away", away)

    def _beside(self):
        """An issuer kind of others, and what keeps our controller from the status of held policies."""
        self.cluster.admin.apply({
            "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
            "metadata": {"name": f"externalissuers.{EXTERNAL}"},
            "spec": {"group": EXTERNAL, "scope": "Namespaced",
                     "names": {"plural": "externalissuers", "singular": "externalissuer", "kind": "ExternalIssuer"},
                     "versions": [{"name": "v1", "served": True, "storage": True,
                                   "schema": {"openAPIV3Schema": {"type": "object"}}}]}})
        hold_policies(self.api)


def hold_policies(api):
    """Statuses of policies whose names end with -held are the admin's alone."""
    policy = {"apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingAdmissionPolicy",
              "metadata": {"name": "hold-policies"},
              "spec": {"failurePolicy": "Fail", "matchConstraints": {"resourceRules": [{
                  "apiGroups": ["policy.cert-manager.io"], "apiVersions": ["*"], "operations": ["UPDATE"],
                  "resources": ["certificaterequestpolicies/status"]}]},
                  "validations": [{"expression": f"!object.metadata.name.endsWith('{HELD}') || "
                                                 "request.userInfo.username == 'admin'"}]}}
    api.must_apply(policy)
    api.must_apply({"apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingAdmissionPolicyBinding",
                    "metadata": {"name": "hold-policies"},
                    "spec": {"policyName": "hold-policies", "validationActions": ["Deny"]}})
    probe = {"apiVersion": "policy.cert-manager.io/v1alpha1", "kind": "CertificateRequestPolicy",
             "metadata": {"name": f"probe{HELD}"}, "spec": {"selector": {"issuerRef": {"name": "probe"}}}}
    api.must_apply(probe)
    patch = {"status": {"conditions": []}}
    until("statuses of held policies are the admin's", lambda: api.merge(
        "CertificateRequestPolicy", None, f"probe{HELD}", patch, User("other", ["system:masters"]), "/status",
        dry_run=True).status in (403, 422))
    api.remove("CertificateRequestPolicy", None, f"probe{HELD}")
    time.sleep(0.1)


def set_status(api, name, status):
    """The status of a held policy, as the test wants it."""
    answer = api.merge("CertificateRequestPolicy", None, name, {"status": status}, sub="/status")
    if answer.status != 200:
        raise Failed(f"status of {name}: {answer}")


def all_ready(api):
    """Every policy that is not held has a Ready condition for what it is now."""
    late = []
    for policy in api.list("CertificateRequestPolicy"):
        ready, metadata = condition_of(policy, "Ready"), policy["metadata"]
        if not metadata["name"].endswith(HELD) and (
                not ready or ready.get("observedGeneration") != metadata["generation"]):
            late.append(metadata["name"])
    if late:
        raise Failed(f"{len(late)} not Ready: {late[:5]}")
    return True
