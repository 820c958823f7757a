"""The version of the program, read by the build as well."""

from __future__ import annotations

__version__ = "0.2.0"
