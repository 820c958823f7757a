"""The end of an edition that is served no more, in pieces: that of a large one at once would hold up every request.

A million entries are some gigabytes of mapped pages, and hundreds of thousands of objects. Python lets nobody else work
while it gives either of them back, be it on a thread.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from threading import Thread

from llmanac.search.index.index import Index
from llmanac.service.editions.edition import Edition

GRACE_S = 1.0
"""For requests under way; what is still used after that is read again from the file."""
PAUSE_S = 0.002
"""Between two pieces."""
LONGEST_S = 600.0
"""To wait for others to let go of it, such as the history while it is recorded."""
OWN_REFERENCES = 3
"""To the edition: of the list that holds it, of the variable, and of the function that counts."""


def release(edition: Edition) -> None:
    """Let go of an edition, on a thread; nobody is to ask for it any more, though some may still use it."""
    Thread(target=release_in_steps, args=([edition],), name="retirement", daemon=True).start()


def release_in_steps(held: list[Edition], *, sleep: Callable[[float], None] = time.sleep) -> None:
    """Let go of the one edition that is held, in pieces, once nobody else holds it."""
    sleep(GRACE_S)
    edition = held[0]
    for _ in edition.release_pages():
        sleep(PAUSE_S)
    waited = 0.0
    while sys.getrefcount(edition) > OWN_REFERENCES and waited < LONGEST_S:
        sleep(GRACE_S)
        waited += GRACE_S
    # From the last to the first: those that hold others go before them.
    parts = [*(getattr(edition.index, name) for name in Index.__slots__), *vars(edition).values()]
    held.clear()
    del edition
    while parts:
        parts.pop()
        sleep(PAUSE_S)
