"""Every trap of models.dev's feed, and what is made of it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmanac.domain.pricing import Rates, Tier
from llmanac.domain.records import Capability, Limits, Modalities
from llmanac.errors import InvalidSource
from llmanac.ingest.content.document import read_document
from llmanac.ingest.decode.formats import modelsdev
from llmanac.ingest.decode.formats.modelsdev import round_boundary

from ...conftest import MODEL, PROVIDER, Decode, feed_of


def test_a_record_in_order_is_mirrored_with_nothing_to_report(decode_model: Decode) -> None:
    model, layer = decode_model(
        canonical_model_id="lab/model",
        status="beta",
        knowledge="2025-05",
        provider={"npm": "@ai-sdk/anthropic", "api": "https://api.acme.example/anthropic/v1"},
        limit={"context": 200000, "input": 180000, "output": 64000},
    )

    assert (model.id, model.name, model.family, model.canonical) == ("model", "Model", "model", "lab/model")
    assert (model.status, model.knowledge, model.release_date) == ("beta", "2025-05", "2026-01-02")
    assert (model.npm, model.api) == ("@ai-sdk/anthropic", "https://api.acme.example/anthropic/v1")
    assert model.limits == Limits(context=200000, input=180000, output=64000)
    assert model.modalities == Modalities(input=("text",), output=("text",))
    assert model.open_weights is False
    assert (layer.size, layer.rejects, layer.unknown_keys) == (1, (), {})


@pytest.mark.parametrize(
    "id_", ["Llama-3.3+(3.1v3.3)-70B", "NousResearch 2/x", "hf:a/b", "~x", "a@b", "@cf/a/b", "A", "模型"]
)
def test_ids_are_kept_to_the_letter(id_: str) -> None:
    layer = modelsdev.decode(read_document(feed_of({id_: {**MODEL, "id": id_}})))

    assert layer.providers[0].models[0].id == id_
    assert layer.rejects == ()


def test_ids_that_differ_only_by_case_are_two_models() -> None:
    layer = modelsdev.decode(read_document(feed_of({"flexai/DeepSeek-V4": MODEL, "flexai/deepseek-v4": MODEL})))

    assert [model.id for model in layer.providers[0].models] == ["flexai/DeepSeek-V4", "flexai/deepseek-v4"]


def test_an_id_that_differs_from_its_key_gives_way_to_it(decode_model: Decode) -> None:
    model, layer = decode_model(id="other")

    assert model.id == "model"
    assert [reject.where for reject in layer.rejects] == ["acme/model: id"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": None}, "name"),
        ({"name": 7}, "name"),
        ({"release_date": "2025-25-11"}, "release_date"),
        ({"open_weights": "yes"}, "open_weights"),
        ({"tool_call": 1}, "tool_call"),
        ({"limit": 128000}, "limit"),
        ({"limit": {"context": "128k", "output": 1}}, "limit.context"),
        ({"limit": {"context": -1, "output": 1}}, "limit.context"),
        ({"modalities": {"input": "text", "output": ["text"]}}, "modalities.input"),
        ({"cost": []}, "cost"),
        ({"cost": {"input": -1, "output": 2}}, "cost.input"),
        ({"cost": {"input": "1", "output": 2}}, "cost.input"),
        ({"cost": {"input": 1, "output": 2, "tiers": {}}}, "cost.tiers"),
        ({"cost": {"input": 1, "output": 2, "tiers": ["x"]}}, "cost.tiers"),
        ({"cost": {"input": 1, "output": 2, "tiers": [{"input": 2}]}}, "cost.tiers"),
        (
            {"cost": {"input": 1, "output": 2, "tiers": [{"input": 2, "tier": {"type": "hour", "size": 3}}]}},
            "cost.tiers",
        ),
        ({"provider": {"npm": 1}}, "provider.npm"),
        ({"interleaved": "yes"}, "interleaved"),
    ],
)
def test_a_bad_field_is_rejected_and_the_record_kept(changes: dict[str, Any], field: str, decode_model: Decode) -> None:
    model, layer = decode_model(**changes)

    assert model.id == "model"
    assert [reject.where for reject in layer.rejects] == [f"acme/model: {field}"]


@pytest.mark.parametrize("bad", [None, 1, "text", []])
def test_a_bad_record_is_rejected_and_the_others_kept(bad: object) -> None:
    layer = modelsdev.decode(read_document(feed_of({"bad": bad, "good": MODEL})))

    assert [model.id for model in layer.providers[0].models] == ["good"]
    assert [reject.where for reject in layer.rejects] == ["acme/bad"]


@pytest.mark.parametrize("id_", ["", " ", "a\0b", "a\nb", "x" * 257])
def test_a_record_whose_id_nobody_could_type_is_rejected(id_: str) -> None:
    layer = modelsdev.decode(read_document(feed_of({id_: MODEL, "good": MODEL})))

    assert layer.size == 1
    assert len(layer.rejects) == 1


@pytest.mark.parametrize("id_", ["", "a/b", "a b", "a\tb"])
def test_a_provider_whose_id_would_not_end_at_the_first_slash_is_rejected(id_: str) -> None:
    layer = modelsdev.decode(
        read_document(
            orjson.dumps(
                {id_: {**PROVIDER, "id": id_, "models": {"m": MODEL}}, **orjson.loads(feed_of({"good": MODEL}))}
            )
        )
    )

    assert [provider.id for provider in layer.providers] == ["acme"]
    assert len(layer.rejects) == 1


@pytest.mark.parametrize("field", sorted(MODEL))
def test_no_field_is_required(field: str, decode_model: Decode) -> None:
    model, layer = decode_model(**{field: ...})

    assert model.id == "model"
    assert layer.rejects == ()


def test_unknown_keys_are_counted_by_their_path(decode_model: Decode) -> None:
    _, layer = decode_model(
        colour="red", cost={"input": 1, "output": 2, "image": 3}, limit={"context": 1, "output": 1, "images": 4}
    )

    assert layer.unknown_keys == {"model.colour": 1, "model.cost.image": 1, "model.limit.images": 1}
    assert layer.rejects == ()


def test_zero_limits_are_unknown_and_an_output_beyond_the_context_stays(decode_model: Decode) -> None:
    assert decode_model(limit={"context": 0, "output": 0})[0].limits == Limits()
    assert decode_model(limit={"context": 4096, "output": 8192})[0].limits == Limits(context=4096, output=8192)


def test_a_price_keeps_what_was_meant_and_not_how_it_was_stored(decode_model: Decode) -> None:
    model, _ = decode_model(cost={"input": 0.049999999999999996, "output": 2, "cache_read": 0})

    assert model.cost is not None
    assert model.cost.rates == Rates(input=Decimal("0.05"), output=Decimal(2), cache_read=Decimal(0))


@pytest.mark.parametrize(
    ("stated", "meant"),
    [
        (200000, 200000),
        (200001, 200000),
        (199999, 200000),
        (272001, 272000),
        (128001, 128000),
        (262144, 262144),
        (262145, 262144),
        (32001, 32000),
        (123456, 123456),
    ],
)
def test_boundaries_of_tiers_are_all_meant_as_more_than_a_round_number(stated: int, meant: int) -> None:
    assert round_boundary(stated) == meant


def test_tiers_have_the_exact_size_and_go_before_the_old_form(decode_model: Decode) -> None:
    model, layer = decode_model(
        cost={
            "input": 1,
            "output": 2,
            "context_over_200k": {"input": 9},
            "tiers": [
                {"input": 3, "tier": {"type": "context", "size": 272001}},
                {"input": 2, "tier": {"size": 32000}},
            ],
        }
    )

    assert model.cost is not None
    assert model.cost.tiers == (Tier(32_000, Rates(input=Decimal(2))), Tier(272_000, Rates(input=Decimal(3))))
    assert layer.rejects == ()


def test_the_old_form_of_a_tier_stands_where_it_is_alone(decode_model: Decode) -> None:
    model, _ = decode_model(cost={"input": 1, "output": 2, "context_over_200k": {"input": 2, "output": 3}})

    assert model.cost is not None
    assert model.cost.tiers == (Tier(200_000, Rates(input=Decimal(2), output=Decimal(3))),)


def test_capabilities_come_in_one_order_and_media_from_the_modalities(decode_model: Decode) -> None:
    model, _ = decode_model(
        reasoning=True,
        structured_output=True,
        attachment=True,
        temperature=True,
        interleaved={"field": "reasoning_content"},
        modalities={"input": ["video", "text", "pdf", "image", "audio"], "output": ["image", "audio", "video"]},
        cost={"input": 1, "output": 2, "cache_read": 0},
    )

    assert model.capabilities == tuple(Capability)


def test_attachment_is_not_vision_and_what_is_absent_is_not_able(decode_model: Decode) -> None:
    assert decode_model(attachment=True, tool_call=False)[0].capabilities == (Capability.ATTACHMENT,)
    assert decode_model(tool_call=..., interleaved=False)[0].capabilities == ()
    assert decode_model(tool_call=False, interleaved=True)[0].capabilities == (Capability.INTERLEAVED,)


def test_equal_parts_of_records_are_one_object() -> None:
    models = modelsdev.decode(read_document(feed_of({"a": MODEL, "b": MODEL}))).providers[0].models

    assert models[0].limits is models[1].limits
    assert models[0].modalities is models[1].modalities
    assert models[0].cost is models[1].cost
    assert models[0].capabilities is models[1].capabilities


@pytest.mark.parametrize(
    "content",
    [{"error": "rate limited"}, {"a": {"models": {}}}, {"data": [{"id": "x"}]}, {"lab/model": {"name": "Model"}}],
)
def test_a_feed_without_a_single_model_is_refused_with_what_is_expected(content: dict[str, Any]) -> None:
    with pytest.raises(InvalidSource, match=r"models\.dev/api\.json"):
        modelsdev.decode(read_document(orjson.dumps(content)))


ANY_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**60), 2**60)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(field=st.sampled_from([*sorted(MODEL), "interleaved", "status", "provider", "experimental"]), value=ANY_JSON)
def test_whatever_stands_in_a_field_its_record_and_its_neighbours_are_read(field: str, value: object) -> None:
    layer = modelsdev.decode(read_document(feed_of({"odd": {**MODEL, field: value}, "good": MODEL})))

    odd, good = layer.providers[0].models
    assert (odd.id, good.id) == ("odd", "good")
    assert good == modelsdev.decode(read_document(feed_of({"good": MODEL}))).providers[0].models[0]
    assert all(reject.where.startswith("acme/odd: ") for reject in layer.rejects)


@pytest.mark.slow
@given(
    block=st.sampled_from(["limit", "cost", "modalities"]),
    content=st.dictionaries(
        st.sampled_from(["context", "input", "output", "tiers", "context_over_200k", "cache_read"]), ANY_JSON
    ),
)
def test_whatever_stands_in_a_block_its_record_is_read(block: str, content: dict[str, object]) -> None:
    layer = modelsdev.decode(read_document(feed_of({"odd": {**MODEL, block: content}})))

    assert layer.providers[0].models[0].name == "Model"
