"""Whatever a log holds, each line has exactly one outcome, and nothing is raised."""

from __future__ import annotations

import io
import json
import pickle
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmanac.domain.records import MAX_ID_LENGTH
from llmanac.usage.logs import vendor_lines
from llmanac.usage.reader import LARGEST_FIELD, UsageReader
from llmanac.usage.record import NotPriced, NotPricedReason, UsageRecord

from .vendor_logs import AT, VENDOR_LINES

CHAT = {"time": AT, "model": "gpt-4o", "usage": {"prompt_tokens": 1, "completion_tokens": 1}}
CLAUDE_CODE = {
    "type": "assistant",
    "sessionId": "s",
    "timestamp": AT,
    "requestId": "r",
    "message": {"id": "m", "model": "claude-opus-4-6", "usage": {"input_tokens": 1, "output_tokens": 1}},
}
LANGFUSE = "id,type,startTime,model,usageDetails,metadata\n"
LANGFUSE_ROW = 'a,GENERATION,2026-09-01T00:00:00Z,gpt-4o,"{""input"":1,""output"":1}",'
LARGEST_RECORD = 4096
"""Bytes of a pickled record; those of these tests have less than half of it."""

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
NAMES = st.sampled_from(
    sorted(
        {
            *(name for vendor in VENDOR_LINES for name in vendor.line),
            *(
                "usage",
                "usageMetadata",
                "message",
                "response",
                "body",
                "result",
                "type",
                "payload",
                "info",
                "sessionId",
            ),
            *(
                "total_token_usage",
                "last_token_usage",
                "modality",
                "tokenCount",
                "metadata",
                "usage_object",
                "requestId",
            ),
            *(name for vendor in VENDOR_LINES for name in vendor.line.get("usage", {})),
            *(name for vendor in VENDOR_LINES for name in vendor.line.get("usageMetadata", {})),
        }
    )
)
VALUES = st.recursive(
    SCALARS | st.sampled_from(["token_count", "event_msg", "turn_context", "assistant", "2026-09-01T00:00:00Z", 5]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=6),
    max_leaves=20,
)
LINES = st.dictionaries(NAMES, VALUES, max_size=8).map(lambda it: json.dumps(it).encode()) | st.binary(max_size=60)


def lines_in(content: bytes) -> int:
    """The number of lines that are not blank."""
    return sum(bool(line.strip(b" \t\r\n\x0b\x0c")) for line in content.split(b"\n"))


def reason_of(content: bytes) -> NotPricedReason:
    """The reason that the only line is not priced."""
    [(_, _, outcome)] = UsageReader().read(io.BytesIO(content))
    assert isinstance(outcome, NotPriced)
    return outcome.reason


@given(st.lists(LINES, max_size=8))
def test_every_line_has_one_outcome(lines: list[bytes]) -> None:
    content = b"{}\n" + b"\n".join(lines)
    reader = UsageReader()
    outcomes = [*reader.read(io.BytesIO(content)), *reader.finish()]
    assert len(outcomes) == lines_in(content)
    assert len({number for _, number, _ in outcomes}) == len(outcomes)


@given(st.binary(max_size=400))
def test_no_bytes_break_a_reader_of_csv(content: bytes) -> None:
    header = b"id,type,startTime,model,usageDetails\n"
    reader = UsageReader()
    assert all(number > 1 for _, number, _ in reader.read(io.BytesIO(header + content)))


def test_a_line_that_the_file_cuts_off_is_truncated() -> None:
    assert reason_of(b'{"time": "2026-09-01T10:00:00Z", "mod') is NotPricedReason.TRUNCATED
    assert reason_of(b'{"time": "2026-09-01T10:00:00Z", "mod\n') is NotPricedReason.UNREADABLE


def test_a_list_says_how_to_make_lines_of_it() -> None:
    [(_, _, outcome)] = UsageReader().read(io.BytesIO(b"[{}]"))
    assert isinstance(outcome, NotPriced)
    assert "jq" in outcome.detail


def test_an_empty_file_has_no_outcome() -> None:
    assert list(UsageReader().read(io.BytesIO(b""))) == []


def test_deep_nesting_is_listed() -> None:
    assert reason_of(b"[" * 100_000 + b"\n") is NotPricedReason.UNREADABLE


