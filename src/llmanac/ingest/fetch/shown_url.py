"""The URL of a source as it is shown and recorded: without what may be a secret in it."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, quote, urlsplit, urlunsplit

from llmanac.paths import KEY_PREFIX

HIDDEN = "…"
_KEY = re.compile(rf"(?<={re.escape(KEY_PREFIX)})[^/?#]+")
"""A key in a path: another catalog of this kind is read below one."""


def shown_url(url: str) -> str:
    """A URL without user and password, key in the path, and values of the query, which may be secrets."""
    parts = urlsplit(url)
    query = "&".join(f"{quote(name)}={HIDDEN}" for name, _ in parse_qsl(parts.query, keep_blank_values=True))
    return urlunsplit(
        parts._replace(
            netloc=parts.netloc.rpartition("@")[2],
            path=_KEY.sub(HIDDEN, parts.path),
            query=query,
        )
    )
