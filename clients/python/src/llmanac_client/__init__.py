"""llmanac-client: asks a server of llmanac, the self-hosted catalog of LLM models.

    from llmanac_client import Client

    with Client.from_env() as client:
        for model in client.search("claude sonnet", capabilities=["vision"], max_price=15):
            print(model.id, model.cost)

``AsyncClient`` has the same operations, to be awaited. What they take and answer with is in ``llmanac_client.schemas``;
what they raise, in ``llmanac_client.errors``.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from llmanac_client.version import __version__

if TYPE_CHECKING:
    from llmanac_client import errors, schemas
    from llmanac_client.client import AsyncClient, Client
    from llmanac_client.document import Document
    from llmanac_client.errors import APIError, ClientError, TransportError
    from llmanac_client.listing import AsyncListing, Listing
    from llmanac_client.retries import Retries

__all__ = [
    "APIError",
    "AsyncClient",
    "AsyncListing",
    "Client",
    "ClientError",
    "Document",
    "Listing",
    "Retries",
    "TransportError",
    "__version__",
    "errors",
    "schemas",
]

_MODULES = {
    "APIError": "errors",
    "AsyncClient": "client",
    "AsyncListing": "listing",
    "Client": "client",
    "ClientError": "errors",
    "Document": "document",
    "Listing": "listing",
    "Retries": "retries",
    "TransportError": "errors",
}


def __dir__() -> list[str]:
    return __all__


if not TYPE_CHECKING:  # a type checker is to see the imports above, and no other names

    def __getattr__(name: str) -> object:
        # Imported when it is first used: a program that only sends a request does without the schemas.
        if name in ("errors", "schemas"):
            return import_module(f"{__name__}.{name}")
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = globals()[name] = getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
        return value
