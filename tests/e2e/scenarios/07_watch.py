"""Watches: every change in order, from any point, with selectors and bookmarks."""
import threading

from harness.claims import expect, expect_equal
from harness.cluster import collection
from harness.objects import config_map


def scenario(claims, cluster, pki):
    del pki
    namespace = cluster.namespace("watch")
    path = collection("configmaps", namespace)
    # The namespace's own ConfigMap may come at any moment.
    watch = f"{path}?watch=1&fieldSelector=metadata.name%21%3Dkube-root-ca.crt"
    start = cluster.http("GET", path).json()["metadata"]["resourceVersion"]
    with claims.claim("a watch from a resourceVersion tells what happened since, in order"):
        made = cluster.post(path, config_map("a", namespace, n="1")).json()["metadata"]["resourceVersion"]
        cluster.merge(f"{path}/a", {"data": {"n": "2"}})
        cluster.remove("configmaps", namespace, "a")
        events = take(cluster, f"{watch}&resourceVersion={start}", 3)
        expect_equal([(e["type"], e["object"]["data"]["n"]) for e in events],
                     [("ADDED", "1"), ("MODIFIED", "2"), ("DELETED", "2")])
        versions = [int(e["object"]["metadata"]["resourceVersion"]) for e in events]
        expect(versions == sorted(set(versions)), f"resourceVersions do not grow: {versions}")
    with claims.claim("a watch from a later point leaves out what was before"):
        events = take(cluster, f"{watch}&resourceVersion={made}", 2)
        expect_equal([e["type"] for e in events], ["MODIFIED", "DELETED"])
    with claims.claim("a watch hears what happens while it is open"):
        heard = []
        listener = threading.Thread(
            target=lambda: heard.extend(take(cluster, f"{watch}&resourceVersion={made}", 4)), daemon=True)
        listener.start()
        cluster.post(path, config_map("b", namespace))
        cluster.post(path, config_map("c", namespace))
        listener.join(60)
        expect_equal([e["object"]["metadata"]["name"] for e in heard], ["a", "a", "b", "c"])
    with claims.claim("a watch without a resourceVersion begins with what is there"):
        events = take(cluster, f"{watch}&resourceVersion=0", 2)
        heard = sorted((e["type"], e["object"]["metadata"]["name"]) for e in events)
        expect_equal(heard, [("ADDED", "b"), ("ADDED", "c")])
    with claims.claim("a watch with a selector tells only of what matches, and of what stops to match as DELETED"):
        point = cluster.http("GET", path).json()["metadata"]["resourceVersion"]
        for labels in ({"tier": "front"}, {"tier": "back"}):
            cluster.merge(f"{path}/b", {"metadata": {"labels": labels}})
        events = take(cluster, f"{path}?watch=1&resourceVersion={point}&labelSelector=tier%3Dfront", 2)
        expect_equal([e["type"] for e in events], ["ADDED", "DELETED"])
    with claims.claim("a watch ends at its timeoutSeconds"):
        ended = list(cluster.lines(f"{path}?watch=1&resourceVersion={point}&timeoutSeconds=3"))
        expect(ended, "nothing was heard")
    with claims.claim("a list is paged with limit and continue, and no object is left out"):
        names, token = [], ""
        while True:
            page = cluster.http("GET", f"{path}?limit=1{'&continue=' + token if token else ''}").json()
            names += [o["metadata"]["name"] for o in page["items"]]
            token = page["metadata"].get("continue")
            if not token:
                break
        expect_equal([name for name in names if name in "bc"], ["b", "c"])


def take(cluster, path, count):
    """The first so many events of a watch."""
    events = []
    for event in cluster.lines(path):
        events.append(event)
        if len(events) == count:
            break
    return events
