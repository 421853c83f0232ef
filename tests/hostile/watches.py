"""More watches than there may be: those are refused with 429, the others run, and requests are answered meanwhile."""
import contextlib

from harness.claims import expect, expect_equal
from harness.cluster import collection

MOST = 20  # as --max-user-watches of the server says


def scenario(claims, cluster):
    claims.heading("watches")
    path = f"{collection('configmaps', 'default')}?watch=1&resourceVersion=0&timeoutSeconds=60"
    with contextlib.ExitStack() as stack:
        answers = []
        for _ in range(2 * MOST):
            connection = stack.enter_context(contextlib.closing(cluster.connection()))
            connection.request("GET", path)
            answers.append(connection.getresponse())
        with claims.claim(f"watches: {MOST} run, as many more are refused with 429 and a time to wait"):
            seen = [(answer.status, answer.headers.get("Retry-After")) for answer in answers]
            expect_equal(seen, [(200, None)] * MOST + [(429, "1")] * MOST)
        with claims.claim("watches: requests are answered beside them"):
            expect_equal({cluster.http("GET", collection("configmaps", "default")).status for _ in range(50)}, {200})
        with claims.claim("watches: the metrics tell of both"):
            page = cluster.http("GET", "/metrics").body.decode()
            expect(f'apiserver_flowcontrol_rejected_requests_total{{priority_level="watches"}} {MOST}\n' in page, page[-2000:])
    with claims.claim("watches: there is room again when they have ended"):
        cluster.until("a watch that is let in", lambda: cluster.http("GET", path.replace("=60", "=1")).status == 200)
