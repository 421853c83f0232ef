"""The first inputs of the fuzz targets, made of tests/data: write(folder) makes folder/<target>/<n> of them."""
import base64
import copy
import json
import pathlib
import re
import struct

DATA = pathlib.Path(__file__).resolve().parent.parent / "tests" / "data"
MOST = 20_000  # bytes of a seed
TYPES = ["Namespace", "Secret", "ConfigMap", "ServiceAccount", "Event", "Event", "Lease", "SubjectAccessReview",
         "DeleteOptions"]  # by letter, as in tests/fuzz/types.h
USER = {"username": "jane", "uid": "u1", "groups": ["dev", "ops"], "extra": {"k": ["a", "b"]}}


def merged(target, patch):
    """RFC 7386."""
    if not isinstance(patch, dict):
        return patch
    result = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = merged(result.get(name), value)
    return result


def expanded(value):
    """"@repeat x 1000" stands for a long text."""
    if isinstance(value, dict):
        return {name: expanded(member) for name, member in value.items()}
    if isinstance(value, list):
        return [expanded(item) for item in value]
    if isinstance(value, str) and value.startswith("@repeat "):
        text, count = value.split(" ")[1:]
        return text * min(int(count), 2000)
    return value


def admission_cases():
    """(base, case) of every case file."""
    for path in sorted((DATA / "admission").glob("*.json")):
        cases = json.loads(path.read_text())
        base_path = DATA / "admission" / "base" / f"{cases.get('base')}.json"
        if not base_path.exists():
            continue
        base = json.loads(base_path.read_text())
        for case in (cases.get("accept") or []) + (cases.get("reject") or []):
            if "http" not in case:
                yield base, case


def object_of(base, case, patch, replacement):
    if replacement in case:
        return case[replacement]
    return expanded(merged(copy.deepcopy(base["object"]), case.get(patch, {})))


