"""Changes as an Atom feed (RFC 4287), for feed readers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from urllib.parse import quote
from xml.etree.ElementTree import Element, SubElement, tostring

from llmanac import paths
from llmanac.history.wording import summary
from llmanac.service.history.changes import DatedChange

MEDIA_TYPE = "application/atom+xml"
NAMESPACE = "http://www.w3.org/2005/Atom"

FEED_ID = "urn:llmanac:changes"

LONGEST_TITLE = 200


def encode_feed(changes: Iterable[DatedChange], *, url: str, following: str | None, updated: datetime) -> bytes:
    """A page of the feed; ``url`` is its own URL, ``following`` that of the next page."""
    feed = Element("feed", xmlns=NAMESPACE)
    _text(feed, "id", FEED_ID)
    _text(feed, "title", "Changes in the model catalog")
    _text(feed, "updated", updated.isoformat())
    _text(SubElement(feed, "author"), "name", "llmanac")
    SubElement(feed, "link", rel="self", href=url)
    if following:
        SubElement(feed, "link", rel="next", href=following)
    for dated in changes:
        _entry(feed, dated)
    encoded: bytes = tostring(feed, encoding="utf-8", xml_declaration=True)
    return encoded


def _entry(feed: Element, dated: DatedChange) -> None:
    change = dated.recorded.change
    entry = SubElement(feed, "entry")
    _text(entry, "id", f"{FEED_ID}:{dated.epoch.digest[:16]}:{dated.recorded.id}")
    words = summary(change.kind, change.differences, previous=change.previous)
    title = f"{change.kind.value}: {change.offer}" + (f" ({words})" if words else "")
    _text(entry, "title", title if len(title) <= LONGEST_TITLE else f"{title[:LONGEST_TITLE]}…")
    _text(entry, "updated", dated.epoch.began_at.isoformat())
    SubElement(entry, "category", term=change.kind.value)
    SubElement(entry, "link", rel="alternate", type="application/json", href=f"{paths.CATALOG}/{quote(change.offer)}")
    _text(entry, "content", words).set("type", "text")


def _text(parent: Element, name: str, text: str) -> Element:
    element = SubElement(parent, name)
    element.text = text
    return element
