"""The extra that the protocol needs."""

from __future__ import annotations

from importlib.util import find_spec

INSTALL = "pip install 'llmanac[mcp]'"


def is_installed() -> bool:
    """Whether the protocol's SDK is there; it is not imported."""
    return find_spec("mcp") is not None
