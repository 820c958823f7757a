"""The table of sources: every feed that can be read, in order of precedence."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum, auto

from llmanac.domain.feed import LITELLM, MODELS_DEV, MODELS_DEV_MODELS
from llmanac.domain.own_facts import OVERLAYS, overlay_source
from llmanac.ingest.content.document import Document
from llmanac.ingest.decode.memo import DecodeMemo
from llmanac.ingest.layer import Layer


class EntryLayout(Enum):
    """The layout of the entries in the JSON of a feed."""

    FLAT = auto()
    """An object of entries by id."""
    BY_PROVIDER = auto()
    """An object of providers by id, each with an object ``models`` of entries."""


class ModelKey(Enum):
    """The kind of id by which claims that stand under no provider find their offers (``Layer.models``)."""

    LAB_MODEL = auto()
    """``lab/model``: every offer of that model, wherever it is hosted."""
    LITELLM_ID = auto()
    """An id of LiteLLM's: the offers that LiteLLM calls by it; see ``ingest.merge.litellm_routes``."""


ALL_FIELDS = None
LAB_FIELDS = frozenset(
    {"family", "knowledge", "release_date", "open_weights", "licence", "links", "weights", "benchmarks"}
)
NO_FIELDS: frozenset[str] = frozenset()
NO_KEYS = re.compile(r"(?!)")
"""Matches no key."""


@dataclass(frozen=True, slots=True)
class SourceSetting:
    """A setting that says where a source is read; ``settings.Settings`` has a field for each."""

    name: str
    description: str
    default: str | None = None
    """None where it is read there only if somebody sets it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFormat:
    """A source: its decoder, the fields that it may serve, and where it is published."""

    label: str
    """Its name for people."""
    states: str
    """Its subject, after its label in a sentence: ``models.dev`` *states what each host lists*."""
    decode: Callable[[Document, DecodeMemo | None], Layer]
    to_json: Callable[[bytes], bytes] | None = None
    """Converts its content to JSON, or reshapes it to one of the layouts, when it is received; raises InvalidSource.
    None where it is written in JSON and in a layout."""
    layout: EntryLayout
    price_keys: re.Pattern[str]
    """The keys of an entry that say something of its price, each matched whole: where a price jumped, all of them are
    served as they were. NO_KEYS where its entries have no prices."""
    model_key: ModelKey = ModelKey.LAB_MODEL
    serves: frozenset[str] | None
    """The fields of ModelClaims that may be served from its claims; ALL_FIELDS for any."""
    states_last_days: bool = False
    """True if it states when offers end. The history records last days without their source, and remembers them as
    those of the first that states any."""
    required: bool
    """True if there is no catalog without it."""
    guarded: bool
    """True if the guard compares a newer feed with the served one; False for one that an operator writes."""
    home: str
    """The URL at which it is published."""
    licence: str
    file: SourceSetting | None = None
    """The setting of a local file that it is read from; None where there is none."""
    url: SourceSetting | None = None
    """The setting of the address that it is fetched from; None where it is not fetched."""

    @property
    def has_dated_prices(self) -> bool:
        """Whether it is recorded since when it states its prices: they may be out of date where others publish it."""
        return self.guarded and self.price_keys is not NO_KEYS


def _decode_models_dev(document: Document, memo: DecodeMemo | None) -> Layer:
    from llmanac.ingest.decode.formats import modelsdev  # noqa: PLC0415 -- it takes longer to import than an edition to open

    return modelsdev.decode(document, memo)


def _decode_models_dev_models(document: Document, memo: DecodeMemo | None) -> Layer:
    from llmanac.ingest.decode.formats import modelsdev_labs  # noqa: PLC0415 -- it takes as long to import as the other two

    return modelsdev_labs.decode(document, memo)


def _decode_litellm(document: Document, memo: DecodeMemo | None) -> Layer:
    from llmanac.ingest.decode.formats import litellm  # noqa: PLC0415 -- it takes longer to import than an edition to open

    return litellm.decode(document, memo)


SOURCES: Mapping[str, SourceFormat] = {
    MODELS_DEV: SourceFormat(
        label="models.dev",
        states="states what each host lists",
        decode=_decode_models_dev,
        layout=EntryLayout.BY_PROVIDER,
        price_keys=re.compile(r"cost|experimental"),  # experimental modes may have a price of their own
        serves=ALL_FIELDS,
        required=True,
        guarded=True,
        home="https://models.dev/api.json",
        licence="MIT",
        file=SourceSetting("models_dev", "A models.dev api.json, plain or gzip"),
        url=SourceSetting(
            "models_dev_url", "URL that models.dev's feed is fetched from", default="https://models.dev/api.json"
        ),
    ),
    MODELS_DEV_MODELS: SourceFormat(
        label="models.dev, by lab",
        states="states facts of labs about their models",
        decode=_decode_models_dev_models,
        layout=EntryLayout.FLAT,
        price_keys=NO_KEYS,
        serves=LAB_FIELDS,
        required=False,
        guarded=True,
        home="https://models.dev/models.json",
        licence="MIT",
        file=SourceSetting(
            "models_dev_models",
            "A models.dev models.json, plain or gzip: facts that labs state about their models",
        ),
        url=SourceSetting(
            "models_dev_models_url",
            "Where models.dev's models.json is fetched from, such as https://models.dev/models.json; "
            "not at all without",
        ),
    ),
    LITELLM: SourceFormat(
        label="LiteLLM",
        states="states what it knows of the ids that it calls",
        decode=_decode_litellm,
        layout=EntryLayout.FLAT,
        price_keys=re.compile(
            r"(.+_)?cost(_.+)?|tiered_pricing|off_peak_pricing|provider_specific_entry"
            r"|regional_.+_uplift_multiplier(_.+)?"
        ),
        model_key=ModelKey.LITELLM_ID,
        serves=NO_FIELDS,
        states_last_days=True,
        required=True,
        guarded=True,
        home="https://github.com/BerriAI/litellm/blob/main/model_prices_and_context_window.json",
        licence="MIT",
        file=SourceSetting("litellm", "A LiteLLM price map, plain or gzip"),
        url=SourceSetting(
            "litellm_url",
            "URL that LiteLLM's price map is fetched from",
            default="https://raw.githubusercontent.com/BerriAI/litellm/main/model_prices_and_context_window.json",
        ),
    ),
}
"""A new source is a file with a ``decode`` and a row here; the order of the rows is that of precedence."""

FILE_SETTINGS: Mapping[str, SourceSetting] = {name: it.file for name, it in SOURCES.items() if it.file}
"""The settings of files, by source."""
URL_SETTINGS: Mapping[str, SourceSetting] = {name: it.url for name, it in SOURCES.items() if it.url}
"""The settings of addresses, by source."""


def source_label(name: str) -> str:
    """The name of a source for people, in a sentence; overlays are sources, too. One that is not known is its own."""
    if name in SOURCES:
        return SOURCES[name].label
    overlay = name.removeprefix(overlay_source(""))
    if overlay != name:
        return f"the overlay {overlay}"
    return "the organisation's overlays" if name == OVERLAYS else name
