"""The resources: a model and a host as documents with an address, for clients that attach them to a conversation."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from difflib import get_close_matches
from urllib.parse import quote, unquote

from llmanac import paths
from llmanac.errors import NotFound
from llmanac.mcp.answering import answer_with
from llmanac.mcp.api import Api
from llmanac.mcp.brevity import Answer, fit, without_unknowns
from llmanac.mcp.tool import DEFAULT_TOKENS
from llmanac.mcp.tools import BY_NAME
from llmanac.mcp.untrusted_text import made_visible
from llmanac_client.call import Call
from llmanac_client.json_format import read_object

LISTED = 40
"""Models that are listed as resources: the featured set, whose models people use now."""


async def read_model(api: Api, name: str) -> Answer:
    """Everything known of a model, as the tool ``get`` answers it. Raises as that does."""
    return await answer_with(BY_NAME["get"], {"id": name}, api)


async def read_host(api: Api, name: str) -> Answer:
    """A host: its API, its keys, and how much it offers. Raises ClientError, and NotFound with the nearest names."""
    answer = await api.run(Call("GET", paths.PROVIDERS, read_object))
    hosts = {it["id"].lower(): it for it in answer["providers"]}
    host = hosts.get(name.lower())
    if host is None:
        near = ", ".join(get_close_matches(name.lower(), hosts))
        raise NotFound(f"There is no host {name[:80]!r}." + (f" Nearest: {near}." if near else ""))
    return fit(without_unknowns(made_visible(host)), tokens=DEFAULT_TOKENS)


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceKind:
    """A kind of document, and how one is read by the name at the end of its address."""

    name: str
    title: str
    description: str
    prefix: str
    template: str
    read: Callable[[Api, str], Awaitable[Answer]]


MODEL = ResourceKind(
    name="model",
    title="A model",
    description="Everything known of one model at one host, by its id.",
    prefix="llmanac://models/",
    template="llmanac://models/{+id}",
    read=read_model,
)
HOST = ResourceKind(
    name="host",
    title="A host of models",
    description="Where a host is, how it is spoken to, which keys it takes, how much it offers.",
    prefix="llmanac://hosts/",
    template="llmanac://hosts/{id}",
    read=read_host,
)
KINDS = (MODEL, HOST)


async def read_resource(uri: str, api: Api) -> Answer:
    """The document at an address. Raises NotFound, and ClientError as the API does."""
    for kind in KINDS:
        if uri.startswith(kind.prefix) and (name := unquote(uri.removeprefix(kind.prefix))):
            return await kind.read(api, name)
    raise NotFound(f"There is no resource {uri[:80]!r}: there are {' and '.join(it.template for it in KINDS)}.")


async def list_models(api: Api) -> list[tuple[str, str, str]]:
    """The featured models: their addresses, ids and names. Raises ClientError."""
    query = {"featured": True, "ids": "models.dev", "limit": LISTED}
    answer = made_visible(await api.run(Call("GET", paths.CATALOG, read_object, query=query)))
    return [(MODEL.prefix + quote(it["id"], safe="/:@"), it["id"], it["name"] or it["id"]) for it in answer["models"]]
