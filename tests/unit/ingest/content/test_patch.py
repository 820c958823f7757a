from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmanac.ingest.content.patch import apply_patch, make_patch


@given(base=st.binary(max_size=200), text=st.binary(max_size=200))
def test_a_patch_leads_from_its_base_to_its_text_whatever_they_are(base: bytes, text: bytes) -> None:
    assert apply_patch(make_patch(text, base=base), base=base) == text


def test_a_patch_is_refused_by_another_base() -> None:
    base, text = b"one price after another " * 50, b"one price after another; " * 50
    patch = make_patch(text, base=base)

    with pytest.raises(ValueError, match="does not fit"):
        apply_patch(patch, base=base[::-1])
    with pytest.raises(ValueError, match="does not fit"):
        apply_patch(patch[:-5], base=base)


def test_ten_prices_in_five_megabytes_take_two_kilobytes(shared_data: Path) -> None:
    base = gzip.decompress(shared_data.joinpath("models-dev-2026-09-30.json.gz").read_bytes())
    text = base
    for number in range(10):
        text = text.replace(b'"input":%d,' % (number + 1), b'"input":%d.5,' % (number + 1), 1)
    assert text != base

    assert len(make_patch(text, base=base)) < 2_000
