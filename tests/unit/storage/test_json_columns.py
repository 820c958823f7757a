"""JSON columns: a value is read back as it was, by the dataclass alone."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, get_type_hints

import pytest

from llmanac.domain.pricing import Rates
from llmanac.errors import StorageError
from llmanac.service.refresh.records import Outcome, Pending, RefreshRecord, SourceOutcome, SourceState, Status, Trigger
from llmanac.storage.json_columns import dump, load

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)

VALUES: dict[Any, Any] = {
    str: "text",
    str | None: "text",
    int: 7,
    datetime | None: NOON,
    Outcome | None: Outcome.HELD,
}


def full_state() -> SourceState:
    """A state in which every field says something."""
    hints = get_type_hints(SourceState)
    given = {field.name: VALUES[hints[field.name]] for field in fields(SourceState) if hints[field.name] in VALUES}
    return SourceState(**{**given, "anomalies": {"jumped:1": 2}})


def test_every_field_of_a_state_round_trips() -> None:
    state = full_state()
    assert load(SourceState, dump(state)) == state


def test_a_record_round_trips() -> None:
    pending = Pending(rule="jumped", entry="host/lab", detail="input from 1 to 100", times=2)
    source = SourceOutcome(name="models.dev", outcome=Outcome.HELD, pending=(pending,), pending_count=1, duration_s=0.5)
    record = RefreshRecord(
        id="r1", trigger=Trigger.SCHEDULE, started_at=NOON, ended_at=NOON, status=Status.ENDED, sources=(source, source)
    )
    assert load(RefreshRecord, dump(record)) == record
    assert load(RefreshRecord, dump(replace(record, ended_at=None, sources=()))).outcome is None


def test_a_price_keeps_its_digits() -> None:
    rates = {"host/lab": Rates(input=Decimal("1.50"), output=Decimal("1E-7"))}
    loaded = load(dict[str, Rates], dump(rates))
    assert loaded == rates
    assert [str(loaded["host/lab"].input), loaded["host/lab"].cache_read] == ["1.50", None]


def test_an_unknown_field_is_ignored_and_a_missing_one_has_its_default() -> None:
    state = load(SourceState, dump({"name": "models.dev", "origin": "here", "gone": 1}))
    assert state == SourceState(name="models.dev", origin="here")


@pytest.mark.parametrize("text", ["", "[]", '{"name": "models.dev"}', '{"name": "m", "origin": "o", "failures": "x"}'])
def test_json_of_another_type_is_damage(text: str) -> None:
    with pytest.raises(StorageError, match="damaged"):
        load(SourceState, text)


def test_a_value_without_a_json_form_is_refused() -> None:
    with pytest.raises(TypeError, match="object"):
        dump({"it": object()})
