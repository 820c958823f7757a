"""Measure the served prices: python -m bench.truth served --data DIRECTORY --model-prices WHEEL.

It prints, of the embedded feeds, how often a served price is not the official one, by the order of the sources alone
and with the rule of who spoke last; which nulls a source could fill; and what that rule would have decided on earlier
feeds of models.dev, judged by a later one, which it was not made for.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from bench.truth._oracles import GENAI_RATES, Oracle, genai_prices, model_prices
from llmanac.domain.feed import FIGURES, LITELLM, MODELS_DEV
from llmanac.domain.pricing import RATE_NAMES, PriceState, Rates
from llmanac.domain.records import Offer
from llmanac.ingest import pipeline
from llmanac.ingest.decode.feed import Feed, read_feed
from llmanac.ingest.decode.figure_history import NO_HISTORY
from llmanac.ingest.merge.build import Build
from llmanac.ingest.merge.conflicts.causes import Cause
from llmanac.ingest.merge.conflicts.last_word import ServedRule
from llmanac.ingest.merge.missing_prices import fill_missing
from llmanac.ingest.packaged.bundled import open_sources

NOISE = Decimal("0.005")
"""The largest difference of two equal figures, relative to the larger."""
EXCHANGED = Decimal("0.05")
"""The largest difference of two figures that are one in another currency."""
FOREIGN = frozenset({"ovhcloud", "zhipuai"})
"""Hosts that bill in another currency, which each list of prices converts at a rate of its own."""
MODELS_DEV_DAYS = ("2026-05-21", "2026-07-02", "2026-08-18", "2026-09-30")
LITELLM_DAYS = ("2026-08-11", "2026-11")


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure that is served of an offer."""

    offer: Offer
    rate: str

    @property
    def key(self) -> tuple[str, str]:
        """The offer's id, and the rate."""
        return self.offer.id, self.rate

    @property
    def value(self) -> Decimal | None:
        """The served price."""
        value: Decimal | None = getattr(self.offer.price.rates, self.rate)
        return value


def main(arguments: list[str]) -> None:
    """Print all measures."""
    parser = argparse.ArgumentParser(prog="bench.truth served", description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="the directory of dated feeds")
    parser.add_argument("--model-prices", type=Path, required=True, help="the wheel of model-prices 0.0.5")
    parser.add_argument("--list", action="store_true", help="list what is wrong")
    options = parser.parse_args(arguments)
    feeds = open_sources()
    ordered = pipeline.build([feed for feed in feeds if feed.name != FIGURES])
    served = pipeline.build(feeds)
    official = model_prices(options.model_prices)
    for name, build in (("by the order of the sources", ordered), ("with the last word", served)):
        _print_first_party(name, build, official)
        _print_disputed(name, build, official)
        _print_disputed(name, build, genai_prices(offer.id for offer in build.catalog.offers))
    _print_fillable(served)
    for number in range(1, len(MODELS_DEV_DAYS)):
        _print_backtest(options.data, MODELS_DEV_DAYS[:number], official)
    if options.list:
        for figure in _first_party(served):
            right = official.figures.get(figure.key)
            if right is not None and figure.value is not None and not is_equal(figure.value, right):
                print(f"  {figure.offer.id} {figure.rate}: {figure.value}, official {right}")


def _first_party(build: Build) -> Iterator[Figure]:
    return (Figure(offer, rate) for offer in build.catalog.offers if offer.first_party for rate in GENAI_RATES)


def _print_first_party(name: str, build: Build, oracle: Oracle) -> None:
    """How many first-party prices are not the official ones."""
    counts: Counter[str] = Counter()
    for figure in _first_party(build):
        right = oracle.figures.get(figure.key)
        if right is None:
            continue
        if figure.value is None:
            counts["unknown here" if figure.offer.price.state is PriceState.KNOWN else figure.offer.price.state] += 1
        else:
            counts["right" if is_equal(figure.value, right) else "wrong"] += 1
    judged = counts["right"] + counts["wrong"]
    print(f"first-party prices {name}, by {oracle.name}: {counts['wrong']} of {judged} wrong "
          f"({counts['wrong'] / judged:.1%}); {dict(counts)}")  # fmt: skip


