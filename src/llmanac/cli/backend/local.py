"""The catalog on this machine, answering as the API does."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import orjson

from llmanac.cli.backend.client import Answer
from llmanac.domain.usage import Usage
from llmanac.errors import InvalidParameters
from llmanac.search.query import parse_query
from llmanac.service.details.serializer import serialize_offer
from llmanac.service.editions.edition import Edition
from llmanac.service.editions.reader import Reader
from llmanac.service.json_encoder import encode
from llmanac.service.offers.comparison import MOST, compare
from llmanac.service.offers.estimate import STANDARD, Workload, rank, service_names
from llmanac.service.offers.providers import hosts


class LocalClient:
    """Asks one edition, or that of a day of the past."""

    def __init__(self, edition: Edition, *, past: Callable[[date], Edition]) -> None:
        self._edition = edition
        self._past = past

    def browse(self, parameters: Mapping[str, Any]) -> Answer:
        listing = Reader(self._at(parameters)).browse(parse_query(**parameters))
        return {"models": orjson.loads(b"[%b]" % listing.entries), "total": listing.total}

    def facets(self, parameters: Mapping[str, Any]) -> Answer:
        return _answer(self._at(parameters).facets.count(parse_query(**parameters)))

    def providers(self) -> Answer:
        found = hosts(self._edition.catalog)
        return _answer({"providers": found, "total": len(found)})

    def compare(self, ids: Sequence[str]) -> Answer:
        return _answer(compare([self._edition.resolver.offer(it) for it in ids[: MOST + 1]]))

    def validate(self, ids: Sequence[str]) -> Answer:
        return _answer({"verdicts": [self._edition.validator.judge(it) for it in ids]})

    def estimate(self, question: Mapping[str, Any]) -> Answer:
        edition = self._at(question)
        ranking = rank(
            [edition.catalog.offers[number] for number in _chosen(question, edition)],
            _workload(question, edition),
            build=edition.build,
            offset=question["offset"],
            limit=question["limit"],
        )
        return _answer(ranking)

    def show(self, id: str) -> Answer:  # noqa: A002 -- what is shown is an id's
        """As the server does, less the history and what each source states."""
        return _answer(serialize_offer(self._edition.resolver.offer(id), self._edition))

    def _at(self, parameters: Mapping[str, Any]) -> Edition:
        day = parameters.get("as_of")
        return self._edition if day is None else self._past(day)


def _chosen(question: Mapping[str, Any], edition: Edition) -> Sequence[int]:
    """Document numbers of the offers in question."""
    if "models" in question:
        return list(dict.fromkeys(edition.resolver.number(it) for it in question["models"]))
    return edition.facets.matching(parse_query(**question["filter"]))


def _workload(question: Mapping[str, Any], edition: Edition) -> Workload:
    service = question["service"]
    if service != STANDARD and service not in (known := service_names(edition.build)):
        raise InvalidParameters(
            f"{service!r} is no service that any host has a price for; there are {', '.join(sorted(known))}."
        )
    return Workload(
        tokens=Usage(**question["tokens"]),
        requests=question["requests"],
        batch_share=Decimal(question["batch_share"]),
        service=service,
    )


def _answer(value: object) -> Answer:
    answer: Answer = orjson.loads(encode(value))
    return answer
