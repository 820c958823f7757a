"""The rules that hold at one time, in their order, as the content of a feed that an edition is built from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from llmanac.domain.own_facts import OVERLAYS
from llmanac.ingest.content.document import pack
from llmanac.ingest.decode.feed import Feed
from llmanac.rules.overlay import Overlay, OverlayRule
from llmanac.rules.validity import Validity, validity


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredOverlay:
    """An overlay, who wrote it, and where it is declared."""

    overlay: Overlay
    author: str
    """The name of the token or person, or of the file."""
    written_at: datetime
    file: str | None = None
    """The file that declares it; None for one that was written through the API or the command."""


class RuleInForce(BaseModel):
    """A rule of an overlay."""

    model_config = ConfigDict(frozen=True)

    overlay: str
    number: Annotated[int, Field(ge=1)]
    """Its place among the rules of the overlay, from 1."""
    author: str
    rule: OverlayRule


_RULES = TypeAdapter(tuple[RuleInForce, ...])


def in_order(overlays: Iterable[DeclaredOverlay]) -> list[DeclaredOverlay]:
    """Overlays from the lowest to the highest."""
    return sorted(overlays, key=lambda it: (it.overlay.priority, it.overlay.name))


def rules_in_force(overlays: Iterable[DeclaredOverlay], now: datetime) -> tuple[RuleInForce, ...]:
    """The rules of these overlays that hold now, from the lowest to the highest."""
    return tuple(
        RuleInForce(overlay=it.overlay.name, number=number, author=it.author, rule=rule)
        for it in in_order(overlays)
        for number, rule in enumerate(it.overlay.rules, 1)
        if validity(rule, now) is Validity.IN_FORCE
    )


def feed_of(overlays: Iterable[DeclaredOverlay], now: datetime) -> Feed | None:
    """The feed of the rules that hold now, dated by the day on which any of them was last written; None for none."""
    declared = list(overlays)
    rules = rules_in_force(declared, now)
    if not rules:
        return None
    written = max(it.written_at for it in declared).astimezone(UTC).date()
    content = _RULES.dump_json(rules, exclude_none=True, exclude_defaults=True)
    return Feed.of(pack(content), name=OVERLAYS, origin="own", date=written.isoformat())


def read_rules(feed: Feed) -> tuple[RuleInForce, ...]:
    """The rules of a feed of overlays, from the lowest to the highest."""
    return _RULES.validate_json(feed.text)
