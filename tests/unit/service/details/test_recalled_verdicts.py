"""The history of an installation tells ids that are gone from ids that never were."""

from __future__ import annotations

from decimal import Decimal

import pytest

from llmanac.service.details.recalled_verdicts import recall
from llmanac.service.offers.validation import IdStatus, Validation

from ...small_past import FIRST, Installation

pytestmark = pytest.mark.anyio


async def verdict(installation: Installation, id: str) -> Validation:  # noqa: A002 -- an offer's
    edition = installation.reader.edition
    verdicts = edition.services.validator.validate_all([id])
    [recalled] = (await recall(verdicts, edition=edition, history=installation.archive.history)).verdicts
    return recalled


async def test_a_removed_offer_has_the_day_when_it_was_last_listed_and_its_price_then(
    installation: Installation,
) -> None:
    found = await verdict(installation, "acme/large-1")

    assert (found.standing, found.offer, found.last_listed) == (IdStatus.REMOVED, "acme/large-1", FIRST.isoformat())
    assert found.last_price is not None
    assert (found.last_price.input, found.last_price.output) == (Decimal(3), Decimal(15))
    assert found.successor == "acme/large-3"


async def test_an_offer_that_has_another_id_now_is_gone_under_the_former_one(installation: Installation) -> None:
    found = await verdict(installation, "acme/large-2")

    assert (found.standing, found.offer) == (IdStatus.REMOVED, "acme/large-2")


@pytest.mark.parametrize(("given_id", "standing"), [("acme/gama", IdStatus.UNKNOWN), ("acme/alpha", IdStatus.KNOWN)])
async def test_what_the_history_does_not_know_stays_as_it_is(
    installation: Installation, given_id: str, standing: IdStatus
) -> None:
    assert (await verdict(installation, given_id)).standing is standing
