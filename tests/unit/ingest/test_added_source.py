"""A source that is added as a decoder and a row: an organisation's own claims in TOML, before all others."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any

import orjson
import pytest

from llmanac.domain.pricing import RATE_NAMES, Rates
from llmanac.domain.records import Offer
from llmanac.errors import InvalidSource
from llmanac.ingest.content.document import Document
from llmanac.ingest.decode.feed import Feed, read_feed
from llmanac.ingest.decode.figure_history import FigureHistory, SourceFigures
from llmanac.ingest.decode.memo import DecodeMemo
from llmanac.ingest.decode.sources import ALL_FIELDS, SOURCES, EntryLayout, SourceFormat
from llmanac.ingest.guard.rules import GuardRule
from llmanac.ingest.layer import Cost, Layer, ModelClaims, ProviderClaims
from llmanac.ingest.merge.build import Build
from llmanac.ingest.merge.conflicts.causes import Cause
from llmanac.ingest.merge.conflicts.conflict import ClaimedFigure
from llmanac.ingest.merge.conflicts.find import find_conflicts
from llmanac.ingest.merge.conflicts.last_word import ServedRule
from llmanac.ingest.pipeline import build
from llmanac.service.details.claims import claims_by_fact, provenance_of
from llmanac.service.editions.edition import Edition
from llmanac.service.editions.spec import EditionSpec
from llmanac.service.refresh.candidate import Candidate, Evaluation, EvaluationJob, EvaluationResult, evaluate
from llmanac.storage.in_memory import InMemoryEditions

OURS = "ours"

THREE = """
["acme/large"]
input = 7
["acme/own"]
input = 1
["maker/large"]
family = "our-family"
licence = "ours"
input = 8
output = 9
"""
ONE = """
["acme/large"]
input = 700
"""


def to_json(text: bytes) -> bytes:
    try:
        return orjson.dumps(tomllib.loads(text.decode()))
    except ValueError as error:
        raise InvalidSource(f"not TOML: {error}.") from error


def decode(document: Document, _memo: DecodeMemo | None = None) -> Layer:
    """Decode ``["host/model"]`` as claims about an offer, and ``["maker/model"]`` as claims about a model."""
    claims = {key: claimed(key, values) for key, values in document.content.items()}
    return Layer(
        source=OURS,
        providers=(ProviderClaims(id="acme", models=tuple(it for id_, it in claims.items() if id_[:4] == "acme")),),
        models=tuple(it for id_, it in claims.items() if id_[:4] != "acme"),
        size=len(claims),
        unknown_keys={},
        sha256=document.sha256,
    )


def claimed(key: str, values: Mapping[str, Any]) -> ModelClaims:
    host, _, model = key.partition("/")
    rates = {name: Decimal(values[name]) for name in ("input", "output") if name in values}
    return ModelClaims(
        id=model if host == "acme" else key,
        family=values.get("family"),
        licence=values.get("licence"),
        cost=Cost(Rates(**rates)),
    )


ROW = SourceFormat(
    label="Our own list",
    states="states what we have agreed",
    decode=decode,
    to_json=to_json,
    layout=EntryLayout.FLAT,
    price_keys=re.compile("input|output"),
    serves=ALL_FIELDS,
    required=False,
    guarded=False,
    home="https://models.example",
    licence="ours",
)
TABLE: Mapping[str, SourceFormat] = MappingProxyType({OURS: ROW, **SOURCES})


def public(**large: Any) -> tuple[Feed, Feed]:
    model = {"name": "Large", "family": "f", "canonical_model_id": "maker/large", "limit": {"context": 9, "output": 1}}
    models_dev = {"acme": {"env": ["KEY"], "models": {"large": {**model, "cost": {"input": 1, "output": 2}, **large}}}}
    litellm = {"gpt-x": {"litellm_provider": "openai", "mode": "chat"}}
    return (
        Feed.of(orjson.dumps(models_dev), name="models.dev", origin="x", date="2026-09-30"),
        Feed.of(orjson.dumps(litellm), name="litellm", origin="x", date="2026-11"),
    )


@pytest.fixture
def ours(tmp_path: Path) -> Feed:
    return written(THREE, tmp_path)


def written(text: str, folder: Path) -> Feed:
    path = folder / "ours-2027-01-01.toml"
    path.write_text(text, encoding="utf-8")
    return read_feed(OURS, path, sources=TABLE)


@pytest.fixture
def built(ours: Feed) -> Build:
    return build([*public(), ours], sources=TABLE)


def large_of(built: Build) -> Offer:
    return next(offer for offer in built.catalog.offers if offer.id == "acme/large")


def test_its_content_is_kept_as_json_whatever_it_is_written_in(ours: Feed) -> None:
    assert orjson.loads(ours.text)["acme/own"] == {"input": 1}
    assert (ours.ref.date, ours.read(sources=TABLE).layer.size) == ("2027-01-01", 3)


def test_a_file_that_cannot_be_converted_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(InvalidSource, match=r"^ours \(.*ours-2027-01-01.toml\): not TOML"):
        written("[", tmp_path)


def test_its_claims_about_an_offer_are_served_before_all_others(built: Build) -> None:
    large = large_of(built)

    assert (large.price.rates.input, large.limits.context, large.name) == (Decimal(7), 9, "Large")
    assert {offer.id: offer.listed_by for offer in built.catalog.offers} == {"acme/large": OURS, "acme/own": OURS}


def test_its_claims_about_a_model_are_served_before_what_hosts_list(built: Build) -> None:
    large = large_of(built)

    assert (large.family, large.price.rates.output) == ("our-family", Decimal(9))
    assert built.catalog.models[large.base].licence == "ours"


def test_of_its_own_claims_the_one_about_the_offer_goes_before_the_one_about_the_model(built: Build) -> None:
    assert [it.source for it in built.claims["acme/large"]] == [OURS, "models.dev"]
    assert built.claims["acme/large"][0].claims.rates == Rates(input=Decimal(7), output=Decimal(9))


def test_at_its_place_behind_the_others_it_only_fills_in(ours: Feed) -> None:
    behind = build([*public(), ours], sources={**SOURCES, OURS: ROW})
    large = large_of(behind)

    assert (large.family, large.price.rates.input, large.price.rates.output) == ("f", Decimal(1), Decimal(2))
    assert [it.source for it in behind.claims["acme/large"]] == ["models.dev", OURS]
    assert behind.catalog.models[large.base].licence == "ours"
    assert {offer.id: offer.listed_by for offer in behind.catalog.offers} == {
        "acme/large": "models.dev",
        "acme/own": OURS,
    }


def test_what_differs_is_a_conflict_that_says_why_its_figure_is_served(built: Build) -> None:
    found = {it.field: it for it in find_conflicts(built.catalog.offers, built.claims, sources=TABLE)}

    assert found.keys() == {"input", "output"}
    assert found["input"].claims == (ClaimedFigure(OURS, Decimal(7)), ClaimedFigure("models.dev", Decimal(1)))
    assert found["input"].rule == (
        "Our own list states what we have agreed, so its figure is served; models.dev's stays beside it."
    )
    assert found["input"].cause is Cause.DRIFT


def test_provenance_names_it(built: Build) -> None:
    large, claims = large_of(built), built.claims["acme/large"]
    dates = {source.ref.name: source.ref.date for source in built.catalog.sources}

    provenance = provenance_of(large, built.catalog.models[large.base], claims, sources=TABLE)
    by_fact = claims_by_fact(large, claims, dates=dates, sources=TABLE)

    assert (provenance["input"], provenance["licence"], provenance["name"]) == (OURS, OURS, "models.dev")
    assert [(it.source, it.date, it.value, it.served) for it in by_fact["input"]] == [
        (OURS, "2027-01-01", 7, True),
        ("models.dev", "2026-09-30", 1, False),
    ]


def test_its_date_does_not_become_the_day_of_the_catalog(ours: Feed) -> None:
    """Claude Opus 4 is featured beside its successor until it is a year old, as it is on the date of our own file."""
    both = {name: opus(name, released) for name, released in (("5", "2026-06-01"), ("4", "2025-10-15"))}
    claude = {f"claude-opus-{name}": it for name, it in both.items()}
    # Models of four labs make a host neutral: what such a host carries is widely carried.
    others = {id_: {"name": id_, "open_weights": False} for id_ in ("gpt-5", "grok-5", "kimi-k3")}
    models_dev = {
        "anthropic": {"env": ["A"], "models": claude},
        "neutral": {"env": ["N"], "models": {**claude, **others}},
    }
    litellm = {f"claude-opus-{name}": {"litellm_provider": "anthropic", "mode": "chat"} for name in both}

    def featured(*added: Feed, date: str = "2026-09-30") -> tuple[str, ...]:
        feeds = (
            Feed.of(orjson.dumps(models_dev), name="models.dev", origin="x", date=date),
            Feed.of(orjson.dumps(litellm), name="litellm", origin="x", date="2026-11"),
        )
        return build([*feeds, *added], sources=TABLE).catalog.featured

    assert featured(ours) == ("anthropic/claude-opus-5", "anthropic/claude-opus-4")
    assert featured(date=ours.ref.date) == ("anthropic/claude-opus-5",)


def opus(name: str, released: str) -> dict[str, Any]:
    return {
        "name": f"Claude Opus {name}",
        "release_date": released,
        "modalities": {"input": ["text"], "output": ["text"]},
        "limit": {"context": 200_000, "output": 32_000},
        "cost": {"input": 5, "output": 25},
    }


def test_a_newer_one_is_served_however_much_smaller_and_dearer_it_is(ours: Feed, tmp_path: Path) -> None:
    served = {feed.name: feed for feed in (*public(), ours)}
    newer = written(ONE, tmp_path)

    assert evaluated(newer, served, TABLE).feed == newer
    assert evaluated(newer, served, {**TABLE, OURS: replace(ROW, guarded=True)}).is_held


def test_where_it_is_guarded_the_old_price_of_an_entry_that_jumps_is_served(tmp_path: Path) -> None:
    # One of so many may be repriced before the whole feed is held.
    many = THREE + "".join(f'["maker/model-{number}"]\ninput = 1\n' for number in range(30))
    served = {feed.name: feed for feed in (*public(), written(many, tmp_path))}
    newer = written(many.replace("input = 7", "input = 700").replace("our-family", "new-family"), tmp_path)

    evaluation = evaluated(newer, served, {**TABLE, OURS: replace(ROW, guarded=True)})

    assert evaluation.examination is not None
    assert [(it.rule, it.entry) for it in evaluation.examination.quarantined] == [(GuardRule.JUMPED, "acme/large")]
    assert evaluation.feed is not None
    large = large_of(build([*public(), evaluation.feed], sources=TABLE))
    assert (large.price.rates.input, large.family) == (Decimal(7), "new-family")


def evaluated(newer: Feed, served: Mapping[str, Feed], sources: Mapping[str, SourceFormat]) -> Evaluation:
    return result_of(newer, served, sources).evaluations[OURS]


def result_of(newer: Feed, served: Mapping[str, Feed], sources: Mapping[str, SourceFormat]) -> EvaluationResult:
    job = EvaluationJob(
        served=served, candidates={OURS: Candidate(feed=newer)}, confirmations=3, editions=InMemoryEditions()
    )
    return evaluate(job, sources=sources)


def test_where_it_is_guarded_it_is_recorded_since_when_it_states_its_prices(tmp_path: Path) -> None:
    many = THREE + "".join(f'["maker/model-{number}"]\ninput = 1\n' for number in range(50))
    served, newer = {feed.name: feed for feed in public()}, written(many, tmp_path)

    recorded = result_of(newer, served, {**TABLE, OURS: replace(ROW, guarded=True)}).figures
    own = result_of(newer, served, TABLE).figures

    assert recorded is not None
    assert FigureHistory.read(recorded).sources[OURS].versions["acme/large"] == "0:7"
    assert own is None


def test_its_figure_stands_back_for_one_that_another_source_has_stated_since(ours: Feed) -> None:
    public_feeds = public(cost={"input": 2, "output": 2})
    known = {
        OURS: SourceFigures(("2026-05-21", "2027-01-01"), RATE_NAMES, {"acme/large": "0:7"}),
        "models.dev": SourceFigures(("2026-05-21", "2026-09-30"), RATE_NAMES, {"acme/large": "0:3;1:2"}),
    }

    built = build([*public_feeds, ours, FigureHistory(known).feed(origin="x")], sources=TABLE)

    assert large_of(built).price.rates.input == 2
    [conflict] = [it for it in built.conflicts if it.field == "input"]
    assert (conflict.served.source, conflict.served_rule) == ("models.dev", ServedRule.LATER)


def test_an_edition_is_made_of_it_under_a_key_of_its_own(ours: Feed, built: Build, tmp_path: Path) -> None:
    feeds = {feed.name: feed for feed in public()}

    keys = {EditionSpec(feeds=it).key for it in (feeds, {**feeds, OURS: ours}, {**feeds, OURS: written(ONE, tmp_path)})}

    assert len(keys) == 3
    edition = Edition.of(built, sources=TABLE)
    assert [source.ref.name for source in edition.sources] == [OURS, "models.dev", "litellm"]
    assert len(edition.conflicts) == 2
