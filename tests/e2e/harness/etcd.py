"""Etcd: one etcd on free ports of loopback with its own data folder; can be killed and started again."""
import shutil
import urllib.request

from .claims import Failed
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
