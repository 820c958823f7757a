"""The version of the client, which is that of the server it is released with; the build reads it from here too."""

from __future__ import annotations

__version__ = "0.2.0"
