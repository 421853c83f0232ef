"""AcmeWorld: what the ACME scenarios share: an API server with Certwright on it, a BIND, a Pebble that asks it, and the
objects that make them work together. Scenarios must not know which API server it is."""
import base64
import json
import re
import subprocess

from .claims import Failed, expect, expect_equal
from .cluster import collection, condition
from .objects import certificate, issuer
from .pebble import Pebble, certificate_cost

ZONE = "example.test"  # names in it have no address but those that a test adds
WEB = "web.test"       # every name in it is at 127.0.0.1
KEY = "acme-key"       # of TSIG
TCP_KEY = "acme-sha512"
BOUND = 90             # seconds until a certificate that takes one or two counts as not coming
MOST_REQUESTS = 12     # to the CA, of a certificate with one name
ADDED = re.compile(r"updating zone '\S+/IN': adding an RR at '(\S+)' TXT")
DELETED = re.compile(r"updating zone '\S+/IN': deleting an RR at (\S+) TXT")


def add_zones(bind):
    """What the scenarios want of a BIND, before its start; its TSIG keys."""
    bind.add(WEB, "* IN A 127.0.0.1")
    bind.add(ZONE, "_acme-challenge.linked IN CNAME linked.answers.example.test.")
    bind.key(KEY)
    bind.key(TCP_KEY, "hmac-sha512")


def controller_flags(bind, http_port):
    """Of a controller that looks where that BIND and Pebble look."""
    return [f"--dns01-recursive-nameservers={bind.server}", f"--dns01-authoritative-port={bind.port}",
            f"--acme-http01-solver-nameservers={bind.server}", f"--acme-http01-check-port={http_port}"]


