"""Releases an edition that is no longer served, in steps, so that a large one does not delay every request.

A million entries are some gigabytes of mapped pages, and hundreds of thousands of objects. Freeing either holds the
GIL, even on a background thread.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from threading import Thread

from llmanac.search.index.index import Index
from llmanac.service.editions.edition import Edition

GRACE_S = 1.0
"""The time for requests under way; pages used after that are read from the file again."""
PAUSE_S = 0.002
"""The pause between two steps."""
LONGEST_S = 600.0
"""The longest wait for other references to go, such as that of the history while it is recorded."""
OWN_REFERENCES = 3
"""References to the edition from the list that holds it, the local variable, and the function that counts."""


def release(edition: Edition) -> None:
    """Release an edition on a background thread. Requests under way may still use it, but no new ones."""
    Thread(target=release_in_steps, args=([edition],), name="edition-release", daemon=True).start()


def release_in_steps(held: list[Edition], *, sleep: Callable[[float], None] = time.sleep) -> None:
    """Release the edition in a list of one, in steps, once nothing else refers to it."""
    sleep(GRACE_S)
    edition = held[0]
    for _ in edition.release_pages():
        sleep(PAUSE_S)
    waited = 0.0
    while sys.getrefcount(edition) > OWN_REFERENCES and waited < LONGEST_S:
        sleep(GRACE_S)
        waited += GRACE_S
    # From the last to the first: parts that refer to others go before them.
    parts = [*(getattr(edition.index, name) for name in Index.__slots__), *vars(edition).values()]
    held.clear()
    del edition
    while parts:
        parts.pop()
        sleep(PAUSE_S)
