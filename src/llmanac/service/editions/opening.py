"""Opens editions in this process, for whoever only reads; those that are not kept are built."""

from __future__ import annotations

import logging

from llmanac.errors import StorageError
from llmanac.service.editions.edition import Edition
from llmanac.service.editions.spec import EditionSpec
from llmanac.service.editions.store import EditionStore

logger = logging.getLogger(__name__)


def open_or_build(spec: EditionSpec, store: EditionStore, *, whole: bool = False) -> Edition:
    """The edition that the store keeps, else one that is built in this process, and kept where that is possible.

    ``whole`` checks all of a kept edition before it is used, so that none raises DamagedFile later: of a damaged one,
    the edition is built anew. Raises InvalidSource for a feed that cannot be read.
    """
    if kept := store.open(spec.key, whole=whole):
        return kept
    from llmanac.service.editions.overlaid_build import build_overlaid  # noqa: PLC0415 -- brings in the decoders

    edition = build_overlaid(spec.feeds.values(), featured=spec.featured).edition()
    try:
        store.keep(spec.key, edition)
    except StorageError as error:
        logger.warning("%s The next start will build it again.", error.detail)
        return edition
    # From here on as any later start: mapped pages are shared, and the records are loaded only when needed.
    return store.open(spec.key) or edition
