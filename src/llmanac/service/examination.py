"""What the process beside the server does: looks newer feeds over, and makes an edition of those that may be served.

Plain functions of plain values, since both travel between processes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from llmanac.errors import InvalidSource
from llmanac.ingest import pipeline
from llmanac.ingest.document import unpack
from llmanac.ingest.featured import NO_CHOICES, Choices
from llmanac.ingest.guard import Verdict, judge
from llmanac.ingest.layer import Layer
from llmanac.ingest.quarantine import presence, quarantine
from llmanac.ingest.sources import Feed
from llmanac.service.edition import Edition

MOST_GROWTH = 5
LARGEST_SMALL = 16 * 2**20
"""Bytes of content that are looked into whatever was served before; a larger one may be MOST_GROWTH times as large."""
MOST_VALUES = 1_000_000
"""The same of values in it: sixteen megabytes may be five million empty lists, which take half a gigabyte."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Newer:
    """A feed that came, and what its examination needs to know."""

    feed: Feed
    size: int
    """Bytes of its content, unpacked."""
    seen: Mapping[str, int] = field(default_factory=dict)
    superseded: frozenset[str] = frozenset()
    """See ``guard.judge``."""
    trusted: bool = False
    """A person has said that it is right."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What is to be examined, against what."""

    served: Mapping[str, Feed]
    """By name; with all feeds that a catalog needs."""
    served_sizes: Mapping[str, int]
    newer: Mapping[str, Newer]
    confirmations: int
    featured: Choices = NO_CHOICES


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one newer feed was found to be."""

    failure: str | None = None
    """Why it cannot be used at all."""
    verdict: Verdict | None = None
    rejects: int = 0
    unknown_keys: int = 0
    feed: Feed | None = None
    """As it is to be served: with doubted entries as they were. None where nothing is to change."""
    sha256: str | None = None
    """Of the content to be served."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What an examination came to."""

    findings: Mapping[str, Finding]
    edition: Mapping[str, bytes] | None
    """The buffers of an edition with every feed that may be served; None where nothing is to change."""

    @classmethod
    def failed(cls, names: Iterable[str], detail: str) -> Result:
        """None of these could be used."""
        return cls(findings={name: Finding(failure=detail) for name in names}, edition=None)


def examine(task: Task) -> Result:
    """Look every newer feed over, and build an edition with those that may be served."""
    findings = {name: _look_over(name, newer, task) for name, newer in task.newer.items()}
    accepted = {name: finding.feed for name, finding in findings.items() if finding.feed is not None}
    if not accepted:
        return Result(findings=findings, edition=None)
    try:
        edition = build_edition(Blueprint(feeds={**task.served, **accepted}, featured=task.featured))
    except InvalidSource as error:
        failed = Result.failed(accepted, error.detail)
        return Result(findings={**findings, **failed.findings}, edition=None)
    return Result(findings=findings, edition=edition)


@dataclass(frozen=True, slots=True, kw_only=True)
class Blueprint:
    """What an edition is made of."""

    feeds: Mapping[str, Feed]
    expected: Mapping[str, str] = field(default_factory=dict)
    """The SHA-256 that the contents must have, by name."""
    featured: Choices = NO_CHOICES


def build_edition(blueprint: Blueprint) -> dict[str, bytes]:
    """The buffers of an edition. Raises InvalidSource where a feed is unusable, or not the one that is expected."""
    build = pipeline.build(blueprint.feeds.values(), featured=blueprint.featured)
    for source in build.catalog.sources:
        if blueprint.expected.get(source.name, source.sha256) != source.sha256:
            raise InvalidSource(f"{source.name}: the stored content is damaged; its SHA-256 is not the one recorded.")
    return {name: bytes(buffer) for name, buffer in Edition.of(build).pack().items()}


def open_edition(buffers: Mapping[str, bytes]) -> Edition:
    """The edition in these buffers."""
    return Edition.unpack({name: memoryview(buffer) for name, buffer in buffers.items()})


def _look_over(name: str, newer: Newer, task: Task) -> Finding:
    served = task.served[name]
    largest = max(LARGEST_SMALL, MOST_GROWTH * task.served_sizes[name])
    if newer.size > largest and not newer.trusted:
        return Finding(failure=f"{newer.size} bytes came, where a feed of {task.served_sizes[name]} is served.")
    try:
        if not newer.trusted:
            _refuse_dense(newer.feed, served)
        layer = newer.feed.decode()
        verdict = _judge(served, newer, layer, confirmations=task.confirmations)
        return _with_feed(newer, layer, verdict, served=served)
    except InvalidSource as error:
        return Finding(failure=error.detail)


def _refuse_dense(feed: Feed, served: Feed) -> None:
    values = _values_in(feed)
    if values > MOST_VALUES and values > MOST_GROWTH * _values_in(served):
        raise InvalidSource(f"{values} values came, where a feed of {_values_in(served)} is served.")


def _values_in(feed: Feed) -> int:
    """About how many values a content has; commas in texts count too."""
    text = unpack(feed.data)
    return text.count(b",") + text.count(b"[") + text.count(b"{")


def _judge(served: Feed, newer: Newer, layer: Layer[Any], *, confirmations: int) -> Verdict:
    verdict = judge(
        served.decode(),
        layer,
        seen=newer.seen,
        confirmations=confirmations,
        superseded=newer.superseded,
        is_present=presence(newer.feed.name, newer.feed.data),
    )
    return replace(verdict, doubts=()) if newer.trusted else verdict


def _with_feed(newer: Newer, layer: Layer[Any], verdict: Verdict, *, served: Feed) -> Finding:
    finding = Finding(
        verdict=verdict, rejects=len(layer.rejects), unknown_keys=len(layer.unknown_keys), sha256=layer.sha256
    )
    if verdict.objections:
        return finding
    if not verdict.held:
        return replace(finding, feed=newer.feed)
    parcel = quarantine(newer.feed.name, newer.feed.data, served=served.data, doubts=verdict.held)
    if parcel is None:
        return finding
    return replace(finding, feed=replace(newer.feed, data=parcel.data), sha256=parcel.sha256)
