"""What could take a model's place: each condition, the order, and the costs, on catalogs that are written down here."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmanac.domain.feed import MODELS_DEV
from llmanac.domain.lifecycle import Lifecycle, LifecycleDate
from llmanac.domain.naming import base_of, region_of
from llmanac.domain.own_facts import OwnFacts
from llmanac.domain.pricing import UNKNOWN_PRICE, Price, PriceState, Rates
from llmanac.domain.records import Capability, Limits, Modalities, ModelKind, Offer
from llmanac.domain.usage import Usage
from llmanac.errors import InvalidParameters, NotFound
from llmanac.search.query.query import Query
from llmanac.search.query.schema import build_query
from llmanac.service.editions.edition import Edition
from llmanac.service.offers.alternative_list import AlternativeList
from llmanac.service.offers.alternative_pool import CONTEXT_KEPT, DISPENSABLE
from llmanac.service.offers.alternatives import Alternatives
from llmanac.service.offers.past_offers import PastFacts, PastOffer
from llmanac.service.offers.resolution import IdReading, Removed
from llmanac.service.offers.workload import Workload

from ..conftest import build_of

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
TEXT = Modalities(("text",), ("text",))
PICTURES = Modalities(("text", "image"), ("text",))
TOOLS = (Capability.TOOL_CALL,)


def usd(input_: float, output: float | None = None) -> Price:
    rates = Rates(input=Decimal(str(input_)), output=Decimal(str(input_ if output is None else output)))
    return Price(rates, state=PriceState.KNOWN if input_ else PriceState.FREE)


def offer(id_: str, **changes: Any) -> Offer:
    """An offer in which nothing is amiss: it chats, calls tools, and costs 1 USD per million tokens."""
    provider, _, model = id_.partition("/")
    facts: dict[str, Any] = {
        "base": base_of(model),
        "capabilities": TOOLS,
        "modalities": TEXT,
        "limits": Limits(context=128_000, output=8_000),
        "price": usd(1),
        "release_date": "2026-01-01",
        "first_party": True,
    }
    return Offer(provider=provider, model=model, **{**facts, **changes})


def alternatives_among(*offers: Offer) -> Alternatives:
    return Edition.of(build_of(*offers)).services.alternatives


def found(id_: str, *offers: Offer, **changes: Any) -> AlternativeList:
    return alternatives_among(*offers).find(id_, now=NOW, **changes)


def models(id_: str, *offers: Offer, **changes: Any) -> list[str]:
    return [it.id for it in found(id_, *offers, **changes).models]


class TestConditions:
    """One offer is what is replaced; the others differ from it in one thing."""

    def test_it_is_of_the_same_kind(self) -> None:
        others = [offer("b/beta"), offer("c/gamma", kind=ModelKind.EMBEDDING)]
        assert models("a/alpha", offer("a/alpha"), *others) == ["b/beta"]

    def test_it_takes_and_gives_at_least_the_same_media(self) -> None:
        others = [
            offer("b/beta", modalities=PICTURES),
            offer("c/gamma", modalities=TEXT),
            offer("d/delta", modalities=Modalities(("text", "image", "pdf"), ("text", "audio"))),
        ]
        assert sorted(models("a/alpha", offer("a/alpha", modalities=PICTURES), *others)) == ["b/beta", "d/delta"]

    def test_where_no_media_are_stated_those_of_the_kind_count(self) -> None:
        spoken = Modalities(("audio",), ("text",))
        own = offer("a/alpha", kind=ModelKind.TRANSCRIPTION, modalities=spoken)
        silent = offer("b/beta", kind=ModelKind.TRANSCRIPTION, modalities=Modalities())
        seeing = replace(own, model="alpha-2", base="alpha-2", modalities=Modalities(("audio", "video"), ("text",)))

        assert models("a/alpha", own, silent) == ["b/beta"]
        assert models("a/alpha-2", seeing, silent) == []

    def test_it_has_at_least_the_same_capabilities_but_those_that_say_how_an_api_is_used(self) -> None:
        own = offer("a/alpha", capabilities=(Capability.TOOL_CALL, Capability.REASONING, *sorted(DISPENSABLE)))
        others = [
            offer("b/beta", capabilities=(Capability.TOOL_CALL, Capability.REASONING)),
            offer("c/gamma", capabilities=(Capability.REASONING, *sorted(DISPENSABLE))),
        ]
        answer = found("a/alpha", own, *others)

        assert [it.id for it in answer.models] == ["b/beta"]
        assert set(answer.models[0].lacks) == {it.value for it in DISPENSABLE}

    def test_tools_and_reasoning_are_asked_of_chat_models_alone(self) -> None:
        own = offer("a/alpha", kind=ModelKind.IMAGE, modalities=Modalities(("text",), ("image",)))
        other = replace(own, provider="b", model="beta", base="beta", capabilities=())
        assert models("a/alpha", own, other) == ["b/beta"]

    @pytest.mark.parametrize(
        ("own", "other", "is_enough"),
        [
            (128_000, 128_000, True),
            (131_072, 128_000, True),
            (1_050_000, 1_000_000, True),
            (1_048_576, 1_000_000, True),
            (8_192, 8_191, True),
            (200_000, 128_000, False),
            (1_050_000, 997_000, False),
            (128_000, 120_000, False),
            (None, 4_000, True),
            (128_000, None, False),
        ],
    )
    def test_its_context_is_as_long_or_goes_by_the_same_name(
        self, own: int | None, other: int | None, *, is_enough: bool
    ) -> None:
        answer = found(
            "a/alpha",
            offer("a/alpha", limits=Limits(context=own)),
            offer("b/beta", limits=Limits(context=other)),
        )
        assert bool(answer.models) is is_enough
        assert answer.conditions is not None
        assert answer.conditions.min_context == (None if own is None else int(own * CONTEXT_KEPT))
        if is_enough and own is not None and other is not None:
            assert ("context" in answer.models[0].lacks) is (other < own)

    def test_a_bound_of_the_context_is_kept_to_the_token(self) -> None:
        own, other = offer("a/alpha", limits=Limits(context=131_072)), offer("b/beta")
        assert models("a/alpha", own, other, query=build_query(min_context=131_072)) == []

    def test_the_context_of_an_image_model_is_no_window(self) -> None:
        own = offer("a/alpha", kind=ModelKind.IMAGE, limits=Limits(context=65_536))
        other = offer("b/beta", kind=ModelKind.IMAGE, limits=Limits(context=77))
        assert models("a/alpha", own, other) == ["b/beta"]

    def test_its_id_has_the_same_mark_of_a_region(self) -> None:
        marked = [offer("amazon-bedrock/eu.lab.beta"), offer("requesty/gamma@eu"), offer("amazon-bedrock/us.lab.delta")]
        plain = [offer("amazon-bedrock/lab.alpha"), offer("b/epsilon")]
        own = offer("amazon-bedrock/eu.lab.alpha")

        assert sorted(models(own.id, own, *marked, *plain)) == ["amazon-bedrock/eu.lab.beta", "requesty/gamma@eu"]
        assert models("amazon-bedrock/lab.alpha", *marked, *plain) == ["b/epsilon"]

    def test_it_is_one_model_and_not_what_a_router_points_at_the_newest(self) -> None:
        assert models("a/alpha", offer("a/alpha"), offer("kilo/~lab/beta-latest"), offer("c/gamma")) == ["c/gamma"]

    def test_it_processes_data_in_no_region_but_those_of_the_organisation(self) -> None:
        own = offer("a/alpha", own=OwnFacts(regions=("eu", "ch")))
        others = [
            offer("b/beta", own=OwnFacts(regions=("eu",))),
            offer("c/gamma", own=OwnFacts(regions=("eu", "us"))),
            offer("d/delta"),
        ]
        assert models("a/alpha", own, *others) == ["b/beta"]

    def test_its_end_is_not_near(self) -> None:
        def ending(day: str) -> Lifecycle:
            return Lifecycle(retires_on=LifecycleDate(day, MODELS_DEV))

        others = [
            offer("b/beta", lifecycle=ending("2028-01-01")),
            offer("c/gamma", lifecycle=ending("2027-01-01")),
            offer("d/delta", status="deprecated"),
            offer("e/epsilon", status="beta"),
        ]
        assert sorted(models("a/alpha", offer("a/alpha"), *others)) == ["b/beta", "e/epsilon"]

    def test_filters_narrow_what_is_listed(self) -> None:
        offers = [offer("a/alpha"), offer("b/beta", open_weights=True), offer("c/gamma")]
        assert models("a/alpha", *offers, query=build_query(open_weights=True)) == ["b/beta"]
        assert models("a/alpha", *offers, query=Query(text="gamma")) == ["c/gamma"]


class TestOrder:
    def test_the_same_model_elsewhere_is_told_apart_and_the_cheapest_comes_first(self) -> None:
        offers = [
            offer("a/alpha"),
            offer("b/alpha", price=usd(3)),
            offer("c/alpha", price=usd(2)),
            offer("d/alpha", price=UNKNOWN_PRICE),
            offer("e/beta"),
        ]
        answer = found("a/alpha", *offers)
        assert [it.id for it in answer.hosts] == ["c/alpha", "b/alpha", "d/alpha"]
        assert [it.cost_ratio for it in answer.hosts] == [2.0, 3.0, None]
        assert [it.distance for it in answer.hosts] == [None] * 3
        assert (answer.total_hosts, answer.total_models) == (3, 1)

    def test_a_model_of_about_the_same_price_is_closer(self) -> None:
        others = [offer("b/beta", price=usd(8)), offer("c/gamma", price=usd(1.1)), offer("d/delta", price=usd(0.2))]
        assert models("a/alpha", offer("a/alpha"), *others) == ["c/gamma", "d/delta", "b/beta"]

    def test_of_those_as_close_the_cheapest_comes_first(self) -> None:
        others = [offer("b/beta", price=usd(1.02)), offer("c/gamma", price=usd(0.98)), offer("d/delta")]
        assert models("a/alpha", offer("a/alpha"), *others) == ["c/gamma", "d/delta", "b/beta"]

    def test_one_that_is_older_is_farther_and_one_without_a_date_is_a_year_older(self) -> None:
        others = [
            offer("b/beta", release_date="2024-01-01"),
            offer("c/gamma", release_date="2026-09-01"),
            offer("d/delta", release_date=None),
        ]
        assert models("a/alpha", offer("a/alpha"), *others) == ["c/gamma", "d/delta", "b/beta"]

    def test_one_of_the_same_line_at_the_same_host_is_closer_than_another(self) -> None:
        offers = [offer("acme/titan-3"), offer("acme/titan-4"), offer("acme/zephyr-1"), offer("b/beta")]
        assert models("acme/titan-3", *offers) == ["acme/titan-4", "acme/zephyr-1", "b/beta"]

    def test_one_of_about_the_same_size_is_closer(self) -> None:
        offers = [offer("a/alpha-70b"), offer("b/beta-8b"), offer("c/gamma-72b"), offer("d/delta")]
        assert models("a/alpha-70b", *offers) == ["c/gamma-72b", "d/delta", "b/beta-8b"]

    def test_one_with_open_weights_is_closer_to_one_that_has_them(self) -> None:
        others = [offer("b/beta", price=usd(0.99)), offer("c/gamma", open_weights=True)]
        assert models("a/alpha", offer("a/alpha", open_weights=True), *others) == ["c/gamma", "b/beta"]
        assert models("a/alpha", offer("a/alpha"), *others) == ["b/beta", "c/gamma"]

    def test_the_successor_of_one_that_ends_comes_first_whatever_it_costs(self) -> None:
        offers = [
            offer("acme/titan-3", status="deprecated"),
            offer("acme/titan-4", price=usd(30)),
            offer("acme/zephyr-1"),
        ]
        answer = found("acme/titan-3", *offers)
        assert answer.model.successor == "acme/titan-4"
        assert (answer.models[0].id, answer.models[0].distance) == ("acme/titan-4", 0.0)
        assert answer.models[0].why.startswith("Its successor")

    def test_the_successor_comes_first_without_a_price_too(self) -> None:
        offers = [
            offer("acme/titan-3", status="deprecated"),
            offer("acme/titan-4", price=UNKNOWN_PRICE),
            offer("b/titan-4"),
            offer("acme/zephyr-1"),
        ]
        assert models("acme/titan-3", *offers) == ["acme/titan-4", "acme/zephyr-1"]

    def test_a_successor_that_does_not_fulfil_the_conditions_is_named_and_not_listed(self) -> None:
        offers = [
            offer("acme/titan-3", status="deprecated", capabilities=(Capability.TOOL_CALL, Capability.PDF)),
            offer("acme/titan-4"),
        ]
        answer = found("acme/titan-3", *offers)
        assert (answer.model.successor, answer.models) == ("acme/titan-4", ())

    def test_what_has_no_known_cost_comes_last_and_what_a_request_does_not_fit_after_what_it_fits(self) -> None:
        work = Workload(tokens=Usage(input=126_000, output=1_000))
        others = [
            offer("b/beta", price=UNKNOWN_PRICE),
            offer("c/gamma", limits=Limits(context=128_000, output=500), price=usd(1)),
            offer("d/delta", price=usd(20)),
        ]
        answer = found("a/alpha", offer("a/alpha"), *others, workload=work)
        assert [(it.id, it.fits) for it in answer.models] == [("d/delta", True), ("c/gamma", False), ("b/beta", True)]

    def test_beside_a_model_without_a_price_others_are_compared_with_what_it_costs_elsewhere(self) -> None:
        own = offer("plan/alpha", price=Price(Rates(), state=PriceState.IN_PLAN))
        others = [offer("b/alpha", price=usd(5)), offer("c/cheap", price=usd(0.1)), offer("d/dear", price=usd(5))]
        assert models("plan/alpha", own, *others) == ["d/dear", "c/cheap"]

    def test_without_any_price_the_closest_comes_first_and_not_the_cheapest(self) -> None:
        own = offer("acme/titan-3", price=UNKNOWN_PRICE)
        offers = [own, offer("b/cheap", price=usd(0.01)), offer("acme/titan-4", price=usd(50))]
        assert models("acme/titan-3", *offers) == ["acme/titan-4", "b/cheap"]

    def test_what_is_free_is_closest_to_what_is_free(self) -> None:
        others = [offer("b/beta", price=usd(0.01)), offer("c/gamma", price=usd(0))]
        answer = found("a/alpha", offer("a/alpha", price=usd(0)), *others)
        assert [(it.id, it.cost_ratio) for it in answer.models] == [("c/gamma", None), ("b/beta", None)]

    def test_a_model_has_one_row_at_the_own_host_else_at_the_first_one_with_a_known_cost(self) -> None:
        offers = [
            offer("a/alpha"),
            offer("lab/beta"),
            offer("a/beta", first_party=False),
            offer("lab/gamma", price=UNKNOWN_PRICE),
            offer("b/gamma", first_party=False),
            offer("lab/delta-latest", base="delta"),
            offer("lab/delta"),
        ]
        assert sorted(models("a/alpha", *offers)) == ["a/beta", "b/gamma", "lab/delta"]


class TestWorkload:
    def test_the_costs_are_those_of_an_estimate(self) -> None:
        work = Workload(tokens=Usage(input=2_000_000, output=1_000_000), requests=3)
        answer = found("a/alpha", offer("a/alpha", price=usd(1, 4)), offer("b/beta", price=usd(2, 3)), workload=work)
        assert (answer.model.total, answer.models[0].total) == (Decimal(18), Decimal(21))
        assert answer.models[0].cost_ratio == pytest.approx(1.17)
        assert (answer.workload.tokens, answer.workload.requests) == (work.tokens, 3)
        assert answer.workload.is_default is False

    def test_a_workload_without_tokens_gets_the_default_ones_of_the_kind(self) -> None:
        answer = found("a/alpha", offer("a/alpha"), workload=Workload(tokens=Usage(), requests=7))
        assert (answer.workload.tokens, answer.workload.requests) == (Usage(input=10_000, output=1_000), 7)
        assert answer.workload.is_default is True
        embedding = offer("b/beta", kind=ModelKind.EMBEDDING)
        assert found("b/beta", embedding).workload.tokens == Usage(input=10_000)

    def test_a_service_that_no_host_has_is_refused(self) -> None:
        with pytest.raises(InvalidParameters, match="service 'slow'"):
            found("a/alpha", offer("a/alpha"), workload=Workload(tokens=Usage(), service="slow"))


class TestRemoved:
    FACTS = PastFacts(
        kind=ModelKind.CHAT, modalities=PICTURES, capabilities=TOOLS, context=100_000, release_date="2025-01-01"
    )
    PAST = PastOffer(
        provider="acme",
        model="titan-1",
        listed_by=MODELS_DEV,
        last_listed="2026-05-01",
        input=Decimal(2),
        output=Decimal(8),
        facts=FACTS,
    )

    def find(self, past: PastOffer, *offers: Offer) -> AlternativeList:
        removed = Removed(past.id, past, IdReading(past.provider, past.model))
        return alternatives_among(*offers).find(past.id, now=NOW, recalled=removed)

    def test_it_is_compared_as_it_was_last_listed(self) -> None:
        answer = self.find(self.PAST, offer("b/beta", modalities=PICTURES), offer("c/gamma"))
        assert (answer.model.status, answer.model.total, answer.model.facts_of) == ("removed", Decimal(28), None)
        assert [it.id for it in answer.models] == ["b/beta"]
        assert answer.note == "acme/titan-1 is not listed any more; it is compared as it was last listed."

    def test_where_its_facts_are_unknown_those_of_the_same_model_count_else_those_of_its_successor(self) -> None:
        bare = replace(self.PAST, facts=None)
        same = offer("b/titan-1", modalities=PICTURES, first_party=False)
        others = [offer("c/gamma", modalities=PICTURES), offer("d/delta")]

        answer = self.find(bare, same, *others)
        assert (answer.model.facts_of, [it.id for it in answer.models]) == ("b/titan-1", ["c/gamma"])
        assert [it.id for it in answer.hosts] == ["b/titan-1"]

        answer = self.find(bare, offer("acme/titan-2", modalities=PICTURES), *others)
        assert answer.model.facts_of == "acme/titan-2"
        assert [it.id for it in answer.models] == ["acme/titan-2", "c/gamma"]

    def test_where_nothing_is_known_nothing_is_listed_and_the_answer_says_so(self) -> None:
        unpriced = replace(self.PAST, facts=None, input=None, output=None)
        answer = self.find(unpriced, offer("b/beta"))
        assert (answer.conditions, answer.total_models, answer.model.total) == (None, 0, None)
        assert answer.note is not None
        assert "nothing can be compared" in answer.note

    def test_it_is_as_old_as_it_was(self) -> None:
        others = [offer("b/beta", release_date="2023-01-01"), offer("c/gamma", release_date="2026-01-01")]
        past = replace(self.PAST, facts=replace(self.FACTS, modalities=TEXT), model="titan-1")
        assert [it.id for it in self.find(past, *others).models] == ["c/gamma", "b/beta"]

    def test_an_id_that_never_was_is_not_found(self) -> None:
        with pytest.raises(NotFound, match="There is no model 'acme/titan-1'"):
            found("acme/titan-1", offer("b/beta"))


CONTEXTS = st.sampled_from((None, 8_000, 128_000, 131_072, 200_000))
OFFERS = st.builds(
    offer,
    st.sampled_from(
        [
            f"{host}/{region}{name}"
            for host in ("a", "b", "amazon-bedrock")
            for region in ("", "eu.")
            for name in ("alpha-1", "alpha-2", "beta-8b", "gamma-70b", "delta")
        ]
    ),
    capabilities=st.sets(st.sampled_from((Capability.TOOL_CALL, Capability.VISION, Capability.TEMPERATURE))).map(
        lambda it: tuple(sorted(it))
    ),
    modalities=st.sampled_from((TEXT, PICTURES, Modalities())),
    limits=CONTEXTS.map(lambda it: Limits(context=it)),
    price=st.sampled_from((usd(0), usd(1), usd(1.5), usd(30), UNKNOWN_PRICE)),
    kind=st.sampled_from((ModelKind.CHAT, ModelKind.EMBEDDING)),
    status=st.sampled_from((None, None, "deprecated")),
    release_date=st.sampled_from((None, "2024-01-01", "2026-01-01")),
    open_weights=st.sampled_from((None, True)),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(OFFERS, min_size=2, max_size=12, unique_by=lambda it: it.id))
def test_each_fulfils_every_condition_and_they_stand_in_the_order_that_is_stated(offers: list[Offer]) -> None:
    by_id = {it.id: it for it in offers}
    alternatives = alternatives_among(*offers)
    for own in offers:
        answer = alternatives.find(own.id, now=NOW, limit=100)
        stated = answer.conditions
        assert stated is not None
        fitting = {it.id for it in offers if it.id != own.id and _fulfils(it, own)}
        hosts, others = [it.id for it in answer.hosts], [it.id for it in answer.models]

        assert sorted(hosts) == sorted(it for it in fitting if by_id[it].base == own.base)
        assert len(others) == len({by_id[it].base for it in fitting} - {own.base}) == answer.total_models
        assert set(others) <= fitting
        keys = [
            (it.total is None and _has_cost(own, by_id.values(), hosts), it.fits is False, it.distance, it.total or 0)
            for it in answer.models
            if it.id != answer.model.successor
        ]
        assert keys == sorted(keys)
        assert answer.model.successor not in others[1:]
        first = alternatives.find(own.id, now=NOW, limit=1)
        assert (first.hosts, first.models) == (answer.hosts[:1], answer.models[:1])


def _has_cost(own: Offer, offers: Any, hosts: list[str]) -> bool:
    return any(it.price.state is not PriceState.UNKNOWN for it in offers if it.id in {own.id, *hosts})


def _fulfils(other: Offer, own: Offer) -> bool:
    """A plain reading of the conditions."""
    media = {"text"} if other.modalities == Modalities() else {*other.modalities.input}
    gives = {"text"} if other.modalities == Modalities() else {*other.modalities.output}
    least, context = own.limits.context, other.limits.context
    needed = {*own.capabilities} - DISPENSABLE
    if own.kind is not ModelKind.CHAT:
        needed -= {Capability.TOOL_CALL}
    return (
        other.kind is own.kind
        and other.status is None
        and {*own.modalities.input} <= media
        and {*own.modalities.output} <= gives
        and needed <= {*other.capabilities}
        and (least is None or (context is not None and context >= int(least * CONTEXT_KEPT)))
        and region_of(other.model) == region_of(own.model)
    )
