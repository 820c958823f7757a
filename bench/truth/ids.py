"""Look up every id of recorded feeds in the packaged catalog: its host, whether it is known, its last day.

python -m bench.truth ids [--data DIR] [--examples N]

The host of an id is read from its feed, not from the lookup: models.dev's provider, LiteLLM's ``litellm_provider``.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from llmanac.domain.feed import LITELLM, MODELS_DEV
from llmanac.domain.naming import fold
from llmanac.ingest import pipeline
from llmanac.ingest.decode.feed import read_feed
from llmanac.ingest.merge.litellm_offers import host_of_prefix
from llmanac.ingest.merge.litellm_routes import prefix_of
from llmanac.ingest.packaged.bundled import open_sources
from llmanac.service.editions.edition import Edition
from llmanac.service.offers.validation import IdStatus, Validation, Validator

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
FEEDS = (
    (LITELLM, "litellm-2026-08-11.json.gz"),
    (LITELLM, "litellm-2026-11.json.gz"),
    (MODELS_DEV, "models-dev-2026-05-21.json.gz"),
    (MODELS_DEV, "models-dev-2026-07-02.json.gz"),
    (MODELS_DEV, "models-dev-2026-08-18.json.gz"),
    (MODELS_DEV, "models-dev-2026-09-30.json.gz"),
)
STANDINGS = tuple(IdStatus)


@dataclass(frozen=True, slots=True)
class ListedId:
    """An id of a feed, its host, and the last day that the feed states."""

    id: str
    host: str
    names_host: bool
    """Whether the id begins with its host; a bare one of LiteLLM's may also be the lab's own."""
    last_day: str | None = None


@dataclass(slots=True)
class Tally:
    """The verdicts on the ids of one feed."""

    standings: Counter[IdStatus] = field(default_factory=Counter)
    own: int = 0
    elsewhere: list[str] = field(default_factory=list)
    dated: int = 0
    untold: list[str] = field(default_factory=list)
    not_known: list[str] = field(default_factory=list)

    def add(self, listed: ListedId, verdict: Validation) -> None:
        """Count one verdict."""
        self.standings[verdict.standing] += 1
        if verdict.standing is IdStatus.KNOWN:
            if family_of(verdict.provider or "") == listed.host or not listed.names_host:
                self.own += 1
            else:
                self.elsewhere.append(f"{listed.id} -> {verdict.offer}")
        else:
            self.not_known.append(f"{listed.id} ({verdict.standing})")
        if listed.last_day is not None:
            self.dated += 1
            if verdict.deprecation_date is None:
                self.untold.append(f"{listed.id} ({listed.last_day}, {verdict.standing})")


def family_of(provider: str) -> str:
    """The host of a provider, one for all that LiteLLM calls by one prefix, such as Azure's two."""
    return host_of_prefix(prefix_of(provider) or provider)


def ids_of(source: str, path: Path) -> Iterator[ListedId]:
    """Every id of a feed."""
    layer = read_feed(source, path).decode()
    for provider in layer.providers:
        for model in provider.models:
            yield ListedId(f"{provider.id}/{model.id}", family_of(provider.id), names_host=True)
    for row in layer.models:
        owner = host_of_prefix((row.litellm_provider or "").removeprefix("text-completion-"))
        head = row.id.partition("/")[0] if "/" in row.id else ""
        names_host = bool(head) and host_of_prefix(head.removeprefix("text-completion-")) == owner
        yield ListedId(row.id, owner, names_host=names_host, last_day=row.deprecation_date)


def tally(ids: Iterator[ListedId], validator: Validator) -> Tally:
    """The verdicts on ids."""
    counted = Tally()
    for listed in ids:
        counted.add(listed, validator.validate(listed.id))
    return counted


def main(arguments: Sequence[str]) -> None:
    """Print the counts for each feed, and some of what is wrong."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.truth ids", description="Look up every id of recorded feeds."
    )
    parser.add_argument("--data", type=Path, default=DATA, help="the folder of recorded feeds")
    parser.add_argument("--examples", type=int, default=0, help="ids to print of each fault")
    options = parser.parse_args(arguments)
    edition = Edition.of(pipeline.build(open_sources()))
    tallies = {name: tally(ids_of(source, options.data / name), edition.services.validator) for source, name in FEEDS}
    columns = [*(str(it) for it in STANDINGS), "own host", "another host", "last day", "told"]
    print(f"| feed | ids | {' | '.join(columns)} |\n| -- |{' --: |' * (len(columns) + 1)}")
    for name, it in tallies.items():
        ids = it.standings.total()
        told = f"{1 - len(it.untold) / it.dated:.1%}" if it.dated else ""
        figures = [it.standings[each] for each in STANDINGS] + [it.own, len(it.elsewhere), it.dated or "", told]
        print(f"| {name.removesuffix('.json.gz')} | {ids} | {' | '.join(map(str, figures))} |")
    for name, it in tallies.items():
        for fault, examples in (("another host", it.elsewhere), ("not told", it.untold), ("not known", it.not_known)):
            for example in sorted(examples, key=fold)[: options.examples]:
                print(f"{name}: {fault}: {example}")
