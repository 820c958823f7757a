"""The server itself: whether it is well, who changed what, and the catalog in other clients' formats."""

from __future__ import annotations

from dataclasses import dataclass
from operator import attrgetter

from llmanac_client import schemas
from llmanac_client.call import Call, PagedCall, Reply
from llmanac_client.operation import AnyConnection_co, Resource, listing, operation
from llmanac_client.resources.described import PAGE, get

Parameter = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Document:
    """What stands at an address, as it was sent."""

    content: bytes
    media_type: str

    @property
    def text(self) -> str:
        """The content as text."""
        return self.content.decode()


class ServerOperations(Resource[AnyConnection_co]):
    """What a server is asked about itself, and what it writes for others."""

    @operation
    def health(self) -> Call[schemas.Health]:
        """Whether the process is alive."""
        return get("/healthz", schemas.Health)

    @operation
    def ready(self) -> Call[schemas.Readiness]:
        """Whether the catalog is served, and which one. Raises ServerError once the server is about to stop."""
        return get("/readyz", schemas.Readiness)

    @listing
    def audit(
        self, *, before: int | None = None, page_size: int = PAGE
    ) -> PagedCall[schemas.AuditPage, schemas.AuditRecord]:
        """List who changed what, newest first."""
        query = {"before": before, "limit": page_size}
        return PagedCall(get("/api/v1/audit", schemas.AuditPage, query=query), attrgetter("entries"))

    @operation
    def document(self, path: str, /, *, accept: str = "*/*", **parameters: Parameter) -> Call[Document]:
        """What stands at an address, such as the catalog in the format of another client: ``/api.json``."""
        return Call("GET", path, _read_document, query=parameters, headers={"accept": accept})


def _read_document(reply: Reply) -> Document:
    return Document(reply.content, reply.headers.get("content-type", "").partition(";")[0])
