"""DER as far as signing requests need it, written by hand so that it can be wrong on purpose."""

STRINGS = {"utf8": 0x0C, "printable": 0x13, "ia5": 0x16, "t61": 0x14, "bmp": 0x1E, "universal": 0x1C, "general": 0x1B,
           "numeric": 0x12, "octets": 0x04, "integer": 0x02}
WIDE = {"bmp": "utf-16-be", "universal": "utf-32-be", "t61": "latin-1"}
SEQUENCE, SET, OID, BITS, OCTETS, NULL = 0x30, 0x31, 0x06, 0x03, 0x04, 0x05


def tlv(tag, *contents):
    content = b"".join(contents)
    if len(content) < 0x80:
        return bytes((tag, len(content))) + content
    length = len(content).to_bytes((len(content).bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + content


def sequence(*contents):
    return tlv(SEQUENCE, *contents)


def oid(dotted):
    arcs = [int(arc) for arc in dotted.split(".")]
    return tlv(OID, *map(_base128, [arcs[0] * 40 + arcs[1], *arcs[2:]]))


def _base128(value):
    groups = [value & 0x7F]
    while value := value >> 7:
        groups.append(0x80 | value & 0x7F)
    return bytes(reversed(groups))


def integer(value):
    return tlv(STRINGS["integer"], value.to_bytes(value.bit_length() // 8 + 1, "big"))


def string(kind, text):
    """A value of one of STRINGS; "octets" and "integer" take hex."""
    content = bytes.fromhex(text) if kind in ("octets", "integer") else text.encode(WIDE.get(kind, "utf-8"))
    return tlv(STRINGS[kind], content)


def bits(content):
    return tlv(BITS, b"\0" + content)
