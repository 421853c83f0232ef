"""Csr: signing requests as scenarios describe them, odd ones too, signed so that only what is odd is wrong.

A description is a dict: cn, dns, ip, uri, email, key (p256, p384, p521, rsa2048, rsa3072, ed25519), subject: a list of
[attribute or OID, value] or [attribute or OID, string type of der.STRINGS, value]; other: a list of [OID, string type,
value]; kinds: names of UNNAMEABLE; san_hex: raw GeneralNames; twice: a second extension; cut: bytes off its end."""
import base64
import hashlib
import ipaddress
import pathlib
import subprocess
import tempfile
import threading

from .der import bits, integer, oid, sequence, string, tlv, NULL, OCTETS, OID, SET

ATTRIBUTES = {"CN": "2.5.4.3", "serialNumber": "2.5.4.5", "C": "2.5.4.6", "L": "2.5.4.7", "ST": "2.5.4.8",
              "street": "2.5.4.9", "O": "2.5.4.10", "OU": "2.5.4.11", "postalCode": "2.5.4.17",
              "DC": "0.9.2342.19200300.100.1.25", "UID": "0.9.2342.19200300.100.1.1",
              "emailAddress": "1.2.840.113549.1.9.1"}
USUAL = {"C": "printable", "serialNumber": "printable", "DC": "ia5", "emailAddress": "ia5"}
SAN, EXTENSION_REQUEST = "2.5.29.17", "1.2.840.113549.1.9.14"
KEYS = {"p256": ("EC", "ec_paramgen_curve:P-256"), "p384": ("EC", "ec_paramgen_curve:P-384"),
        "p521": ("EC", "ec_paramgen_curve:P-521"), "rsa2048": ("RSA", "rsa_keygen_bits:2048"),
        "rsa3072": ("RSA", "rsa_keygen_bits:3072"), "ed25519": ("ED25519", None)}
SIGNATURES = {"EC": sequence(oid("1.2.840.10045.4.3.2")), "ED25519": sequence(oid("1.3.101.112")),
              "RSA": sequence(oid("1.2.840.113549.1.1.11"), tlv(NULL))}

# NIST P-256, in which nearly all are signed: a process each would take most of the time.
P = 2**256 - 2**224 + 2**192 + 2**96 - 1
N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
G = (0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
     0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5)
SECRET = 0xC0FFEE  # of no use to anybody


def _add(one, two):
    if one is None or two is None:
        return one or two
    if one[0] == two[0]:
        if (one[1] + two[1]) % P == 0:
            return None
        slope = 3 * (one[0] * one[0] - 1) * pow(2 * one[1], -1, P)
    else:
        slope = (two[1] - one[1]) * pow(two[0] - one[0], -1, P)
    x = (slope * slope - one[0] - two[0]) % P
    return x, (slope * (one[0] - x) - one[1]) % P


def _times(number, point):
    seen = None
    while number:
        if number & 1:
            seen = _add(seen, point)
        point, number = _add(point, point), number >> 1
    return seen


def _sign_p256(message):
    digest = int.from_bytes(hashlib.sha256(message).digest(), "big")
    nonce = int.from_bytes(hashlib.sha512(b"nonce" + message).digest(), "big") % N
    r = _times(nonce, G)[0] % N
    return sequence(integer(r), integer(pow(nonce, -1, N) * (digest + r * SECRET) % N))


def _p256_public():
    x, y = _times(SECRET, G)
    return sequence(sequence(oid("1.2.840.10045.2.1"), oid("1.2.840.10045.3.1.7")),
                    bits(b"\4" + x.to_bytes(32, "big") + y.to_bytes(32, "big")))


def _directory():
    return tlv(0xA4, sequence(tlv(SET, sequence(oid(ATTRIBUTES["CN"]), string("utf8", "hidden")))))


UNNAMEABLE = {"directoryName": _directory(), "x400Address": tlv(0xA3, sequence()),
              "ediPartyName": tlv(0xA5, tlv(0xA1, string("utf8", "party"))),
              "registeredID": tlv(0x88, oid("1.2.3.4")[2:])}


class Csr:
    def __init__(self):
        self._folder = tempfile.TemporaryDirectory()
        self._lock, self._keys = threading.Lock(), {}

    def pem(self, described):
        """Bytes of the PEM."""
        kind = described.get("key", "p256")
        info = sequence(integer(0), _subject(described), self._public(kind), _attributes(described))
        der = sequence(info, SIGNATURES[KEYS[kind][0]], bits(self._sign(kind, info)))
        return b"-----BEGIN CERTIFICATE REQUEST-----\n" + base64.encodebytes(der) + \
            b"-----END CERTIFICATE REQUEST-----\n"

    def _public(self, kind):
        if kind == "p256":
            return _p256_public()
        return _openssl("pkey", "-in", self._key(kind), "-pubout", "-outform", "DER")

    def _sign(self, kind, info):
        if kind == "p256":
            return _sign_p256(info)
        if kind != "ed25519":
            return _openssl("dgst", "-sha256", "-sign", self._key(kind), stdin=info)
        with tempfile.NamedTemporaryFile() as file:
            file.write(info)
            file.flush()
            return _openssl("pkeyutl", "-sign", "-rawin", "-inkey", self._key(kind), "-in", file.name)

    def _key(self, kind):
        with self._lock:
            if kind not in self._keys:
                algorithm, option = KEYS[kind]
                path = pathlib.Path(self._folder.name) / kind
                _openssl("genpkey", "-algorithm", algorithm, *(["-pkeyopt", option] if option else []), "-out", path)
                self._keys[kind] = path
            return self._keys[kind]


def _subject(described):
    given = [["CN", described["cn"]]] if "cn" in described else []
    return sequence(*(tlv(SET, sequence(oid(ATTRIBUTES.get(name, name)), string(*_typed(name, rest))))
                      for name, *rest in [*given, *described.get("subject", [])]))


def _typed(name, rest):
    return rest if len(rest) == 2 else (USUAL.get(name, "utf8"), rest[0])


def _attributes(described):
    names = _general_names(described)
    if not names:
        return tlv(0xA0)
    value = sequence(*names)
    value = value[:len(value) - described.get("cut", 0)]
    extension = sequence(oid(SAN), tlv(OCTETS, value))
    extensions = sequence(extension, *([extension] if described.get("twice") else []))
    return tlv(0xA0, sequence(oid(EXTENSION_REQUEST), tlv(SET, extensions)))


def _general_names(described):
    def each(name):
        return described.get(name, [])
    return [*(tlv(0x82, name.encode()) for name in each("dns")),
            *(tlv(0x87, ipaddress.ip_address(address).packed) for address in each("ip")),
            *(tlv(0x86, uri.encode()) for uri in each("uri")),
            *(tlv(0x81, address.encode()) for address in each("email")),
            *(tlv(0xA0, tlv(OID, oid(dotted)[2:]), tlv(0xA0, string(kind, text)))
              for dotted, kind, text in each("other")),
            *(UNNAMEABLE[kind] for kind in each("kinds")), *(bytes.fromhex(raw) for raw in each("san_hex"))]


def _openssl(*words, stdin=b""):
    done = subprocess.run(["openssl", *map(str, words)], input=stdin, capture_output=True, timeout=60, check=True)
    return done.stdout
