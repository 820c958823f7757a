"""Facts that have to stand in more than one place say the same in all of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields
from inspect import signature
from pathlib import Path
from typing import get_args

import pytest

from llmanac import errors
from llmanac.cli.backend.remote import IDS_AT_ONCE
from llmanac.cli.commands.estimate import estimate
from llmanac.domain.pricing import RATE_NAMES
from llmanac.domain.records import MAX_ID_LENGTH, MAX_NAME_LENGTH
from llmanac.domain.usage import TokenKind, Usage
from llmanac.errors import LlmanacError
from llmanac.http.api.contract import STATUSES, ErrorType
from llmanac.http.api.error_handlers import RESPONSES
from llmanac.http.api.estimate import TokenCounts
from llmanac.http.api.validate import MAX_IDS, Ids
from llmanac.http.problems import type_of
from llmanac.ingest.decode.formats import litellm_prices, modelsdev
from llmanac.pages.drawing import change_text
from llmanac.pages.views import estimate as estimate_page
from llmanac.pages.views import model as model_page

DOCS = Path(__file__).parents[2] / "docs"


def kinds_of_error(kind: type[LlmanacError] = LlmanacError) -> Iterator[type[LlmanacError]]:
    yield kind
    for narrower in kind.__subclasses__():
        if narrower.__module__ == errors.__name__:
            yield from kinds_of_error(narrower)


class TestErrors:
    documented = re.findall(
        r"^\| (\d{3}) \| (`.*?`) \|", (DOCS / "catalog.md").read_text().split("## Errors")[1], re.MULTILINE
    )

    @pytest.mark.parametrize("kind", [*kinds_of_error()], ids=lambda it: it.__name__)
    def test_every_error_is_one_of_the_contract(self, kind: type[LlmanacError]) -> None:
        assert kind.type in get_args(ErrorType)
        assert kind.code in STATUSES

    def test_the_tree_at_the_top_is_the_tree(self) -> None:
        drawn = re.findall(r"[├└]── (\w+) +(\d{3})  (\w+)", errors.__doc__ or "")
        assert drawn == [(it.__name__, str(it.code), it.type) for it in kinds_of_error() if it is not LlmanacError]

    def test_every_status_of_the_contract_is_in_the_document(self) -> None:
        assert set(RESPONSES) == set(STATUSES) == {it.code for it in kinds_of_error()}

    def test_a_status_without_an_error_of_ours_has_a_type_that_one_of_ours_has(self) -> None:
        ours = {(it.code, it.type) for it in kinds_of_error()}
        assert {(code, type_of(code)) for code in STATUSES} <= ours
        assert (type_of(503), type_of(413)) == ("server_error", "invalid_error")

    def test_the_docs_list_every_error(self) -> None:
        listed = {(int(code), name) for code, names in self.documented for name in re.findall(r"`(\w+)`", names)}
        assert {(it.code, it.type) for it in kinds_of_error()} <= listed
        assert {name for _, name in listed} == {it.type for it in kinds_of_error()}
        # The wire and the framework have statuses of their own.
        assert {code for code, _ in listed} - {it.code for it in kinds_of_error()} == {405, 408, 413, 414, 431, 503}


class TestRates:
    def test_every_rate_is_a_kind_of_token(self) -> None:
        assert {kind.value for kind in TokenKind} == set(RATE_NAMES)
        assert {field.name for field in fields(Usage)} == set(RATE_NAMES)

    def test_every_rate_has_its_key_in_both_feeds(self) -> None:
        assert set(litellm_prices.RATE_KEYS) == set(RATE_NAMES)
        assert set(RATE_NAMES) - set(modelsdev.RATE_KEYS) == modelsdev.NOT_STATED

    def test_every_rate_has_its_words_on_the_pages(self) -> None:
        assert set(model_page.RATES) == set(RATE_NAMES) == change_text.RATES
        assert {*estimate_page.WHOLES, *estimate_page.PARTS} == set(RATE_NAMES)

    def test_every_kind_of_token_can_be_estimated(self) -> None:
        assert set(TokenCounts.model_fields) == set(RATE_NAMES)
        assert set(RATE_NAMES) - set(signature(estimate).parameters) == {"input"}
        assert "input_" in signature(estimate).parameters


class TestIds:
    def test_a_command_asks_about_as_many_at_once_as_a_server_takes(self) -> None:
        assert IDS_AT_ONCE == MAX_IDS
        assert f"Judges up to {MAX_IDS} ids" in (DOCS / "api.md").read_text()

    def test_the_longest_id_of_a_feed_can_be_asked_about(self) -> None:
        longest = f"{'h' * MAX_NAME_LENGTH}/{'m' * MAX_NAME_LENGTH}"
        assert len(longest) == MAX_ID_LENGTH
        assert Ids(ids=[longest]).ids == [longest]
