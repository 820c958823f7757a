"""The llmanac command."""

from __future__ import annotations

from llmanac.cli.app import app, main

__all__ = ["app", "main"]
