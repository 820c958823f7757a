"""Names of files, which need not be UTF-8, as text that can be written and sent."""

from __future__ import annotations


def encodable(path: str) -> str:
    """A path in which what is no UTF-8 becomes question marks."""
    return path.encode(errors="replace").decode()
