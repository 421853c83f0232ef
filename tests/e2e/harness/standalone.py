"""Standalone: one `certwright standalone` on a free port with its own data folder; can be killed and started again."""
import time

from .claims import Failed
from .cluster import Cluster
from .processes import Process, free_port

START_BOUND = 120  # seconds; a sanitizer build on a busy machine


class Standalone:
    def __init__(self, binary, folder, *flags):
        folder.mkdir(parents=True, exist_ok=True)
        self._binary, self._folder, self._flags, self._port = binary, folder, flags, free_port()
        self.kubeconfig = folder / "kubeconfig"
        self.process = None
        self.ready_seconds = None  # from exec to its ready line

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.process.stop()

    def start(self):
        """Starts it on the same data and port as before, and waits for its one line."""
        log = self._folder / f"log-{time.monotonic_ns()}"
        self.process = Process("standalone", [
            self._binary, "standalone", f"--data-dir={self._folder / 'data'}", f"--port={self._port}",
            f"--kubeconfig-out={self.kubeconfig}", "--cluster-resource-namespace=cert-manager", *self._flags], log)
        self.process.until(
            "the ready line", lambda: log.stat().st_size and "ready: " in log.read_text(errors="replace"), START_BOUND)
        self.ready_seconds = time.monotonic() - self.process.started

    def restart(self, *flags):
        """Ends it in order and starts it again with those flags instead."""
        self.process.stop()
        self._flags = flags
        self.start()

    def restart_killed(self):
        self.process.kill()
        self.start()

    def cluster(self):
        if not self.kubeconfig.exists():
            raise Failed("no kubeconfig was written")
        return Cluster(str(self.kubeconfig))


def moved_kubeconfig(kubeconfig, address, to):
    """The kubeconfig of one server for the address of another, written to `to`; its path as text."""
    lines = ["    server: https://" + address if "server:" in line else line
             for line in kubeconfig.read_text().splitlines()]
    to.write_text("\n".join(lines) + "\n")
    return str(to)
