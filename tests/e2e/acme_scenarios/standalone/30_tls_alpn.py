"""TLS-ALPN-01: a standalone without a port for HTTP-01 answers Pebble's handshakes instead."""
from harness.acme import WEB, AcmeWorld, controller_flags
from harness.claims import expect_equal, expect_in
from harness.processes import free_port
from harness.standalone import Standalone


def scenario(claims, world):
    tls_port, http_port = world.pebble.tls_port, world.pebble.http_port
    with claims.unbroken("a second standalone"), Standalone(
            world.binary, world.folder("alpn"), f"--tls-alpn01-port={tls_port}",
            f"--tls-alpn01-check-port={tls_port}", *controller_flags(world.bind, http_port)) as server:
        other = AcmeWorld(world.folder("alpn-world"), world.pki, world.bind, world.pebble, server.cluster(),
                          world.binary, server)
        namespace = other.cluster.namespace("alpn")
        with claims.claim("a certificate of two names by TLS-ALPN-01, of an http01 solver"):
            other.ready_issuer("acme", namespace, solvers=[other.http01()])
            other.issue("one", namespace, "acme", other.name("alpn", WEB), other.name("due", WEB))
            other.nothing_left(namespace)
    with claims.unbroken("a third standalone"), Standalone(
            world.binary, world.folder("alpn-both"), f"--http01-port={free_port()}", f"--tls-alpn01-port={tls_port}",
            f"--tls-alpn01-check-port={tls_port}", *controller_flags(world.bind, http_port)) as server:
        other = AcmeWorld(world.folder("alpn-both-world"), world.pki, world.bind, world.pebble, server.cluster(),
                          world.binary, server)
        namespace = other.cluster.namespace("both")
        with claims.claim("with both ports the annotation of a Certificate chooses it"):
            other.ready_issuer("acme", namespace, solvers=[other.http01()])
            name = other.name("chosen", WEB)
            other.annotated("chosen", namespace, "acme", name, **{"certwright.dev/tls-alpn-01": "true"})
            orders = other.orders(namespace, "chosen")
            expect_equal(orders[0]["status"]["state"], "valid")
            expect_in("tls-alpn-01", str(orders[0]["status"]["authorizations"]))
