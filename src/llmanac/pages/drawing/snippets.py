"""Code snippets that call an offer from common tools, ready to copy."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from dataclasses import dataclass

from llmanac.domain.records import Offer, Provider, RouteKind

OPENAI = "https://api.openai.com/v1"
COMPATIBLE_ADDRESSES: Mapping[str, str] = {
    "anthropic": "https://api.anthropic.com/v1/",
    "cerebras": "https://api.cerebras.ai/v1",
    "cohere": "https://api.cohere.ai/compatibility/v1",
    "deepinfra": "https://api.deepinfra.com/v1/openai",
    "google": "https://generativelanguage.googleapis.com/v1beta/openai/",
    "groq": "https://api.groq.com/openai/v1",
    "mistral": "https://api.mistral.ai/v1",
    "openai": OPENAI,
    "perplexity": "https://api.perplexity.ai",
    "togetherai": "https://api.together.xyz/v1",
    "xai": "https://api.x.ai/v1",
}
"""OpenAI-compatible base URLs of hosts that models.dev lists without one."""

ANTHROPIC_PACKAGE = "@ai-sdk/anthropic"
"""The npm package of hosts that speak Anthropic's protocol."""


@dataclass(frozen=True, slots=True)
class Snippet:
    """A few lines of code or configuration for one tool."""

    id: str
    tool: str
    text: str


def snippets(offer: Offer, provider: Provider) -> tuple[Snippet, ...]:
    """The snippets for every tool that is known to be able to call this offer."""
    address = provider.api or COMPATIBLE_ADDRESSES.get(provider.id)
    speaks_openai = address is not None and (provider.api is None or provider.npm != ANTHROPIC_PACKAGE)
    made = [_litellm(offer, provider)]
    if address is not None and speaks_openai:
        made += [_openai(offer, provider, address), _curl(offer, provider, address)]
    made.append(_opencode(offer))
    return tuple(snippet for snippet in made if snippet is not None)


def _litellm(offer: Offer, provider: Provider) -> Snippet | None:
    route = offer.litellm
    if route is None:
        return None
    lines = ["from litellm import completion", "", "response = completion(", f"    model={_quoted(route.id)},"]
    if route.kind is not RouteKind.NATIVE and route.api_base:
        lines.append(f"    api_base={_quoted(route.api_base)},")
    if route.kind is RouteKind.COMPATIBLE and provider.env:
        lines.append(f"    api_key=os.environ[{_quoted(provider.env[0])}],")
        lines.insert(0, "import os")
        lines.insert(1, "")
    lines += ['    messages=[{"role": "user", "content": "Hello"}],', ")", "print(response.choices[0].message.content)"]
    return Snippet("litellm", "LiteLLM", "\n".join(lines))


def _openai(offer: Offer, provider: Provider, address: str) -> Snippet:
    arguments = []
    if address != OPENAI:
        arguments.append(f"    base_url={_quoted(address)},")
    if provider.env and provider.env[0] != "OPENAI_API_KEY":
        arguments.append(f"    api_key=os.environ[{_quoted(provider.env[0])}],")
    head = ["import os", ""] if any("os.environ" in it for it in arguments) else []
    client = ["client = OpenAI(", *arguments, ")"] if arguments else ["client = OpenAI()"]
    lines = [
        *head,
        "from openai import OpenAI",
        "",
        *client,
        "response = client.chat.completions.create(",
        f"    model={_quoted(offer.model)},",
        '    messages=[{"role": "user", "content": "Hello"}],',
        ")",
        "print(response.choices[0].message.content)",
    ]
    return Snippet("openai", "OpenAI SDK", "\n".join(lines))


def _curl(offer: Offer, provider: Provider, address: str) -> Snippet:
    body = json.dumps({"model": offer.model, "messages": [{"role": "user", "content": "Hello"}]}, ensure_ascii=False)
    key = provider.env[0] if provider.env and provider.env[0].isidentifier() else "API_KEY"
    lines = [
        f"curl {shlex.quote(address.rstrip('/') + '/chat/completions')} \\",
        f'  -H "Authorization: Bearer ${key}" \\',
        "  -H 'Content-Type: application/json' \\",
        f"  -d {shlex.quote(body)}",
    ]
    return Snippet("curl", "curl", "\n".join(lines))


def _opencode(offer: Offer) -> Snippet:
    text = json.dumps({"$schema": "https://opencode.ai/config.json", "model": offer.id}, indent=2, ensure_ascii=False)
    return Snippet("opencode", "opencode.json", text)


def _quoted(text: str) -> str:
    """A string literal, valid in both Python and JSON."""
    return json.dumps(text, ensure_ascii=False)
