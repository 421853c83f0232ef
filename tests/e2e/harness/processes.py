"""Processes: what a test starts, ends by its own pid however the test ends, and never outlives it."""
import contextlib
import ctypes
import http.client
import os
import pathlib
import random
import signal
import socket
import ssl
import subprocess
import sys
import time

from .claims import Failed

PR_SET_PDEATHSIG = 1
STOP_BOUND = 20  # seconds from SIGTERM to SIGKILL


def _quiet_ports():
    """Ports that the kernel gives to no outgoing connection: one of those would take a port between the look at
    it and its server's start, and there are many beside an API server."""
    try:
        first = int(pathlib.Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    except (OSError, ValueError):
        first = 32768
    return range(10000, first) if first > 12000 else range(61000, 65536)


_given = set()


def free_port():
    """A port that nobody listens at, and never the same twice."""
    ports = _quiet_ports()
    while True:
        port = random.choice(ports)
        if port in _given:
            continue
        with socket.socket() as probe:
            try:
                probe.bind(("", port))
            except OSError:
                continue
        _given.add(port)
        return port


def end_on_signals():
    """SIGTERM and SIGHUP unwind the stack, so that every `with` below ends what it started."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda seen, _: sys.exit(128 + seen))


class Process:
    def __init__(self, name, command, log):
        self.name, self.log = name, pathlib.Path(log)
        with open(self.log, "ab") as out:
            self._child = subprocess.Popen(list(map(str, command)), stdin=subprocess.DEVNULL, stdout=out,
                                           stderr=subprocess.STDOUT, preexec_fn=_die_with_parent)
        self.started = time.monotonic()

    @property
    def pid(self):
        return self._child.pid

    def is_running(self):
        return self._child.poll() is None

    def kill(self):
        """As the out-of-memory killer would: no chance to tidy up."""
        self._child.kill()
        self._child.wait()

    def stop(self):
        """SIGTERM, then its exit code; SIGKILL (and -9) if it does not end."""
        if self._child.poll() is None:
            self._child.terminate()
            try:
                self._child.wait(STOP_BOUND)
            except subprocess.TimeoutExpired:
                self.kill()
        return self._child.returncode

    def until(self, what, look, bound):
        """Polls look() every 2 ms until it is true; fails at once if the process ends."""
        end = time.monotonic() + bound
        while not look():
            if self._child.poll() is not None:
                raise Failed(f"{self.name} ended with {self._child.returncode}: {self.tail()}")
            if time.monotonic() > end:
                raise Failed(f"{self.name}: not in {bound} s: {what}: {self.tail()}")
            time.sleep(0.002)

    def tail(self):
        return self.log.read_text(errors="replace")[-1500:].strip()

    def resident_kib(self):
        return self._status_kib("VmRSS:")

    def peak_kib(self):
        """The most that was ever resident."""
        return self._status_kib("VmHWM:")

    def _status_kib(self, field):
        status = pathlib.Path(f"/proc/{self.pid}/status").read_text()
        return int(next(line.split()[1] for line in status.splitlines() if line.startswith(field)))


@contextlib.contextmanager
def running(name, command, log):
    process = Process(name, command, log)
    try:
        yield process
    finally:
        process.stop()


def answers(port, path, certificates=None):
    """Whether a GET on loopback is answered 200; over TLS if (certificate file, key file) are given."""
    context = ssl._create_unverified_context() if certificates else None  # pylint: disable=protected-access
    if certificates:
        context.load_cert_chain(*certificates)
        connection = http.client.HTTPSConnection("127.0.0.1", port, context=context, timeout=2)
    else:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        with contextlib.closing(connection):
            connection.request("GET", path)
            return connection.getresponse().status == 200
    except OSError:
        return False


def _die_with_parent():
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    os.setpgid(0, 0)  # Ctrl-C reaches the test, which ends its children in order
