"""YAML whose texts stay texts, and whose numbers stay numbers."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from llmanac.dialects.configs.yaml_text import encode_yaml

SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()


@given(st.dictionaries(st.text(), SCALARS | st.lists(SCALARS)))
def test_it_is_read_as_it_was_written(value: dict[str, object]) -> None:
    assert yaml.safe_load(encode_yaml(value)) == value


@pytest.mark.parametrize("text", ["0o7", "1e5", "1.0.0", "12:30", "true", "no", "null", "~", "a: b", "- a", "#", "3"])
def test_a_text_that_either_version_takes_for_something_else_is_quoted(text: str) -> None:
    assert encode_yaml([text]) in {f'- "{text}"\n'.encode(), f"- '{text}'\n".encode()}


def test_a_small_number_is_one_in_yaml_1_1_too() -> None:
    assert encode_yaml({"a": 1e-7}) == b"a: 1.0e-07\n"
