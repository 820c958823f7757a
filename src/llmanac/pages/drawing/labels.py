"""What the parameters of queries are called on the page."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from llmanac.domain.records import Capability
from llmanac.ingest.decode.sources import SOURCES
from llmanac.search.query.query import Sort

CAPABILITIES: Mapping[Capability, str] = {
    Capability.TOOL_CALL: "Tools",
    Capability.REASONING: "Reasoning",
    Capability.STRUCTURED_OUTPUT: "Structured output",
    Capability.VISION: "Vision",
    Capability.PDF: "PDF",
    Capability.AUDIO_INPUT: "Audio in",
    Capability.VIDEO_INPUT: "Video in",
    Capability.IMAGE_OUTPUT: "Images out",
    Capability.AUDIO_OUTPUT: "Audio out",
    Capability.VIDEO_OUTPUT: "Video out",
    Capability.ATTACHMENT: "Attachments",
    Capability.TEMPERATURE: "Temperature",
    Capability.INTERLEAVED: "Interleaved reasoning",
    Capability.PROMPT_CACHING: "Prompt caching",
}

IN_THE_TABLE: Mapping[Capability, str] = {
    Capability.TOOL_CALL: "Tools",
    Capability.REASONING: "Reasoning",
    Capability.STRUCTURED_OUTPUT: "Structured",
    Capability.VISION: "Vision",
    Capability.PDF: "PDF",
    Capability.AUDIO_INPUT: "Audio in",
    Capability.VIDEO_INPUT: "Video in",
    Capability.IMAGE_OUTPUT: "Images out",
}
"""The capabilities that a table has a column for."""

WEIGHTS: Mapping[str, str] = {"true": "Open", "false": "Closed"}

_CAPABILITIES = {capability.value: text for capability, text in CAPABILITIES.items()}

CHOICES: Mapping[str, Mapping[str, str]] = {"capabilities": _CAPABILITIES, "open_weights": WEIGHTS}
"""What the values of filters are called in the form, by filter; others are shown as they are."""
CHIPS: Mapping[str, Mapping[str, str]] = {
    "capabilities": _CAPABILITIES,
    "open_weights": {value: f"{name} weights" for value, name in WEIGHTS.items()},
}
"""What they are called by themselves, on chips."""
PROMINENT: Mapping[str, Collection[str]] = {"capabilities": IN_THE_TABLE}
"""The values that a form shows at once, where it folds the others away."""

SOURCE_NAMES: Mapping[str, str] = {name: source.label for name, source in SOURCES.items()}
"""What each source is called."""

SORTS: Mapping[Sort, str] = {
    Sort.RELEVANCE: "relevance",
    Sort.POPULARITY: "popularity",
    Sort.NAME: "name",
    Sort.RELEASE_DATE: "release date",
    Sort.CONTEXT: "context",
    Sort.PRICE: "price",
    Sort.INPUT_PRICE: "input price",
    Sort.OUTPUT_PRICE: "output price",
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column that a table can be sorted by."""

    label: str
    sort: Sort
    descends_first: bool = False
    """The first click gives the largest first."""


NAME = Column("Model", Sort.NAME)
CONTEXT = Column("Context", Sort.CONTEXT, descends_first=True)
INPUT_PRICE = Column("Input", Sort.INPUT_PRICE)
OUTPUT_PRICE = Column("Output", Sort.OUTPUT_PRICE)
RELEASED = Column("Released", Sort.RELEASE_DATE, descends_first=True)
