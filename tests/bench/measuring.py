"""Measuring: servers under a load that keeps 8 TLS connections busy, and what a request costs them."""
import collections
import contextlib
import os
import pathlib
import shutil
import subprocess

from harness.claims import Failed
from harness.pki import P256
from harness.processes import answers, free_port, running
from harness.standalone import Standalone

HERE = pathlib.Path(__file__).resolve().parent
CONNECTIONS = 8
TICKS = os.sysconf("SC_CLK_TCK")
START_BOUND = 60  # seconds

# cpu: us of the server's process a request; p50, p99: us; rate: requests a second.
Load = collections.namedtuple("Load", "cpu p50 p99 rate")


def program(binary, name):
    """A program of tests/bench, built beside that binary."""
    path = binary.parent / "tests" / "bench" / name
    if not path.exists():
        raise Failed(f"{path} is not built: cmake --build --preset release --target {name}")
    return path


def serving_files(folder):
    """(certificate, key) for a server on loopback."""
    certificate, key = folder / "crt", folder / "key"
    if not key.exists():
        subprocess.run(["openssl", "req", "-x509", *P256, "-subj", "/CN=webhook", "-keyout", key,
                        "-out", certificate], check=True, capture_output=True)
    return certificate, key


def webhook_command(binary, folder, kubeconfig, port, health):
    certificate, key = serving_files(folder)
    return [binary, "webhook", f"--secure-port={port}", f"--healthz-port={health}", "--metrics-listen-address=0",
            f"--tls-cert-file={certificate}", f"--tls-private-key-file={key}", f"--kubeconfig={kubeconfig}"]


@contextlib.contextmanager
def webhook(binary, folder):
    """(process, port) of the webhook over TLS, with a standalone server as its API server."""
    port, health = free_port(), free_port()
    with Standalone(binary, folder / "api") as server, running(
            "webhook", webhook_command(binary, folder, server.kubeconfig, port, health), folder / "log") as process:
        process.until("/healthz", lambda: answers(health, "/healthz"), START_BOUND)
        yield process, port


@contextlib.contextmanager
def empty_handler(binary, folder, which):
    """(process, port) of http_bench: `which` is "httplib" or "ours"."""
    port = free_port()
    command = [program(binary, "http_bench"), which, port, *serving_files(folder)]
    with running(which, command, folder / which) as process:
        process.until("an answer", lambda: _greets(port), START_BOUND)
        yield process, port


def _greets(port):
    return subprocess.run(["openssl", "s_client", "-connect", f"127.0.0.1:{port}"], stdin=subprocess.DEVNULL,
                          capture_output=True, check=False).returncode == 0


def cpu_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def load(binary, server, path, body_file, seconds, connections=CONNECTIONS):
    """server: (process, port). By wrk where it is installed, else by our http_load; both ask from one thread."""
    process, port = server
    before = cpu_seconds(process.pid)
    if shutil.which("wrk"):
        command = ["wrk", "-t1", f"-c{connections}", f"-d{max(1, round(seconds))}s", "-s", HERE / "wrk.lua",
                   f"https://127.0.0.1:{port}{path}", "--", body_file]
    else:
        command = [program(binary, "http_load"), "load", port, path, body_file, connections, seconds]
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, timeout=seconds + 60, check=False)
    if done.returncode or "failed" in done.stdout and "failed 0" not in done.stdout:
        raise Failed(f"{process.name}: {(done.stdout + done.stderr)[-400:]}")
    requests, p50, p99, rate = map(float, done.stdout.splitlines()[-1].split())
    if not requests:
        raise Failed(f"{process.name}: not one answer in {seconds} s")
    return Load((cpu_seconds(process.pid) - before) * 1e6 / requests, p50, p99, rate)


def first_answer(binary, body_file, port, command):
    """ms from exec of `command` to its first answer over TLS on that port."""
    asked = [program(binary, "http_load"), "first", port, "/validate", body_file, *command]
    return float(subprocess.check_output(list(map(str, asked)), text=True, timeout=90))


def best(loads):
    """Of each figure the best: what disturbs a measurement makes it worse, never better."""
    loads = list(loads)
    return Load(*(min(each) for each in list(zip(*loads))[:3]), max(one.rate for one in loads))
