"""The history of figures: since when a source has stated one, and which it stated before."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from llmanac.domain.feed import FIGURES, FeedRef
from llmanac.domain.pricing import Rates
from llmanac.errors import InvalidSource
from llmanac.ingest.decode.feed import Feed
from llmanac.ingest.decode.figure_history import NO_HISTORY, FigureHistory, FigureLookup, Statement
from llmanac.ingest.layer import Cost, Layer, ModelClaims, ProviderClaims

MAY, AUGUST, SEPTEMBER, OCTOBER = "2026-05-21", "2026-08-18", "2026-09-30", "2026-10-20"


def ref(date: str, name: str = "models.dev") -> FeedRef:
    return FeedRef(name=name, origin="test", date=date, sha256=f"{name} of {date}")


def layer(**inputs: str | None) -> Layer:
    """A layer of one host, whose models have these prices of input; None is a model without a price."""
    models = tuple(
        ModelClaims(id=name, cost=Cost(Rates(input=Decimal(price), output=Decimal(9))) if price else None)
        for name, price in inputs.items()
    )
    host = ProviderClaims(id="acme", models=models)
    return Layer(source="models.dev", providers=(host,), size=len(models), unknown_keys={}, sha256="")


def history(**days: Layer) -> FigureHistory:
    """A history of these layers, by ``_2026_05_21`` and the like."""
    return NO_HISTORY.with_feeds((ref(day.strip("_").replace("_", "-")), it) for day, it in days.items())


def lookup(known: FigureHistory, date: str) -> FigureLookup:
    return known.until(ref(date))


def since(known: FigureHistory, value: str, *, on: str = SEPTEMBER) -> Statement | None:
    return lookup(known, on).statement("acme/m", "input", Decimal(value))


THREE = history(_2026_05_21=layer(m="5"), _2026_08_18=layer(m="4"), _2026_09_30=layer(m="4"))


def test_a_figure_is_stated_since_the_first_feed_of_the_unbroken_run_that_states_it() -> None:
    assert since(THREE, "4") == Statement(AUGUST, since_oldest=False)


def test_a_figure_of_the_oldest_feed_may_be_older_still() -> None:
    assert since(history(_2026_05_21=layer(m="5"), _2026_09_30=layer(m="5")), "5") == Statement(MAY, since_oldest=True)


def test_a_figure_that_came_and_went_is_stated_since_it_came_back() -> None:
    returned = history(_2026_05_21=layer(m="5"), _2026_08_18=layer(m="4"), _2026_09_30=layer(m="5"))

    assert since(returned, "5") == Statement(SEPTEMBER, since_oldest=False)


@pytest.mark.parametrize("gone", [layer(), layer(m=None)], ids=["record", "price"])
def test_a_record_without_the_price_breaks_the_run(gone: Layer) -> None:
    returned = history(_2026_05_21=layer(m="5"), _2026_08_18=gone, _2026_09_30=layer(m="5"))

    assert since(returned, "5") == Statement(SEPTEMBER, since_oldest=False)


def test_a_record_that_is_new_is_stated_since_its_first_feed() -> None:
    assert since(history(_2026_05_21=layer(), _2026_08_18=layer(m="5")), "5") == Statement(AUGUST, since_oldest=False)


def test_a_figure_that_no_feed_had_is_stated_since_today() -> None:
    assert since(THREE, "3", on=OCTOBER) == Statement(OCTOBER, since_oldest=False)


def test_without_earlier_feeds_today_is_the_oldest_day() -> None:
    assert since(NO_HISTORY, "3") == Statement(SEPTEMBER, since_oldest=True)


def test_noise_is_no_new_figure() -> None:
    noisy = history(_2026_05_21=layer(m="5"), _2026_09_30=layer(m="5.01"))

    assert since(noisy, "5.01") == Statement(MAY, since_oldest=True)


def test_a_figure_that_was_stated_before_has_been_left() -> None:
    today = lookup(THREE, SEPTEMBER)

    assert today.has_left("acme/m", "input", Decimal(5))
    assert not today.has_left("acme/m", "input", Decimal(3))
    assert not today.has_left("acme/other", "input", Decimal(5))


def test_what_came_later_than_a_feed_is_not_known_with_it() -> None:
    in_may, in_summer = lookup(THREE, MAY), lookup(THREE, "2026-07-02")

    assert in_may.statement("acme/m", "input", Decimal(5)) == Statement(MAY, since_oldest=True)
    assert not in_may.has_left("acme/m", "input", Decimal(4))
    assert in_summer.statement("acme/m", "input", Decimal(4)) == Statement("2026-07-02", since_oldest=False)


def test_an_older_feed_adds_nothing() -> None:
    assert THREE.with_feeds([(ref(MAY), layer(m="1")), (ref("2026-06-01"), layer())]) == THREE


@pytest.mark.parametrize("last", ["4", "5", "3", None])
def test_of_several_feeds_of_a_day_the_last_counts(last: str | None) -> None:
    again = THREE.with_feeds([(ref(OCTOBER), layer(m="1", new="1")), (ref(OCTOBER), layer(m=last))])

    assert again == THREE.with_feeds([(ref(OCTOBER), layer(m=last))])


def test_each_source_has_its_own_figures() -> None:
    row = ModelClaims(id="acme/m", cost=Cost(Rates(input=Decimal(7))))
    rows = Layer(source="litellm", models=(row,), size=1, unknown_keys={}, sha256="")
    both = THREE.with_feeds([(ref(AUGUST, "litellm"), rows)])

    theirs = both.until(ref(SEPTEMBER, "litellm")).statement("acme/m", "input", Decimal(7))
    assert theirs == Statement(AUGUST, since_oldest=True)
    assert since(both, "4") == Statement(AUGUST, since_oldest=False)


def test_of_rates_that_it_was_not_made_for_it_knows_nothing() -> None:
    older = FigureHistory({"models.dev": replace(THREE.sources["models.dev"], names=("output",))})

    assert since(older, "4") is None


def test_it_is_kept_as_a_feed() -> None:
    feed = THREE.feed(origin="test")

    assert (feed.name, feed.ref.date) == (FIGURES, SEPTEMBER)
    assert FigureHistory.read(feed) == THREE
    assert THREE.feed(origin="test") == feed


@pytest.mark.parametrize("content", [b"[]", b"{", b'{"models.dev": {}}', b'{"models.dev": 1}'])
def test_a_damaged_one_is_refused(content: bytes) -> None:
    with pytest.raises(InvalidSource, match="no history of figures"):
        FigureHistory.read(Feed.of(content, name=FIGURES, origin="test", date=MAY))
