"""llmanac: a self-hosted catalog of LLM models."""

from __future__ import annotations

from llmanac.version import __version__

__all__ = ["__version__"]
