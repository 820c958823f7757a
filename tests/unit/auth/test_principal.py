from __future__ import annotations

import pytest

from llmanac.auth.principal import ANONYMOUS, Principal
from llmanac.auth.scope import Scope
from llmanac.auth.token import TokenId
from llmanac.errors import Forbidden


def principal(*scopes: str) -> Principal:
    return Principal(TokenId("00000000"), "ci", frozenset(scopes))


def test_a_scope_opens_what_it_names() -> None:
    principal("catalog:read").require(Scope.CATALOG_READ)


def test_a_missing_scope_is_named() -> None:
    with pytest.raises(Forbidden, match="scope tokens:admin; yours, 'ci', has catalog:read"):
        principal("catalog:read").require(Scope.TOKENS_ADMIN)


@pytest.mark.parametrize("scope", Scope)
def test_admin_opens_everything(scope: Scope) -> None:
    principal("admin").require(scope)


@pytest.mark.parametrize("scope", Scope)
@pytest.mark.parametrize("held", ["", "invented:later", "tokens", "ADMIN"])
def test_a_name_that_is_no_scope_here_opens_nothing(held: str, scope: Scope) -> None:
    assert not principal(held).may(scope)


def test_one_scope_never_includes_another_but_for_admin() -> None:
    opened = {(held, scope) for held in Scope for scope in Scope if principal(held).may(scope)}

    assert opened == {(scope, scope) for scope in Scope} | {(Scope.ADMIN, scope) for scope in Scope}


def test_anyone_may_read_and_no_more() -> None:
    assert [scope for scope in Scope if ANONYMOUS.may(scope)] == [Scope.CATALOG_READ]
