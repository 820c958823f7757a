"""Whatever a log holds, each line has exactly one outcome, and nothing is raised."""

from __future__ import annotations

import io
import json

from hypothesis import given
from hypothesis import strategies as st

from llmanac.usage.reader import UsageReader
from llmanac.usage.record import NotPriced, NotPricedReason

from .vendor_logs import VENDOR_LINES

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