class AcmeWorld:
    def __init__(self, folder, pki, bind, pebble, cluster, binary=None, server=None):
        """server: the Standalone, or None on a cluster."""
        self._folder, self.pki, self.bind, self.pebble = folder, pki, bind, pebble
        self.cluster, self.binary, self.server = cluster, binary, server

    def folder(self, name):
        path = self._folder / name
        path.mkdir(parents=True, exist_ok=True)
        return path

    def other_pebble(self, name, dns=None, **options):
        """One more, for a `with`. It asks the same BIND and the same HTTP port, unless told otherwise."""
        return Pebble(self.folder(name), dns=dns or self.bind.server,
                      **{"http_port": self.pebble.http_port, "tls_port": self.pebble.tls_port, **options})

    def name(self, label, zone=ZONE):
        """A DNS name that no other run uses."""
        return f"{label}-{self.cluster.run_id}.{zone}"

    # ---- solvers and issuers

    def rfc2136(self, tcp=False, **more):
        """A solver; its Secrets are `tsig` and `tsig-tcp` of tsig_secrets()."""
        return {"rfc2136": {"nameserver": self.bind.server, "tsigKeyName": TCP_KEY if tcp else KEY,
                            "tsigAlgorithm": "HMACSHA512" if tcp else "HMACSHA256",
                            "tsigSecretSecretRef": {"name": "tsig-tcp" if tcp else "tsig", "key": "secret"},
                            **({"protocol": "TCP"} if tcp else {}), **more}}

    def dns01(self, tcp=False, **solver):
        """An entry of spec.acme.solvers. cname: its cnameStrategy."""
        cname = solver.pop("cname", None)
        provider = {**self.rfc2136(tcp), **({"cnameStrategy": cname} if cname else {})}
        return {"dns01": provider, **solver}

    def http01(self, **solver):
        return {"http01": {"ingress": {"ingressClassName": "nginx"}}, **solver}

    def tsig_secrets(self, namespace):
        return [opaque("tsig", namespace, secret=self.bind.key(KEY)),
                opaque("tsig-tcp", namespace, secret=self.bind.key(TCP_KEY, "hmac-sha512"))]

    def acme_issuer(self, name, namespace, server=None, solvers=None, **acme):
        """`server`: a Pebble or a FaultProxy; self.pebble if None."""
        server = server or self.pebble
        spec = {"server": server.directory, "caBundle": encoded(server.ca_pem), "email": "it@example.com",
                "privateKeySecretRef": {"name": f"{name}-account"},
                "solvers": [self.dns01()] if solvers is None else solvers, **acme}
        return issuer(name, namespace, acme={key: value for key, value in spec.items() if value is not None})

    def ready_issuer(self, name, namespace, *arguments, **acme):
        """Applies it with its TSIG Secrets and waits for it."""
        self.cluster.apply(*self.tsig_secrets(namespace), self.acme_issuer(name, namespace, *arguments, **acme))
        return self.cluster.until_ready("issuers", namespace, name, BOUND)

    def judged(self, namespace, name, status, reason=None):
        """Waits for an Issuer's Ready of that status (and reason); the condition."""
        def look():
            ready = condition(self.cluster.get("issuers", namespace, name), "Ready")
            if ready.get("status") != status or reason not in (None, ready.get("reason")):
                raise Failed(json.dumps(ready))
            return ready
        return self.cluster.until(f"issuer {name} {status} {reason or ''}", look, BOUND)

    # ---- certificates and what becomes of them

    def issue(self, name, namespace, issuer_name, *names, root=None, **spec):
        """Applies a Certificate of those DNS names, waits for it, judges it; its Secret's data. root: of the chain
        that is to come."""
        self.cluster.apply(certificate(name, namespace, issuer_name, dnsNames=list(names) or None, **spec))
        return self.issued(name, namespace, *names, root=root)

    def annotated(self, name, namespace, issuer_name, *names, **annotations):
        """issue() of a Certificate with these annotations."""
        wanted = certificate(name, namespace, issuer_name, dnsNames=list(names))
        wanted["metadata"]["annotations"] = annotations
        self.cluster.apply(wanted)
        return self.issued(name, namespace, *names)

    def issued(self, name, namespace, *names, root=None):
        self.cluster.until_ready("certificates", namespace, name, BOUND)
        data = self.cluster.secret_data(namespace, f"{name}-tls")
        self.pki.verify(data["tls.crt"], root or self.pebble.root())
        expect_equal(sorted(self.pki.names(data["tls.crt"])), sorted(names))
        expect_equal(self.pki.public_key(data["tls.crt"], "certificate"), self.pki.public_key(data["tls.key"], "key"))
        return data

    def orders(self, namespace, name=None):
        """Orders of a Certificate, or of all; by their labels' request, oldest first."""
        found = self.cluster.list("orders", namespace)
        if name:
            found = [o for o in found
                     if (o["metadata"].get("annotations") or {}).get("cert-manager.io/certificate-name") == name]
        return sorted(found, key=lambda o: (o["metadata"]["creationTimestamp"], o["metadata"]["name"]))

    def order_in(self, namespace, name, *states, bound=BOUND):
        """Waits until the newest Order of that Certificate is in one of the states; the Order."""
        def look():
            orders = self.orders(namespace, name)
            state = orders[-1].get("status", {}).get("state") if orders else "no Order"
            if state not in states:
                raise Failed(f"{state}: {json.dumps(orders[-1].get('status', {}))[:600] if orders else ''}")
            return orders[-1]
        return self.cluster.until(f"the Order of {name} {'/'.join(states)}", look, bound)

    def challenge_of(self, namespace, dns_name, look=lambda challenge: True, bound=BOUND):
        """Waits for a Challenge of that name for which look() is true; the Challenge."""
        def find():
            seen = [c for c in self.cluster.list("challenges", namespace) if c["spec"]["dnsName"] == dns_name]
            return next((c for c in seen if look(c)), None) or _nothing(seen)
        return self.cluster.until(f"a Challenge of {dns_name}", find, bound)

    def failed(self, name, namespace, bound=BOUND):
        """Waits until the Certificate's issuance has failed; the message."""
        def look():
            issuing = condition(self.cluster.get("certificates", namespace, name), "Issuing")
            if issuing.get("status") != "False" or issuing.get("reason") == "Issued":
                raise Failed(json.dumps(issuing))
            return issuing["message"]
        return self.cluster.until(f"the failure of {name}", look, bound)

    def forget(self, name, namespace):
        """Deletes the Certificate and, where nobody collects what it owns (a cluster without controller-manager), its
        requests, Orders and Challenges as the collector would."""
        self.cluster.remove("certificates", namespace, name)
        if self.server is None:
            self._collect(name, namespace)

    def _collect(self, name, namespace):
        gone = {r["metadata"]["uid"]: r for r in self.cluster.requests_of(namespace, name)}
        for plural, owned in (("certificaterequests", gone), ("orders", {}), ("challenges", {})):
            if plural != "certificaterequests":
                owned = {o["metadata"]["uid"]: o for o in self.cluster.list(plural, namespace)
                         if any(r["uid"] in gone for r in o["metadata"].get("ownerReferences", []))}
            for found in owned.values():
                self.cluster.remove(plural, namespace, found["metadata"]["name"])
            gone = {**gone, **owned}

    def nothing_left(self, *namespaces):
        """Waits until there is no Challenge there and no record of one in DNS."""
        def look():
            for namespace in namespaces:
                left = [c["metadata"]["name"] for c in self.cluster.list("challenges", namespace)]
                expect(not left, f"Challenges: {left}")
            left = [name for name in self.all_texts() if self.cluster.run_id in name]
            expect(not left, f"records: {left}")
            return True
        self.cluster.until("nothing left", look, BOUND)

    def events(self, namespace, kind):
        """(type, reason, message) of the events of objects of that kind."""
        answer = self.cluster.http("GET", collection("events", namespace))
        return [(e["type"], e["reason"], e["message"]) for e in answer.json()["items"]
                if e["involvedObject"]["kind"] == kind]

    def until_event(self, namespace, kind, reason):
        def look():
            return [e for e in self.events(namespace, kind) if e[1] == reason] or _nothing(self.events(namespace, kind))
        return self.cluster.until(f"event {reason} of {kind}", look)

    # ---- what was asked of whom

    def cost(self, since, pebble=None):
        """Requests to the CA that certificates have cost since asked() said `since`."""
        return certificate_cost((pebble or self.pebble).asked(since))

    def texts(self, name):
        """The TXT values at that name."""
        return [line.strip('"') for line in self._dig("TXT", f"{name}.").splitlines() if line.startswith('"')]

    def all_texts(self):
        """Names that have a TXT record in any of the zones."""
        found = set()
        for zone in (ZONE, WEB):
            for line in self._dig("AXFR", zone, short=False).splitlines():
                fields = line.split()
                if len(fields) > 4 and fields[3] == "TXT":
                    found.add(fields[0].rstrip("."))
        return sorted(found)

    def updates(self, name):
        """What BIND logged of that name's TXT records: "added" and "deleted", in order."""
        seen = []
        for line in (self.bind.folder / "named.log").read_text(errors="replace").splitlines():
            for text, found in (("added", ADDED.search(line)), ("deleted", DELETED.search(line))):
                if found and found.group(1).rstrip(".") == name:
                    seen.append(text)
        return seen

    def update(self, *lines):
        """`update add …` lines, by nsupdate."""
        secret = self.bind.key(KEY)
        text = "\n".join([f"server 127.0.0.1 {self.bind.port}", *lines, "send", ""])
        done = subprocess.run(["nsupdate", "-y", f"hmac-sha256:{KEY}:{secret}"], input=text, capture_output=True,
                              text=True, timeout=30, check=False)
        expect(done.returncode == 0, f"nsupdate: {done.stdout}{done.stderr}")

    def _dig(self, kind, name, short=True):
        done = subprocess.run(["dig", "+tcp", "+time=5", "+tries=2", *(["+short"] if short else []), "@127.0.0.1", "-p",
                               str(self.bind.port), kind, name], capture_output=True, text=True, timeout=30,
                              check=False)
        expect(done.returncode == 0, f"dig {kind} {name}: {done.stdout}{done.stderr}")
        return done.stdout


def opaque(name, namespace, **texts):
    data = {key: encoded(value.encode() if isinstance(value, str) else value) for key, value in texts.items()}
    return {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name, "namespace": namespace}, "data": data}


def encoded(data):
    return base64.b64encode(data).decode()


def _nothing(seen):
    raise Failed(f"seen: {json.dumps(seen)[:600]}")
