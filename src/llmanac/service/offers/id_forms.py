"""The forms in which other programs write ids: ``provider:model``, ARNs, resource paths, and what clients append.

An id is unwrapped into the host that it names and the host's own id, one form after another, until it has none. Whether
a name is that of a host is asked of the catalog; everything else follows from the text alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

COLON_ALIASES = {"mistralai": "mistral", "nvidia-ai-endpoints": "nvidia", "nvidia_ai_endpoints": "nvidia"}
"""Names of hosts before a colon alone: before a slash, they are names of organisations at Hugging Face."""

ENDPOINTS = frozenset("async_invoke chat converse converse_like invoke messages models responses".split())
"""Parts of a path that choose an endpoint of the host, not a model: ``openai/responses/…``, ``bedrock/converse/…``."""

TAG = re.compile(r"\s.*|latest|e?\d+(?:\.\d+)?[bm](?:-.*)?", re.IGNORECASE)
"""Versions of a model at Ollama, which follow a colon as well: ``mistral:7b``."""


class IdForm(StrEnum):
    """A form in which some program writes ids."""

    COLON = "provider:model"
    """LangChain, pydantic-ai."""
    CONTEXT = "model[1m]"
    """Claude Code, for a longer context."""
    PROXY = "litellm_proxy/model"
    """Clients of a LiteLLM proxy, where the names may also be its users' own."""
    ARN = "arn:aws:bedrock"
    RESOURCE = "publishers/lab/models/model"
    """Google's names of resources, and Fireworks'."""
    ENDPOINT = "provider/endpoint/model"


PATTERNS = tuple(
    (form, re.compile(pattern, re.IGNORECASE), text)
    for form, pattern, text in (
        (IdForm.CONTEXT, r"^(.+)\[\d+[km]\]$", r"\1"),
        (IdForm.PROXY, r"^(?:litellm_proxy|litellm)[/:](.+)$", r"\1"),
        (
            IdForm.ARN,
            r"^(?:[\w.-]+/)*arn:aws[\w-]*:bedrock:(?P<region>[\w-]*):\d*:(?:foundation-model|inference-profile)/(.+)$",
            r"amazon-bedrock/\2",
        ),
        (IdForm.RESOURCE, r"^(?:[^:]*/)?publishers/[^/]+/models/(.+)$", r"google-vertex/\1"),
        (IdForm.RESOURCE, r"^models/([^/]+)$", r"google/\1"),
        (IdForm.RESOURCE, r"^(accounts/fireworks/.+)$", r"fireworks-ai/\1"),
    )
)
"""Patterns of ids in some form, each with what remains of them."""


@dataclass(frozen=True, slots=True)
class UnwrappedId:
    """An id without the forms that it was written in."""

    text: str
    """``provider/model``, or the host's own id alone."""
    forms: tuple[IdForm, ...] = ()
    region: str | None = None
    """The region of an ARN."""


def unwrap_forms(text: str, is_host: Callable[[str], bool]) -> UnwrappedId:
    """Unwrap an id; ``is_host`` says whether a name, in lower case, is that of a host."""
    unwrapped = UnwrappedId(text.strip())
    while (inner := _unwrap(unwrapped, is_host)) is not None and len(inner.forms) <= len(IdForm):
        unwrapped = inner
    return unwrapped


def _unwrap(outer: UnwrappedId, is_host: Callable[[str], bool]) -> UnwrappedId | None:
    """An id without its outermost form; None where it has none."""
    for form, pattern, text in PATTERNS:
        if match := pattern.match(outer.text):
            region = match.groupdict().get("region") or outer.region
            return UnwrappedId(match.expand(text), (*outer.forms, form), region)
    return _without_colon(outer, is_host) or _without_endpoint(outer, is_host)


def _without_colon(outer: UnwrappedId, is_host: Callable[[str], bool]) -> UnwrappedId | None:
    head, _, model = outer.text.partition(":")
    host = COLON_ALIASES.get(head.lower(), head)
    if not model or "/" in head or TAG.fullmatch(model) or not is_host(host.lower()):
        return None
    return UnwrappedId(f"{host}/{model}", (*outer.forms, IdForm.COLON), outer.region)


def _without_endpoint(outer: UnwrappedId, is_host: Callable[[str], bool]) -> UnwrappedId | None:
    host, _, rest = outer.text.partition("/")
    endpoint, _, model = rest.partition("/")
    if not model or endpoint.lower() not in ENDPOINTS or not is_host(host.lower()):
        return None
    return UnwrappedId(f"{host}/{model}", (*outer.forms, IdForm.ENDPOINT), outer.region)
