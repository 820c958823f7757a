"""The ids that a mention may stand for: as it is written, and at the host that its surroundings name."""

from __future__ import annotations

import re
from dataclasses import dataclass

from llmanac.service.check.hosts import OWN_HOSTS, KnownHosts, host_by_form, lab_of
from llmanac.service.check.mentions import Mention
from llmanac.service.check.names import has_family, is_well_formed, leaf_of

REPOSITORIES = frozenset("google openai nvidia moonshotai stepfun-ai qwen mistralai microsoft tencent zai".split())
"""Hosts, and labs, whose names stand before a ``/`` in ids of open weights as well."""
_ENDPOINT = re.compile(r"^(?:chat|responses|messages|completion|embeddings?|image|realtime|text):(?=.)")
"""The part of promptfoo's ids that chooses an endpoint: ``openai:chat:gpt-4``."""


@dataclass(frozen=True, slots=True)
class IdReadings:
    """What a mention is read as: the first of these ids that a catalog knows, or has known."""

    ids: tuple[str, ...]
    """The ids, the likeliest first."""
    is_stated: bool
    """The first names its host, by itself or by what stands beside it."""
    matters_unknown: bool
    """It is told where nobody knows it."""


def read_ids(mention: Mention, hosts: KnownHosts) -> IdReadings:
    """The ids that a mention may stand for."""
    name, head = mention.id, hosts.head_of(mention.id)
    matters = _matters_unknown(mention, head)
    if mention.host is not None:
        there = name if head and head[0] == mention.host else f"{mention.host}/{name}"
        return IdReadings(tuple(dict.fromkeys((there, name))), True, matters and mention.host not in OWN_HOSTS)
    if head is not None:
        before = name[: len(name) - len(head[1])]
        return IdReadings((before + _ENDPOINT.sub("", head[1]),), True, matters and head[0] not in OWN_HOSTS)
    form = host_by_form(name)
    if form is not None:
        return IdReadings((f"{form}/{name}",), True, matters)
    likely = mention.hint or lab_of(name)
    if likely is not None:
        return IdReadings((f"{likely}/{name}", name), False, matters and mention.hint not in OWN_HOSTS)
    return IdReadings((name,), False, matters)


def _matters_unknown(mention: Mention, head: tuple[str, str] | None) -> bool:
    """Whether a mention is so surely a model that it matters where no host lists it."""
    name = mention.id
    if not mention.is_model:
        return is_well_formed(name) and ("/" not in name or head is not None) and not _is_repository(name, head)
    if not has_family(name) or not any(it.isdigit() for it in name) or "-" not in name:
        return False
    is_attributed = "/" not in name or head is not None
    return mention.host is not None or (is_attributed and not _is_repository(name, head))


def _is_repository(name: str, head: tuple[str, str] | None) -> bool:
    """Whether an id may be that of a repository of open weights."""
    return head is not None and name.partition("/")[0].lower() in REPOSITORIES and lab_of(leaf_of(name)) is None