def _print_disputed(name: str, build: Build, oracle: Oracle) -> None:
    """How many of the prices on which the sources disagree are not the official ones, at all hosts."""
    offers = {offer.id: offer for offer in build.catalog.offers}
    wrong = judged = near = 0
    for conflict in build.conflicts:
        right = oracle.figures.get((conflict.offer, conflict.field))
        if right is None or conflict.cause is Cause.PLAN:
            continue
        value = Figure(offers[conflict.offer], conflict.field).value
        judged += 1
        if value is None or not is_equal(value, right):
            wrong += 1
            near += value is not None and abs(value - right) <= EXCHANGED * right and conflict.provider in FOREIGN
    share = (wrong - near) / judged
    print(f"disputed prices {name}, by {oracle.name}: {wrong - near} of {judged} wrong ({share:.1%}), "
          f"and {near} by another exchange rate alone")  # fmt: skip


def _print_fillable(build: Build) -> None:
    """How many prices are unknown though a source states them of the same price."""
    fillable = [
        f"{offer.id} {rate}"
        for offer in build.catalog.offers
        if offer.price.state in {PriceState.KNOWN, PriceState.UNKNOWN}
        for rate in _fillable(offer, build)
    ]
    print(f"nulls that a source could fill: {len(fillable)}", *fillable[:20], sep="\n  ")


def _fillable(offer: Offer, build: Build) -> Iterator[str]:
    rates = offer.price.rates
    for it in build.claims[offer.id]:
        cost = it.claims.cost
        if cost is None:
            continue
        filled = fill_missing(None, cost) if rates.input is None and rates.output is None else None
        for rate in RATE_NAMES:
            stated = getattr((filled or cost).rates, rate)
            if getattr(rates, rate) is None and stated and (filled or _is_same_whole(rates, cost.rates, rate)):
                yield rate


def _is_same_whole(own: Rates, stated: Rates, rate: str) -> bool:
    """Whether two sources state the same price of what a rate is a part of."""
    is_output = rate.startswith(("output", "reasoning"))
    whole = own.output if is_output else own.input
    stated_wholes = (stated.output, stated.output_image) if is_output else (stated.input,)
    return whole is not None and any(it is not None and is_equal(whole, it) for it in stated_wholes)


def _print_backtest(data: Path, days: Iterable[str], oracle: Oracle) -> None:
    """Print what the rule decides with models.dev's feeds up to a day, judged by models.dev's feed of 30 September."""
    known = [_feed(data, MODELS_DEV, day) for day in days]
    rows = [_feed(data, LITELLM, day) for day in LITELLM_DAYS]
    history = NO_HISTORY.with_feeds((feed.ref, feed.decode()) for feed in (*known, *rows))
    then = pipeline.build([known[-1], rows[-1], history.feed(origin="bench")])
    later = pipeline.build([_feed(data, MODELS_DEV, MODELS_DEV_DAYS[-1]), rows[-1]])
    stated = {offer.id: offer for offer in later.catalog.offers}
    counts: Counter[str] = Counter()
    for conflict in then.conflicts:
        offer = stated.get(conflict.offer)
        if conflict.served_rule is ServedRule.ORDER or offer is None or not isinstance(conflict.other.value, Decimal):
            continue
        now = Figure(offer, conflict.field).value
        official = oracle.figures.get((conflict.offer, conflict.field))
        counts[_verdict(now, official, served=Decimal(conflict.served.value), other=conflict.other.value)] += 1
    print(f"decided for LiteLLM of November with models.dev up to {known[-1].ref.date}: {dict(counts)}")


def _verdict(now: Decimal | None, official: Decimal | None, *, served: Decimal, other: Decimal) -> str:
    """Whether a decision was right: models.dev followed, or an official figure says so; open where it stands still."""
    if official is not None:
        return "right" if is_equal(official, served) else "wrong" if is_equal(official, other) else "neither"
    if now is None:
        return "open"
    return "right" if is_equal(now, served) else "open" if is_equal(now, other) else "neither"


def _feed(data: Path, name: str, day: str) -> Feed:
    return read_feed(name, data / f"{name.replace('.', '-')}-{day}.json.gz")


def is_equal(one: Decimal, other: Decimal) -> bool:
    """Returns True if two figures are equal but for noise."""
    return abs(one - other) <= NOISE * max(one, other)
