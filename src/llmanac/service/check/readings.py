"""The ids that a mention may stand for: as it is written, and at the host that its surroundings name."""

from __future__ import annotations

import re
from dataclasses import dataclass

from llmanac.service.check.hosts import OWN_HOSTS, KnownHosts, lab_of, prefix_by_form
from llmanac.service.check.mentions import Mention
from llmanac.service.check.names import has_family, is_well_formed, leaf_of

REPOSITORIES = frozenset("google openai nvidia moonshotai stepfun-ai qwen mistralai microsoft tencent zai".split())
"""Hosts, and labs, whose names stand before a ``/`` in ids of open weights as well."""
_ENDPOINT = re.compile(r"^(?:chat|responses|messages|completion|embeddings?|image|realtime|text):(?=.)")
"""The part of promptfoo's ids that chooses an endpoint: ``openai:chat:gpt-4``."""
_SNAPSHOT = re.compile(r"-(?:20\d{6}|20\d\d-\d\d-\d\d|\d{4}|latest|preview)$")
"""The end of an id that only its lab gives: what another host lists by that name stands for the lab's."""


@dataclass(frozen=True, slots=True)
class IdReadings:
    """The ids that a mention may stand for: it is the first that a catalog knows, or has known."""

    ids: tuple[str, ...]
    """The ids, the likeliest first; none for what is probably a repository of weights."""
    told: str
    """The one that is told where nobody knows any."""
    is_stated: bool
    """That one is at the host that is meant: a model of that name elsewhere is another."""
    matters_unknown: bool
    """It is told where nobody knows it."""


def read_ids(mention: Mention, hosts: KnownHosts) -> IdReadings:
    """The ids that a mention may stand for."""
    name, head = mention.id, hosts.head_of(mention.id)
    matters = _matters_unknown(mention, head)
    if mention.host is not None:
        there = name if head and head[0] == mention.host else f"{mention.host}/{name}"
        return _stated((there, name), matters and mention.host not in OWN_HOSTS)
    if head is not None and not mention.is_model and _is_repository(name, head):
        return IdReadings((), told=name, is_stated=False, matters_unknown=False)
    if head is not None:
        before = name[: len(name) - len(head[1])]
        return _stated((before + _ENDPOINT.sub("", head[1]),), matters and head[0] not in OWN_HOSTS)
    form = prefix_by_form(name)
    if form is not None:
        return _stated((f"{form}/{name}",), matters)
    lab = lab_of(name)
    at_lab = f"{lab}/{name}" if lab else name
    hinted = (f"{mention.hint}/{name}",) if mention.hint else ()
    return IdReadings(
        ids=tuple(dict.fromkeys((*hinted, at_lab, name))),
        told=at_lab,
        is_stated=lab is not None and _SNAPSHOT.search(name) is not None,
        matters_unknown=matters and mention.hint not in OWN_HOSTS,
    )


def _stated(ids: tuple[str, ...], matters_unknown: bool) -> IdReadings:  # noqa: FBT001 -- a field of what is made
    return IdReadings(tuple(dict.fromkeys(ids)), ids[0], True, matters_unknown)


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
    """Whether an id may be that of a repository of open weights: the name of a lab, and none of its closed models."""
    if head is None or name.partition("/")[0].lower() not in REPOSITORIES:
        return False
    leaf = leaf_of(name)
    return leaf != leaf.lower() or lab_of(leaf) != head[0]