class TestHostileLogs:
    """A line may be of any size and shape; a record, and all that is remembered of lines, is small."""

    @pytest.mark.parametrize("line", [CHAT, CLAUDE_CODE, *(it.line for it in VENDOR_LINES)], ids=str)
    @pytest.mark.parametrize(
        "more",
        [
            {"pad": [[]] * 50_000},
            {"pad": "x" * 10**6},
            {f"k{number}": number for number in range(10_000)},
            {"k" * 10**5: 1},
            {"metadata": {"pad": [{}] * 50_000, "team": "t" * 10**5}},
        ],
        ids=["wide", "long", "many names", "long name", "fields"],
    )
    def test_a_record_is_small_whatever_its_line(self, line: dict[str, Any], more: dict[str, Any]) -> None:
        reader = UsageReader(fields=("pad", "metadata.team", "metadata"))
        text = json.dumps({**line, **more}).encode()
        found = [*reader.read(io.BytesIO(text)), *reader.finish()]
        [record] = [outcome for *_, outcome in found if isinstance(outcome, UsageRecord)]
        assert len(pickle.dumps(record)) < LARGEST_RECORD

    def test_a_row_of_an_export_is_small(self) -> None:
        text = LANGFUSE + LANGFUSE_ROW + "x" * 10**6
        [(*_, record)] = UsageReader(fields=("metadata",)).read(io.BytesIO(text.encode()))
        assert isinstance(record, UsageRecord)
        assert len(pickle.dumps(record)) < LARGEST_RECORD

    @pytest.mark.parametrize("name", ["k{}_{}", "k{}_{}" + "x" * 200])
    def test_shapes_of_strange_lines_are_not_remembered(self, name: str) -> None:
        reader = vendor_lines.VendorLines()
        for number in range(20):
            names = {name.format(number, it): 1 for it in range(vendor_lines.MOST_NAMES + 1)}
            assert isinstance(reader.read({**CHAT, **names}), UsageRecord)
        assert not reader._routes

    @pytest.mark.parametrize(
        "line",
        [
            {**CHAT, "model": "m" * (MAX_ID_LENGTH + 1)},
            {**CHAT, "provider": "p" * (MAX_ID_LENGTH + 1)},
            {**CLAUDE_CODE, "requestId": None, "message": {**CLAUDE_CODE["message"], "model": "m" * 10**5}},  # type: ignore[dict-item]  # -- a dict
        ],
        ids=["model", "host", "session"],
    )
    def test_an_id_longer_than_any_is_unknown(self, line: dict[str, Any]) -> None:
        [(*_, outcome)] = UsageReader().read(io.BytesIO(json.dumps(line).encode()))
        assert isinstance(outcome, NotPriced)
        assert outcome.reason is NotPricedReason.UNKNOWN_MODEL
        assert len(outcome.detail) < 400

    def test_uses_of_made_up_tools_are_bounded(self) -> None:
        tools = {f"tool_{number}_requests": 1 for number in range(1000)}
        usage = {"input_tokens": 1, "output_tokens": 1, "server_tool_use": tools}
        line = {"time": AT, "model": "claude-opus-4-6", "type": "message", "usage": usage}
        assert reason_of(json.dumps(line).encode()) is NotPricedReason.BAD_COUNT


@pytest.mark.parametrize(
    "content",
    [
        b'{"a": 1,}\n',
        b"{'a': 1}\n",
        b'{"a": NaN}\n',
        b'{"a": "\xff"}\n',
        b'{"a":' + b"[" * 50_000 + b"]" * 50_000 + b"}\n",
        (LANGFUSE + LANGFUSE_ROW + '"' + ("x" * 10**6 + "\n") * (LARGEST_FIELD // 10**6 + 1) + '"\n').encode(),
    ],
    ids=["comma", "quotes", "nan", "utf-8", "deep", "field"],
)
def test_a_detail_is_in_our_own_words(content: bytes) -> None:
    (*_, outcome), *_ = UsageReader().read(io.BytesIO(content))
    assert isinstance(outcome, NotPriced)
    assert outcome.reason is NotPricedReason.UNREADABLE
    for word in ("malformed", "byte", "recursion", "limit", "surrogate", "codec"):
        assert word not in outcome.detail.lower()
