"""Replies that are kept with their ETags, so that the server need not send again what has not changed."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock

from llmanac_client.call import Reply


class ETagCache:
    """The replies that were used last, up to a number of bytes. Threads may share one."""

    def __init__(self, capacity: int) -> None:
        """``capacity`` is in bytes of content; 0 keeps nothing."""
        self._capacity = capacity
        self._size = 0
        self._replies: OrderedDict[str, Reply] = OrderedDict()
        self._lock = Lock()

    def find(self, key: str) -> Reply | None:
        """The reply that is kept for a request."""
        with self._lock:
            if key in self._replies:
                self._replies.move_to_end(key)
            return self._replies.get(key)

    def keep(self, key: str, reply: Reply) -> None:
        """Keep the reply to a request in place of an earlier one, if it has an ETag and fits."""
        with self._lock:
            earlier = self._replies.pop(key, None)
            self._size -= 0 if earlier is None else _size(key, earlier)
            size = _size(key, reply)
            if "etag" not in reply.headers or size > self._capacity:
                return
            self._replies[key] = reply
            self._size += size
            while self._size > self._capacity:
                self._size -= _size(*self._replies.popitem(last=False))


def _size(key: str, reply: Reply) -> int:
    return len(key) + len(reply.content) + sum(len(name) + len(value) for name, value in reply.headers.items())
