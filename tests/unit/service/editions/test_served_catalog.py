"""An edition as dialects read it: with and without a policy."""

from __future__ import annotations

import pytest
from pyroaring import BitMap

from llmanac.errors import Forbidden, NotFound
from llmanac.rules.visibility import PolicyReading, Visibility
from llmanac.service.editions.restricted import RestrictedEdition
from llmanac.service.editions.served_catalog import ServedEdition

from ...small_overlays import overlaid_edition

WHOLE = ServedEdition(overlaid_edition())


def without(id_: str) -> ServedEdition:
    edition = overlaid_edition()
    visible = BitMap(range(len(edition.ids))) - BitMap([edition.number_of(id_) or 0])
    reading = PolicyReading(name="house", visible=visible)
    return ServedEdition(RestrictedEdition(edition, Visibility((reading,), BitMap())))


def test_an_offer_is_found_by_any_spelling_or_by_exactly_its_id() -> None:
    listed = WHOLE.listed("acme/alpha")
    assert listed is not None
    assert WHOLE.offer("work-horse") == WHOLE.offer("acme/alpha") == listed
    assert WHOLE.listed("work-horse") is None
    with pytest.raises(NotFound):
        WHOLE.offer("nobody/nothing")


def test_what_a_policy_hides_is_not_listed() -> None:
    served = without("acme/beta")
    assert (WHOLE.is_whole, served.is_whole) == (True, False)
    assert served.listed("acme/beta") is None
    assert served.listed("acme/alpha") is not None
    assert "acme/beta" not in {offer.id for offer in served.catalog.offers}
    with pytest.raises(Forbidden):
        served.offer("acme/beta")


def test_records_of_sources_are_as_they_came() -> None:
    assert [key for key, _ in WHOLE.raw_records("litellm")] == ["gpt-x"]
    record = WHOLE.raw_record("models.dev", "acme/alpha")
    assert record is not None
    assert record["cost"] == {"input": 3, "output": 15}
    assert [*WHOLE.raw_records("nobody")] == []


def test_what_is_made_once_is_shared() -> None:
    made: list[object] = []

    def make(served: object) -> int:
        made.append(served)
        return 7

    assert WHOLE.once(make) == WHOLE.once(make) == 7
    assert made == [WHOLE]
