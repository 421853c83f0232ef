"""Looks: what the steps of a policy scenario may see, and how they write so that the answer can be judged."""
import subprocess
import time

from .claims import BOUND, Failed, expect, expect_equal, expect_in, until, until_holds
from .keep_alive import User, condition_of, warnings_of

USERS = "policy-test-users"  # the group of those who may use every policy
BUSY = 4  # so many times what a scenario says (`within`) it may take, on a machine that is busy with something else
QUIET = 0.5  # seconds after which something that has not happened counts as not happening


def bound_of(step):
    """Seconds until what it waits for counts as not happening."""
    return step["within"] * BUSY if "within" in step else BOUND


class Looks:
    world = api = namespace = None  # of the case

    # ---- what is to be seen

    def do_condition(self, step):
        given = step["condition"]
        def look():
            seen = condition_of(self.api.find(given["kind"], given.get("ns", self.namespace), given["name"]) or {},
                                given["type"])
            if not seen or any(seen.get(key) != step[key] for key in ("status", "reason") if key in step):
                raise Failed(repr(seen))
            for part in step.get("says", []):
                expect_in(part, seen.get("message", ""))
        until_holds(f"{given['type']} of {given['name']}", look, bound_of(step))

    def do_event(self, step):
        def look():
            seen = [event for event in self.api.list("Event", self.namespace)
                    if event["involvedObject"]["name"] == step["event"] and event.get("reason") == step["reason"]
                    and event.get("type") == step.get("type", event.get("type"))
                    and all(part in event.get("message", "") for part in step.get("says", []))]
            return seen or None
        until(f"an event {step['reason']} {step.get('says', '')}", look)

    def do_no_event(self, step):
        time.sleep(QUIET)
        seen = [event for event in self.api.list("Event", self.namespace)
                if event.get("reason") in step["no_event"]]
        expect_equal([event.get("message") for event in seen], [])

    def do_explain(self, step):
        """certwright explain or who-can, as the admin: its exit code, and parts of what it prints."""
        words = step["explain"]
        if "--kubeconfig" not in words:
            words = [*words, "--kubeconfig", self.world.kubeconfig]
        done = subprocess.run([self.world.binary, *words], capture_output=True, text=True, timeout=60, check=False)
        expect(done.returncode == step["code"], f"exit {done.returncode}: {done.stdout} {done.stderr}")
        for part in step.get("says", []):
            expect_in(part, done.stdout)

    def do_metric(self, step):
        until(f"{step['metric']} of {step.get('value', 'some value')}",
              lambda: self.world.metric(step["metric"], step.get("value")))

    def do_stable(self, step):
        """Nobody writes to it."""
        def look():
            return self.api.find(step["stable"]["kind"], self.namespace, step["stable"]["name"])["metadata"]
        def rests():
            before = look()["resourceVersion"]
            time.sleep(QUIET)
            return look()["resourceVersion"] == before
        until("no write any more", rests)

    def do_absent(self, step):
        time.sleep(step.get("after", 0))
        for kind, name in step["absent"]:
            expect(self.api.find(kind, self.namespace, name) is None, f"there is a {kind} {name}")

    def do_none(self, step):
        time.sleep(QUIET)
        for kind in step["none"]:
            seen = [item["metadata"]["name"] for item in self.api.list(kind, self.namespace)]
            expect(not seen, f"there is {kind}: {seen}")

    # ---- what the API server answers

    @staticmethod
    def wanted_code(step):
        return step.get("expect", {}).get("code", 201)

    def _user(self, step):
        return User(step["as"], step.get("groups", [USERS])) if "as" in step else None

    def admitted(self, value, step):
        """Tried as a dry run until the answer is as it should be, for caches lag; then in earnest."""
        for one in value if isinstance(value, list) else [value]:
            self._until_answered(lambda dry_run, one=one: self._written(one, step, dry_run), step.get("expect", {}),
                                 not step.get("dryRun"))

    def _written(self, value, step, dry_run):
        if step.get("how") == "apply":
            return self.api.apply(value, self._user(step), dry_run)
        return self.api.create(value, self._user(step), dry_run)

    def _until_answered(self, ask, wanted, in_earnest):
        if wanted:
            until_holds("the answer", lambda: self._answered(ask(True), wanted))
        if in_earnest:
            self._answered(ask(False), wanted)

    @staticmethod
    def _answered(answer, wanted):
        """wanted: code, says (parts of the message), warns (parts of one warning each), quiet (no warning)."""
        code = wanted.get("code", 201)
        expect(answer.status == code or code == 201 and answer.status == 200, f"want {code}: {answer}")
        text = answer.json().get("message", "") if answer.status > 299 else ""
        for part in wanted.get("says", []):
            expect_in(part, text)
        warnings = warnings_of(answer)
        for part in wanted.get("warns", []):
            expect(any(part in line for line in warnings), f"no warning with {part!r} in {warnings}")
        for part in wanted.get("never_warns", []):
            expect(not any(part in line for line in warnings), f"a warning with {part!r}: {warnings}")
        if wanted.get("quiet"):
            expect_equal(warnings, [])
