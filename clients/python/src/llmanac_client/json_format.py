"""JSON: what is sent, and what is read from replies."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

import msgspec

from llmanac_client.call import Reply
from llmanac_client.errors import UnreadableResponse

T = TypeVar("T")

UNREADABLE = (ValueError, RecursionError)
"""What msgspec raises for bytes that are not JSON, not UTF-8, of another shape, or nested without end."""

encode = msgspec.json.Encoder().encode


class Decoded(msgspec.Struct, Generic[T], frozen=True):
    """Reads the JSON of a reply as a type. Fields that the type does not have are passed over."""

    type: type[T]

    def __call__(self, reply: Reply) -> T:
        """Raises UnreadableResponse for JSON of another shape."""
        try:
            return msgspec.json.decode(reply.content, type=self.type)
        except UNREADABLE as error:
            raise UnreadableResponse(f"The response is no {self.type.__name__}: {error}.") from None


def read_object(reply: Reply) -> dict[str, Any]:
    """The JSON object of a reply, as dicts and lists. Raises UnreadableResponse."""
    try:
        value = msgspec.json.decode(reply.content)
    except UNREADABLE:
        raise UnreadableResponse("The response is something else than JSON.") from None
    if not isinstance(value, dict):
        raise UnreadableResponse("The response is something else than a JSON object.")
    return value


def read_nothing(reply: Reply) -> None:
    """The reply to a request that answers with nothing."""
