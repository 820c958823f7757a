"""Signed texts: what this installation wrote once, and takes back as it was, each for one purpose alone."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac

SIGNATURE = 16
"""Bytes of an HMAC-SHA-256."""


def sign(payload: bytes, purpose: str, *, key: bytes) -> str:
    """The payload and its signature as a text for addresses and cookies; anyone can read it, nobody else write it."""
    return base64.urlsafe_b64encode(payload + _signature(payload, purpose, key=key)).decode().rstrip("=")


def read_signed(text: str, purpose: str, *, key: bytes) -> bytes | None:
    """The payload; None of a text that ``sign`` did not write with this key for this purpose, letter by letter."""
    try:
        signed = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    payload = signed[:-SIGNATURE]
    # The whole text is compared, since base64 has several spellings for some bytes.
    return payload if hmac.compare_digest(text, sign(payload, purpose, key=key)) else None


def _signature(payload: bytes, purpose: str, *, key: bytes) -> bytes:
    named = purpose.encode()
    return hmac.digest(key, len(named).to_bytes(4) + named + payload, hashlib.sha256)[:SIGNATURE]
