"""Case: one scenario of tests/data/policy_scenarios, in a namespace of its own; README.md there tells of the steps."""
import base64
import time

from . import policy_random
from .claims import Failed, expect, expect_equal, expect_in, until
from .keep_alive import User, condition_of
from .policy_looks import QUIET, USERS, Looks, bound_of
from .policy_world import set_status
from .verdicts import PENDING, REASON, failing_fields, order_of, verdict_of

READY_BOUND = 60  # seconds until a policy is Ready, of many at once


def filled(value, words):
    """The value with {word} replaced in every string, keys too."""
    if isinstance(value, str):
        for word, text in words.items():
            value = value.replace("{%s}" % word, text)
        return value
    if isinstance(value, list):
        return [filled(item, words) for item in value]
    if isinstance(value, dict):
        return {filled(key, words): filled(item, words) for key, item in value.items()}
    return value


class Case(Looks):
    def __init__(self, world, csr, given):
        self.world, self.api, self._csr = world, world.api, csr
        self.id = given["id"]
        self.namespace = f"{self.id}-ns"
        self.words = {"ns": self.namespace, "id": self.id, "user": f"{self.id}-user"}
        self._given = filled(given, self.words)
        self._policies = []  # names that it has made

    def run(self):
        self.api.must_apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {
            "name": self.namespace, "labels": self._given.get("labels", {})}})
        if self._given.get("controller", True):
            self._bind("test-controller", {"kind": "ServiceAccount", "name": "cert-manager",
                                           "namespace": "cert-manager"})
        for number, step in enumerate(self._given["steps"], 1):
            verb = next(iter(step))
            try:
                getattr(self, f"do_{verb}")(step)
            except Failed as failure:
                raise Failed(f"step {number} ({verb}): {failure}") from failure

    def _bind(self, name, subject):
        self.api.must_apply({
            "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding",
            "metadata": {"name": name, "namespace": self.namespace}, "subjects": [subject],
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": USERS}})

    def full(self, name):
        """A cluster-wide name of this case's own."""
        return f"{self.id}-{name}"

    # ---- policies

    def do_policy(self, step):
        given = step["policy"]
        name = self.full(given.get("name", "a"))
        metadata = {"name": name}
        if "mode" in given:
            metadata["annotations"] = {"certwright.dev/mode": given["mode"]}
        spec = given.get("spec") or {
            "selector": given.get("selector") or {"namespace": {"matchNames": [self.namespace]}},
            **{key: given[key] for key in ("allowed", "constraints", "plugins") if key in given}}
        value = {"apiVersion": "policy.cert-manager.io/v1alpha1", "kind": "CertificateRequestPolicy",
                 "metadata": metadata, "spec": spec}
        if "expect" in step:
            self.admitted(value, step)
        else:
            self.api.must_apply(value)
        if self.wanted_code(step) < 300 and not step.get("dryRun"):
            self._policies = sorted({*self._policies, name})
            if given.get("ready", "True"):
                until(f"{name} Ready {given.get('ready', 'True')}",
                      lambda: self._ready(name, given.get("ready", "True")), READY_BOUND)

    def _ready(self, name, wanted):
        seen = self.api.find("CertificateRequestPolicy", None, name)
        ready = condition_of(seen, "Ready")
        if not ready or ready["status"] != wanted:
            raise Failed(f"Ready: {ready}")
        return ready.get("observedGeneration") == seen["metadata"]["generation"]

    def do_status(self, step):
        """Of a held policy, whose name ends with -held: its Ready condition is what the test says."""
        for name, status in step["status"].items():
            set_status(self.api, self.full(name), {"conditions": [{
                "type": "Ready", "status": status, "reason": "Test", "message": "", "observedGeneration": 1,
                "lastTransitionTime": "2026-01-01T00:00:00Z"}]})

    # ---- requests and what becomes of them

    def do_request(self, step):
        given = step["request"]
        value = {"apiVersion": "cert-manager.io/v1", "kind": "CertificateRequest",
                 "metadata": {"name": given.get("name", "r"), "namespace": self.namespace},
                 "spec": {"request": self._encoded(given), "issuerRef": given.get("issuer", {"name": self.id}),
                          **given.get("spec", {})}}
        user = User(step.get("as", self.words["user"]), step.get("groups", [USERS]))
        if given.get("as_stated"):  # the webhook is away: nobody stamps who asked
            value["spec"].update(username=user.name, groups=list(user.groups))
            user = None
        answer = self.api.create(value, user)
        wanted = step.get("expect", {})
        wanted = {"verdict": wanted} if isinstance(wanted, str) else wanted
        self._answered(answer, {**wanted, "says": wanted.get("says", []) if wanted.get("code", 201) > 299 else []})
        if "verdict" in wanted:
            self.judged(value["metadata"]["name"], wanted)

    def _encoded(self, given):
        if "raw" in given:
            return base64.b64encode(given["raw"].encode()).decode()
        return base64.b64encode(self._csr.pem(given.get("csr", {"cn": "web"}))).decode()

    def do_requests(self, step):
        """A table: each of [csr, verdict, failing fields, spec] alone; all are made before the first is waited for."""
        rows = [(f"r{number}", *row, *[None] * (4 - len(row))) for number, row in enumerate(step["requests"])]
        for name, csr, _, _, spec in rows:
            self.do_request({"request": {"name": name, "csr": csr, "spec": spec or {},
                                         "issuer": step.get("issuer", {"name": self.id})}})
        for name, csr, verdict, fields, _ in rows:
            try:
                self.judged(name, {"verdict": verdict, **({} if fields is None else {"fields": fields})})
            except Failed as failure:
                raise Failed(f"{csr}: {failure}") from failure

    def do_table(self, step):
        """Each of [policy, csr, verdict, failing fields, spec] alone, all at the same time."""
        rows = [(f"t{number}", *row, *[None] * (5 - len(row))) for number, row in enumerate(step["table"])]
        for name, policy, *_ in rows:
            self.do_policy({"policy": {"name": name, "ready": None,
                                       "selector": {"issuerRef": {"name": self.full(name)}}, **policy}})
        for name, *_ in rows:
            until(f"{name} Ready", lambda name=name: self._ready(self.full(name), "True"), READY_BOUND)
        for name, _, csr, _, _, spec in rows:
            self.do_request({"request": {"name": name, "csr": csr, "spec": spec or {},
                                         "issuer": {"name": self.full(name)}}})
        for name, policy, csr, verdict, fields, spec in rows:
            try:
                self.judged(name, {"verdict": verdict, **({} if fields is None else {"fields": {name: fields}})})
            except Failed as failure:
                raise Failed(f"{policy} {csr} {spec or ''}: {failure}") from failure

    def do_verdict(self, step):
        wanted = step["expect"]
        self.judged(step["verdict"], wanted if isinstance(wanted, dict) else {"verdict": wanted})

    def judged(self, name, wanted):
        def look():
            return self.api.find("CertificateRequest", self.namespace, name)
        if wanted["verdict"] == PENDING:
            time.sleep(wanted.get("after", QUIET))
            expect_equal(verdict_of(look())[0], PENDING)
            return
        seen = until(f"{name} {wanted['verdict']}", lambda: verdict_of(look())[0] != PENDING and look(),
                     bound_of(wanted))
        verdict, message = verdict_of(seen)
        expect(verdict == wanted["verdict"], f"{name} is {verdict}: {message}")
        expect_equal(condition_of(seen, verdict)["reason"], wanted.get("reason", REASON))
        if "policy" in wanted:
            expect_in(f'"{self.full(wanted["policy"])}"', message)
        for part in wanted.get("says", []):
            expect_in(part, message)
        if "fields" in wanted:
            self._failed_at(message, wanted["fields"])

    def _failed_at(self, message, wanted):
        wanted = wanted if isinstance(wanted, dict) else {"a": wanted}
        given = {self.full(name): fields for name, fields in wanted.items()}
        seen = {name: sorted({path for path, _ in fields})
                for name, fields in failing_fields(message, self._policies).items()}
        expect(seen == {name: sorted(fields) for name, fields in given.items()}, f"saw {seen}, want {given}: {message}")
        expect_equal(order_of(message, self._policies), sorted(seen))

    def do_random(self, step):
        policy_random.compare(self, step["random"])

    # ---- other objects

    def do_issuer(self, step):
        given = step["issuer"]
        kind = given.get("kind", "Issuer")
        metadata = {"name": given.get("name", self.id), "annotations": given.get("annotations", {})}
        if kind == "Issuer":
            metadata["namespace"] = self.namespace
        self.admitted({"apiVersion": "cert-manager.io/v1", "kind": kind, "metadata": metadata,
                       "spec": given.get("spec", {"selfSigned": {}})}, step)
        if self.wanted_code(step) < 300:
            self.do_condition({"condition": {"kind": kind, "name": metadata["name"], "type": "Ready"},
                               "status": "True"})

    def do_certificate(self, step):
        given = dict(step["certificate"])
        name = given.pop("name", "c")
        metadata = {"name": name, "namespace": self.namespace, **given.pop("metadata", {})}
        spec = {"secretName": f"{name}-tls", "dnsNames": ["web.example.com"], "issuerRef": {"name": self.id},
                "privateKey": {"algorithm": "ECDSA", "size": 256}, **given}
        spec = {key: value for key, value in spec.items() if value is not None}
        self.admitted({"apiVersion": "cert-manager.io/v1", "kind": "Certificate", "metadata": metadata,
                       "spec": spec}, step)

    def do_apply(self, step):
        self.admitted(step["apply"], step)

    def do_rbac(self, step):
        """Shorthand: who ("User:…", "Group:…") may use which policies, by which kinds, in which namespace."""
        given = step["rbac"]
        namespace = given.get("ns", self.namespace)
        root = {"apiVersion": "rbac.authorization.k8s.io/v1"}
        kind, _, who = given["who"].partition(":")
        rules = [{"apiGroups": ["policy.cert-manager.io"], "resources": ["certificaterequestpolicies"],
                  "verbs": ["use"], "resourceNames": [self.full(name) for name in given.get("policies", ["a"])]}]
        for made in given["makes"]:
            inside = {} if made.startswith("Cluster") else {"namespace": namespace}
            value = {**root, "kind": made, "metadata": {"name": self.full("use"), **inside}}
            if made.endswith("Role"):
                value["rules"] = rules
            else:
                value["subjects"] = [{"apiGroup": "rbac.authorization.k8s.io", "kind": kind, "name": who}]
                value["roleRef"] = {"apiGroup": "rbac.authorization.k8s.io", "name": self.full("use"),
                                    "kind": given.get("role", made.removesuffix("Binding"))}
            self.api.must_apply(value)

    def do_patch(self, step):
        given = step["patch"]
        def ask(dry_run):
            return self.api.merge(given["kind"], given.get("ns", self.namespace), given["name"], given["body"],
                                  self._user(step), given.get("sub", ""), dry_run)
        self._until_answered(ask, {"code": 200, **step.get("expect", {})}, given.get("try", True))

    def do_label(self, step):
        answer = self.api.merge("Namespace", None, self.namespace, {"metadata": {"labels": step["label"]}})
        expect_equal(answer.status, 200)

    def do_delete(self, step):
        given = step["delete"]
        self.api.remove(given["kind"], given.get("ns", self.namespace), given["name"])

    def do_away(self, step):
        """What can only be stored while nobody calls the webhook. Only for a case that is alone."""
        with self.world.webhook_away():
            for inner in step["away"]:
                getattr(self, f"do_{next(iter(inner))}")(inner)
