"""A client for the catalog on this machine, with responses shaped as the API's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

import orjson

from llmanac.cli.backend.client import Answer, open_logs
from llmanac.clock import system_clock
from llmanac.search.query.schema import build_query
from llmanac.service.editions.edition import Edition
from llmanac.service.editions.reader import browse
from llmanac.service.editions.search import count_facets
from llmanac.service.json_encoder import encode

if TYPE_CHECKING:  # a command makes one request; the history takes longer to import than a whole search takes
    from llmanac.catalog.history import CatalogHistory
    from llmanac.dialects.configs.config import Config
    from llmanac.dialects.dialect import Document, MadeDocument
    from llmanac.service.history.changes import ChangePage, Interest


class Installation(Protocol):
    """The installation on this machine; each part is opened when it is first asked for."""

    def edition(self) -> Edition:
        """The edition that a server would serve."""

    def past_edition(self, day: date) -> Edition:
        """The edition that was current at the end of a day. Raises NotFound where there is none."""

    def history(self) -> CatalogHistory:
        """The past of its catalog."""

    def changes(self, interest: Interest, *, cursor: str | None, limit: int) -> ChangePage:
        """A page of the change feed."""


class LocalClient:
    """A client for the installation on this machine."""

    def __init__(self, installation: Installation) -> None:
        self._installation = installation

    def browse(self, parameters: Mapping[str, Any]) -> Answer:
        listing = browse(self._at(parameters), build_query(**parameters))
        return {"models": orjson.loads(b"[%b]" % listing.entries), "total": listing.total}

    def document(self, document: Document, as_of: date | None) -> MadeDocument:
        from llmanac.service.editions.served_catalog import ServedEdition  # noqa: PLC0415 -- a command makes one request, and needs only its imports

        return ServedEdition(self._at({"as_of": as_of})).document(document, document.plain_question(as_of))

    def config(self, config: Config, parameters: Mapping[str, Any]) -> MadeDocument:
        from llmanac.dialects.configs.config import QUERY_SCHEMA  # noqa: PLC0415 -- a command makes one request, and needs only its imports
        from llmanac.service.editions.served_catalog import ServedEdition  # noqa: PLC0415 -- a command makes one request, and needs only its imports

        return ServedEdition(self._at(parameters)).config(config, QUERY_SCHEMA.build(parameters))

    def facets(self, parameters: Mapping[str, Any]) -> Answer:
        return _answer(count_facets(build_query(**parameters), self._at(parameters)).fields)

    def providers(self) -> Answer:
        return _answer(self._edition.provider_list)

    def compare(self, ids: Sequence[str]) -> Answer:
        from llmanac.service.offers.comparison import compare_named  # noqa: PLC0415 -- a command makes one request, and needs only its imports

        return _answer(compare_named(ids, self._edition.services.resolver))

    def validate(self, ids: Sequence[str]) -> Answer:
        return _answer(self._edition.services.validator.validate_all(ids))

    def estimate(self, question: Mapping[str, Any]) -> Answer:
        from llmanac.domain.usage import Usage  # noqa: PLC0415 -- a command makes one request, and needs only its imports
        from llmanac.service.offers.workload import Workload  # noqa: PLC0415 -- a command makes one request, and needs only its imports

        workload = Workload(
            tokens=Usage(**question["tokens"]),
            requests=question["requests"],
            batch_share=Decimal(question["batch_share"]),
            service=question["service"],
            at=datetime.fromisoformat(question["at"]) if "at" in question else None,
            budget=Decimal(question["budget"]) if "budget" in question else None,
        ).timed(system_clock(), as_of=question.get("as_of"))
        estimator, offset, limit = self._at(question).services.estimator, question["offset"], question["limit"]
        if "models" in question:
            return _answer(estimator.rank_named(question["models"], workload, offset=offset, limit=limit))
        query = build_query(**question["filter"])
        return _answer(estimator.rank_matching(query, workload, offset=offset, limit=limit))

    def alternatives(self, id: str, parameters: Mapping[str, Any]) -> Answer:  # noqa: A002 -- what is replaced is an id's
        from llmanac.service.offers.alternatives_question import AlternativesQuestion  # noqa: PLC0415 -- a command makes one request, and needs only its imports

        question = AlternativesQuestion.of(parameters)
        return _answer(question.ask(self._at(parameters).services.alternatives, id, now=system_clock()))

    def price(self, files: Sequence[str], question: Mapping[str, Any]) -> Answer:
        from llmanac.catalog.history import EditionsInTurn  # noqa: PLC0415 -- a command makes one request, and needs only its imports
        from llmanac.service.offers.billing import FILE, BillOptions, price_logs  # noqa: PLC0415 -- a command makes one request, and needs only its imports

        history = self._installation.history()

        def edition_at(day: date | None) -> Edition:
            return self._edition if day is None else history.edition(day) or self._edition

        options = BillOptions(**{**question, "by": tuple(question["by"])})
        with open_logs(files) as logs:
            is_named = len(files) > 1 or FILE in options.by
            named = ((name if is_named else None, file) for name, file in logs)
            return _answer(price_logs(named, EditionsInTurn(edition_at), options))

    def show(self, id: str) -> Answer:  # noqa: A002 -- what is shown is an id's
        """Everything known of one model, except the history and the records of the sources."""
        from llmanac.service.details.serializer import serialize_offer  # noqa: PLC0415 -- a command makes one request, and needs only its imports

        return _answer(serialize_offer(self._edition.services.resolver.found(id), self._edition))

    def changes(self, parameters: Mapping[str, Any]) -> Answer:
        from llmanac.history.change import ChangeKind  # noqa: PLC0415 -- a command makes one request, and needs only its imports
        from llmanac.service.history.changes import Interest  # noqa: PLC0415 -- a command makes one request, and needs only its imports

        interest = Interest(
            since=parameters.get("since"),
            until=parameters.get("until"),
            kinds=tuple(map(ChangeKind, parameters.get("kind", ()))),
            provider=parameters.get("provider"),
            id=parameters.get("id"),
            base=parameters.get("base"),
        )
        page = self._installation.changes(interest, cursor=parameters.get("cursor"), limit=parameters["limit"])
        return _answer(page.summarise())

    def conflicts(self, parameters: Mapping[str, Any]) -> Answer:
        from llmanac.ingest.merge.conflicts.causes import Cause  # noqa: PLC0415 -- a command makes one request, and needs only its imports
        from llmanac.service.details.conflicts import ConflictFilter, list_conflicts  # noqa: PLC0415 -- a command makes one request, and needs only its imports

        narrowed = ConflictFilter(
            provider=parameters.get("provider"),
            id=parameters.get("id"),
            base=parameters.get("base"),
            fields=tuple(parameters.get("field", ())),
            causes=tuple(map(Cause, parameters.get("cause", ()))),
        )
        offset, limit = parameters["offset"], parameters["limit"]
        return _answer(list_conflicts(self._at(parameters), narrowed, offset=offset, limit=limit))

    @cached_property
    def _edition(self) -> Edition:
        return self._installation.edition()

    def _at(self, parameters: Mapping[str, Any]) -> Edition:
        day = parameters.get("as_of")
        return self._edition if day is None else self._installation.past_edition(day)


def _answer(value: object) -> Answer:
    answer: Answer = orjson.loads(encode(value))
    return answer
