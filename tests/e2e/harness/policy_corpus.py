"""Corpus: verdicts of another approver, put to ours through an API server, all cases at once.

Each case has namespaces, issuer group, policies and user of its own. The order: what the admission webhook would refuse
is stored before it is called (policies that are `unstorable`, decided requests); then policies through the webhook,
until all are Ready; then the requests, each as its user; those that the webhook refuses once it is away again. Policies
whose names end with -held have the status of the case: an admission policy keeps our controller from writing it."""
import concurrent.futures
import json
import time

from .claims import Failed, until, until_holds
from .keep_alive import User
from .policy_world import HELD, all_ready, set_status
from .verdicts import APPROVED, DENIED, PENDING, failing_fields, verdict_of

AT_ONCE = 12
BOUND = 90  # seconds until all that is to be decided is decided
QUIET = 2.0  # seconds after which what is not decided then stays so
POLICY = "CertificateRequestPolicy"


def at_once(work, items):
    """work(item) of all, in threads; what failed first is raised."""
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(work, items))


def place(case):
    metadata = case["request"]["metadata"]
    return metadata["namespace"], metadata["name"]


def is_held(policy):
    return policy["metadata"]["name"].endswith(HELD)


def bare(value):
    return {key: part for key, part in value.items() if key != "status"}


def refused_fields(answer):
    """The paths of a refusal: its causes, and what its message says (webhooks give no causes)."""
    body = answer.json()
    causes = [cause.get("field", "") for cause in (body.get("details") or {}).get("causes") or []]
    return body.get("message", ""), causes