def review_of(base, case):
    group = base["object"]["apiVersion"].split("/")[0]
    request = {
        "uid": "u-1", "operation": case.get("operation", "CREATE"),
        "resource": case.get("resource", {"group": group, "version": "v1", "resource": base["resource"]}),
        "kind": case.get("kind", {"group": group, "version": "v1", "kind": base["object"]["kind"]}),
        "userInfo": case.get("user", USER),
        "object": object_of(base, case, "object", "replace"),
        "oldObject": object_of(base, case, "old", "replaceOld") if "old" in case else None,
    }
    if "subResource" in case:
        request["subResource"] = case["subResource"]
    return {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": request}


def yaml(value, indent=0):
    """Block style, scalars as JSON."""
    pad = "  " * indent
    if isinstance(value, dict) and value:
        return "".join(f"{pad}{name if re.fullmatch('[A-Za-z0-9]+', name) else json.dumps(name)}:" + (
            "\n" + yaml(member, indent + 1) if isinstance(member, (dict, list)) and member
            else f" {json.dumps(member)}\n") for name, member in value.items())
    if isinstance(value, list) and value:
        return "".join(f"{pad}- {yaml(item, indent + 1).lstrip()}" if isinstance(item, (dict, list)) and item
                       else f"{pad}- {json.dumps(item)}\n" for item in value)
    return f"{pad}{json.dumps(value)}\n"


def admission(seeds):
    for base, case in admission_cases():
        review = review_of(base, case)
        seeds["review"].append(json.dumps(review))
        seeds["kind"].append(json.dumps(review["request"]["object"]))
        seeds["manifest"].append(yaml(review["request"]["object"]))
    for path in sorted((DATA / "admission" / "base").glob("*.json")):
        text = json.dumps(json.loads(path.read_text())["object"])
        seeds["manifest"].append(text)
        seeds["json_error"].append(text)
    seeds["manifest"].append("a: &a {x: [1, 0x10, yes, ~, 1.5e3]}\nb: {<<: *a}\n---\n# c\n" "kind: List\nitems:\n- !!str 5\n")


def strings_of(value):
    if isinstance(value, str):
        return [value]
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
    return [text for item in items for text in strings_of(item)]


def pki(seeds):
    for path in sorted((DATA / "pki" / "csr").glob("*.pem")):
        text = path.read_text()
        seeds["csr"].append(text)
        block = re.search(r"-----BEGIN [A-Z ]+-----\n([A-Za-z0-9+/=\s]+)-----END", text)
        if block:
            seeds["csr"].append(base64.b64decode(block.group(1)))
    issued = json.loads((DATA / "issuance" / "requests.json").read_text())
    blocks = re.findall(r"-----BEGIN [A-Z ]+-----.*?-----END [A-Z ]+-----\n", "\n".join(strings_of(issued)), re.S)
    seeds["pem"] += blocks + [issued["ca"] + block for block in blocks[:5]] + ["".join(blocks[:8])]
    seeds["csr"] += blocks


def policy(seeds):
    cases = json.loads((DATA / "policy" / "csr.json").read_text())
    seeds["policy_view"] += [base64.b64decode(case["csr"]) for case in cases]


def texts(seeds):
    schedules = json.loads((DATA / "issuance" / "schedules.json").read_text())
    seeds["text"] += sorted({"c" + case["cron"] for case in schedules["cron"]})
    for case in json.loads((DATA / "apiserver" / "label_selectors.json").read_text()):
        seeds["text"].append("l" + case["selector"])
    seeds["text"] += ["d" + text for text in ("1h30m", "-1.5s", "2160h0m0s", "100ns", "1\u00b5s", "0")]
    seeds["text"] += ["t" + text for text in ("2026-01-02T03:04:05Z", "2026-01-02T03:04:05.123456+02:00")]
    seeds["text"] += ["a" + text for text in ("10.0.0.1", "fe80::1", "10.0.0.0/8", "[::1]:53", "a@example.com")]
    seeds["text"] += ["j" + text for text in (".a[*].b", '.a[?(@.type=="Ready")].b', ".a[0].b", "{.b}")]
    seeds["text"] += ["eYQ==", "e-_8", "sCN=a,O=b"]
    seeds["text"].append("k" + yaml({
        "current-context": "h", "contexts": [{"name": "h", "context": {"cluster": "c", "user": "u", "namespace": "n"}}],
        "clusters": [{"name": "c", "cluster": {"server": "https://h:6443/p", "certificate-authority-data": "Q0E="}}],
        "users": [{"name": "u", "user": {"token": "t"}}]}))
    for case in json.loads((DATA / "apiserver" / "go_json_errors.json").read_text()):
        seeds["json_error"].append(case["text"])
    with open(DATA / "schemas" / "answers.jsonl", encoding="utf-8") as lines:
        for line in list(lines)[::20]:
            seeds["json_error"].append(json.loads(line)["text"])
            seeds["manifest"].append(json.loads(line)["text"])


def patches(seeds):
    for name in ("json_patches", "merge_patches"):
        for case in json.loads((DATA / "kube" / f"{name}.json").read_text()):
            seeds["json_patch"].append(json.dumps({"document": case["document"], "patch": case["patch"]}))
    for letter in "abcdefg":
        for case in json.loads((DATA / "apiserver" / "strategic_patches.json").read_text()):
            if letter == "d" or "data" in case["object"]:
                seeds["typed"].append(json.dumps({"type": letter, **case}))


def http(seeds):
    line = "POST /validate?timeout=10s HTTP/1.1\r\nHost: h\r\n"
    requests = [
        "GET / HTTP/1.1\r\nHost: h\r\n\r\n",
        line + "Content-Length: 3\r\nContent-Type: application/json\r\n\r\nabc",
        line + "Transfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n3;x=y\r\nabc\r\n0\r\nT: x\r\n\r\n",
        line + "Connection: keep-alive, close\r\nAccept-Encoding: gzip\r\n\r\n",
        "GET / HTTP/1.0\r\nHost: h\r\n\r\n", "\r\n\r\nGET /a HTTP/1.1\r\nHost: h\r\nHost: i\r\n\r\n",
    ]
    for cut, request in enumerate(requests + ["".join(requests[:3]) + "\r\n" + requests[0]]):
        pieces = bytes([3, cut, 0, 40])
        seeds["request_frame"] += [b"\0" + request.encode(), pieces + request.encode()]
    seeds["chunks"] += ["3\r\nabc\r\n0\r\n\r\n", "1;a=b\r\nx\r\nA\r\n0123456789\r\n0\r\nT: x\r\n\r\nmore", "fffffffffffffffff\r\n"]


def varint(number):
    out = b""
    while number > 0x7f:
        out, number = out + bytes([number & 0x7f | 0x80]), number >> 7
    return out + bytes([number])


def field(number, value):
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    value = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(value)) + value


