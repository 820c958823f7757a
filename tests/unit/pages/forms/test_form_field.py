from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmanac.errors import InvalidParameters
from llmanac.pages.forms import form_field
from llmanac.pages.forms.form_field import FieldGroup, Form, Format, FormField
from llmanac.pages.forms.query_form import Fields

ITEM = st.text(st.characters(blacklist_categories=("C", "Z")), min_size=1, max_size=12)


@given(st.lists(ITEM, min_size=1, max_size=5))
def test_items_are_read_as_they_were_written_even_with_commas(items: list[str]) -> None:
    assert form_field.ITEMS.read([form_field.ITEMS.write(items)]) == items
    assert form_field.ITEM_LINES.read([form_field.ITEM_LINES.write(items)]) == items


@pytest.mark.parametrize(
    ("format_", "value", "text"),
    [
        (
            form_field.PAIRS,
            {"provider": ["azure", "openai"], "min_price": 3},
            "provider = azure\nprovider = openai\nmin_price = 3",
        ),
        (form_field.TIERS, [{"above": 200000, "rates": {"input": 6}}], "200000: input=6"),
        (form_field.ITEMS, "one", "one"),
        (form_field.TEXT, True, "true"),
    ],
)
def test_a_value_is_written_as_a_person_would(format_: Format, value: Any, text: str) -> None:
    assert format_.write(value) == text
    assert format_.read([text]) is not None


@pytest.mark.parametrize(
    ("format_", "text", "hint"),
    [
        (form_field.PAIRS, "azure", "provider = azure"),
        (form_field.PAIRS, "= azure", "provider = azure"),
        (form_field.TIERS, "input=6", "200000: input=6"),
        (form_field.TIERS, "200000:", "200000: input=6"),
        (form_field.TIERS, "200000: input", "200000: input=6"),
    ],
)
def test_a_line_that_cannot_be_read_says_what_would_be_right(format_: Format, text: str, hint: str) -> None:
    with pytest.raises(ValueError, match=hint):
        format_.read([text])


FORM = Form(
    (
        FieldGroup("", (FormField("match", "Match", form_field.ITEM_LINES),), only_for=frozenset({"match"})),
        FieldGroup("", (FormField("add.id", "Id"), FormField("add.like", "Like")), only_for=frozenset({"add"})),
        FieldGroup("", (FormField("where", "Where", form_field.PAIRS), FormField("reason", "Reason"))),
    ),
    ways={"match": "Changes", "add": "Adds"},
)


def test_what_stands_in_fields_of_another_way_is_not_read() -> None:
    sent = Fields((("way", "add"), ("match", "acme/*"), ("add.id", "corp/own"), ("reason", "Ours")))
    assert FORM.read(sent) == {"add": {"id": "corp/own"}, "reason": "Ours"}


def test_a_document_tells_its_way() -> None:
    assert FORM.write({"add": {"id": "corp/own"}}).one("way") == "add"
    assert FORM.write({"where": {"provider": "acme"}}).one("way") == "match"


def test_every_fault_is_told_with_its_field() -> None:
    with pytest.raises(InvalidParameters) as raised:
        FORM.read(Fields((("where", "nonsense"),)))
    assert [it.loc for it in raised.value.faults] == [("where",)]


def test_a_fault_is_found_at_the_nearest_field() -> None:
    assert FORM.field_at(("add", "id")) == "add.id"
    assert FORM.field_at(("match", 0)) == "match"
    assert FORM.field_at(("nothing",)) is None
