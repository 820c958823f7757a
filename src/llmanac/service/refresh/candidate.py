"""Evaluates candidates in a worker process: examines newer feeds, and builds an edition of those that may be served.

Plain functions of plain values, since both are sent between processes.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial

from llmanac.domain.feed import FIGURES, FeedRef
from llmanac.errors import DamagedFile, InvalidSource
from llmanac.ingest.decode.feed import DecodedFeed, Feed
from llmanac.ingest.decode.figure_history import NO_HISTORY, FigureHistory
from llmanac.ingest.decode.memo import DecodeMemo
from llmanac.ingest.decode.sources import SOURCES, SourceFormat
from llmanac.ingest.guard.drift import NO_ORIGINS, PriceOrigin
from llmanac.ingest.guard.quarantine import presence, quarantine
from llmanac.ingest.guard.rules import Examination, examine
from llmanac.ingest.layer import Layer
from llmanac.ingest.merge.build import without_collection
from llmanac.ingest.merge.choices import NO_CHOICES, FeaturedChoices
from llmanac.service.editions.build import BuiltEdition, build_edition
from llmanac.service.editions.spec import EditionSpec
from llmanac.service.editions.store import EditionStore

MOST_GROWTH = 5
LARGEST_SMALL = 16 * 2**20
"""Bytes up to which any content is examined; a larger one may be MOST_GROWTH times as large as the served one."""
MOST_VALUES = 1 / 16
"""JSON values per byte of LARGEST_SMALL, likewise: 16 MiB may be five million empty lists, which take 500 MB."""
OWN = "own"
"""The origin of feeds that the catalog keeps itself."""
UNEXPECTED = "it could not be processed: an unexpected error, which the server's log has."


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A newer feed that may come to be served, with the history that its examination needs."""

    feed: Feed
    """The feed as the source sent it."""
    seen: Mapping[str, int] = field(default_factory=dict)
    """The number of times that each anomaly came up before, by its key; see ``guard.rules.examine``."""
    superseded: frozenset[str] = frozenset()
    """The SHA-256 of contents that earlier snapshots had; see ``guard.rules.examine``."""
    origins: Mapping[str, PriceOrigin] = field(default_factory=dict)
    """The origins of prices that have moved of late; see ``guard.drift``."""
    is_trusted: bool = False
    """Whether a person has accepted it as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationJob:
    """The candidates to evaluate, and the served feeds that they are compared with."""

    served: Mapping[str, Feed]
    """By name; with all feeds that a catalog needs."""
    candidates: Mapping[str, Candidate]
    confirmations: int
    editions: EditionStore
    """The store for the edition that is built of them."""
    largest_small: int = LARGEST_SMALL
    featured: FeaturedChoices = NO_CHOICES


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """The evaluation of one candidate: it failed, is held, or is accepted in whole or in part."""

    failure: str | None = None
    """The reason that it cannot be used at all; None where it can."""
    traceback: str | None = None
    """The traceback of an unexpected exception that made it fail, for the log; None where there was none."""
    examination: Examination | None = None
    """None where it failed."""
    rejects: int = 0
    unknown_keys: int = 0
    feed: Feed | None = None
    """The feed to serve, with quarantined entries as they were; None where nothing is to change."""

    @property
    def is_held(self) -> bool:
        """Whether all of it is held, or some of it quarantined."""
        return self.examination is not None and bool(self.examination.standing)


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationResult:
    """The evaluations of a refresh, and the edition that was built."""

    evaluations: Mapping[str, Evaluation]
    """By source."""
    built: BuiltEdition | None
    """An edition with every feed that may be served; None where nothing is to change."""
    figures: Feed | None = None
    """The history of figures with those of the accepted feeds; None where nothing is to change."""

    @classmethod
    def failed(cls, names: Iterable[str], detail: str) -> EvaluationResult:
        """The result where none of these candidates could be used."""
        return cls(evaluations={name: Evaluation(failure=detail) for name in names}, built=None)

    @property
    def accepted(self) -> Mapping[str, Feed]:
        """The accepted feeds, by source."""
        return {name: it.feed for name, it in self.evaluations.items() if it.feed is not None}

    @property
    def held(self) -> tuple[str, ...]:
        """The sources whose feeds are held, or have quarantined entries."""
        return tuple(name for name, it in self.evaluations.items() if it.is_held)


def evaluate(job: EvaluationJob, *, sources: Mapping[str, SourceFormat] = SOURCES) -> EvaluationResult:
    """Evaluate every candidate, and build an edition of those that may be served."""
    with without_collection():
        return _evaluate(job, sources)


def _evaluate(job: EvaluationJob, sources: Mapping[str, SourceFormat]) -> EvaluationResult:
    evaluated = {name: _evaluate_one(candidate, job, sources) for name, candidate in job.candidates.items()}
    evaluations = {name: it.evaluation for name, it in evaluated.items()}
    served_layers = {name: it.served for name, it in evaluated.items() if it.served is not None and name in job.served}
    accepted = {name: evaluation.feed for name, evaluation in evaluations.items() if evaluation.feed is not None}
    if not accepted:
        return EvaluationResult(evaluations=evaluations, built=None)
    decoded = {name: it.layer for name, it in evaluated.items() if it.layer is not None}
    try:
        figures = _figures_with(accepted, job, decoded=decoded, served=served_layers, sources=sources)
        built = build_edition(
            EditionSpec(
                feeds={**job.served, **accepted, **({FIGURES: figures} if figures else {})}, featured=job.featured
            ),
            store=job.editions,
            decoded={**{it: layer for it, layer in _served_layers(job).items() if it not in accepted}, **decoded},
            sources=sources,
        )
    except InvalidSource as error:
        failed = EvaluationResult.failed(accepted, error.detail)
        return EvaluationResult(evaluations={**evaluations, **failed.evaluations}, built=None)
    return EvaluationResult(evaluations=evaluations, built=built, figures=figures)


def _figures_with(
    accepted: Mapping[str, Feed],
    job: EvaluationJob,
    *,
    decoded: Mapping[str, Layer],
    served: Mapping[str, Layer],
    sources: Mapping[str, SourceFormat],
) -> Feed | None:
    """The history of figures with those of the accepted feeds, and of the served ones where it lacks them.

    None where no source with dated prices is among the accepted feeds. Raises InvalidSource where the served history is
    damaged.
    """
    newer: list[tuple[FeedRef, Layer]] = []
    for name, feed in accepted.items():
        if sources[name].has_dated_prices:
            newer += [(job.served[name].ref, served[name])] if name in served else []
            newer.append((feed.ref, decoded[name]))
    if not newer:
        return None
    known = FigureHistory.read(job.served[FIGURES]) if FIGURES in job.served else NO_HISTORY
    return known.with_feeds(newer).feed(origin=OWN)


def _served_layers(job: EvaluationJob) -> Mapping[str, Layer]:
    """The decoded layers that the served edition keeps: a feed that is still the same is not decoded again."""
    try:
        edition = job.editions.open(EditionSpec(feeds=job.served, featured=job.featured).key)
        return dict(edition.hostless_layers) if edition else {}
    except DamagedFile:  # it is only a shortcut
        return {}


@dataclass(frozen=True, slots=True)
class _Evaluated:
    """An evaluation, and the layer that was decoded on the way."""

    evaluation: Evaluation
    layer: Layer | None = None
    """The layer of the feed to serve."""
    served: Layer | None = None
    """The layer of the feed that was served so far."""


@dataclass(frozen=True, slots=True)
class _DecodedPair:
    """A candidate and the served feed, both decoded."""

    newer: DecodedFeed
    served: DecodedFeed


def _evaluate_one(candidate: Candidate, job: EvaluationJob, sources: Mapping[str, SourceFormat]) -> _Evaluated:
    """The evaluation of a candidate; whatever it raises fails this candidate, and none of the others."""
    try:
        return _examine(candidate, job, sources)
    except InvalidSource as error:
        return _failed(error.detail)
    except MemoryError:
        return _failed("it could not be processed within the memory of a worker process.")
    except Exception:  # noqa: BLE001 -- the server logs it: a worker process has no log
        return _Evaluated(Evaluation(failure=UNEXPECTED, traceback=traceback.format_exc()))


def _examine(candidate: Candidate, job: EvaluationJob, sources: Mapping[str, SourceFormat]) -> _Evaluated:
    """The evaluation of a candidate. Raises InvalidSource where it cannot be used."""
    name, size = candidate.feed.name, candidate.feed.size
    served = job.served.get(name)
    served_size = served.size if served else 0
    if size > max(job.largest_small, MOST_GROWTH * served_size) and not candidate.is_trusted:
        raise InvalidSource(f"{size} bytes came, where a feed of {served_size} is served.")
    unpacked = replace(candidate.feed, data=candidate.feed.text)
    if not candidate.is_trusted:
        _refuse_dense(unpacked, served, most=round(job.largest_small * MOST_VALUES))
    read = partial(Feed.read, memo=DecodeMemo(), sources=sources)
    pair = _DecodedPair(newer=read(unpacked), served=read(served) if served else _nothing(name))
    return _judge(candidate, pair, confirmations=job.confirmations, read=read, source=sources[name])


def _nothing(name: str) -> DecodedFeed:
    """A feed without records, for a source of which none is served yet."""
    return DecodedFeed({}, Layer(source=name, size=0, unknown_keys={}, sha256=""))


def _failed(detail: str) -> _Evaluated:
    return _Evaluated(Evaluation(failure=detail))


def _refuse_dense(feed: Feed, served: Feed | None, *, most: int) -> None:
    values = _values_in(feed)
    if values <= most:
        return
    before = _values_in(served) if served else 0
    if values > MOST_GROWTH * before:
        raise InvalidSource(f"{values} values came, where a feed of {before} is served.")


def _values_in(feed: Feed) -> int:
    """The approximate number of values in a content; commas in strings count too."""
    text = feed.text
    return text.count(b",") + text.count(b"[") + text.count(b"{")


def _judge(
    candidate: Candidate,
    pair: _DecodedPair,
    *,
    confirmations: int,
    read: Callable[[Feed], DecodedFeed],
    source: SourceFormat,
) -> _Evaluated:
    """Hold the candidate, quarantine entries of it, or accept it whole, by the anomalies that stand."""
    name, layer, before = candidate.feed.name, pair.newer.layer, pair.served.layer
    examination = examine(
        before,
        layer,
        seen=candidate.seen,
        confirmations=confirmations,
        superseded=candidate.superseded,
        is_present=presence(source.layout, pair.newer.content),
        origins=candidate.origins,
        today=candidate.feed.ref.day,
    )
    if candidate.is_trusted or not source.guarded:
        # What is accepted is where prices begin to drift from.
        examination = replace(examination, anomalies=(), origins=NO_ORIGINS)
    evaluation = Evaluation(examination=examination, rejects=len(layer.rejects), unknown_keys=len(layer.unknown_keys))
    if examination.blocking:
        return _Evaluated(evaluation, before)
    if not examination.quarantined:
        return _Evaluated(replace(evaluation, feed=candidate.feed), layer, before)
    compressed = quarantine(source, pair.newer.content, served=pair.served.content, anomalies=examination.quarantined)
    if compressed is None:
        return _Evaluated(evaluation, before)
    ref = candidate.feed.ref
    feed = Feed.of_compressed(compressed, name=name, origin=ref.origin, date=ref.date)
    return _Evaluated(replace(evaluation, feed=feed), read(feed).layer, before)
