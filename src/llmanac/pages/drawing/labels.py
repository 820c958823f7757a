"""Labels of query parameters, filter values, sources and columns on the pages."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from llmanac.domain.records import Capability
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
"""The capabilities that have a column in the table."""

WEIGHTS: Mapping[str, str] = {"true": "Open", "false": "Closed"}

_CAPABILITIES = {capability.value: text for capability, text in CAPABILITIES.items()}

YES_OR_NO: Mapping[str, str] = {"true": "Yes", "false": "No"}

CHOICES: Mapping[str, Mapping[str, str]] = {
    "capabilities": _CAPABILITIES,
    "open_weights": WEIGHTS,
    "trains_on_data": YES_OR_NO,
    "approved": YES_OR_NO,
}
"""Labels of filter values in the form, by filter; other values are shown as they are."""
CHIPS: Mapping[str, Mapping[str, str]] = {
    "capabilities": _CAPABILITIES,
    "open_weights": {value: f"{name} weights" for value, name in WEIGHTS.items()},
    "trains_on_data": {"true": "Trains on data", "false": "Trains on no data"},
    "approved": {"true": "Approved", "false": "Not approved"},
}
"""Labels of filter values on chips, where they stand alone."""
PROMINENT: Mapping[str, Collection[str]] = {"capabilities": IN_THE_TABLE}
"""Filter values that the form always shows; it collapses the others."""

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
    """A sortable column of a table."""

    label: str
    sort: Sort
    descends_first: bool = False
    """Whether the first click sorts in descending order."""


NAME = Column("Model", Sort.NAME)
CONTEXT = Column("Context", Sort.CONTEXT, descends_first=True)
INPUT_PRICE = Column("Input", Sort.INPUT_PRICE)
OUTPUT_PRICE = Column("Output", Sort.OUTPUT_PRICE)
RELEASED = Column("Released", Sort.RELEASE_DATE, descends_first=True)
