"""Past offers are told from ids that never were: when they were last listed, until when they ran, what they cost."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import msgspec
import pytest

from llmanac.domain.lifecycle import Lifecycle, LifecycleDate
from llmanac.domain.pricing import Price, PriceState, Rates
from llmanac.domain.records import Offer
from llmanac.ingest import pipeline
from llmanac.ingest.content.patch import apply_patch
from llmanac.ingest.merge.build import Build
from llmanac.ingest.packaged.seeds import packaged_days
from llmanac.service.offers.past_offers import (
    PackedPastOffers,
    PastOffer,
    PastOffers,
    PastTable,
    build_past_offers,
    packaged_past,
)

from ..conftest import MakeBuild, dated, row

ENDS = Lifecycle(retires_on=LifecycleDate("2026-08-05", "litellm"))


def table_of(*builds: Build) -> PastTable:
    content = apply_patch(build_past_offers(builds), base=b"")
    return PastTable(msgspec.msgpack.Decoder(PackedPastOffers).decode(content))


@pytest.fixture
def past(make_build: MakeBuild) -> PastOffers:
    own = Offer(
        provider="anthropic",
        model="claude-opus-4-1-20250805",
        base="claude-opus-4.1",
        first_party=True,
        price=Price(Rates(input=Decimal(15), output=Decimal(75)), state=PriceState.KNOWN),
        lifecycle=ENDS,
    )
    elsewhere = Offer(provider="router", model="anthropic/claude-opus-4-1-20250805", base="claude-opus-4.1")
    stays = Offer(provider="anthropic", model="claude-sonnet-5", base="claude-sonnet-5", first_party=True)
    may = dated(make_build(own, elsewhere, stays), "2026-05-21")
    august = dated(make_build(own, stays, rows={own.id: row(id=own.model)}), "2026-08-18")
    september = dated(make_build(stays), "2026-09-30")
    table = table_of(may, august, september)
    return PastOffers(lambda: table)


def test_a_past_offer_says_when_it_was_last_listed_until_when_it_ran_and_what_it_cost(past: PastOffers) -> None:
    found = past.find(["anthropic"], "claude-opus-4-1-20250805")
    assert found is not None
    assert (found.id, found.listed_by, found.last_listed) == (
        "anthropic/claude-opus-4-1-20250805",
        "models.dev",
        "2026-08-18",
    )
    assert found.lifecycle.retires_on == LifecycleDate("2026-08-05", "litellm", last_stated="2026-08-18")
    assert (found.input, found.output) == (Decimal(15), Decimal(75))
    assert found.sentence == (
        "anthropic/claude-opus-4-1-20250805 is not listed any more; models.dev last listed it on 2026-08-18, and its "
        "last day by LiteLLM was 2026-08-05. It cost 15 for input and 75 for output, USD per million tokens."
    )


@pytest.mark.parametrize("spelt", ["Claude-Opus-4-1-20250805", "claude_4_1_opus_20250805", "claude-opus-4.1-20250805"])
def test_a_past_offer_is_found_in_other_separators(past: PastOffers, spelt: str) -> None:
    found = past.find(["anthropic"], spelt)
    assert found is not None
    assert found.id == "anthropic/claude-opus-4-1-20250805"


def test_a_past_offer_is_its_own_hosts_alone(past: PastOffers) -> None:
    assert past.find(["router"], "claude-opus-4-1-20250805") is None
    assert past.find(["other"], "claude-opus-4-1-20250805") is None


def test_a_name_without_a_host_is_the_labs_past_offer(past: PastOffers) -> None:
    own, other = past.find_own("claude-opus-4-1-20250805"), past.find_own("anthropic/claude-opus-4-1-20250805")
    assert own is not None
    assert own.id == "anthropic/claude-opus-4-1-20250805"
    assert other is None


def test_what_is_newer_than_a_catalog_is_no_past_of_it(make_build: MakeBuild) -> None:
    offer = Offer(provider="anthropic", model="claude-opus-5", base="claude-opus-5", first_party=True)
    table = table_of(dated(make_build(offer), "2026-09-30"))
    then, later = (
        PastOffers(lambda: table, days={"models.dev": day}) for day in (date(2026, 5, 21), date(2026, 10, 1))
    )
    assert then.find(["anthropic"], "claude-opus-5") is None
    assert later.find(["anthropic"], "claude-opus-5") is not None


@pytest.mark.slow
def test_the_packaged_table_is_that_of_the_packaged_feeds() -> None:
    builds = [pipeline.build(seed.feed for seed in day.seeds.values()) for day in packaged_days()]
    assert list(packaged_past()) == list(table_of(*builds)), "build it anew: llmanac snapshot past"


def test_the_packaged_table_knows_ids_that_are_gone() -> None:
    known: dict[str, PastOffer] = {it.id: it for it in packaged_past()}
    assert known["anthropic/claude-opus-4-1-20250805"].lifecycle.stated == LifecycleDate(
        "2026-08-05", "litellm", last_stated="2026-08-11"
    )
    assert known["groq/meta-llama/llama-4-maverick-17b-128e-instruct"].last_listed == "2026-08-11"
