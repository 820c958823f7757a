"""Usage: the tokens of one request, by kind.

Totals include their parts: ``input`` counts every token of the prompt, including those read from or written to a
cache and those of audio and images; ``output`` counts every generated token, including reasoning, audio and images.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from enum import StrEnum

from llmanac.domain.documented import DOCUMENTED
from llmanac.errors import InvalidParameters, ParameterFault

MAX_TOKENS = 10**9
"""Maximum number of tokens of one kind in one request."""


class TokenKind(StrEnum):
    """A kind of tokens that is charged separately, in the order of charges; the values are the fields of Rates."""

    INPUT = "input"
    CACHE_READ = "cache_read"
    CACHE_WRITE = "cache_write"
    CACHE_WRITE_1H = "cache_write_1h"
    CACHE_WRITE_12H = "cache_write_12h"
    INPUT_AUDIO = "input_audio"
    INPUT_IMAGE = "input_image"
    OUTPUT = "output"
    REASONING = "reasoning"
    OUTPUT_AUDIO = "output_audio"
    OUTPUT_IMAGE = "output_image"


MEANINGS: Mapping[TokenKind, str] = {
    TokenKind.INPUT: "The whole prompt, with what is cached and what is audio",
    TokenKind.CACHE_READ: "Of the input: read from a cache",
    TokenKind.CACHE_WRITE: "Of the input: written to a cache for minutes",
    TokenKind.CACHE_WRITE_1H: "Of the input: written to a cache for an hour",
    TokenKind.CACHE_WRITE_12H: "Of the input: written to a cache for twelve hours or longer",
    TokenKind.INPUT_AUDIO: "Of the input: audio",
    TokenKind.INPUT_IMAGE: "Of the input: images",
    TokenKind.OUTPUT: "Everything that is made, with reasoning and audio",
    TokenKind.REASONING: "Of the output: reasoning",
    TokenKind.OUTPUT_AUDIO: "Of the output: audio",
    TokenKind.OUTPUT_IMAGE: "Of the output: images",
}
"""The meaning of the number of tokens of each kind in a request, for people."""

INPUT_PARTS = (
    TokenKind.CACHE_READ,
    TokenKind.CACHE_WRITE,
    TokenKind.CACHE_WRITE_1H,
    TokenKind.CACHE_WRITE_12H,
    TokenKind.INPUT_AUDIO,
    TokenKind.INPUT_IMAGE,
)
OUTPUT_PARTS = (TokenKind.REASONING, TokenKind.OUTPUT_AUDIO, TokenKind.OUTPUT_IMAGE)
KINDS = (*TokenKind,)
WHOLE_INPUT, WHOLE_OUTPUT = KINDS.index(TokenKind.INPUT), KINDS.index(TokenKind.OUTPUT)
PLACES_OF_INPUT, PLACES_OF_OUTPUT = tuple(map(KINDS.index, INPUT_PARTS)), tuple(map(KINDS.index, OUTPUT_PARTS))
"""Places in the order of TokenKind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """The tokens of one request. Raises InvalidParameters where parts exceed their total."""

    __pydantic_config__ = DOCUMENTED

    input: int = 0
    """Tokens of the whole prompt, including cached tokens, audio and images."""
    cache_read: int = 0
    cache_write: int = 0
    cache_write_1h: int = 0
    cache_write_12h: int = 0
    input_audio: int = 0
    input_image: int = 0
    output: int = 0
    """All generated tokens, including reasoning, audio and images."""
    reasoning: int = 0
    output_audio: int = 0
    output_image: int = 0

    def __post_init__(self) -> None:
        for field in fields(self):
            if not 0 <= getattr(self, field.name) <= MAX_TOKENS:
                raise _fault(field.name, f"{field.name} should be between 0 and {MAX_TOKENS:,} tokens")
        for whole, parts in (("input", INPUT_PARTS), ("output", OUTPUT_PARTS)):
            if self._sum(parts) > getattr(self, whole):
                raise _fault(
                    whole,
                    f"{whole} ({getattr(self, whole):,}) is the whole, and less than its parts "
                    f"{', '.join(parts)} together ({self._sum(parts):,})",
                )

    def charged(self) -> Iterator[tuple[TokenKind, int]]:
        """The number of tokens charged as each kind, without zeros; a total is charged without its parts."""
        charged = charged_tokens([getattr(self, kind.value) for kind in TokenKind])
        return ((kind, tokens) for kind, tokens in zip(TokenKind, charged, strict=True) if tokens)

    def _sum(self, kinds: Iterable[TokenKind]) -> int:
        return sum(getattr(self, kind.value) for kind in kinds)


def charged_tokens(counts: Sequence[int]) -> list[int]:
    """The numbers of tokens charged as each kind, of the counts of a usage, both in the order of TokenKind."""
    charged = [*counts]
    charged[WHOLE_INPUT] -= sum(counts[place] for place in PLACES_OF_INPUT)
    charged[WHOLE_OUTPUT] -= sum(counts[place] for place in PLACES_OF_OUTPUT)
    return charged


def _fault(name: str, message: str) -> InvalidParameters:
    return InvalidParameters(f"{message}.", faults=(ParameterFault((name,), message, "value_error"),))
