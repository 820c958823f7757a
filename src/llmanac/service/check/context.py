"""The context of a string in a file: the part that it plays, and the host of the model that it names."""

from __future__ import annotations

from dataclasses import dataclass

from llmanac.service.check.host_context import hinted_host, stated_host
from llmanac.service.check.hosts import OWN, KnownHosts
from llmanac.service.check.roles import StringRole, role_of
from llmanac.service.check.syntax.scalar import Scalar


@dataclass(frozen=True, slots=True)
class StringContext:
    """The meaning of what stands around a string."""

    role: StringRole
    host: str | None = None
    """The host that it is said to be at."""
    hint: str | None = None
    """A host that its surroundings suggest."""


def read_context(scalar: Scalar, hosts: KnownHosts, *, is_proxy: bool = False) -> StringContext:
    """The meaning of what stands around a string. ``is_proxy``: its file configures a LiteLLM proxy."""
    role = role_of(scalar, is_proxy=is_proxy)
    if role not in {StringRole.MODEL, StringRole.OPEN}:
        return StringContext(role)
    host = stated_host(scalar, hosts)
    hint = None if host else hinted_host(scalar, hosts)
    if OWN in {host, hint}:
        return StringContext(StringRole.OWN)
    return StringContext(role, host=host, hint=hint)
