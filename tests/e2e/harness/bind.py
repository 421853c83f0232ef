"""Bind: one BIND 9 (named) on a free loopback port, authoritative for the zones that a test names; their records may
be changed by RFC 2136 updates that one of its TSIG keys signs. Recurses for nobody."""
import base64
import pathlib
import secrets
import shutil
import socket
import struct

from .claims import Failed
from .processes import Process, free_port

START_BOUND = 60  # seconds, on a busy machine
ALGORITHMS = ("hmac-md5", "hmac-sha1", "hmac-sha224", "hmac-sha256", "hmac-sha384", "hmac-sha512")
KEY_BYTES = {"hmac-md5": 16, "hmac-sha1": 20, "hmac-sha224": 28, "hmac-sha256": 32, "hmac-sha384": 48,
             "hmac-sha512": 64}


def find_named():
    """The named of the system, or None; it is outside of a user's PATH in Debian."""
    return shutil.which("named") or shutil.which("named", path="/usr/sbin:/usr/local/sbin")


class Bind:
    def __init__(self, folder, *zones, ttl=60, negative_ttl=5):
        """`zones`: names without the last dot. Each has ns1.ZONE as its only server, which is this one."""
        self.folder = pathlib.Path(folder).resolve()
        self.folder.mkdir(parents=True, exist_ok=True)
        self.port = free_port()
        self.server = f"127.0.0.1:{self.port}"
        self.process = None
        self._ttl, self._negative_ttl = ttl, negative_ttl
        self._records = {zone: [] for zone in zones}  # more lines of the zone's file
        self._keys = {}  # (algorithm, secret in base64) by name
        self._allowed = None  # names of keys; None: all

    def key(self, name, algorithm="hmac-sha256"):
        """The key's secret in base64. Made on the first call, which comes before start()."""
        if name not in self._keys:
            secret = base64.b64encode(secrets.token_bytes(KEY_BYTES[algorithm])).decode()
            self._keys[name] = (algorithm, secret)
        return self._keys[name][1]

    def allow_only(self, *names):
        """Those keys may change the zones, others are known but may not; before start()."""
        self._allowed = names

    def add(self, zone, *lines):
        """Records of the zone as its file has them ("www 300 IN CNAME elsewhere.test."); before start()."""
        self._records[zone] += lines

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()

    def start(self):
        """Zone files that exist stay: after a stop() the zones are as updates left them."""
        named = find_named()
        if named is None:
            raise Failed("there is no named (package bind9)")
        for zone in self._records:
            path = self.folder / f"{zone}.zone"
            if not path.exists():
                path.write_text(self._zone(zone))
        (self.folder / "named.conf").write_text(self._config())
        # One thread for each processor would be more than a test needs.
        self.process = Process("named", [named, "-g", "-n", "1", "-c", self.folder / "named.conf"],
                               self.folder / "named.log")
        self.process.until("an answer", self._answers, START_BOUND)

    def stop(self):
        if self.process:
            self.process.stop()

    def _zone(self, zone):
        lines = [f"$TTL {self._ttl}",
                 f"@ IN SOA ns1.{zone}. admin.{zone}. 1 3600 600 86400 {self._negative_ttl}",
                 f"@ IN NS ns1.{zone}.", "ns1 IN A 127.0.0.1", *self._records[zone]]
        return "\n".join(lines) + "\n"

    def _config(self):
        keys = "".join(f'key "{name}" {{ algorithm {algorithm}; secret "{secret}"; }};\n'
                       for name, (algorithm, secret) in self._keys.items())
        allowed = "".join(f'key "{name}"; ' for name in self._who_may_update()) or "none; "
        zones = "".join(f'zone "{zone}" {{ type primary; file "{zone}.zone"; allow-update {{ {allowed}}}; }};\n'
                        for zone in self._records)
        return f"""{keys}options {{
  directory "{self.folder}";
  pid-file none;
  session-keyfile "{self.folder / 'session.key'}";
  managed-keys-directory "{self.folder}";
  listen-on port {self.port} {{ 127.0.0.1; }};
  listen-on-v6 {{ none; }};
  recursion no;
  allow-transfer {{ any; }};
  tcp-clients 2000;
  tcp-listen-queue 1000;
  dnssec-validation no;
  notify no;
  minimal-responses yes;
}};
controls {{ }};
{zones}"""

    def _who_may_update(self):
        return self._keys if self._allowed is None else self._allowed

    def _answers(self):
        """Whether the server knows its first zone: an SOA question over UDP is answered NOERROR."""
        zone = next(iter(self._records), "")
        labels = [part.encode() for part in zone.split(".") if part]
        name = b"".join(bytes([len(label)]) + label for label in labels) + b"\0"
        message = struct.pack(">6H", 4711, 0, 1, 0, 0, 0) + name + struct.pack(">2H", 6, 1)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
            asking.settimeout(0.3)
            try:
                asking.connect(("127.0.0.1", self.port))
                asking.send(message)
                answer = asking.recv(4096)
            except OSError:
                return False
        return len(answer) > 3 and answer[:2] == message[:2] and answer[3] & 15 == 0
