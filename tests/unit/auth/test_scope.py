from __future__ import annotations

import pytest

from llmanac.auth.scope import Scope, parse_scopes
from llmanac.errors import InvalidParameters


def test_names_become_scopes() -> None:
    assert parse_scopes(["catalog:read", "tokens:admin"]) == {Scope.CATALOG_READ, Scope.TOKENS_ADMIN}


def test_no_names_mean_reading_the_catalog() -> None:
    assert parse_scopes([]) == {Scope.CATALOG_READ}


def test_an_unknown_name_is_refused_with_the_known_ones() -> None:
    with pytest.raises(InvalidParameters) as refusal:
        parse_scopes(["catalog:read", "catalog:raed", "everything"])

    detail = refusal.value.detail
    assert "'catalog:raed', 'everything'" in detail
    assert all(scope in detail for scope in Scope)
    assert [fault.loc for fault in refusal.value.faults] == [("scopes", 1), ("scopes", 2)]
