"""The format of a token: ``llma_<id>_<secret>_<checksum>``, 64 characters.

The parts are base62 digits: 8 of a random id, which names the token in lists and logs; 43 of a random secret,
256 bits; and 6 of the CRC-32 of everything before the last underscore, by which a mistyped or made-up token is
refused without a look-up. Only the SHA-256 of the whole text is stored: the secret is random, so a slow password
hash would add nothing but a way to keep the server busy.
"""

from __future__ import annotations

import re
import secrets
import string
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import NewType
from zlib import crc32

from llmanac.errors import InvalidToken

ALPHABET = string.digits + string.ascii_uppercase + string.ascii_lowercase
ID_LENGTH = 8
SECRET_LENGTH = 43
CHECKSUM_LENGTH = 6
TOKEN_LENGTH = 64

TOKEN_PATTERN = r"\bllma_[0-9A-Za-z]{8}_[0-9A-Za-z]{43}_[0-9A-Za-z]{6}\b"  # noqa: S105 -- a pattern, no token
"""The pattern for secret scanners; a match with the right checksum is certainly a token of llmanac."""

_TOKEN = re.compile(TOKEN_PATTERN)

TokenId = NewType("TokenId", str)


@dataclass(frozen=True, slots=True)
class ParsedToken:
    """The id and digest of a well-formed token, without its secret."""

    id: TokenId
    digest: bytes
    """The SHA-256 of the whole token, 32 bytes."""


@dataclass(frozen=True, slots=True)
class MintedToken:
    """A new token; ``text`` is shown once and never stored."""

    text: str = field(repr=False)
    id: TokenId
    digest: bytes


def mint(randbelow: Callable[[int], int] = secrets.randbelow) -> MintedToken:
    """A new random token; ``randbelow(n)`` draws a whole number from 0 to n - 1."""

    def draw(length: int) -> str:
        return "".join(ALPHABET[randbelow(len(ALPHABET))] for _ in range(length))

    token_id, secret = draw(ID_LENGTH), draw(SECRET_LENGTH)
    body = f"llma_{token_id}_{secret}"
    text = f"{body}_{checksum(body)}"
    return MintedToken(text, TokenId(token_id), hash_token(text))


def parse(text: str) -> ParsedToken:
    """The parts of a presented token. Raises InvalidToken where it is malformed or its checksum is wrong."""
    if len(text) != TOKEN_LENGTH or not _TOKEN.fullmatch(text):
        raise InvalidToken(
            f"This is not a token of llmanac: one reads llma_<id>_<secret>_<checksum>, {TOKEN_LENGTH} characters."
        )
    body, _, presented = text.rpartition("_")
    if checksum(body) != presented:
        raise InvalidToken("The token has a typing error: its checksum does not match. Copy it again, whole.")
    return ParsedToken(TokenId(body[5 : 5 + ID_LENGTH]), hash_token(text))


def checksum(body: str) -> str:
    """The CRC-32 of a token's text before its last underscore, in 6 base62 digits."""
    rest, digits = crc32(body.encode()), ""
    for _ in range(CHECKSUM_LENGTH):
        rest, digit = divmod(rest, len(ALPHABET))
        digits = ALPHABET[digit] + digits
    return digits


def hash_token(text: str) -> bytes:
    """The SHA-256 of a token's text, 32 bytes: all that is stored of its secret."""
    return sha256(text.encode()).digest()
