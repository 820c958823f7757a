"""The rules that hold at one time, in their order, as the content of a feed that an edition is built from."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import msgspec
import orjson
from pydantic import BaseModel

from llmanac.domain.own_facts import OVERLAYS
from llmanac.errors import InvalidSource
from llmanac.ingest.content.document import pack
from llmanac.ingest.decode.feed import Feed
from llmanac.rules.overlay import AddedHost, AddedOffer, Changes, Overlay
from llmanac.rules.selector import Matching, Selecting, read_filters
from llmanac.rules.validity import Validity, validity

NO_RULES = b"[]"
"""The content where none holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredOverlay:
    """An overlay, who wrote it, and where it is declared."""

    overlay: Overlay
    author: str
    """The name of the token or person, or of the file."""
    written_at: datetime
    file: str | None = None
    """The file that declares it; None for one that was written through the API or the command."""


class RecordedRule(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A rule as a feed has it. It was checked when it was written, and only what it consists of is checked again."""

    match: tuple[str, ...] = ()
    where: dict[str, Any] = {}
    add: AddedOffer | None = None
    add_host: AddedHost | None = None
    set: Changes | None = None
    reason: str
    valid_from: str | None = None
    valid_until: str | None = None
    reviewed: str | None = None

    def __post_init__(self) -> None:
        if self.where:
            msgspec.structs.force_setattr(self, "where", read_filters(self.where))

    @property
    def key(self) -> str:
        """Names the rule, in whichever overlay and place: equal rules have equal keys."""
        text = msgspec.json.encode(self, enc_hook=lambda part: msgspec.Raw(_as_json(part).encode()))
        return hashlib.sha256(text).hexdigest()

    @property
    def subject(self) -> Selecting:
        """The offers that it is about; of one that adds, the offer itself."""
        return self if self.add is None else Matching(match=(self.add.id,))


class RuleInForce(msgspec.Struct, frozen=True, kw_only=True):
    """A rule of an overlay."""

    overlay: str
    number: int
    """Its place among the rules of the overlay, from 1."""
    author: str
    rule: RecordedRule


def in_order(overlays: Iterable[DeclaredOverlay]) -> list[DeclaredOverlay]:
    """Overlays from the lowest to the highest."""
    return sorted(overlays, key=lambda it: (it.overlay.priority, it.overlay.name))


def rules_in_force(overlays: Iterable[DeclaredOverlay], now: datetime) -> tuple[RuleInForce, ...]:
    """The rules of these overlays that hold now, from the lowest to the highest, as their feed has them."""
    return _read(_content(overlays, now))


def feed_of(overlays: Iterable[DeclaredOverlay], now: datetime) -> Feed | None:
    """The feed of the rules that hold now, dated by the day on which any of them was last written; None for none."""
    declared = list(overlays)
    content = _content(declared, now)
    if content == NO_RULES:
        return None
    written = max(it.written_at for it in declared).astimezone(UTC).date()
    return Feed.of(pack(content), name=OVERLAYS, origin="own", date=written.isoformat())


def read_rules(feed: Feed) -> tuple[RuleInForce, ...]:
    """The rules of a feed of overlays, from the lowest to the highest. Raises InvalidSource for any other content."""
    try:
        return _read(feed.text)
    except ValueError as error:
        raise InvalidSource(f"{OVERLAYS} ({feed.ref.origin}): {error}") from error


def _content(overlays: Iterable[DeclaredOverlay], now: datetime) -> bytes:
    """The rules that hold now, as JSON."""
    return msgspec.json.encode(
        [
            {"overlay": it.overlay.name, "number": number, "author": it.author, "rule": msgspec.Raw(_as_json(rule))}
            for it in in_order(overlays)
            for number, rule in enumerate(it.overlay.rules, 1)
            if validity(rule, now) is Validity.IN_FORCE
        ]
    )


def _as_json(part: BaseModel) -> str:
    return part.model_dump_json(exclude_none=True, exclude_defaults=True)


def _read(content: bytes) -> tuple[RuleInForce, ...]:
    """The rules of a content. Raises ValueError where it is none of rules."""
    shared: dict[tuple[type[BaseModel], bytes], BaseModel] = {}

    def part(type_: type[BaseModel], value: Any) -> BaseModel:
        """A part of a rule; equal ones are one object, since many rules state the same."""
        key = (type_, orjson.dumps(value))
        if key not in shared:
            shared[key] = type_.model_validate(value)
        return shared[key]

    return msgspec.json.decode(content, type=tuple[RuleInForce, ...], dec_hook=part)
