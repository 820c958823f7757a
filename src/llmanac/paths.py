"""The addresses of the API, for whoever answers at them, asks there, or links to them."""

from __future__ import annotations

API = "/api/v1"

INFERENCE = f"{API}/inference"
CATALOG = f"{INFERENCE}/catalog"
EXPLAIN = f"{CATALOG}/explain"
FACETS = f"{CATALOG}/facets"
MODEL = f"{CATALOG}/{{id:path}}"
"""As the framework has it; a client puts the id behind ``CATALOG`` and a slash."""
CHANGES = f"{INFERENCE}/changes"
CONFLICTS = f"{INFERENCE}/conflicts"
PROVIDERS = f"{INFERENCE}/providers"
COMPARE = f"{INFERENCE}/compare"
VALIDATE = f"{INFERENCE}/validate"
ESTIMATE = f"{INFERENCE}/estimate"

REFRESHES = f"{API}/refreshes"
TOKENS = f"{API}/tokens"
AUDIT = f"{API}/audit"

HEALTH = "/healthz"
READINESS = "/readyz"
DOCS = "/docs"
OPENAPI = "/openapi.json"