def protobuf(seeds):
    entry = field(1, "app") + field(2, "shop")
    time = field(1, 1_700_000_000) + field(2, 500_000_000)
    metadata = field(1, "n") + field(2, "") + field(3, "ns") + field(8, time) + field(11, entry) + field(12, entry)
    managed = field(17, field(1, "m") + field(4, time) + field(6, "F") + field(7, field(1, '{"f:a":{}}')))
    body = b"".join(field(number, value) for number, value in ((1, metadata + managed), (2, entry), (3, "x")))
    numbers = b"".join(field(number, 3) + field(number, time) for number in range(4, 16))
    for letter, kind in zip("abcdefghi", TYPES):
        for whole in (body, body + numbers, field(1, metadata) + numbers):
            envelope = field(1, field(1, "v1") + field(2, kind)) + field(2, whole)
            seeds["protobuf"].append(letter.encode() + b"k8s\0" + envelope)
    seeds["protobuf"].append(b"bk8s\0" + struct.pack("<Q", 1 << 63))


PATCHED = {  # by the name of its place, as in tests/fuzz/api.cpp
    "configmap": {"data": {"a": "1", "b": "2"}, "metadata": {"labels": {"l": "1"}, "finalizers": ["example.com/f"]}},
    "service": {"spec": {"selector": {"app": "web"}, "ports": [{"name": "http", "port": 80, "protocol": "TCP"},
                                                                {"name": "dns", "port": 53, "protocol": "UDP"}]}},
    "secret": {"type": "example.com/t", "data": {"k": "dg=="}},
    "lease": {"spec": {"holderIdentity": "me", "leaseDurationSeconds": 15, "renewTime": "2026-01-02T03:04:05.123456Z"}},
    "ingress": {"spec": {"rules": [{"host": "a.example.com", "http": {"paths": [
        {"path": "/", "pathType": "Prefix", "backend": {"service": {"name": "web", "port": {"number": 80}}}}]}}]}},
    "pod": {"spec": {"containers": [{"name": "c", "image": "i", "env": [{"name": "E", "value": "v"}]}]}},
    "certificate": {"spec": {"secretName": "t", "dnsNames": ["a.example.com"], "issuerRef": {"name": "ca"}}},
}
CHANGES = [("merge", {"metadata": {"labels": {"x": "y"}, "finalizers": None}}), ("strategic", {"$patch": "replace"}),
           ("strategic", {"spec": {"ports": [{"port": 53, "$patch": "delete"}], "$setElementOrder/ports": [{"port": 80}]}}),
           ("strategic", {"metadata": {"$deleteFromPrimitiveList/finalizers": ["example.com/f"]}, "data": None}),
           ("json", [{"op": "add", "path": "/metadata/annotations", "value": {"a": "b"}}, {"op": "test", "path": "/kind"}]),
           ("json", [{"op": "copy", "from": "/spec", "path": "/data"}, {"op": "remove", "path": "/spec"}])]


