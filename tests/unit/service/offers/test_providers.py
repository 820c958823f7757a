"""The hosts."""

from __future__ import annotations

from llmanac.domain.records import Offer
from llmanac.service.offers.providers import list_providers

from ..conftest import MakeBuild


def test_each_host_has_the_number_of_its_offers(make_build: MakeBuild) -> None:
    catalog = make_build(
        Offer(provider="zeta", model="one", base="one"),
        Offer(provider="acme", model="one", base="one", first_party=True),
        Offer(provider="acme", model="one-latest", base="one", first_party=True),
        Offer(provider="acme", model="two", base="two"),
        acme="acme_ai",
    ).catalog
    acme, zeta = list_providers(catalog).providers
    assert (acme.id, acme.offers, acme.models, acme.first_party) == ("acme", 3, 2, 2)
    assert (acme.litellm_prefix, acme.env) == ("acme_ai", ("ACME_API_KEY",))
    assert (zeta.id, zeta.offers, zeta.models, zeta.first_party, zeta.litellm_prefix) == ("zeta", 1, 1, 0, None)