class Corpus:
    def __init__(self, world, cases):
        self.world, self.api = world, world.api
        self.requests = [case for case in cases if "request" in case]
        self.policies = [case for case in cases if case.get("kind") == "policy"]
        self.wrong = {}  # what was seen instead, by the id of the case
        self.left_out = set()  # ids of cases that need the webhook away, where it cannot be

    # ---- storing

    def prepare(self, case):
        for namespace in case["namespaces"]:
            self.api.must_apply({"apiVersion": "v1", "kind": "Namespace", "metadata": namespace})
        for value in case["rbac"]:
            self.api.must_apply(value)

    def store_policies(self, case, unstorable):
        for policy in case["policies"]:
            if (policy["metadata"]["name"] in case.get("unstorable", [])) == unstorable:
                self.api.must_create(bare(policy))
                if is_held(policy):
                    set_status(self.api, policy["metadata"]["name"], policy.get("status", {}))

    def store_decided(self, case):
        """A request with a status, before there is a policy for it."""
        self.api.must_create(bare(case["request"]))
        namespace, name = place(case)
        answer = self.api.merge("CertificateRequest", namespace, name, {"status": case["request"]["status"]},
                                sub="/status")
        if answer.status != 200:
            raise Failed(f"{case['id']}: {answer}")

    @staticmethod
    def needs_webhook_away(case):
        """Groups that the API server would add to those of the case are seen by rules that look at groups."""
        return "groups" in json.dumps([policy["spec"] for policy in case["policies"]])

    def ask(self, case):
        """Creates it as its user, through the webhook; the case if that is refused."""
        spec = case["request"]["spec"]
        user = User(spec["username"], spec.get("groups") or [])
        answer = self.api.create(bare(case["request"]), user)
        if answer.status == 201:
            return None
        if case["expect"].get("stored") is False:
            message, causes = refused_fields(answer)
            if not all(field in message or field in causes for field in case["expect"]["fields"]):
                self.wrong[case["id"]] = f"refused otherwise: {answer}"
            return None
        return case if answer.status == 403 else self.note(case, f"cannot be created: {answer}")

    def note(self, case, text):
        self.wrong.setdefault(case["id"], text)

    def store_away(self, cases):
        """As they are, while nobody calls the webhook."""
        if self.world.on == "standalone":
            self.left_out.update(case["id"] for case in cases)
        elif cases:
            self.away(cases)

    def away(self, cases):
        with self.world.webhook_away():
            at_once(lambda case: self.api.must_create(bare(case["request"])), cases)

    # ---- running

    def run(self, say):
        """All cases of kind request but those that want to be alone; then their steps."""
        cases = [case for case in self.requests if not case.get("alone")]
        decided = [case for case in cases if "status" in case["request"]]
        fresh = [case for case in cases if "status" not in case["request"]]
        at_once(self.prepare, cases)
        say(f"{len(cases)} cases prepared")
        at_once(lambda case: self.store_policies(case, unstorable=True), cases)
        at_once(self.store_decided, decided)
        self.world.register()
        at_once(lambda case: self.store_policies(case, unstorable=False), cases)
        until("all policies Ready", lambda: all_ready(self.api), BOUND)
        say("policies Ready")
        away = [case for case in fresh if self.needs_webhook_away(case)]
        refused = at_once(self.ask, [case for case in fresh if case not in away])
        away += [case for case in refused if case]
        say(f"{len(fresh)} requests, {len(away)} of them while the webhook is away")
        self.store_away(away)
        self.judge(cases, [case["expect"] for case in cases])
        say("judged")
        self.steps([case for case in cases if case.get("steps") and case["id"] not in self.left_out])

    def steps(self, cases):
        for number in range(max((len(case["steps"]) for case in cases), default=0)):
            now = [case for case in cases if number < len(case["steps"])]
            for case in now:
                for value in case["steps"][number].get("apply", []):
                    self.api.must_apply(value)
                for value in case["steps"][number].get("delete", []):
                    self.api.remove(value["kind"], value["metadata"].get("namespace"), value["metadata"]["name"])
            self.judge(now, [case["expect"]["steps"][number] for case in now])

    def run_alone(self):
        """Each with no policies but its own."""
        for case in [case for case in self.requests if case.get("alone")]:
            self.world.forget_policies()
            self.prepare(case)
            self.store_policies(case, unstorable=False)
            until("its policies Ready", lambda: all_ready(self.api))
            self.store_away([refused for refused in [self.ask(case)] if refused])
            self.judge([case], [case["expect"]])

    def judge(self, cases, expected):
        """Waits until what is to be decided is decided and a while longer, then compares."""
        stored = [(case, wanted) for case, wanted in zip(cases, expected)
                  if wanted.get("stored") is not False and case["id"] not in self.left_out]
        due = {place(case) for case, wanted in stored if wanted["verdict"] != PENDING}
        seen = {}

        def look():
            seen.update({(item["metadata"]["namespace"], item["metadata"]["name"]): item
                         for item in self.api.list("CertificateRequest")})
            late = [where for where in due if where in seen and verdict_of(seen[where])[0] == PENDING]
            if late:
                raise Failed(f"{len(late)} of {len(due)} are not decided: {late[:5]}")
        try:
            until_holds("all decided", look, BOUND if len(cases) > 1 else BOUND / 3)
        except Failed:
            pass  # each of them is told below
        time.sleep(QUIET)
        seen.clear()
        try:
            look()
        except Failed:
            pass
        events = self.error_events() if any(wanted.get("error") for _, wanted in stored) else set()
        for case, wanted in stored:
            self.compare(case, wanted, seen.get(place(case)), events)

    def error_events(self):
        return {(event["involvedObject"].get("namespace"), event["involvedObject"]["name"])
                for event in self.api.list("Event")
                if event.get("reason") == "EvaluationError" and event.get("type") == "Warning"}

    def compare(self, case, wanted, request, events):
        if request is None:
            self.note(case, "was not stored")
            return
        try:
            verdict, message = verdict_of(request)
            problem = self.difference(case, wanted, verdict, message)
        except Failed as failure:
            problem = str(failure)
        if not problem and wanted.get("error") and place(case) not in events:
            problem = "no event EvaluationError"
        if problem:
            self.note(case, problem)

    @staticmethod
    def difference(case, wanted, verdict, message):
        """What differs, or None. A policy that names a plugin never approves with us (docs/policy.md)."""
        names = [policy["metadata"]["name"] for policy in case["policies"]]
        with_plugins = [policy["metadata"]["name"] for policy in case["policies"] if policy["spec"].get("plugins")]
        if wanted["verdict"] == APPROVED and wanted.get("policy") in with_plugins:
            return f"Approved by a plugin that we lack: {message}" if verdict == APPROVED else None
        if verdict != wanted["verdict"]:
            return f"{verdict}, want {wanted['verdict']}: {message}"
        allowed = wanted.get("policy_any") or [wanted[key] for key in ("policy",) if key in wanted]
        if verdict == APPROVED and allowed and not any(f'"{name}"' in message for name in allowed):
            return f"approved by another than {allowed}: {message}"
        if verdict == DENIED and "fields" in wanted:
            fields = failing_fields(message, names)
            seen = {(name, path) for name, found in fields.items() for path, _ in found or {("", "")}}
            if seen != {tuple(pair) for pair in wanted["fields"]}:
                return f"saw {sorted(seen)}, want {sorted(map(tuple, wanted['fields']))}: {message}"
            internal = {(name, path) for name, found in fields.items() for path, kind in found
                        if kind == "Internal error"}
            if "internal" in wanted and internal != {tuple(pair) for pair in wanted["internal"]}:
                return f"internal {sorted(internal)}, want {wanted['internal']}: {message}"
        return None

    # ---- cases of kind policy

    def run_policies(self):
        at_once(self.apply_policy, self.policies)

    def apply_policy(self, case):
        if "old" in case:
            self.api.must_create(case["old"])
            name = case["old"]["metadata"]["name"]
            stored = self.api.find(POLICY, None, name)
            value = {**case["object"], "metadata": {**case["object"]["metadata"],
                                                    "resourceVersion": stored["metadata"]["resourceVersion"]}}
            path = f"/apis/policy.cert-manager.io/v1alpha1/certificaterequestpolicies/{name}"
            answer = self.api.ask("PUT", path, value)
        else:
            answer = self.api.create(case["object"])
        wanted = case["expect"]
        if (answer.status < 300) != wanted["stored"]:
            self.note(case, f"want {wanted}: {answer.status} {answer.json().get('message', '')}")
        elif not wanted["stored"]:
            message, causes = refused_fields(answer)
            by = "schema" if answer.status == 422 else "webhook"
            if by != wanted["by"]:
                self.note(case, f"refused by {by}, want {wanted['by']}: {message}")
            elif not all(field in message or field in causes for field in wanted["fields"]):
                self.note(case, f"want {wanted['fields']}: {message}")
