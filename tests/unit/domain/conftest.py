"""Usages of any size, for properties of what they cost."""

from __future__ import annotations

from hypothesis import strategies as st

from llmanac.domain.usage import INPUT_PARTS, MAX_TOKENS, OUTPUT_PARTS, TokenKind, Usage

COUNTS = st.integers(min_value=0, max_value=MAX_TOKENS // 8)


@st.composite
def usages(draw: st.DrawFn) -> Usage:
    parts = {kind.value: draw(COUNTS) for kind in TokenKind}
    parts["input"] += sum(parts[kind] for kind in INPUT_PARTS)
    parts["output"] += sum(parts[kind] for kind in OUTPUT_PARTS)
    return Usage(**parts)
