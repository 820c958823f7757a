"""Documents: what stands at an address, in whichever format."""

from __future__ import annotations

from msgspec import Struct

from llmanac_client.call import Reply


class Document(Struct, frozen=True):
    """What stands at an address, as it was sent."""

    content: bytes
    media_type: str

    @property
    def text(self) -> str:
        """The content as text."""
        return self.content.decode()


def read_document(reply: Reply) -> Document:
    """The reply as it was sent."""
    return Document(reply.content, reply.headers.get("content-type", "").partition(";")[0])
