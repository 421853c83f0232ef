"""What a review costs the webhook, beside empty handlers, in one run."""
import contextlib
import json
import os
import pathlib
import statistics
import subprocess
import time

import bodies
from harness.claims import Failed
from harness.processes import free_port
from harness.real_cluster import kube_apiserver
from harness.standalone import Standalone
from measuring import best, empty_handler, first_answer, load, webhook, webhook_command

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
ROUNDS = 3
STARTS = 7
SECONDS = float(os.environ.get("BENCH_SECONDS", "1"))  # of one load
ALONE = 0.5  # seconds of a load on one connection
SIZES = (4, 40, 400, 2000)  # kB
APPLIES = 400
SETTLE = 4.0  # seconds after which memory is read: the start, or a rush, is over
ROWS = (("webhook", "webhook"), ("httplib", "empty handler, cpp-httplib"), ("ours", "empty handler, lib/http"))


def _files(folder):
    def write(name, body):
        (folder / name).write_bytes(body)
        return folder / name
    return {name: write(name, body) for name, body in (
        ("create", bodies.create()), ("update", bodies.update()), ("sans-200", bodies.many_names(200)),
        ("solvers-1000", bodies.many_solvers(1000)), *((f"{size}kB", bodies.of_size(size * 1000)) for size in SIZES))}


def _print_table(files, seen):
    print(f"{'8 TLS connections, best of ' + str(ROUNDS):32}{'CPU us':>8}{'p50 us':>8}{'p99 us':>8}{'per s':>8}")
    for name in ("create", "update"):
        print(f"{name.upper()} of {files[name].stat().st_size} bytes")
        for row, text in ROWS:
            figures = seen[row, name]
            print(f"  {text:30}{figures.cpu:8.1f}{figures.p50:8.0f}{figures.p99:8.0f}{figures.rate:8.0f}")


def webhook_load(binary, folder):
    """The table, and the figures in it that have a bound."""
    files, runs = _files(folder), {}
    with contextlib.ExitStack() as stack:
        ours = stack.enter_context(webhook(binary, folder))
        servers = {"webhook": ours, **{which: stack.enter_context(empty_handler(binary, folder, which))
                                       for which in ("httplib", "ours")}}
        time.sleep(SETTLE)
        yield "webhook-idle-memory", ours[0].resident_kib() / 1024, "MiB"
        for _ in range(ROUNDS):  # the rows take turns: what disturbs the machine disturbs all of them
            for name in ("create", "update"):
                for row, server in servers.items():
                    runs.setdefault((row, name), []).append(load(binary, server, "/validate", files[name], SECONDS))
        yield "webhook-busy-memory", ours[0].resident_kib() / 1024, "MiB"
        time.sleep(SETTLE)
        yield "webhook-loaded-memory", ours[0].resident_kib() / 1024, "MiB"
        yield from _sizes(binary, ours, files)
        time.sleep(SETTLE)
        yield "webhook-memory-after-2MB", ours[0].resident_kib() / 1024, "MiB"
    seen = {key: best(loads) for key, loads in runs.items()}
    _print_table(files, seen)
    for name in ("create", "update"):
        of_webhook, of_httplib, of_ours = (seen[row, name] for row, _ in ROWS)
        yield f"webhook-{name}-cpu", of_webhook.cpu, "us"
        yield f"webhook-{name}-p99", of_webhook.p99, "us"
        yield f"webhook-{name}-rate", of_webhook.rate, "a-second"
        yield f"webhook-{name}-ratio", of_webhook.cpu / of_httplib.cpu, "of-cpp-httplib"
        yield f"webhook-{name}-own", of_webhook.cpu - of_ours.cpu, "us-above-lib/http"


def _sizes(binary, server, files):
    """One connection, one review at a time."""
    for name, file in files.items():
        if name in ("create", "update"):
            continue
        seen = best(load(binary, server, "/validate", file, ALONE, 1) for _ in range(ROUNDS))
        if name.endswith("kB"):
            yield f"webhook-{name}-cpu", seen.cpu * 1000 / file.stat().st_size, "us-a-kB"
        else:
            yield f"webhook-{name}-cpu", seen.cpu, "us"
            yield f"webhook-{name}-p50", seen.p50, "us"
            yield f"webhook-{name}-p99", seen.p99, "us"


def webhook_start(binary, folder):
    """From exec to the first answer over TLS, with certificate files and an API server."""
    file = _files(folder)["create"]
    with Standalone(binary, folder / "api") as server:
        seen = []
        for _ in range(STARTS):
            port = free_port()
            command = webhook_command(binary, folder, server.kubeconfig, port, free_port())
            seen.append(first_answer(binary, file, port, command))
    yield "webhook-first-answer", statistics.median(seen), "ms"
    yield "webhook-first-answer-best", min(seen), "ms"


def webhook_apply(binary, _folder):
    """Dry-run creates at a real kube-apiserver, with our webhooks registered and without."""
    shared = ROOT.parent / "shared" / "tools" / "apply-latency"
    server = kube_apiserver()
    if not shared.exists() or not server.exists():
        print(f"webhook-apply is left out: it needs {shared.name} of ../shared and a kube-apiserver")
        return
    command = [ROOT / "tests" / "real" / "cluster", binary, "--", HERE / "apply_cost", "{kubeconfig}", shared, APPLIES]
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)
    if done.returncode:
        raise Failed((done.stdout + done.stderr)[-800:])
    with_it, without = json.loads(done.stdout.splitlines()[-1])
    yield "webhook-apply-with", with_it, "ms"
    yield "webhook-apply-without", without, "ms"
    yield "webhook-apply-added", with_it - without, "ms"
