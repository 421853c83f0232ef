"""Storm: threads that write ConfigMaps over kept connections as fast as they are answered, and remember of each object
what was acknowledged and what was still under way when the connection broke."""
import http.client
import json
import random
import threading

from .cluster import collection

NS = "storm"
PATH = collection("configmaps", NS)
ABSENT = None
BROKEN = (OSError, http.client.HTTPException)


class Known:
    """What a client may say about one object. A state is (value, resourceVersion), or ABSENT."""

    def __init__(self):
        self.state = ABSENT
        self.pending = []  # values (or ABSENT) of writes that were never answered, or with 5xx

    def allows(self, seen):
        """Whether the server may show that: the acknowledged state itself, or what was under way after it."""
        if seen == self.state:
            return True
        return (seen and seen[0]) in self.pending


class Storm:
    def __init__(self, cluster, threads=6, names=25, seed=1):
        self.acknowledged = 0
        self.highest = 0  # resourceVersion that a client has seen
        self.refused = []  # answers that no client of a healthy server gets
        self.known = {}
        self._cluster, self._threads, self._names = cluster, threads, names
        self._random = random.Random(seed)
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._running = []
        self._counter = 0

    def start(self):
        self._stopped.clear()
        self._running = [threading.Thread(target=self._work, args=(number, self._random.random()), daemon=True)
                         for number in range(self._threads)]
        for thread in self._running:
            thread.start()

    def stop(self):
        """Ends it; a server that is alive answers what is under way first."""
        self._stopped.set()
        for thread in self._running:
            thread.join()

    def compare(self, items, revision):
        """What is wrong with a list of all objects at that revision; then goes on from what it shows."""
        seen = {item["metadata"]["name"]: (item["data"]["value"], int(item["metadata"]["resourceVersion"]))
                for item in items if item["metadata"]["name"].startswith("s-")}
        wrong = [f"{name}: acknowledged {known.state}, under way {known.pending}, but there is {seen.get(name)}"
                 for name, known in self.known.items() if not known.allows(seen.get(name))]
        wrong += [f"{name}: nobody wrote it" for name in seen if name not in self.known]
        if revision < self.highest:
            wrong.append(f"the revision went back from {self.highest} to {revision}")
        for name, known in self.known.items():
            known.state, known.pending = seen.get(name), []
        return wrong

    def _work(self, number, seed):
        choose = random.Random(seed)
        names = [f"s-{number}-{i}" for i in range(self._names)]
        try:
            connection = self._cluster.connection()
            while not self._stopped.is_set():
                self._write(connection, choose, choose.choice(names))
        except BROKEN:
            pass  # the server is gone: its clients wait for the next one

    def _write(self, connection, choose, name):
        known = self.known.setdefault(name, Known())
        if known.pending:
            return  # a server said that it does not know what became of the last one: left alone until compare()
        with self._lock:
            self._counter += 1
            value = str(self._counter)
        if known.state is ABSENT:
            method, path, wanted = "POST", PATH, value
        elif choose.random() < 0.25:
            method, path, wanted = "DELETE", f"{PATH}/{name}", ABSENT
        else:
            method, path, wanted = choose.choice(("PUT", "PATCH")), f"{PATH}/{name}", value
        known.pending = [wanted]
        status, answer = self._ask(connection, method, path, name, value)
        if status < 500:
            known.pending = []
        if status not in (200, 201):
            self.refused.append(f"{method} {name}: {status} {answer}")
            return
        version = int(answer["metadata"]["resourceVersion"]) if wanted else 0
        known.state = (value, version) if wanted else ABSENT
        with self._lock:
            self.acknowledged += 1
            self.highest = max(self.highest, version)

    @staticmethod
    def _ask(connection, method, path, name, value):
        body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, "namespace": NS},
                "data": {"value": value, "padding": "x" * 500}}
        kind = "application/merge-patch+json" if method == "PATCH" else "application/json"
        text = None if method == "DELETE" else json.dumps(body)
        connection.request(method, path, text, {"Content-Type": kind, "Accept": "application/json"})
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())
