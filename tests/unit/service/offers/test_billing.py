"""Bills are the totals that were worked out by hand, and those that estimates give line by line."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from llmanac.domain.usage import Usage
from llmanac.errors import InvalidParameters, InvalidRequest, NotFound
from llmanac.service.editions.edition import Edition
from llmanac.service.offers import billing
from llmanac.service.offers.bill import Bill
from llmanac.service.offers.billing import BillBounds, BillOptions, price_logs
from llmanac.service.offers.workload import Workload
from llmanac.usage.record import NotPricedReason

from ...usage.vendor_logs import AT, VENDOR_LINES

FIRST_DAY = date(2026, 5, 21)
TODAY = date(2026, 11, 20)
MODELS = (
    "openai/gpt-5.4",
    "anthropic/claude-sonnet-4-5",
    "google/gemini-2.5-pro",
    "deepseek/deepseek-v4-pro",
    "xai/grok-4",
    "openai/gpt-4o-audio-preview",
)


class Editions:
    """The same edition on every day of a history, and how often it was asked for."""

    def __init__(self, edition: Edition) -> None:
        self.edition = edition
        self.days: list[date | None] = []

    def at(self, day: date | None) -> Edition:
        self.days.append(day)
        if day is not None and day < FIRST_DAY:
            raise NotFound(f"Nothing is known of {day}.")
        if day is not None and day > TODAY:
            raise InvalidRequest(f"{day} is yet to come.")
        return self.edition


@pytest.fixture
def editions(embedded_edition: Edition) -> Editions:
    return Editions(embedded_edition)


def log(lines: Iterable[dict[str, Any] | bytes]) -> io.BytesIO:
    return io.BytesIO(b"".join((it if isinstance(it, bytes) else json.dumps(it).encode()) + b"\n" for it in lines))


def bill_of(editions: Editions, lines: Iterable[dict[str, Any] | bytes], **options: Any) -> Bill:
    return price_logs([(None, log(lines))], editions.at, BillOptions(**options))


def chat(model: str = "gpt-4o", prompt: int = 1000, completion: int = 100, **more: Any) -> dict[str, Any]:
    usage = {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}
    return {"time": AT, "model": model, "usage": usage, **more}


def reasons(bill: Bill) -> dict[str, int]:
    return {it.reason.value: it.lines for it in bill.reasons}


class TestVendors:
    @pytest.mark.parametrize("vendor", VENDOR_LINES, ids=lambda it: f"{it.shape} {it.work}")
    def test_a_request_costs_what_was_worked_out(self, editions: Editions, vendor: Any) -> None:
        bill = bill_of(editions, [vendor.line])
        assert [(group.by["model"], group.total) for group in bill.groups] == [(vendor.offer, vendor.total)]
        assert {it.name: it.quantity for it in bill.not_counted} == vendor.extras

    def test_a_log_may_mix_them(self, editions: Editions) -> None:
        bill = bill_of(editions, [it.line for it in VENDOR_LINES] * 3)
        assert bill.total == 3 * sum(it.total for it in VENDOR_LINES)
        assert (bill.lines, bill.priced, bill.not_priced) == (3 * len(VENDOR_LINES), 3 * len(VENDOR_LINES), 0)
        assert bill.shapes["openai_chat"] == 9

    def test_peak_hours_are_those_of_the_request(self, editions: Editions) -> None:
        line = chat("deepseek/deepseek-v4-pro", 1_000_000, 0)
        hours = [bill_of(editions, [{**line, "time": f"2026-11-10T{hour:02}:30:00Z"}]).total for hour in range(24)]
        assert len(set(hours)) == 2
        for hour, total in enumerate(hours):
            at = datetime.fromisoformat(f"2026-11-10T{hour:02}:30:00Z")
            work = Workload(tokens=Usage(input=1_000_000), at=at)
            [estimate] = editions.edition.services.estimator.rank_named([line["model"]], work).models
            assert estimate.total == total


class TestBounds:
    def test_only_so_many_models_are_looked_up(self, editions: Editions) -> None:
        lines = [chat(f"acme/made-up-{number}") for number in range(11)]
        bounds = BillBounds(rates=10)
        assert price_logs([(None, log(lines[:10] * 2))], editions.at, BillOptions(), bounds=bounds).not_priced == 20
        with pytest.raises(InvalidRequest, match="More than 10 models"):
            price_logs([(None, log(lines))], editions.at, BillOptions(), bounds=bounds)

    def test_names_that_are_not_counted_are_bounded(self, editions: Editions) -> None:
        most = billing.MOST_EXTRAS + 10
        uses = [{f"tool_{number}_requests": 2} for number in range(most)] * 2
        usage = {"input_tokens": 1, "output_tokens": 1}
        lines = [
            {"time": AT, "model": "claude-opus-4-6", "type": "message", "usage": {**usage, "server_tool_use": it}}
            for it in uses
        ]
        bill = bill_of(editions, lines)
        quantities = {it.name: it.quantity for it in bill.not_counted}
        assert len(quantities) == billing.MOST_EXTRAS + 1
        assert (quantities["tool_0_requests"], quantities[billing.OTHERS]) == (4, 40)

    def test_a_field_may_hold_anything(self, editions: Editions) -> None:
        deep = json.loads("[" * 500 + "]" * 500)
        lines = [chat(team=deep), chat(team={"a": 1}), chat(team=["b", 2]), chat()]
        assert [it.by for it in bill_of(editions, lines, by=("team",)).groups] == [{"team": None}, {"team": "b,2"}]


class TestAgainstEstimates:
    """One truth: what is summed up first and priced then costs the same as each request by itself."""

    @settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
    @given(st.data())
    def test_a_bill_is_the_sum_of_estimates(self, editions: Editions, data: st.DataObject) -> None:
        lines, total, priced = [], Decimal(0), 0
        for _ in range(data.draw(st.integers(1, 12))):
            model = data.draw(st.sampled_from(MODELS))
            whole = data.draw(st.sampled_from([0, 10, 127_999, 200_000, 200_001, 272_000, 272_001, 600_000]))
            cached, output = data.draw(st.integers(0, whole)), data.draw(st.integers(0, 9_000))
            reasoning = data.draw(st.integers(0, output))
            service = data.draw(st.sampled_from(["default", "flex", "priority", "batch"]))
            hour = data.draw(st.integers(0, 23))
            at = f"2026-11-{data.draw(st.integers(1, 18)):02}T{hour:02}:05:00Z"
            usage = {
                "prompt_tokens": whole,
                "completion_tokens": output,
                "total_tokens": whole + output,
                "prompt_tokens_details": {"cached_tokens": cached},
                "completion_tokens_details": {"reasoning_tokens": reasoning},
            }
            lines.append({"time": at, "model": model, "service_tier": service, "usage": usage})
            work = Workload(
                tokens=Usage(input=whole, cache_read=cached, output=output, reasoning=reasoning),
                service="standard" if service == "default" else service,
                at=datetime.fromisoformat(at),
            )
            one = bill_of(editions, lines[-1:])
            if one.total is not None:
                [estimate] = editions.edition.services.estimator.rank_named([model], work).models
                assert one.total == estimate.total
                total, priced = total + one.total, priced + 1
        bill = bill_of(editions, lines)
        assert (bill.priced, bill.total or Decimal(0)) == (priced, total)
        assert bill.priced + bill.not_priced == bill.lines == len(lines)


class TestNotPriced:
    @pytest.mark.parametrize(
        ("line", "reason"),
        [
            (b"not json", NotPricedReason.UNREADABLE),
            (b"\xff\xfe", NotPricedReason.UNREADABLE),
            (b"[1]", NotPricedReason.UNREADABLE),
            ({"time": AT, "model": "gpt-4o"}, NotPricedReason.UNKNOWN_SHAPE),
            (chat(model=""), NotPricedReason.NO_MODEL),
            (chat(model="gpt-9000"), NotPricedReason.UNKNOWN_MODEL),
            (chat(provider="nowhere"), NotPricedReason.UNKNOWN_MODEL),
            (chat(time=None), NotPricedReason.NO_TIME),
            (chat(time="noon"), NotPricedReason.BAD_TIME),
            (chat(time="2026-11-10T12:00:00"), NotPricedReason.NO_ZONE),
            (chat(time="2026-05-20T23:59:59Z"), NotPricedReason.BEFORE_HISTORY),
            (chat(time="2031-01-01T00:00:00Z"), NotPricedReason.IN_FUTURE),
            (chat(prompt=-5), NotPricedReason.BAD_COUNT),
            (chat(prompt=10**10), NotPricedReason.HUGE_COUNT),
            (chat(service_tier="scale"), NotPricedReason.UNKNOWN_SERVICE),
            (chat("openai/gpt-5.4", 950_000), NotPricedReason.EXCEEDS_CONTEXT),
            (chat("openrouter/openrouter/auto"), NotPricedReason.UNKNOWN_PRICE),
        ],
    )
    def test_a_line_is_listed_with_its_reason(
        self, editions: Editions, line: dict[str, Any] | bytes, reason: NotPricedReason
    ) -> None:
        bill = bill_of(editions, [chat(), line, chat()])
        assert [(it.line, it.reason) for it in bill.listed] == [(2, reason)]
        assert bill.listed[0].detail.endswith(".")
        assert reasons(bill) == {reason.value: 1}
        assert (bill.priced, bill.total) == (2, Decimal("0.007"))

    def test_a_bill_of_nothing_has_no_total(self, editions: Editions) -> None:
        bill = bill_of(editions, [b"x"])
        assert (bill.total, bill.groups, bill.not_priced) == (None, (), 1)

    def test_a_large_prompt_without_tiers_costs_the_same_however_it_was_made(self, editions: Editions) -> None:
        assert bill_of(editions, [chat("gpt-4o", 500_000, 0)]).total == Decimal("1.25")

    def test_all_are_counted_and_the_first_are_listed(self, editions: Editions) -> None:
        bill = bill_of(editions, [b"x"] * 5000, listed=3)
        assert (bill.not_priced, [it.line for it in bill.listed]) == (5000, [1, 2, 3])

    @pytest.mark.parametrize(
        ("model", "more", "offer"),
        [
            ("gpt-4o", {"provider": "azure"}, "azure/gpt-4o"),
            ("azure/gpt-4o", {"host": "azure"}, "azure/gpt-4o"),
            ("groq/llama-3.3-70b-versatile", {}, "groq/llama-3.3-70b-versatile"),
        ],
    )
    def test_a_host_is_the_named_one(self, editions: Editions, model: str, more: dict[str, Any], offer: str) -> None:
        assert [it.by["model"] for it in bill_of(editions, [chat(model, **more)]).groups] == [offer]

    def test_a_model_of_openrouter_is_no_labs(self, editions: Editions) -> None:
        line = chat("anthropic/claude-3-haiku-that-openrouter-lacks")
        line["usage"] |= {"cost": 1, "is_byok": False}
        assert reasons(bill_of(editions, [line])) == {"unknown_model": 1}


class TestTotals:
    def test_they_are_by_any_field(self, editions: Editions) -> None:
        lines = [
            chat(user="ada", metadata={"team": "search"}, tags=["a", "b"]),
            chat(user="ada", metadata={"team": "ads"}, tags=["a", "b"], time="2026-10-31T23:30:00-02:00"),
            chat(user=None, flag=True),
        ]
        by = ("user", "metadata.team", "tags", "day", "month")
        groups = [(*group.by.values(), group.requests) for group in bill_of(editions, lines, by=by).groups]
        assert groups == [
            ("ada", "ads", "a,b", "2026-11-01", "2026-11", 1),
            ("ada", "search", "a,b", "2026-11-10", "2026-11", 1),
            (None, None, None, "2026-11-10", "2026-11", 1),
        ]

    def test_the_dearest_come_first_and_tokens_are_summed(self, editions: Editions) -> None:
        bill = bill_of(editions, [chat("gpt-4o-mini"), chat(), chat()])
        assert [(it.by["model"], dict(it.tokens)) for it in bill.groups] == [
            ("openai/gpt-4o", {"input": 2000, "output": 200}),
            ("openai/gpt-4o-mini", {"input": 1000, "output": 100}),
        ]
        assert bill.total == sum(it.total for it in bill.groups)

    def test_too_many_are_refused(self, editions: Editions, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(billing, "MOST_GROUPS", 10)
        with pytest.raises(InvalidRequest, match="more than 10 groups"):
            bill_of(editions, [chat(id=str(number)) for number in range(11)], by=("id",))

    @pytest.mark.parametrize(
        "options",
        [
            {"by": ()},
            {"by": ("a", "a")},
            {"by": ("",)},
            {"by": tuple("abcdef")},
            {"by": ("x" * 101,)},
            {"listed": -1},
            {"listed": 1001},
        ],
    )
    def test_options_are_bounded(self, options: dict[str, Any]) -> None:
        with pytest.raises(InvalidParameters):
            BillOptions(**options)

    def test_files_are_told_apart(self, editions: Editions) -> None:
        logs: Iterator[tuple[str, io.BytesIO]] = iter([("a.jsonl", log([chat(), b"x"])), ("b.jsonl", log([chat()]))])
        bill = price_logs(logs, editions.at, BillOptions(by=("file",)))
        assert {group.by["file"]: group.requests for group in bill.groups} == {"a.jsonl": 1, "b.jsonl": 1}
        assert [(it.file, it.line) for it in bill.listed] == [("a.jsonl", 2)]


class TestInstead:
    def test_the_same_usage_is_priced_at_another_model(self, editions: Editions) -> None:
        bill = bill_of(editions, [chat(), chat("claude-sonnet-4-5")], instead="gpt-4o-mini")
        assert bill.instead is not None
        assert (bill.instead.id, bill.instead.total) == ("openai/gpt-4o-mini", Decimal("0.00042"))
        assert [group.instead for group in bill.groups] == [Decimal("0.00021")] * 2

    def test_where_its_price_is_unknown_there_is_no_total(self, editions: Editions) -> None:
        bill = bill_of(editions, [chat(), chat(service_tier="priority")], instead="claude-sonnet-4-5")
        assert bill.instead is not None
        assert (bill.instead.total, bill.instead.not_priced) == (None, 1)
        assert bill.total is not None
        assert bill.groups[0].instead is None

    def test_an_unknown_model_is_refused(self, editions: Editions) -> None:
        with pytest.raises(NotFound):
            bill_of(editions, [chat()], instead="gpt-9000")


class TestDays:
    def test_each_day_is_asked_for_once(self, editions: Editions) -> None:
        lines = [chat(time=f"2026-11-{1 + number % 3:02}T10:00:00Z") for number in range(10_000)]
        assert bill_of(editions, lines).priced == 10_000
        assert len(editions.days) == 3

    def test_as_of_holds_for_all(self, editions: Editions) -> None:
        bill = bill_of(editions, [chat(time="2020-01-01T00:00:00Z")], as_of=date(2026, 11, 1))
        assert (bill.priced, bill.as_of) == (1, date(2026, 11, 1))
        assert editions.days == [date(2026, 11, 1)]

    def test_they_are_bounded(self, editions: Editions) -> None:
        lines = [chat(time=f"2026-11-{day:02}T10:00:00Z") for day in range(1, 5)]
        with pytest.raises(InvalidRequest, match="more than 3 days"):
            price_logs([(None, log(lines))], editions.at, BillOptions(), bounds=BillBounds(days=3))

    def test_a_zone_is_that_of_times_without_one(self, editions: Editions) -> None:
        bill = bill_of(editions, [chat(time="2026-11-10T00:30:00")], timezone="Europe/Berlin", by=("day",))
        assert [group.by["day"] for group in bill.groups] == ["2026-11-09"]
