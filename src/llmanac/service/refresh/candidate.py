"""What the process beside the server does: looks newer feeds over, and makes an edition of those that may be served.

Plain functions of plain values, since both travel between processes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from llmanac.errors import InvalidSource
from llmanac.ingest import pipeline
from llmanac.ingest.decode.memo import DecodeMemo
from llmanac.ingest.decode.sources import DecodedFeed, Feed
from llmanac.ingest.guard.quarantine import presence, quarantine
from llmanac.ingest.guard.rules import Examination, examine
from llmanac.ingest.layer import Layer
from llmanac.ingest.merge.featured import NO_CHOICES, Choices
from llmanac.service.editions.build import BuiltEdition, build_edition
from llmanac.service.editions.spec import EditionSpec
from llmanac.service.editions.store import EditionStore

MOST_GROWTH = 5
LARGEST_SMALL = 16 * 2**20
"""Bytes of content that are looked into whatever was served before; a larger one may be MOST_GROWTH times as large."""
MOST_VALUES = 1 / 16
"""The same of values, for each byte: sixteen megabytes may be five million empty lists, which take half a gigabyte."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
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
class EvaluationJob:
    """What is to be examined, against what."""

    served: Mapping[str, Feed]
    """By name; with all feeds that a catalog needs."""
    served_sizes: Mapping[str, int]
    newer: Mapping[str, Candidate]
    confirmations: int
    editions: EditionStore
    """Where an edition is kept that is made of them."""
    largest_small: int = LARGEST_SMALL
    featured: Choices = NO_CHOICES


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """What one newer feed was found to be."""

    failure: str | None = None
    """Why it cannot be used at all."""
    verdict: Examination | None = None
    rejects: int = 0
    unknown_keys: int = 0
    feed: Feed | None = None
    """As it is to be served: with anomalous entries as they were. None where nothing is to change."""
    sha256: str | None = None
    """Of the content to be served."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationResult:
    """What an examination came to."""

    findings: Mapping[str, Evaluation]
    made: BuiltEdition | None
    """An edition with every feed that may be served; None where nothing is to change."""

    @classmethod
    def failed(cls, names: Iterable[str], detail: str) -> EvaluationResult:
        """None of these could be used."""
        return cls(findings={name: Evaluation(failure=detail) for name in names}, made=None)


def evaluate(task: EvaluationJob) -> EvaluationResult:
    """Look every newer feed over, and build an edition with those that may be served."""
    with pipeline.without_collection():
        return _examine(task)


def _examine(task: EvaluationJob) -> EvaluationResult:
    looked_over = {name: _look_over(name, newer, task) for name, newer in task.newer.items()}
    findings = {name: it.finding for name, it in looked_over.items()}
    accepted = {name: finding.feed for name, finding in findings.items() if finding.feed is not None}
    if not accepted:
        return EvaluationResult(findings=findings, made=None)
    try:
        made = build_edition(
            EditionSpec(feeds={**task.served, **accepted}, featured=task.featured),
            store=task.editions,
            decoded={name: it.layer for name, it in looked_over.items() if it.layer is not None},
        )
    except InvalidSource as error:
        failed = EvaluationResult.failed(accepted, error.detail)
        return EvaluationResult(findings={**findings, **failed.findings}, made=None)
    return EvaluationResult(findings=findings, made=made)


@dataclass(frozen=True, slots=True)
class _LookedOver:
    """What looking a newer feed over gave."""

    finding: Evaluation
    layer: Layer[Any] | None = None
    """Of the feed that is to be served from now on, where it was decoded on the way."""


@dataclass(frozen=True, slots=True)
class _Readings:
    """A newer feed, and the one that is served, as read."""

    newer: DecodedFeed
    served: DecodedFeed
    recall: DecodeMemo
    """What was read in them."""


def _look_over(name: str, newer: Candidate, task: EvaluationJob) -> _LookedOver:
    served = task.served[name]
    largest = max(task.largest_small, MOST_GROWTH * task.served_sizes[name])
    if newer.size > largest and not newer.trusted:
        detail = f"{newer.size} bytes came, where a feed of {task.served_sizes[name]} is served."
        return _LookedOver(Evaluation(failure=detail))
    try:
        unpacked = replace(newer.feed, data=newer.feed.text)
        if not newer.trusted:
            _refuse_dense(unpacked, served, most=round(task.largest_small * MOST_VALUES))
        recall = DecodeMemo()
        readings = _Readings(newer=unpacked.read(recall), served=served.read(recall), recall=recall)
        return _compare(newer, readings, confirmations=task.confirmations)
    except InvalidSource as error:
        return _LookedOver(Evaluation(failure=error.detail))


def _refuse_dense(feed: Feed, served: Feed, *, most: int) -> None:
    values = _values_in(feed)
    if values > most and values > MOST_GROWTH * _values_in(served):
        raise InvalidSource(f"{values} values came, where a feed of {_values_in(served)} is served.")


def _values_in(feed: Feed) -> int:
    """About how many values a content has; commas in texts count too."""
    text = feed.text
    return text.count(b",") + text.count(b"[") + text.count(b"{")


def _compare(newer: Candidate, readings: _Readings, *, confirmations: int) -> _LookedOver:
    name, layer, before = newer.feed.name, readings.newer.layer, readings.served.layer
    verdict = examine(
        before,
        layer,
        seen=newer.seen,
        confirmations=confirmations,
        superseded=newer.superseded,
        is_present=presence(name, readings.newer.content),
    )
    if newer.trusted:
        verdict = replace(verdict, anomalies=())
    finding = Evaluation(
        verdict=verdict, rejects=len(layer.rejects), unknown_keys=len(layer.unknown_keys), sha256=layer.sha256
    )
    if verdict.blocking:
        return _LookedOver(finding, before)
    if not verdict.quarantined:
        return _LookedOver(replace(finding, feed=newer.feed), layer)
    compressed = quarantine(name, readings.newer.content, served=readings.served.content, anomalies=verdict.quarantined)
    if compressed is None:
        return _LookedOver(finding, before)
    feed = replace(newer.feed, data=compressed.data, size=compressed.size)
    return _LookedOver(replace(finding, feed=feed, sha256=compressed.sha256), feed.read(readings.recall).layer)
