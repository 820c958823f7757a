"""The host of a string, by what stands around it: a provider or an address beside it, a client, a word of its key."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from llmanac.service.check.hosts import OWN, KnownHosts
from llmanac.service.check.syntax.scalar import Scalar
from llmanac.service.check.words import words_of

MOST_LEVELS = 5
"""Mappings around a string that may state its host."""
MOST_WORDS = 3
"""Words of a name that may together be a host's."""

_PROVIDER_WORDS = frozenset("provider providers vendor backend platform service".split())
_NAMING_KEYS = frozenset("name type kind id api_type apitype npm sdk host api engine_type".split())
_URL_WORDS = frozenset("url baseurl uri endpoint base apibase host".split())
_CLIENT_WORDS = frozenset("open openai llm model litellm anthropic".split())
_SERVES_MODELS = re.compile(r":(?:11434|1234|4000)\b|/v1\b|ollama|vllm|litellm|lmstudio|llama", re.IGNORECASE)
_ROLE_WORDS = frozenset(
    "model models name id provider vendor backend platform service api type base url uri endpoint host default "
    "key".split()
)
"""Words of a setting that say which part of something it is, not of what."""
_UNSPECIFIC = _ROLE_WORDS | frozenset("llm llms custom chat main primary".split())
_NO_HOSTS = frozenset(
    "chat create new get init model models llm llms client embeddings embedding agent completion completions message "
    "messages responses response async default name id title small large fast main weak editor text code lm nova llama "
    "meta echo modal infer inference amd hyper bee auto ai docker local custom jan process env config settings app "
    "self this".split()
)
"""Words of functions and settings that are names of hosts by chance, or stand beside them."""


def stated_host(scalar: Scalar, hosts: KnownHosts) -> str | None:
    """The host that is stated beside a string, the innermost first; of one level an address before a name."""
    own = frozenset(words_of(scalar.keys[0])) if scalar.keys else frozenset()
    for beside in scalar.neighbours[:MOST_LEVELS]:
        if stated := _by_address(beside, own, hosts) or _by_name(beside, own, hosts):
            return stated
    stem = own - _ROLE_WORDS
    alike = {key: value for key, value in scalar.assigned.items() if frozenset(words_of(key)) - _ROLE_WORDS == stem}
    if stated := _by_address(alike, own, hosts) or _by_name(alike, own, hosts):
        return stated
    for outer, around in zip(scalar.keys, scalar.keys[1:], strict=False):
        if not _PROVIDER_WORDS.isdisjoint(words_of(around)):
            return hosts.named(outer)
    return None


def hinted_host(scalar: Scalar, hosts: KnownHosts) -> str | None:
    """The host that a function or a word of a key names (``ChatAnthropic(…)``, ``GROQ_MODEL``), or the one address."""
    for call in scalar.calls[:3]:
        if host := _named_in(words_of(call.rpartition(".")[2]), hosts) or _named_in(words_of(call), hosts):
            return host
    for key in scalar.keys[:3]:
        if host := _named_in(words_of(key), hosts):
            return host
    return _only_address(scalar, hosts)


def _by_address(beside: Mapping[str, str], own: frozenset[str], hosts: KnownHosts) -> str | None:
    urls = (
        value
        for key, value in beside.items()
        if "://" in value and not _URL_WORDS.isdisjoint(words_of(key)) and _qualifiers(key) <= own
    )
    return next((host for url in urls if (host := _at(url, hosts))), None)


def _by_name(beside: Mapping[str, str], own: frozenset[str], hosts: KnownHosts) -> str | None:
    providers = [
        value
        for key, value in beside.items()
        if not _PROVIDER_WORDS.isdisjoint(words_of(key)) and _qualifiers(key) <= own
    ]
    names = [value for key, value in beside.items() if key.lower() in _NAMING_KEYS]
    return next((host for value in (*providers, *names) if (host := hosts.named(_last_part(value)))), None)


def _at(url: str, hosts: KnownHosts) -> str | None:
    """The host at an address; of one on a private network only where the address is that of a server of models."""
    host = hosts.at(url)
    return None if host == OWN and not _SERVES_MODELS.search(url) else host


def _last_part(value: str) -> str:
    """The name of a host in a package's name: ``@ai-sdk/groq``."""
    return value.rpartition("/")[2] if value.startswith("@") else value


def _qualifiers(key: str) -> frozenset[str]:
    """The words of a key that say which model it is about."""
    return frozenset(words_of(key)) - _UNSPECIFIC


def _only_address(scalar: Scalar, hosts: KnownHosts) -> str | None:
    """The host at the one address that a client is given nearby; None where there are several."""
    urls = {
        value
        for beside in (*scalar.neighbours[:1], scalar.assigned)
        for key, value in beside.items()
        if "://" in value and not _URL_WORDS.isdisjoint(words_of(key)) and not _CLIENT_WORDS.isdisjoint(words_of(key))
    }
    found = {host for url in urls if (host := _at(url, hosts))}
    return found.pop() if len(found) == 1 else None


def _named_in(words: Iterable[str], hosts: KnownHosts) -> str | None:
    kept = [it for it in words if it not in _NO_HOSTS]
    return hosts.named("".join(kept)) if kept and len(kept) <= MOST_WORDS else None
