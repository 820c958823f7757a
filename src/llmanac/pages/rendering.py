"""Renders templates; everything is escaped, and undefined names are errors."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from llmanac.domain.dotted import leaves
from llmanac.ingest.decode.sources import source_label
from llmanac.pages.drawing import formatting
from llmanac.pages.drawing.change_text import fact_name
from llmanac.pages.drawing.overlaid_text import statement_text
from llmanac.pages.drawing.rule_text import rule_labels, state_counts, stated
from llmanac.version import __version__
from llmanac.web.assets import Assets

TEMPLATES = Path(__file__).parent / "templates"
UNQUOTED_IN_PATHS = "/:@~+"
WEB = ("http", "https")


class Renderer:
    """Renders templates with the filters and globals of the pages."""

    def __init__(self, assets: Assets) -> None:
        self._environment = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self._environment.filters |= {
            "count": formatting.count,
            "money": formatting.money,
            "padding": formatting.padding,
            "pretty": pretty,
            "share": formatting.share,
            "tokens": formatting.tokens,
        }
        self._environment.globals |= {
            "asset": assets.url,
            "model_url": model_url,
            "fact_name": fact_name,
            "leaves": leaves,
            "rate": formatting.rate,
            "rule_labels": rule_labels,
            "source_label": source_label,
            "state_counts": state_counts,
            "state_meanings": formatting.STATE_MEANINGS,
            "stated": stated,
            "statement_text": statement_text,
            "UNKNOWN": formatting.UNKNOWN,
            "version": __version__,
            "web_address": web_address,
        }

    def render(self, template: str, values: Mapping[str, Any]) -> str:
        """Render a template with these values."""
        return self._environment.get_template(template).render(values)


def model_url(id: str) -> str:  # noqa: A002 -- a model has an id
    """The URL of a model's page."""
    return f"/models/{quote(id, safe=UNQUOTED_IN_PATHS)}"


def pretty(record: Any) -> str:
    """A source's record as indented JSON."""
    return json.dumps(record, indent=2, ensure_ascii=False, default=str)


def web_address(text: str | None) -> str | None:
    """A URL from a feed if it is safe to link, that is http or https; None for any other text."""
    if text is None:
        return None
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    return text if parts.scheme.lower() in WEB and parts.netloc and text.isprintable() else None
