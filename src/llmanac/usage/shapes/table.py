"""All usage shapes, in the order in which they are tried: those that say more of themselves come first."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from llmanac.usage.shapes import (
    anthropic,
    bedrock,
    deepseek,
    gemini,
    litellm,
    openai_chat,
    openai_responses,
    openrouter,
)
from llmanac.usage.shapes.shape import UsageShape

SHAPES: tuple[UsageShape, ...] = (
    litellm.SHAPE,
    openrouter.SHAPE,
    deepseek.SHAPE,
    openai_chat.SHAPE,
    openai_responses.SHAPE,
    anthropic.SHAPE,
    gemini.SHAPE,
    bedrock.SHAPE,
)


def shape_of(response: AbstractSet[str], usage: AbstractSet[str]) -> UsageShape | None:
    """The shape of a usage object, by its keys and those of the response that it is in; None where none fits."""
    return next((shape for shape in SHAPES if shape.recognises(response, usage)), None)