def written(seeds):
    """Patches, configurations and requests for the API server as a whole."""
    for kind, value in PATCHED.items():
        for form, change in CHANGES:
            seeds["patch"].append(json.dumps({"kind": kind, "type": form, "object": value, "patch": change}))
        steps = [{"manager": "a", "config": value}, {"manager": "b", "force": True, "config": merged(value, {"data": None})},
                 {"manager": "a", "config": {}}]
        seeds["ssa"].append(json.dumps({"kind": kind, "steps": steps}))
        if kind not in ("configmap", "service", "secret", "pod"):
            continue
        body = json.dumps(value | {"metadata": {"name": "it"}})
        path = f"/api/v1/namespaces/ns/{kind}s"
        seeds["router"].append("\x1e".join([
            f"POST {path}\n?fieldValidation Strict\nContent-Type: application/json\n\n{body}",
            f"PATCH {path}/it\nContent-Type: application/merge-patch+json\n\n" '{"metadata":{"labels":{"a":"b"}}}',
            f"GET {path}\n?limit 1\n?labelSelector a in (b)\nAccept: application/json;as=Table;g=meta.k8s.io;v=v1\n\n",
            f"DELETE {path}/it\n?propagationPolicy Foreground\n\n"]))
    seeds["ssa"] += [bytes([0, 0x55, 5, 1, 0xaa, 6, 9, 0xaa, 6, 4, 1, 0, 0, 0, 0]), bytes(range(72))]
    for path in ("/api", "/apis", "/openapi/v2", "/openapi/v3/api/v1", "/livez?verbose", "/metrics", "/version"):
        seeds["router"].append(f"GET {path}\n\n")
    for case in json.loads((DATA / "apiserver" / "label_selectors.json").read_text()):
        seeds["selectors"].append(case["selector"] + "\n=\nmetadata.name=a,spec.name!=b\\,c")


def definitions(seeds):
    """Schemas, each with objects that fit and objects that do not."""
    text, whole = {"type": "string"}, {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    specs = [
        {"type": "object", "required": ["size"], "properties": {
            "size": {"type": "integer", "minimum": 1, "default": 3, "format": "int32"}, "free": whole,
            "name": {**text, "pattern": "^[a-z]+$", "maxLength": 5, "enum": ["red", "blue"], "nullable": True}}},
        {"type": "object", "additionalProperties": {"type": "array", "maxItems": 3, "items": text}},
        {"type": "object", "properties": {"parts": {
            "type": "array", "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["name"],
            "items": {"type": "object", "required": ["name"], "properties": {"name": text, "n": {"type": "number"}}}}}},
        {"type": "object", "properties": {"a": text, "b": {"x-kubernetes-int-or-string": True}},
         "x-kubernetes-validations": [{"rule": "self.a == oldSelf.a", "message": "m"}, {"rule": "has(self.b)"}]},
        {"type": "object", "properties": {"a": text, "b": text}, "anyOf": [{"required": ["a"]}, {"not": {"required": ["b"]}}]},
    ]
    values = [{"size": 1, "name": "red", "free": {"x": [1]}}, {"size": "x", "unknown": None}, {"k": ["a", 1]},
              {"parts": [{"name": "p", "n": 1.5}, {"name": "p"}]}, {"a": "x", "b": 5}, {"a": "y"}, {}]
    for number, spec in enumerate(specs):
        later = specs[(number + 1) % len(specs)]
        schema, after = ({"type": "object", "properties": {"spec": one, "status": whole}} for one in (spec, later))
        seeds["crd"].append(json.dumps({"schema": schema, "next": after, "objects": [{"spec": v} for v in values]}))


def write(folder):
    """How many there are, by target."""
    seeds = {name: [] for name in ("chunks", "crd", "csr", "json_error", "json_patch", "kind", "manifest", "patch", "pem",
                                   "policy_view", "protobuf", "request_frame", "review", "router", "selectors", "ssa",
                                   "text", "typed")}
    for make in (admission, pki, policy, texts, patches, http, protobuf, written, definitions):
        make(seeds)
    for target, inputs in seeds.items():
        to = pathlib.Path(folder) / target
        to.mkdir(parents=True, exist_ok=True)
        unique = {text if isinstance(text, bytes) else text.encode(errors="surrogatepass") for text in inputs}
        for number, text in enumerate(sorted(t for t in unique if len(t) <= MOST)):
            (to / f"{number:04}").write_bytes(text)
    return {target: len(inputs) for target, inputs in seeds.items()}
