"""Signed texts for URLs and cookies, each valid for one purpose only."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac

SIGNATURE = 16
"""Bytes of the HMAC-SHA-256 that are kept."""


def sign(payload: bytes, purpose: str, *, key: bytes) -> str:
    """The payload and its signature as URL-safe base64: readable by anyone, forgeable by nobody."""
    return base64.urlsafe_b64encode(payload + _signature(payload, purpose, key=key)).decode().rstrip("=")


def read_signed(text: str, purpose: str, *, key: bytes) -> bytes | None:
    """The payload of a text that ``sign`` wrote with this key for this purpose; None for any other text."""
    try:
        signed = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    payload = signed[:-SIGNATURE]
    # The whole text is compared, since base64 can encode the same bytes in several ways.
    return payload if hmac.compare_digest(text, sign(payload, purpose, key=key)) else None


def _signature(payload: bytes, purpose: str, *, key: bytes) -> bytes:
    named = purpose.encode()
    return hmac.digest(key, len(named).to_bytes(4) + named + payload, hashlib.sha256)[:SIGNATURE]
