"""Advice: what kubectl says of objects that are valid and will hardly do what their author wants. Caches lag behind, so
each look is repeated until it is as it should be."""
import json

from .claims import Failed, expect, expect_in
from .objects import ca_issuer, certificate, issuer, tls_secret

RULE = "advice.certificate."


class Advised:
    """Dry runs of `kubectl apply` in one namespace, and what it printed."""

    def __init__(self, claims, cluster):
        self.claims, self.cluster = claims, cluster
        self.namespace = cluster.namespace("advice")

    def apply(self, value):
        return self.cluster.kubectl("apply", "--dry-run=server", "-f", "-", stdin=json.dumps(value), check=False)

    def warned(self, text, value, rule, *parts):
        """It is let through with a warning of that rule; the warning."""
        with self.claims.claim(text):
            def look():
                ran = self.apply(value)
                expect(ran.code == 0, ran.err)
                lines = [line for line in ran.err.splitlines() if line.startswith("Warning: ") and RULE + rule in line]
                if not lines:
                    raise Failed(f"{ran.out} {ran.err}")
                return lines[0]
            line = self.cluster.until(f"a warning {rule}", look)
            for part in parts:
                expect_in(part, line)

    def quiet(self, text, value):
        with self.claims.claim(text):
            def look():
                ran = self.apply(value)
                if ran.code or "Warning" in ran.err:
                    raise Failed(f"{ran.code}: {ran.err}")
            self.cluster.until_holds("no warning", look)

    def refused(self, text, value, rule, *parts):
        with self.claims.claim(text):
            def look():
                ran = self.apply(value)
                if ran.code == 0:
                    raise Failed(f"let through: {ran.out} {ran.err}")
                return ran.err
            said = self.cluster.until("a refusal", look)
            for part in (RULE + rule, "denied the request", *parts):
                expect_in(part, said)


def of_issuers(advised, pki):
    cluster, here = advised.cluster, advised.namespace
    there = cluster.namespace("there")
    ca_issuer(cluster, pki, here, "ready")
    cluster.apply(issuer("only-there", there, selfSigned={}), issuer(f"wide-{cluster.run_id}", selfSigned={}),
                  issuer("unready", here, ca={"secretName": "nowhere"}))
    advised.quiet("kubectl says nothing of a Certificate whose issuer is Ready", certificate("a", here, "ready"))
    advised.warned("kubectl warns of an issuer that is missing", certificate("a", here, "nobody"), "issuer.missing",
                   "spec.issuerRef.name", "nobody")
    advised.warned("kubectl warns of another namespace's Issuer, and names the namespace",
                   certificate("a", here, "only-there"), "issuer.elsewhere", there)
    advised.warned("kubectl warns of an Issuer where there is a ClusterIssuer of that name",
                   certificate("a", here, f"wide-{cluster.run_id}"), "issuer.otherKind", "kind: ClusterIssuer")
    advised.warned("kubectl warns of an issuer that is not Ready", certificate("a", here, "unready"), "issuer.notReady",
                   "unready")
    cluster.apply(issuer("nobody", here, selfSigned={}))
    advised.quiet("and no more once the issuer is there and Ready", certificate("a", here, "nobody"))


def of_certificates(advised):
    cluster, here = advised.cluster, advised.namespace
    cluster.apply(certificate("one", here, "ready", secretName="shared"))
    same = certificate("two", here, "ready", secretName="shared")
    advised.warned("kubectl warns of a secretName that another Certificate has", same, "secretName.shared", '"one"')
    names = certificate("two", here, "ready", dnsNames=["one.example.com"])
    advised.warned("kubectl warns of the same names asked twice of one issuer", names, "names.duplicate")
    cluster.remove("certificates", here, "one")
    advised.quiet("and no more once the other Certificate is gone",
                  certificate("two", here, "ready", dnsNames=["one.example.com"]))


def of_secrets(advised, pki):
    """Where the webhook may read Secrets."""
    cluster, here = advised.cluster, advised.namespace
    leaf = pki.leaf("foreign")
    cluster.apply(tls_secret("foreign", here, leaf.certificate, leaf.key))
    foreign = certificate("f", here, "ready", secretName="foreign")
    advised.warned("kubectl warns of a Secret that is no Certificate's", foreign, "secretName.foreign")
    cluster.remove("secrets", here, "foreign")
    advised.quiet("and no more once that Secret is gone", foreign)
    _short_ca(cluster, here, pki.authority("short", days=10))
    short = certificate("s", here, "short")
    advised.warned("kubectl warns of a certificate that outlives its CA", short, "ca.expires", "spec.duration")
    _short_ca(cluster, here, pki.authority("long"))
    advised.quiet("and no more once the CA is exchanged", short)


def _short_ca(cluster, namespace, authority):
    cluster.apply(tls_secret("short-key-pair", namespace, authority.certificate, authority.key),
                  issuer("short", namespace, ca={"secretName": "short-key-pair"}))
    cluster.until_ready("issuers", namespace, "short")


def of_no_secrets(advised, pki):
    """Where it may not: after all the other warnings its caches are full, so silence means something."""
    cluster, here = advised.cluster, advised.namespace
    leaf = pki.leaf("foreign")
    cluster.apply(tls_secret("foreign", here, leaf.certificate, leaf.key))
    advised.quiet("without the right to read Secrets nothing is said of them",
                  certificate("f", here, "ready", secretName="foreign"))
