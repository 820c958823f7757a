"""The statements of overlays about an offer, beside those of the sources."""

from __future__ import annotations

from llmanac.rules.stated_facts import READERS
from llmanac.service.details.claims import FactClaim
from llmanac.service.details.overlaid_facts import OverlaidProvenance, StatingRule, adding_rule, statements_of
from llmanac.service.editions.edition import Edition

AGREEMENT = StatingRule(
    overlay="corp", rule=1, reason="Agreement", author="ann", valid_from=None, valid_until="2027-12-31"
)
NEGOTIATED = StatingRule(overlay="corp", rule=2, reason="Negotiated", author="ann", valid_from=None, valid_until=None)


def provenance(edition: Edition, id_: str) -> OverlaidProvenance:
    return OverlaidProvenance.of(edition, edition.services.resolver.found(id_).offer)


def test_a_fact_comes_with_the_sources_value_its_rule_and_the_rules_below(overlaid: Edition) -> None:
    stated = statements_of(overlaid, "acme/alpha")["input"]

    assert (stated.value, stated.upstream) == (1, 3)
    assert (stated.stated_by, stated.below) == (NEGOTIATED, (AGREEMENT,))


def test_the_facts_are_in_one_order(overlaid: Edition) -> None:
    names = list(statements_of(overlaid, "acme/alpha"))

    assert names == [name for name in READERS if name in names]
    assert {"input", "output", "tags", "aliases", "approved"} <= set(names)


def test_what_a_rule_adds_has_nothing_upstream(overlaid: Edition) -> None:
    stated = statements_of(overlaid, "rack/own")

    assert (stated["input"].value, stated["input"].upstream) == (0.1, None)
    added_by = adding_rule(overlaid, "rack/own")
    assert added_by is not None
    assert (added_by.rule, added_by.reason) == (6, "Our own")
    assert adding_rule(overlaid, "acme/alpha") is None


def test_of_most_offers_overlays_state_nothing(embedded_edition: Edition) -> None:
    offer = embedded_edition.catalog.offers[0].id

    assert statements_of(embedded_edition, offer) == {}
    assert adding_rule(embedded_edition, offer) is None


def test_the_overlay_is_the_source_of_what_it_states_and_of_nothing_else(overlaid: Edition) -> None:
    sources = provenance(overlaid, "acme/alpha").sources({"input": "models.dev", "context": "models.dev"})

    assert (sources["input"], sources["tags"], sources["context"]) == ("overlays/corp", "overlays/corp", "models.dev")


def test_it_is_the_source_of_every_fact_of_an_offer_that_it_adds(overlaid: Edition) -> None:
    own = provenance(overlaid, "rack/own")

    assert own.is_added
    assert set(own.sources({}).values()) == {"overlays/corp"}
    assert "context" in own.sources({})


def test_the_reason_of_a_rule_is_that_of_its_facts(overlaid: Edition) -> None:
    reasons = provenance(overlaid, "acme/alpha").reasons({"input": "LiteLLM spoke last", "cache_read": "as before"})

    assert reasons["input"] == "The overlay corp states it in rule 2, by ann: Negotiated"
    assert reasons["cache_read"] == "as before"


def test_its_claim_is_served_in_place_of_the_sources(overlaid: Edition) -> None:
    theirs = FactClaim(source="models.dev", date="2026-07-01", value=3, served=True)

    first, second = provenance(overlaid, "acme/alpha").claims({"input": (theirs,)})["input"]

    assert first == FactClaim(source="overlays/corp", date="2026-07-10", value=1, served=True)
    assert (second.source, second.served) == ("models.dev", False)
