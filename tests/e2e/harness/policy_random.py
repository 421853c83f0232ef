"""Random Certificates and policies: what the webhook explains of a Certificate is what approval then says of the
request that the controller makes from it. The same ones in every run."""
import json
import random
import time

from .claims import Failed, expect, until
from .verdicts import APPROVED, PENDING, failing_fields, verdict_of

EXPLAIN = "certwright.dev/explain"
UPN = "1.3.6.1.4.1.311.20.2.3"
DNS = ["a.example.com", "b.example.com", "*.example.com", "a.b.example.com", "evil.test"]
LISTS = {"dnsNames": (DNS, ["*.example.com", "*", "a.*", "evil.test"]),
         "ipAddresses": (["10.0.0.1", "2001:0db8::1"], ["10.*", "2001:db8::1"]),
         "uris": (["spiffe://x/ns/a", "https://a.example.com/%7Ea"], ["spiffe://*", "*"]),
         "emailAddresses": (["a@example.com", "b@evil.test"], ["*@example.com"])}
USAGES = ["server auth", "client auth", "digital signature", "key encipherment"]
RULES = ["self.endsWith('.example.com')", "self.size() < 14", "cr.namespace.size() > 3", "self.matches('^[a-z.]+$')"]
KEYS = [None, {"algorithm": "ECDSA"}, {"algorithm": "ECDSA", "size": 384}, {"algorithm": "Ed25519"},
        {"algorithm": "RSA", "size": 2048}]


def some(chooser, values, least=1):
    return chooser.sample(values, chooser.randint(least, len(values)))


def _allowed(chooser):
    allowed = {}
    for name, (_, patterns) in LISTS.items():
        if chooser.random() < 0.7:
            allowed[name] = {"values": some(chooser, patterns)}
            if chooser.random() < 0.3:
                allowed[name] = {**allowed[name], "validations": [{"rule": chooser.choice(RULES)}]}
            if chooser.random() < 0.2:
                allowed[name]["required"] = True
    if chooser.random() < 0.8:
        allowed["commonName"] = {"value": chooser.choice(["*", "a*", "*.example.com"])}
    if chooser.random() < 0.8:
        allowed["usages"] = some(chooser, USAGES)
    if chooser.random() < 0.6:
        allowed["subject"] = {"organizations": {"values": some(chooser, ["Acme", "A*"])}}
    if chooser.random() < 0.5:
        allowed["otherNames"] = [{"oid": UPN, "values": ["a*"]}]
    allowed["isCA"] = chooser.random() < 0.3
    return allowed


def _constraints(chooser):
    found = {}
    if chooser.random() < 0.3:
        found["maxDuration"] = chooser.choice(["2h", "100h"])
    if chooser.random() < 0.4:
        found["privateKey"] = chooser.choice([{"algorithm": "ECDSA"}, {"minSize": 256}, {"maxSize": 2048}])
    return found


def _certificate(chooser):
    spec = {"dnsNames": some(chooser, DNS)}
    for name in ("ipAddresses", "uris", "emailAddresses"):
        if chooser.random() < 0.25:
            spec[name] = some(chooser, LISTS[name][0])
    if chooser.random() < 0.5:
        spec["commonName"] = chooser.choice(DNS)
    for name, values in (("usages", USAGES), ("duration", ["1h", "24h", "2160h"])):
        if chooser.random() < 0.4:
            spec[name] = some(chooser, values) if name == "usages" else chooser.choice(values)
    if chooser.random() < 0.3:
        spec["subject"] = {"organizations": [chooser.choice(["Acme", "Other"])]}
    if chooser.random() < 0.2:
        spec["otherNames"] = [{"oid": UPN, "utf8Value": chooser.choice(["ab", "b"])}]
    if chooser.random() < 0.15:
        spec["isCA"] = True
    spec["privateKey"] = chooser.choice(KEYS)
    return {key: value for key, value in spec.items() if value is not None}


def _explained(case, value):
    """The record of the webhook; None of a Certificate that is invalid."""
    asked = {**value, "metadata": {**value["metadata"], "annotations": {EXPLAIN: "json"}}}
    message = case.api.create(asked, dry_run=True).json().get("message", "")
    _, found, record = message.partition('{"')
    return json.loads(found + record) if found else None


def _failing(record):
    """{policy: {path}} of those that were judged and fail."""
    return {one["name"]: {failure["field"] for failure in one["failures"]} for one in record["policies"]
            if one["stage"] == "fails"}


def compare(case, count):
    chooser = random.Random(88)
    case.do_issuer({"issuer": {}})
    for name in "abc":
        case.do_policy({"policy": {"name": name, "allowed": _allowed(chooser), "constraints": _constraints(chooser)}})
    time.sleep(0.5)  # for the webhook's cache
    made, seen = [], {}
    for number in range(count):
        value = {"apiVersion": "cert-manager.io/v1", "kind": "Certificate",
                 "metadata": {"name": f"c{number}", "namespace": case.namespace},
                 "spec": {"secretName": f"c{number}", "issuerRef": {"name": case.id}, **_certificate(chooser)}}
        record = _explained(case, value)
        if record is not None:
            case.api.must_create(value)
            made.append((value, record))
    for value, record in made:
        _agree(case, value, record)
        seen[record["verdict"]] = seen.get(record["verdict"], 0) + 1
    expect(len(made) > count / 2 and len(seen) > 1, f"of little use: {len(made)} Certificates, {seen}")


def _agree(case, value, record):
    name = value["metadata"]["name"]
    request = until(f"the verdict over {name}-1", lambda: _decided(case, f"{name}-1"))
    verdict, message = verdict_of(request)
    if verdict != record["verdict"]:
        raise Failed(f"{value['spec']}: explained as {record}, decided as {verdict}: {message}")
    if verdict == APPROVED:
        return
    fields = {policy: {path for path, _ in paths}
              for policy, paths in failing_fields(message, [case.full(each) for each in "abc"]).items()}
    expect(fields == _failing(record), f"{value['spec']}: explained as {_failing(record)}, decided as {message}")


def _decided(case, name):
    request = case.api.find("CertificateRequest", case.namespace, name)
    return request if request and verdict_of(request)[0] != PENDING else None
