"""Verdicts: what is read out of a CertificateRequest that policy decided over."""
import re

from .claims import Failed
from .keep_alive import condition_of

REASON = "policy.cert-manager.io"
APPROVED, DENIED, PENDING = "Approved", "Denied", "Pending"
FIELD = re.compile(r"(spec\.[^\s:]*): (Invalid value|Required value|Forbidden|Internal error|Unsupported value|"
                   r"Duplicate value|Not found|Too long|Too many)")


def verdict_of(request):
    """(verdict, message). Both conditions at once, or one that is not True, is a failure."""
    true = [kind for kind in (APPROVED, DENIED) if (condition_of(request, kind) or {}).get("status") == "True"]
    if len(true) > 1:
        raise Failed("it is Approved and Denied at once")
    if not true:
        return PENDING, ""
    seen = condition_of(request, true[0])
    return true[0], seen.get("message", "")


def by_policy(request):
    """Whether it was policy that decided: by the reason of its condition."""
    kind, _ = verdict_of(request)
    return (condition_of(request, kind) or {}).get("reason") == REASON


def failing_fields(message, policies):
    """{policy: {(path, kind of error)}} of a denial, whose entries are "[policy: errors]"."""
    starts = sorted((message.find(f"[{name}: "), name) for name in policies)
    found = {}
    for position, (start, name) in enumerate(starts):
        if start < 0:
            continue
        end = starts[position + 1][0] if position + 1 < len(starts) else len(message)
        found[name] = set(FIELD.findall(message[start:end]))
    return found


def order_of(message, policies):
    """The policies that the message names, in its order."""
    return [name for start, name in sorted((message.find(f"[{name}: "), name) for name in policies) if start >= 0]
