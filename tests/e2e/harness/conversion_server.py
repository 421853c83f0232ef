"""ConversionServer: a conversion webhook over HTTPS in this process, for Flips: v1 has spec.address "host:port",
v2 has spec.host and spec.port. What it answers depends on the path and on `mode`; what it was asked is kept."""
import copy

from .admission_server import AdmissionServer


def _converted(original, wanted):
    """The object in the wanted version; what no version has stays as it is."""
    flip = copy.deepcopy(original)
    flip["apiVersion"] = wanted
    spec = flip.get("spec") or {}
    if wanted.endswith("/v2") and "address" in spec:
        host, port = spec.pop("address").rsplit(":", 1)
        spec.update(host=host, port=int(port))
    if wanted.endswith("/v1") and "host" in spec:
        spec["address"] = f"{spec.pop('host')}:{spec.pop('port')}"
    return flip


def _spoil(mode, objects):
    """What a webhook may do wrong, or may do beside converting."""
    metadata = objects[0]["metadata"] if objects else {}
    if mode == "short":
        objects.pop()
    if mode == "rename":
        metadata["name"] = "another"
    if mode == "other-uid":
        metadata["uid"] = "another"
    if mode == "other-version":
        objects[0]["apiVersion"] = "example.com/v7"
    if mode == "other-kind":
        objects[0]["kind"] = "Flop"
    if mode == "no-metadata":
        del objects[0]["metadata"]
    if mode == "bad-label":
        metadata["labels"] = {"a": "b c"}
    if mode == "metadata":
        metadata.update(labels={"came": "along"}, annotations={"a": "b"}, finalizers=["example.com/held"],
                        generation=77)


class ConversionServer(AdmissionServer):
    mode = "good"  # how it works now

    def answer(self, path, review):
        if review["kind"] != "ConversionReview":
            return super().answer(path, review)
        request = review["request"]
        result, uid = {"status": "Success"}, request["uid"]
        objects = [_converted(original, request["desiredAPIVersion"]) for original in request["objects"]]
        if self.mode == "failure":
            result = {"status": "Failure", "message": "no way"}
        if self.mode == "silent-failure":
            result = {"status": "Failure"}
        if self.mode == "wrong-uid":
            uid = "another"
        _spoil(self.mode, objects)
        response = {"uid": uid, "result": result, "convertedObjects": objects}
        if self.mode == "no-response":
            response = None
        return {"apiVersion": review["apiVersion"], "kind": "ConversionReview", "response": response}
