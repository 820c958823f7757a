"""Measure the suggested successors: python -m bench.truth successors [--sample N].

For every offer of the packaged catalog that is deprecated or has a last day, and for every id of the older packaged
feeds that is listed no more, the successor is compared with what it succeeds, by facts read here from the ids and the
records alone: parameters, region, mode, and media.
"""

from __future__ import annotations

import argparse
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from random import Random

from llmanac.domain.feed import MODELS_DEV
from llmanac.domain.records import Modalities, Offer
from llmanac.ingest.packaged.bundled import open_sources
from llmanac.ingest.packaged.seeds import packaged_days
from llmanac.ingest.pipeline import build
from llmanac.service.editions.edition import Edition
from llmanac.service.offers.successors import RETIRING_STATUSES

SIZE = re.compile(r"(?<![a-z0-9.])(?:(\d+)x)?(\d+(?:\.\d+)?)([bt])(?![a-z0-9])", re.IGNORECASE)
REGION = re.compile(r"(?:^|/)(us|eu|apac|jp|au|ca|in|global|us-gov)\.|@(us|eu|asia|global)\b", re.IGNORECASE)
MODES = re.compile(r"(?<![a-z])(tee|fast|highspeed|free|flex|nitro|ultraspeed)(?![a-z])", re.IGNORECASE)
SIZE_CLASS = 3
SEED = 11


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An offer that ends or is gone, and what is suggested in its place."""

    id: str
    media: Modalities
    first_party: bool
    is_deprecated: bool
    successor: Offer | None
    note: str | None

    @property
    def faults(self) -> tuple[str, ...]:
        """In what the successor differs from what it succeeds."""
        after = self.successor
        if after is None:
            return ()
        before = self.id.partition("/")[2]
        sizes = size_of(before), size_of(after.model)
        found = []
        if sizes[0] and sizes[1] and max(sizes) > SIZE_CLASS * min(sizes):
            found.append("size")
        if region_of(before) != region_of(after.model):
            found.append("region")
        if modes_of(before) != modes_of(after.model):
            found.append("mode")
        if not {*self.media.input} <= {*after.modalities.input} or (
            self.media.output and {*self.media.output} != {*after.modalities.output}
        ):
            found.append("media")
        return tuple(found)


def size_of(model_id: str) -> float:
    """The parameters that an id states, in billions; 0 where it states none."""
    sizes = [
        float(experts or 1) * float(count) * (1000 if unit in "tT" else 1)
        for experts, count, unit in SIZE.findall(model_id)
    ]
    return max(sizes, default=0.0)


def region_of(model_id: str) -> str:
    """The mark of a region in an id; empty where it has none."""
    match = REGION.search(model_id)
    return (match[1] or match[2]).lower() if match else ""


def modes_of(model_id: str) -> frozenset[str]:
    """The words in an id for a way of serving the model."""
    return frozenset(word.lower() for word in MODES.findall(model_id))


def listed(edition: Edition) -> Iterator[Suggestion]:
    """The suggestions for offers that are listed and end."""
    for offer in edition.offers:
        is_deprecated = offer.status in RETIRING_STATUSES
        if is_deprecated or offer.lifecycle.retires_on is not None:
            found = edition.services.successors.find(offer)
            yield Suggestion(offer.id, offer.modalities, offer.first_party, is_deprecated, found.offer, found.note)


def gone(edition: Edition) -> Iterator[Suggestion]:
    """The suggestions for offers of the older packaged feeds that are listed no more."""
    known = {offer.id for offer in edition.offers}
    for day in packaged_days()[:-1]:
        feeds = [seed.feed for seed in day.seeds.values()]
        for offer in build(feeds).catalog.offers:
            if offer.id not in known:
                known.add(offer.id)
                after = edition.services.successors.after_unlisted(
                    offer.model, [offer.provider], media=offer.modalities
                )
                yield Suggestion(offer.id, offer.modalities, offer.first_party, False, after, None)


def summary(title: str, suggestions: Sequence[Suggestion]) -> list[str]:
    """The figures of some suggestions, as lines."""
    having = [it for it in suggestions if it.successor is not None]
    faults = Counter(fault for it in having for fault in it.faults)
    told = ", ".join(f"{name} {faults[name]}" for name in ("size", "media", "region", "mode"))
    lines = [f"{title}: {len(having)} of {len(suggestions)} have a successor; across {told}"]
    wrong = [it for it in having if it.faults]
    return [*lines, *(f"  WRONG {it.id} -> {it.successor and it.successor.id}: {', '.join(it.faults)}" for it in wrong)]


def share(part: Iterable[object], whole: Sequence[object]) -> str:
    """A part of a whole, with its per cent."""
    count = sum(1 for _ in part)
    return f"{count} of {len(whole)} ({100 * count / len(whole):.1f} %)"


def main(arguments: Sequence[str]) -> None:
    """Print the figures, and a sample of the suggestions."""
    parser = argparse.ArgumentParser(prog="python -m bench.truth successors", description=__doc__)
    parser.add_argument("--sample", type=int, default=25, help="suggestions to print")
    options = parser.parse_args(arguments)
    feeds = open_sources()
    edition = Edition.of(build(feeds), dialects=())
    date = next(feed.ref.date for feed in feeds if feed.name == MODELS_DEV)
    ending, dropped = list(listed(edition)), list(gone(edition))
    deprecated = [it for it in ending if it.is_deprecated and it.first_party]
    print(f"Successors in the packaged catalog, models.dev of {date}")
    print(*summary("listed and ending", ending), *summary("gone", dropped), sep="\n")
    print(f"deprecated at the lab itself: {share((it for it in deprecated if it.successor), deprecated)} have one,")
    told = [it for it in deprecated if it.successor or it.note]
    print(f"  {share(told, deprecated)} have one or a reason why none")
    everything = [*ending, *dropped]
    for it in Random(SEED).sample(everything, min(options.sample, len(everything))):
        print(f"  {it.id} -> {it.successor.id if it.successor else it.note or 'none'}")
