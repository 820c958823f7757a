"""The server itself: whether it is well, who changed what, and the catalog in other clients' formats."""

from __future__ import annotations

from operator import attrgetter

from llmanac_client import schemas
from llmanac_client.call import Call, PagedCall
from llmanac_client.document import Document, read_document
from llmanac_client.errors import InvalidAddress
from llmanac_client.operation import AnyConnection_co, Resource, listing, operation
from llmanac_client.resources.described import PAGE, get

Parameter = str | int | float | bool | None


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
        if not path.startswith("/"):  # it would become a part of the host's name
            raise InvalidAddress("The path of a document begins with a slash.")
        path = path.replace("{", "%7B").replace("}", "%7D")
        return Call("GET", path, read_document, query=parameters, headers={"accept": accept})
