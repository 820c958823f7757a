"""The table of sources: every feed that can be read, in their order of precedence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum, auto

from llmanac.domain.feed import LITELLM, MODELS_DEV, MODELS_DEV_MODELS
from llmanac.ingest.content.document import Document
from llmanac.ingest.decode.memo import DecodeMemo
from llmanac.ingest.layer import Layer


class EntryLayout(Enum):
    """The layout of the entries in the JSON of a feed."""

    FLAT = auto()
    """An object of entries by id."""
    BY_PROVIDER = auto()
    """An object of providers by id, each with an object ``models`` of entries."""


class ClaimSubject(Enum):
    """The subject of a source's claims, which decides the offers that they are joined to."""

    OFFERS = auto()
    """Models at hosts: an offer is listed where such a source claims one."""
    LITELLM_IDS = auto()
    """The models that LiteLLM calls by these ids; see ``ingest.merge.litellm_routes``."""
    MODELS = auto()
    """Models by ``lab/model``, wherever they are hosted."""


ALL_FIELDS = None
LAB_FIELDS = frozenset(
    {"family", "knowledge", "release_date", "open_weights", "licence", "links", "weights", "benchmarks"}
)
NO_FIELDS: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFormat:
    """A source: its decoder, the fields that it may serve, and where it is published."""

    label: str
    """Its name for people."""
    decode: Callable[[Document, DecodeMemo | None], Layer]
    layout: EntryLayout
    subject: ClaimSubject
    serves: frozenset[str] | None
    """The fields of ModelClaims that may be served from its claims; ALL_FIELDS for any."""
    required: bool
    """True if there is no catalog without it."""
    home: str
    """The URL at which it is published."""
    licence: str
    setting: str
    """The setting that names a local file; with ``_url`` added, that of its address."""


def _decode_models_dev(document: Document, memo: DecodeMemo | None) -> Layer:
    from llmanac.ingest.decode import modelsdev  # noqa: PLC0415 -- it takes longer to import than an edition to open

    return modelsdev.decode(document, memo)


def _decode_litellm(document: Document, memo: DecodeMemo | None) -> Layer:
    from llmanac.ingest.decode import litellm  # noqa: PLC0415 -- it takes longer to import than an edition to open

    return litellm.decode(document, memo)


def _decode_models_dev_models(document: Document, memo: DecodeMemo | None) -> Layer:
    from llmanac.ingest.decode import modelsdev_labs  # noqa: PLC0415 -- it takes as long to import as the other two

    return modelsdev_labs.decode(document, memo)


SOURCES: Mapping[str, SourceFormat] = {
    MODELS_DEV: SourceFormat(
        label="models.dev",
        decode=_decode_models_dev,
        layout=EntryLayout.BY_PROVIDER,
        subject=ClaimSubject.OFFERS,
        serves=ALL_FIELDS,
        required=True,
        home="https://models.dev/api.json",
        licence="MIT",
        setting="models_dev",
    ),
    LITELLM: SourceFormat(
        label="LiteLLM",
        decode=_decode_litellm,
        layout=EntryLayout.FLAT,
        subject=ClaimSubject.LITELLM_IDS,
        serves=NO_FIELDS,
        required=True,
        home="https://github.com/BerriAI/litellm/blob/main/model_prices_and_context_window.json",
        licence="MIT",
        setting="litellm",
    ),
    MODELS_DEV_MODELS: SourceFormat(
        label="models.dev, by lab",
        decode=_decode_models_dev_models,
        layout=EntryLayout.FLAT,
        subject=ClaimSubject.MODELS,
        serves=LAB_FIELDS,
        required=False,
        home="https://models.dev/models.json",
        licence="MIT",
        setting="models_dev_models",
    ),
}
"""A new source is a file with a ``decode`` and a row here; its place is its precedence."""
