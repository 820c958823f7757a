"""The catalog: which models there are, what they cost, what changed, and where the sources disagree."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from operator import attrgetter
from typing import Unpack

from llmanac_client import schemas
from llmanac_client.call import Call, PagedCall
from llmanac_client.document import Document, read_document
from llmanac_client.json_format import Decoded
from llmanac_client.operation import AnyConnection_co, Resource, listing, operation
from llmanac_client.resources.described import PAGE, ask, get

INFERENCE = "/api/v1/inference"
CATALOG = f"{INFERENCE}/catalog"
CONFLICTS_PAGE = 500
CHANGES_PAGE = 200
PRICE_S = 600.0
"""The longest wait for a server to price a whole log."""


class CatalogOperations(Resource[AnyConnection_co]):
    """What a server is asked about models."""

    @listing
    def search(
        self,
        query: str | None = None,
        *,
        sort: str | None = None,
        ids: str | None = None,
        as_of: date | None = None,
        offset: int = 0,
        page_size: int = PAGE,
        **filters: Unpack[schemas.CatalogFilters],
    ) -> PagedCall[schemas.InferenceCatalogListResponse, schemas.InferenceCatalogEntry]:
        """Search the catalog, or list all of it, from ``offset`` on.

        ``sort`` is an order such as ``-release_date``; ``ids`` whose spelling of ids to answer with.
        """
        asked = {"query": query, "sort": sort, "ids": ids, "as_of": as_of, "offset": offset, "limit": page_size}
        return PagedCall(
            get(CATALOG, schemas.InferenceCatalogListResponse, query={**asked, **filters}), attrgetter("models")
        )

    @operation
    def explain(
        self,
        query: str | None = None,
        *,
        sort: str | None = None,
        ids: str | None = None,
        as_of: date | None = None,
        offset: int = 0,
        limit: int = 20,
        **filters: Unpack[schemas.CatalogFilters],
    ) -> Call[schemas.SearchExplanation]:
        """Explain why each result of a search stands where it stands."""
        asked = {"query": query, "sort": sort, "ids": ids, "as_of": as_of, "offset": offset, "limit": limit}
        return get(f"{CATALOG}/explain", schemas.SearchExplanation, query={**asked, **filters})

    @operation
    def facets(
        self, query: str | None = None, *, as_of: date | None = None, **filters: Unpack[schemas.CatalogFilters]
    ) -> Call[schemas.Facets]:
        """Count what a search could be narrowed to; say which filter is in the way where nothing is found."""
        return get(f"{CATALOG}/facets", schemas.Facets, query={"query": query, "as_of": as_of, **filters})

    @operation
    def config(
        self,
        name: str,
        query: str | None = None,
        *,
        sort: str | None = None,
        as_of: date | None = None,
        limit: int | None = None,
        **filters: Unpack[schemas.CatalogFilters],
    ) -> Call[Document]:
        """The file by which a client, such as ``aider``, is configured with all that a search finds."""
        asked = {"query": query, "sort": sort, "as_of": as_of, "limit": limit, **filters}
        return Call("GET", f"{INFERENCE}/configs/{{config}}", read_document, names={"config": name}, query=asked)

    @operation
    def model(self, id: str, *, as_of: date | None = None) -> Call[schemas.ModelDetails]:  # noqa: A002 -- the API's word
        """Everything known of one model, by its id in any spelling."""
        return get(f"{CATALOG}/{{id}}", schemas.ModelDetails, names={"id": id}, query={"as_of": as_of})

    @operation
    def alternatives(
        self,
        id: str,  # noqa: A002 -- the API's word
        tokens: schemas.TokenCounts | None = None,
        *,
        requests: int | None = None,
        batch_share: Decimal | float | None = None,
        service: str | None = None,
        at: datetime | None = None,
        query: str | None = None,
        as_of: date | None = None,
        limit: int = 10,
        **filters: Unpack[schemas.CatalogFilters],
    ) -> Call[schemas.AlternativeList]:
        """List what could take a model's place: its other hosts, and other models, each with the cost of a workload."""
        workload = {kind: getattr(tokens, kind, None) for kind in schemas.TokenCounts.__struct_fields__}
        workload |= {"requests": requests, "batch_share": batch_share, "service": service, "at": at}
        asked = {**workload, "query": query, "as_of": as_of, "limit": limit, **filters}
        return get(f"{CATALOG}/{{id}}/alternatives", schemas.AlternativeList, names={"id": id}, query=asked)

    @operation
    def providers(self) -> Call[schemas.ProviderList]:
        """List the hosts: names, addresses, keys."""
        return get(f"{INFERENCE}/providers", schemas.ProviderList)

    @operation
    def compare(self, ids: Sequence[str], *, as_of: date | None = None) -> Call[schemas.Comparison]:
        """Two to six models side by side."""
        return get(f"{INFERENCE}/compare", schemas.Comparison, query={"ids": tuple(ids), "as_of": as_of})

    @operation
    def validate(self, ids: Sequence[str]) -> Call[schemas.Validations]:
        """Judge up to 256 ids: known, callable, priced, retired."""
        return ask(f"{INFERENCE}/validate", schemas.Validations, schemas.Ids(ids=tuple(ids)))

    @operation
    def estimate(self, request: schemas.EstimateRequest) -> Call[schemas.EstimateRanking]:
        """What a workload costs, with one model, several, or all that match a filter."""
        return ask(f"{INFERENCE}/estimate", schemas.EstimateRanking, request)

    @operation
    def price(
        self,
        log: bytes,
        *,
        media_type: str = "application/x-ndjson",
        by: Sequence[str] = ("model",),
        instead: str | None = None,
        as_of: date | None = None,
        timezone: str | None = None,
        listed: int = 100,
    ) -> Call[schemas.Bill]:
        """The bill of a usage log, plain or gzip: what was used, priced as of when it was used."""
        asked = {"by": tuple(by), "instead": instead, "as_of": as_of, "timezone": timezone, "listed": listed}
        return Call(
            "POST",
            f"{INFERENCE}/price",
            Decoded(schemas.Bill),
            query=asked,
            body=log,
            headers={"content-type": media_type},
            timeout_s=PRICE_S,
            is_repeatable=True,
        )

    @listing
    def changes(
        self,
        *,
        since: date | None = None,
        until: date | None = None,
        kind: Sequence[schemas.ChangeKind] = (),
        provider: str | None = None,
        id: str | None = None,  # noqa: A002 -- the API's word
        base: str | None = None,
        cursor: str | None = None,
        page_size: int = CHANGES_PAGE,
    ) -> PagedCall[schemas.ChangeList, schemas.ChangeSummary]:
        """List what changed, newest first; ``cursor`` is the ``next`` of a page, to go on from there."""
        asked = {"since": since, "until": until, "kind": tuple(kind), "provider": provider, "id": id, "base": base}
        query = {**asked, "cursor": cursor, "limit": page_size}
        return PagedCall(get(f"{INFERENCE}/changes", schemas.ChangeList, query=query), attrgetter("changes"))

    @listing
    def conflicts(
        self,
        *,
        provider: str | None = None,
        id: str | None = None,  # noqa: A002 -- the API's word
        base: str | None = None,
        field: Sequence[str] = (),
        cause: Sequence[schemas.Cause] = (),
        as_of: date | None = None,
        offset: int = 0,
        page_size: int = CONFLICTS_PAGE,
    ) -> PagedCall[schemas.ConflictPage, schemas.ConflictSummary]:
        """List where the sources disagree, which figure is served, and why."""
        asked = {"provider": provider, "id": id, "base": base, "field": tuple(field), "cause": tuple(cause)}
        query = {**asked, "as_of": as_of, "offset": offset, "limit": page_size}
        return PagedCall(get(f"{INFERENCE}/conflicts", schemas.ConflictPage, query=query), attrgetter("conflicts"))
