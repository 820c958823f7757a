"""The table of sources: every feed that can be read, by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from llmanac.ingest.content.document import Document
from llmanac.ingest.decode import litellm, modelsdev, modelsdev_labs
from llmanac.ingest.decode.memo import DecodeMemo
from llmanac.ingest.layer import Layer


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFormat:
    """How a source is read, and where it is published."""

    decode: Callable[[Document, DecodeMemo | None], Layer[Any]]
    home: str
    licence: str


SOURCES: Mapping[str, SourceFormat] = {
    modelsdev.SOURCE: SourceFormat(
        decode=modelsdev.decode,
        home="https://models.dev/api.json",
        licence="MIT",
    ),
    litellm.SOURCE: SourceFormat(
        decode=litellm.decode,
        home="https://github.com/BerriAI/litellm/blob/main/model_prices_and_context_window.json",
        licence="MIT",
    ),
    modelsdev_labs.SOURCE: SourceFormat(
        decode=modelsdev_labs.decode,
        home="https://models.dev/models.json",
        licence="MIT",
    ),
}
"""A new source is a file with a ``decode``, a row here, and its part in ``merge``."""
