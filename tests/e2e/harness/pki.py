"""Pki: keys, requests and certificates made and judged by the openssl command, not by the code under test."""
import pathlib
import re
import subprocess
import tempfile

from .claims import Failed

P256 = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")


class Authority:
    def __init__(self, certificate, key):
        self.certificate, self.key = certificate, key  # PEM, bytes


class Pki:
    def __init__(self):
        self._folder = tempfile.TemporaryDirectory()
        self._count = 0

    def authority(self, common_name, days=3650):
        key, out = self._path(), self._path()
        self._openssl("req", "-x509", *P256, "-days", str(days), "-subj", f"/CN={common_name}",
                      "-keyout", key, "-out", out)
        return Authority(out.read_bytes(), key.read_bytes())

    def leaf(self, common_name):
        """A self-signed certificate that is no CA, with its key."""
        key, out = self._path(), self._path()
        self._openssl("req", "-x509", *P256, "-subj", f"/CN={common_name}", "-addext",
                      "basicConstraints=critical,CA:FALSE", "-keyout", key, "-out", out)
        return Authority(out.read_bytes(), key.read_bytes())

    def serving(self, authority, *names):
        """A server's certificate for those names, as "DNS:localhost" or "IP:127.0.0.1", of that CA, with its key."""
        request, key = self.request("server", f"subjectAltName={','.join(names)}")
        out = self._path()
        self._openssl("x509", "-req", "-in", self._file(request), "-CA", self._file(authority.certificate), "-CAkey",
                      self._file(authority.key), "-copy_extensions", "copy", "-days", "30", "-out", out)
        return Authority(out.read_bytes(), key)

    def request(self, common_name, *extensions):
        """(PEM of a signing request, PEM of its key). Extensions as openssl's -addext takes them."""
        key, out = self._path(), self._path()
        added = [word for extension in extensions for word in ("-addext", extension)]
        self._openssl("req", "-new", *P256, "-subj", f"/CN={common_name}", *added, "-keyout", key, "-out", out)
        return out.read_bytes(), key.read_bytes()

    def verify(self, chain_pem, root_pem, purpose=None):
        """openssl verify with that root alone; the intermediates are those behind the leaf in the chain."""
        root, chain = self._file(root_pem), self._file(chain_pem)
        words = ["-purpose", purpose] if purpose else []
        self._openssl("verify", *words, "-CAfile", root, "-untrusted", chain, chain)

    def public_key(self, pem, kind):
        """The public key of a "certificate", "key" or "request", as PEM text."""
        words = {"certificate": ("x509", "-noout", "-pubkey"), "key": ("pkey", "-pubout"),
                 "request": ("req", "-noout", "-pubkey")}[kind]
        return self._openssl(*words, "-in", self._file(pem))

    def text(self, pem):
        return self._openssl("x509", "-noout", "-text", "-in", self._file(pem))

    def field(self, pem, name):
        """What `openssl x509 -NAME` prints: serial, subject, issuer, enddate, fingerprint."""
        return self._openssl("x509", "-noout", f"-{name}", "-in", self._file(pem)).strip().split("=", 1)[1]

    def names(self, pem):
        """The DNS names of the certificate's subjectAltName, in order."""
        return re.findall(r"DNS:([^,\s]+)", self.text(pem))

    def _path(self):
        self._count += 1
        return pathlib.Path(self._folder.name) / str(self._count)

    def _file(self, content):
        path = self._path()
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    @staticmethod
    def _openssl(*words):
        done = subprocess.run(["openssl", *map(str, words)], capture_output=True, text=True, timeout=30, check=False)
        if done.returncode != 0:
            raise Failed(f"openssl {words[0]}: {(done.stderr + done.stdout).strip()[-500:]}")
        return done.stdout
