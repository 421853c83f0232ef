"""AcmeAccount: what the owner of an ACME account does with another client than ours: deactivate it, revoke with it.
Requests are signed RS256 by the openssl command."""
import base64
import http.client
import json
import subprocess
import tempfile

from .claims import Failed

TRIES = 20  # of a request whose nonce is refused


class AcmeAccount:
    def __init__(self, pebble, uri, key_pem):
        """`uri`: status.acme.uri of the issuer; `key_pem`: its RSA key."""
        self._pebble, self.uri, self._key = pebble, uri, key_pem

    def deactivate(self):
        self._post(self.uri, {"status": "deactivated"})

    def revoke(self, certificate_pem):
        der = base64.b64decode("".join(certificate_pem.decode().split("-----END")[0].splitlines()[1:]))
        self._post(f"https://127.0.0.1:{self._pebble.port}/revoke-cert", {"certificate": _encoded(der)})

    def _post(self, url, payload):
        path = "/" + url.split("/", 3)[3]
        for _ in range(TRIES):
            nonce = self._pebble.call(self._pebble.port, "HEAD", "/nonce-plz")[1]["Replay-Nonce"]
            protected = _encoded(json.dumps({"alg": "RS256", "kid": self.uri, "nonce": nonce, "url": url}).encode())
            carried = _encoded(json.dumps(payload).encode())
            body = json.dumps({"protected": protected, "payload": carried,
                               "signature": _encoded(self._signed(f"{protected}.{carried}".encode()))})
            status, _, answer = self._pebble.call(self._pebble.port, "POST", path, body,
                                                  {"Content-Type": "application/jose+json"})
            if status == http.client.OK:
                return
            if b"badNonce" not in answer:
                break
        raise Failed(f"POST {path}: {status} {answer[:300]!r}")

    def _signed(self, data):
        with tempfile.NamedTemporaryFile() as key:
            key.write(self._key)
            key.flush()
            return subprocess.run(["openssl", "dgst", "-sha256", "-sign", key.name], input=data, capture_output=True,
                                  timeout=30, check=True).stdout


def _encoded(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
