from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from llmanac.auth.signing import read_signed, sign

KEY = b"k" * 32
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


@given(payload=st.binary(max_size=40), purpose=st.text())
def test_a_payload_is_read_for_its_purpose_and_key_alone(payload: bytes, purpose: str) -> None:
    text = sign(payload, purpose, key=KEY)
    assert set(text) <= set(ALPHABET)
    assert read_signed(text, purpose, key=KEY) == payload
    assert read_signed(text, purpose + "x", key=KEY) is None
    assert read_signed(text, purpose, key=b"l" * 32) is None


@given(payload=st.binary(max_size=40), data=st.data())
def test_a_text_with_one_letter_changed_is_refused(payload: bytes, data: st.DataObject) -> None:
    text = sign(payload, "it", key=KEY)
    place = data.draw(st.integers(0, len(text) - 1))
    letter = data.draw(st.sampled_from(ALPHABET).filter(lambda it: it != text[place]))
    assert read_signed(text[:place] + letter + text[place + 1 :], "it", key=KEY) is None


@given(payload=st.binary(max_size=40), end=st.sampled_from(["=", "==", "A", ".", " ", "\n", "é"]))
def test_nothing_can_be_appended(payload: bytes, end: str) -> None:
    assert read_signed(sign(payload, "it", key=KEY) + end, "it", key=KEY) is None


@given(purpose=st.text(min_size=1, max_size=8), payload=st.binary(min_size=1, max_size=8))
def test_a_purpose_does_not_run_over_into_the_payload(purpose: str, payload: bytes) -> None:
    text = sign(payload, purpose, key=KEY)
    assert read_signed(text, purpose[:-1], key=KEY) is None


@given(st.text(max_size=64))
def test_made_up_text_is_refused(text: str) -> None:
    assert read_signed(text, "it", key=KEY) is None
