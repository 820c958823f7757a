"""FeedRef: the identity of one version of a feed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from llmanac.domain.dates import day_of

MODELS_DEV = "models.dev"
"""The source that lists what each host offers; its records make the offers."""
LITELLM = "litellm"
"""The source that says how LiteLLM calls them."""
MODELS_DEV_MODELS = "models.dev/models"
"""The source that describes models by lab, wherever they are hosted."""
FIGURES = "figures"
"""The feed that the catalog keeps itself: since when each source has stated its figures."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedRef:
    """The identity of one version of a feed, without its content."""

    name: str
    """The source: ``models.dev`` or another key of ``ingest.decode.sources.SOURCES``."""
    origin: str
    """The origin: ``embedded``, ``seed``, a path, or the address that it was fetched from."""
    date: str
    """The day of its facts, ``YYYY-MM-DD``, or the month, ``YYYY-MM``."""
    sha256: str
    """The SHA-256 of its uncompressed content, in hexadecimal digits."""

    @property
    def day(self) -> dt.date:
        """The day of its facts; for a month, its first day."""
        return day_of(self.date)
