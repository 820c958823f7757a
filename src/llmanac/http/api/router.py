"""The FastAPI application with every route."""

from __future__ import annotations

import asyncio

from fastapi import FastAPI

from llmanac import paths
from llmanac.http.api import (
    alternatives,
    audit,
    catalog,
    changes,
    compare,
    configs,
    conflicts,
    docs_page,
    documents_of_dialects,
    error_handlers,
    estimate,
    explain,
    facets,
    health,
    model_detail,
    overlays,
    policies,
    price,
    providers,
    refreshes,
    tokens,
    validate,
)
from llmanac.http.fast.document_cache import DocumentCache
from llmanac.http.fast.response_cache import ResponseCache
from llmanac.http.middleware.compression import CompressionMiddleware
from llmanac.http.services import Services
from llmanac.version import __version__

DESCRIPTION = f"""\
Which LLM models are there, what can they do, what do they cost, and how are they called?

Every request but those to `{paths.HEALTH}`, `{paths.READINESS}`, `{paths.OPENAPI}` and `{paths.DOCS}` \
carries a token, as
`Authorization: Bearer llma_…` or `X-API-Key: llma_…`. Prices are USD per million tokens; unknown is
`null`, free is 0. Every error has the same shape, except at the
address of another client's format.
"""


def build_framework(services: Services, cache: ResponseCache, documents: DocumentCache) -> FastAPI:
    """The FastAPI application, with the services that its routes use in ``app.state``."""
    app = FastAPI(
        title="llmanac",
        version=__version__,
        description=DESCRIPTION,
        openapi_url=paths.OPENAPI,
        docs_url=None,
        redoc_url=None,
        # A wrong path is 404: on a redirect, some clients drop the Authorization header.
        redirect_slashes=False,
    )
    app.state.reader = services.reader
    app.state.archive = services.archive
    app.state.door = services.door
    app.state.refresh_runner = services.refresh_runner
    app.state.freshness = services.freshness
    app.state.response_cache = cache
    app.state.documents = documents
    app.state.tokens = services.tokens
    app.state.overlays = services.overlays
    app.state.policies = services.policies
    app.state.audit = services.audit
    app.state.idempotency = services.idempotency
    app.state.clock = services.clock
    app.state.pricing = asyncio.Semaphore(price.AT_ONCE)
    app.state.configuring = asyncio.Semaphore(configs.AT_ONCE)
    app.state.is_draining = services.is_draining
    error_handlers.install(app)
    app.add_middleware(CompressionMiddleware)
    # Routes are taken as their modules have made them: include_router would make each of them, with its models, once
    # more, for every application and while its first request waits.
    # A model's path matches whatever follows the catalog's, so the other paths under it come first.
    app.router.routes.extend(catalog.create_router(services.dialects).routes)
    app.router.routes.extend(documents_of_dialects.create_router(services.dialects).routes)
    for module in (
        explain,
        facets,
        alternatives,
        model_detail,
        changes,
        conflicts,
        providers,
        compare,
        validate,
        estimate,
        price,
        configs,
        refreshes,
        tokens,
        overlays,
        policies,
        audit,
        health,
    ):
        app.router.routes.extend(module.router.routes)
    app.router.routes.extend(docs_page.create_routes())
    app.router.routes.extend(services.agents(app))
    app.router.routes.extend(services.pages())
    return app
