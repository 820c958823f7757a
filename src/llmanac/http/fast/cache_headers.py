"""Caching headers of all responses about the catalog."""

from __future__ import annotations

CACHE_CONTROL = "private, no-cache"
VARY = "Accept-Encoding, Authorization, X-API-Key"
