from __future__ import annotations

from dataclasses import asdict

import pytest

from llmanac.domain.own_facts import NO_OWN_FACTS
from llmanac.errors import NotFound
from llmanac.service.details.model_details import Details, RemovedOffer
from llmanac.service.details.serializer import serialize_details
from llmanac.storage.database import Database

from ...small_overlays import overlaid_edition
from ...small_past import FIRST, SECOND, THIRD, Installation, installation_on

pytestmark = pytest.mark.anyio


async def details(installation: Installation, id: str) -> Details:  # noqa: A002 -- an offer's
    known = await installation.archive.details.describe(id)
    assert isinstance(known, Details)
    return known


async def removed_offer(installation: Installation, id: str) -> RemovedOffer:  # noqa: A002 -- an offer's
    known = await installation.archive.details.describe(id)
    assert isinstance(known, RemovedOffer)
    return known


async def test_a_listed_model_has_its_record_and_its_life(installation: Installation) -> None:
    known = await details(installation, "acme/alpha")

    assert known.records["models.dev"]["limit"] == {"context": 200_000, "output": 8_000}
    assert known.provenance["context"] == "models.dev"
    assert (known.lifetime.first_seen, known.lifetime.since_beginning) == (FIRST, True)
    assert (known.lifetime.last_seen, known.lifetime.removed) == (THIRD, None)
    assert [it.change.kind for it in known.lifetime.changes] == ["limits", "price"]


async def test_a_model_that_came_later_was_first_seen_then(installation: Installation) -> None:
    known = await details(installation, "acme/large-3")

    assert (known.lifetime.first_seen, known.lifetime.since_beginning) == (THIRD, False)


async def test_a_renamed_model_keeps_its_life(installation: Installation) -> None:
    known = await details(installation, "acme/lab/large-2")

    assert known.lifetime.names == ("acme/lab/large-2", "acme/large-2")
    assert (known.lifetime.first_seen, known.lifetime.since_beginning) == (FIRST, True)


async def test_a_deprecated_model_has_a_successor(installation: Installation) -> None:
    successor = (await details(installation, "acme/lab/large-2")).successor

    assert successor is not None
    assert successor.id == "acme/large-3"


async def test_a_removed_model_has_its_last_known_facts_and_its_successor(
    installation: Installation,
) -> None:
    known = await removed_offer(installation, "acme/large-1")

    assert known.facts["input"] == 3
    assert (known.lifetime.last_seen, known.lifetime.removed) == (FIRST, SECOND)
    assert known.successor is not None
    assert known.successor.id == "acme/large-3"
    serialized = serialize_details(known, timeline=installation.archive.history.timeline)
    assert (serialized["status"], serialized["cost"]) == ("removed", {"input": 3, "output": 15})


async def test_an_id_before_a_rename_leads_to_the_one_after(installation: Installation) -> None:
    known = await removed_offer(installation, "acme/large-2")

    assert known.successor is not None
    assert known.successor.id == "acme/lab/large-2"
    assert known.lifetime.removed == SECOND


async def test_a_model_on_a_day_of_the_past_is_as_it_was(installation: Installation) -> None:
    details = installation.archive.details

    known = await details.describe("acme/alpha", day=FIRST)
    assert isinstance(known, Details)
    assert known.offer.price.rates.input == 3
    assert known.lifetime.changes == ()
    assert isinstance(await details.describe("acme/large-1", day=FIRST), Details)
    with pytest.raises(NotFound):
        await details.describe("acme/large-3", day=SECOND)


async def test_an_unknown_model_is_not_found_and_the_nearest_are_named(installation: Installation) -> None:
    with pytest.raises(NotFound, match="acme/large-3"):
        await installation.archive.details.describe("acme/gama")


async def test_its_successor_is_of_its_own_line_not_merely_of_its_family(installation: Installation) -> None:
    known = await installation.archive.details.describe("acme/large-1", day=SECOND)

    assert known.successor is not None
    assert known.successor.id == "acme/lab/large-2"


async def test_an_offer_that_an_overlay_no_longer_adds_has_the_last_of_its_own_facts(database: Database) -> None:
    rule = {
        "add": {"id": "rack/own", "like": "acme/alpha"},
        "set": {"tags": "rack", "successor": "acme/beta"},
        "reason": "Our own",
    }
    installation = installation_on(database, served=overlaid_edition(rule))
    await installation.archive.history.ready()
    installation.reader.publish(overlaid_edition({"match": "acme/alpha", "set": {"notes": "x"}, "reason": "Other"}))
    await installation.archive.history.follow()

    known = await removed_offer(installation, "rack/own")
    told = serialize_details(known, timeline=installation.archive.history.timeline)

    assert known.successor is not None
    assert known.successor.id == "acme/beta"
    assert told["own"] == {**asdict(NO_OWN_FACTS), "tags": ["rack"], "successor": "acme/beta"}
    assert told["overlaid"] == {}


async def test_a_removed_offer_of_which_nothing_was_ours_has_no_own_facts(installation: Installation) -> None:
    known = await removed_offer(installation, "acme/large-1")

    assert serialize_details(known, timeline=installation.archive.history.timeline)["own"] is None
