"""Addresses that more than their own routes know."""

from __future__ import annotations

CATALOG = "/api/v1/inference/catalog"
CHANGES = "/api/v1/inference/changes"
