from __future__ import annotations

import re
from hashlib import sha256
from random import Random
from zlib import crc32

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from llmanac.auth.token import ALPHABET, TOKEN_LENGTH, TOKEN_PATTERN, MintedToken, checksum, mint, parse
from llmanac.errors import InvalidToken

ZEROS = "llma_00000000_0000000000000000000000000000000000000000000_3P59OB"

tokens = st.integers().map(lambda seed: mint(Random(seed).randrange))
digits = st.sampled_from(ALPHABET)


def test_the_token_of_all_zeros_reads_the_same_for_ever() -> None:
    assert mint(lambda _: 0).text == ZEROS


@given(tokens)
def test_a_token_has_the_published_form(token: MintedToken) -> None:
    assert re.fullmatch(TOKEN_PATTERN, token.text)
    assert len(token.text) == TOKEN_LENGTH


def test_a_scanner_finds_whole_tokens_in_other_text() -> None:
    text = f'TOKEN="{ZEROS}" # not x{ZEROS}, nor {ZEROS}x'

    assert re.findall(TOKEN_PATTERN, text) == [ZEROS]


@given(tokens)
def test_a_minted_token_parses_to_its_id_and_digest(token: MintedToken) -> None:
    parsed = parse(token.text)

    assert (parsed.id, parsed.digest) == (token.id, token.digest)
    assert parsed.id == token.text.split("_")[1]
    assert parsed.digest == sha256(token.text.encode()).digest()


def test_the_checksum_is_the_crc_in_base62() -> None:
    body = ZEROS.rpartition("_")[0]
    value = 0
    for digit in checksum(body):
        value = value * 62 + ALPHABET.index(digit)

    assert value == crc32(body.encode())


@given(tokens, st.integers(0, TOKEN_LENGTH - 1), st.one_of(digits, st.characters()))
def test_any_one_character_changed_is_refused(token: MintedToken, place: int, other: str) -> None:
    assume(token.text[place] != other)

    with pytest.raises(InvalidToken):
        parse(token.text[:place] + other + token.text[place + 1 :])


@given(tokens, st.integers(0, TOKEN_LENGTH - 2))
def test_two_neighbours_exchanged_are_refused(token: MintedToken, place: int) -> None:
    text = token.text
    assume(text[place] != text[place + 1])

    with pytest.raises(InvalidToken):
        parse(text[:place] + text[place + 1] + text[place] + text[place + 2 :])


@given(tokens, st.integers(0, TOKEN_LENGTH - 1))
def test_a_character_lost_is_refused(token: MintedToken, place: int) -> None:
    with pytest.raises(InvalidToken):
        parse(token.text[:place] + token.text[place + 1 :])


@given(st.text())
def test_any_text_is_refused_as_malformed(text: str) -> None:
    with pytest.raises(InvalidToken, match="not a token of llmanac"):
        parse(text)


@pytest.mark.parametrize(
    "text",
    [ZEROS + "\n", " " + ZEROS, ZEROS.upper(), ZEROS.replace("_", "-"), ZEROS[:-1] + "\N{FULLWIDTH DIGIT ZERO}"],
)
def test_what_only_looks_like_a_token_is_refused(text: str) -> None:
    with pytest.raises(InvalidToken, match="not a token of llmanac"):
        parse(text)


def test_a_typing_error_has_its_own_message() -> None:
    with pytest.raises(InvalidToken, match="typing error"):
        parse(ZEROS.replace("llma_0", "llma_1"))


def test_no_refusal_repeats_what_was_presented() -> None:
    presented = ZEROS.replace("llma_0", "llma_1")

    with pytest.raises(InvalidToken) as refusal:
        parse(presented)

    assert presented not in str(refusal.value)


def test_tokens_are_random_by_themselves() -> None:
    assert len({mint().text for _ in range(100)}) == 100


def test_a_minted_token_prints_without_its_secret() -> None:
    assert mint(lambda _: 0).text not in repr(mint(lambda _: 0))
