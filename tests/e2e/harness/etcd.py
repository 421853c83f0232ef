"""Etcd: one etcd on free ports of loopback with its own data folder; can be killed and started again. EtcdMembers:
three of them that are one storage, with TLS and client certificates."""
import http.client
import json
import shutil
import ssl
import urllib.request

from .claims import Failed, until
from .pki import Pki
from .processes import Process, free_port

START_BOUND = 60  # seconds


class Etcd:
    def __init__(self, folder):
        if not shutil.which("etcd"):
            raise Failed("there is no etcd; ./dev test installs it (package etcd-server)")
        folder.mkdir(parents=True, exist_ok=True)
        self.url, self._peer = (f"http://127.0.0.1:{free_port()}" for _ in range(2))
        self._folder, self._process = folder, None

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self._process.stop()

    def start(self):
        self._process = Process("etcd", [
            "etcd", "--name=test", f"--data-dir={self._folder / 'data'}", f"--listen-client-urls={self.url}",
            f"--advertise-client-urls={self.url}", f"--listen-peer-urls={self._peer}",
            f"--initial-advertise-peer-urls={self._peer}", f"--initial-cluster=test={self._peer}"],
            self._folder / "log")
        self._process.until("etcd answers", self._is_healthy, START_BOUND)

    def kill(self):
        self._process.kill()

    def _is_healthy(self):
        try:
            with urllib.request.urlopen(f"{self.url}/health", timeout=2) as answer:
                return answer.status == 200
        except OSError:
            return False


class EtcdMembers:
    def __init__(self, folder, count=3):
        folder.mkdir(parents=True, exist_ok=True)
        self.urls, self._peers = ([f"https://127.0.0.1:{free_port()}" for _ in range(count)] for _ in range(2))
        self._folder, self._processes = folder, {}
        pki = Pki()
        authority = pki.authority("etcd")
        own = pki.serving(authority, "IP:127.0.0.1")
        for name, content in (("ca", authority.certificate), ("cert", own.certificate), ("key", own.key)):
            (folder / name).write_bytes(content)
        self.flags = [f"--etcd-servers={','.join(self.urls)}", f"--etcd-cafile={folder / 'ca'}",
                      f"--etcd-certfile={folder / 'cert'}", f"--etcd-keyfile={folder / 'key'}"]
        self._tls = ssl.create_default_context(cafile=str(folder / "ca"))
        self._tls.load_cert_chain(folder / "cert", folder / "key")

    def __enter__(self):
        for number in range(len(self.urls)):
            self.start(number)
        self.leader()
        return self

    def __exit__(self, *_):
        for process in self._processes.values():
            process.kill()

    def start(self, number):
        url, peer, folder = self.urls[number], self._peers[number], self._folder
        files = [f"--{whose}{flag}={folder / name}" for whose in ("", "peer-")
                 for flag, name in (("trusted-ca-file", "ca"), ("cert-file", "cert"), ("key-file", "key"))]
        self._processes[number] = Process(f"etcd {number}", [
            "etcd", f"--name={number}", f"--data-dir={folder / f'data-{number}'}", f"--listen-client-urls={url}",
            f"--advertise-client-urls={url}", f"--listen-peer-urls={peer}", f"--initial-advertise-peer-urls={peer}",
            "--initial-cluster=" + ",".join(f"{other}={at}" for other, at in enumerate(self._peers)),
            "--client-cert-auth", "--peer-client-cert-auth", *files], folder / f"log-{number}")

    def kill(self, number):
        self._processes.pop(number).kill()

    def leader(self):
        """Its number, once there is one."""
        def look():
            for number in self._processes:
                said = self._status(number)
                if said.get("leader") and said["leader"] == said["header"]["member_id"]:
                    return (number,)
            return None
        return until("etcd's members have a leader", look, START_BOUND, 0.05)[0]

    def _status(self, number):
        try:
            with urllib.request.urlopen(f"{self.urls[number]}/v3/maintenance/status", b"{}", timeout=2,
                                        context=self._tls) as answer:
                return json.loads(answer.read())
        except (OSError, http.client.HTTPException, ValueError):
            return {}  # it is gone, perhaps in the middle of its answer
