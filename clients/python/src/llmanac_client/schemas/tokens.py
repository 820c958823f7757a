"""Tokens."""

# Written by `make client-schemas`.

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TypeAlias

from msgspec import Struct

TokenStatus: TypeAlias = str
"""The state of a token at a given time. Known are `live`, `expired`, `revoked`."""


class RotationRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Options for replacing a token by a new one of the same name."""

    expires: str | None = None
    """A span (`30d`, `12h`, `90m`, `4w`) or the last day (`2026-12-31`, UTC); null for as long as the old one was made
    for.
    """
    overlap: str | None = None
    """How long the old one stays good (`1h`); null for not at all."""


Scope: TypeAlias = str
"""A permission of a token. Each is granted separately; only `admin` includes the others. Known are `catalog:read`,
`refresh:write`, `overlays:write`, `policies:write`, `tokens:admin`, `audit:read`, `admin`.
"""


class CreatedToken(Struct, frozen=True, kw_only=True):
    """A token just made."""

    id: str
    name: str
    status: TokenStatus
    scopes: tuple[str, ...]
    policies: tuple[str, ...]
    """What it may see is what each of these policies allows."""
    created_at: datetime
    expires_at: datetime | None
    """Null for never."""
    revoked_at: datetime | None
    in_path: bool
    """Whether it is a key in paths, and good for nothing else."""
    token: str
    """The token itself. It is shown this once, and kept nowhere."""


class Token(Struct, frozen=True, kw_only=True):
    """A token without its secret."""

    id: str
    name: str
    status: TokenStatus
    scopes: tuple[str, ...]
    policies: tuple[str, ...]
    """What it may see is what each of these policies allows."""
    created_at: datetime
    expires_at: datetime | None
    """Null for never."""
    revoked_at: datetime | None
    in_path: bool
    """Whether it is a key in paths, and good for nothing else."""


class TokenRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A token to be made."""

    name: str
    """What the token is for; no other live token may have the name."""
    scopes: Sequence[Scope] = ("catalog:read",)
    """What it may do; none that the caller does not hold."""
    policies: Sequence[str] = ()
    """The policies that it is under, beside those of the caller."""
    expires: str | None = None
    """A span (`30d`, `12h`, `90m`, `4w`) or the last day (`2026-12-31`, UTC); null for never."""
    in_path: bool = False
    """Whether it is a key in paths, `/k/<token>/…`, for clients that send no credential: of the scope `catalog:read`,
    and good for nothing else.
    """


class TokenList(Struct, frozen=True, kw_only=True):
    """Every token that ever was, oldest first."""

    tokens: tuple[Token, ...]
    total: int
