from __future__ import annotations

import pytest

from llmanac.search.index.names import Names

MEMBERS = {"gpt-4o-mini": [0, 2], "gpt-4o": [1], "claude-opus-5": [3]}


@pytest.fixture(params=["built", "mapped"])
def names(request: pytest.FixtureRequest) -> Names:
    built = Names.of(
        MEMBERS,
        models=[("gpt4omini", "gpt-4o-mini"), ("gpt4o", "gpt-4o"), ("claudeopus5", "claude-opus-5")],
        offers=[("openaigpt4o", 1), ("azuregpt4o", 2)],
        spelt=["gpt4omini", "gpt4o", "claudeopus5"],
    )
    if request.param == "built":
        return built
    return Names.unpack({name: memoryview(bytes(buffer)) for name, buffer in built.pack().items()})


def test_a_name_stands_for_the_offers_of_its_model(names: Names) -> None:
    assert set(names.offers_of(names.models_named("gpt4omini"))) == {0, 2}
    assert names.models_named("gpt4") == names.models_named("") == []
    assert not names.offers_of([])


def test_an_id_stands_for_one_offer(names: Names) -> None:
    assert set(names.offers_named("openaigpt4o")) == {1}
    assert not names.offers_named("openaigpt4")


@pytest.mark.parametrize(
    ("run", "meant"),
    [
        ("claudopus5", "claudeopus5"),
        ("gpt4omni", "gpt4omini"),
        ("gpt5omini", None),
        ("claudeopus6", None),
        ("claudeopusfive", None),
        ("gp4", None),
        ("g" * 99, None),
    ],
)
def test_a_run_of_letters_with_slips_is_the_nearest_name(names: Names, run: str, meant: str | None) -> None:
    assert names.nearest(run) == meant


def test_the_most_similar_keys_are_suggested(names: Names) -> None:
    assert names.most_similar("gpt 4 mini", 1) == ("gpt-4o-mini",)
    assert names.most_similar("zzz", 3) == ()
