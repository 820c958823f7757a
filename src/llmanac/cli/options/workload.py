"""Options by which a command is told a workload, and the parsers of their values."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, TypeAlias

import typer

from llmanac.domain.usage import MEANINGS, TokenKind

UNITS = {"": 0, "k": 3, "m": 6}
QUANTITY = re.compile(r"(\d+(?:[.]\d+)?)([kKmM]?)")


def count(text: str) -> int:
    """Parse a number of tokens: 1500, 300k, 1.5M. Raises BadParameter."""
    match = QUANTITY.fullmatch(text.replace(",", "").replace("_", ""))
    number = Decimal(match[1]).scaleb(UNITS[match[2].lower()]) if match else None
    if number is None or number != number.to_integral_value():
        raise typer.BadParameter(f"{text!r} is not a number of tokens such as 1500, 300k or 1.5M.")
    return int(number)


def share(text: str) -> Decimal:
    """Parse a share between 0 and 1: 0.25 or 25%. Raises BadParameter."""
    try:
        number = Decimal(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except InvalidOperation:
        raise typer.BadParameter(f"{text!r} is not a share such as 0.25 or 25%.") from None
    if not 0 <= number <= 1:
        raise typer.BadParameter(f"{text!r} is not between 0 and 1.")
    return number


def instant(text: str) -> datetime:
    """Parse a time; without an offset it is in UTC. Raises BadParameter."""
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not a time such as 2026-11-27T02:00.") from None
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def _tokens(kind: TokenKind, *short: str) -> Any:
    """The option for the tokens of a kind."""
    flag = f"--{kind.value.replace('_', '-')}"
    return typer.Option(flag, *short, parser=count, metavar="TOKENS", help=f"{MEANINGS[kind]}.")


InputTokens: TypeAlias = Annotated[Any, _tokens(TokenKind.INPUT, "-i")]
OutputTokens: TypeAlias = Annotated[Any, _tokens(TokenKind.OUTPUT, "-o")]
CacheReadTokens: TypeAlias = Annotated[Any, _tokens(TokenKind.CACHE_READ)]
CacheWriteTokens: TypeAlias = Annotated[Any, _tokens(TokenKind.CACHE_WRITE)]
CacheWrite1hTokens: TypeAlias = Annotated[Any, _tokens(TokenKind.CACHE_WRITE_1H)]
CacheWrite12hTokens: TypeAlias = Annotated[Any, _tokens(TokenKind.CACHE_WRITE_12H)]
InputAudioTokens: TypeAlias = Annotated[Any, _tokens(TokenKind.INPUT_AUDIO)]
InputImageTokens: TypeAlias = Annotated[Any, _tokens(TokenKind.INPUT_IMAGE)]
ReasoningTokens: TypeAlias = Annotated[Any, _tokens(TokenKind.REASONING)]
OutputAudioTokens: TypeAlias = Annotated[Any, _tokens(TokenKind.OUTPUT_AUDIO)]
OutputImageTokens: TypeAlias = Annotated[Any, _tokens(TokenKind.OUTPUT_IMAGE)]
BatchShare: TypeAlias = Annotated[
    Any, typer.Option(parser=share, metavar="SHARE", help="The part of them that can wait for a batch: 0.25 or 25%.")
]
At: TypeAlias = Annotated[
    Any,
    typer.Option(
        parser=instant, metavar="TIME", help="When they are made, in UTC, such as 2026-11-27T02:00; by default now."
    ),
]
