"""The URL paths of the API, for its routes, its clients and links to it."""

from __future__ import annotations

API = "/api/v1"

INFERENCE = f"{API}/inference"
CATALOG = f"{INFERENCE}/catalog"
EXPLAIN = f"{CATALOG}/explain"
FACETS = f"{CATALOG}/facets"
MODEL = f"{CATALOG}/{{id:path}}"
"""The route pattern; a client appends a slash and the id to ``CATALOG``."""
CHANGES = f"{INFERENCE}/changes"
CONFLICTS = f"{INFERENCE}/conflicts"
PROVIDERS = f"{INFERENCE}/providers"
COMPARE = f"{INFERENCE}/compare"
VALIDATE = f"{INFERENCE}/validate"
ESTIMATE = f"{INFERENCE}/estimate"

REFRESHES = f"{API}/refreshes"
TOKENS = f"{API}/tokens"
OVERLAYS = f"{API}/overlays"
POLICIES = f"{API}/policies"
AUDIT = f"{API}/audit"

KEY_PREFIX = "/k/"
"""Before a key in a path: ``/k/<token>/…`` is every address below it, for clients that send no credential."""

HEALTH = "/healthz"
READINESS = "/readyz"
DOCS = "/docs"
OPENAPI = "/openapi.json"

MODELS = "/v1/models"
"""Where clients of OpenAI's, Anthropic's and Codex's kind look for a list of models."""
MODELS_DEV = "/api.json"
MODELS_DEV_MODELS = "/models.json"
MODELS_DEV_CATALOG = "/catalog.json"
LOGOS = "/logos"
LITELLM = "/litellm/model_prices_and_context_window.json"
OPENROUTER = "/openrouter/api/v1"
GENAI_PRICES = "/genai-prices/v2/data.json"
AI_GATEWAY = "/ai-gateway/v1/config"
CATWALK = "/catwalk/v2/providers"
