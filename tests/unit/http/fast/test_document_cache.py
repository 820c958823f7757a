"""Documents of dialects: made once, compressed once, kept within bounds."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import replace
from typing import Any

import pytest
from pyroaring import BitMap

from llmanac.dialects.dialect import AS_OF, Document, Question
from llmanac.errors import InvalidParameters, InvalidRequest
from llmanac.http.fast.document_cache import (
    LONGEST_ASKED,
    MOST_ASKED,
    MOST_PREPARED,
    Asked,
    DocumentCache,
    read_question,
    read_request,
)
from llmanac.rules.visibility import PolicyReading, Visibility
from llmanac.search.query.parameter import Parameter
from llmanac.service.editions.edition import Edition
from llmanac.service.editions.restricted import RestrictedEdition

from ...small_past import FIRST, edition_of, litellm, model, models_dev

pytestmark = pytest.mark.anyio

EDITION = edition_of(models_dev(FIRST, alpha=model()), litellm())
OTHER = edition_of(models_dev(FIRST, beta=model()), litellm())


class Maker:
    """Makes a document, and counts how often."""

    def __init__(self, size: int = 1_000) -> None:
        self.size = size
        self.times = 0
        self.prepared = 0
        self.may_go_on = threading.Event()
        self.may_go_on.set()

    def make(self, served: Any, question: Question) -> bytes:
        self.may_go_on.wait(10)
        self.times += 1
        served.once(self.prepare)
        return f"{question.values}".encode() + b"x" * self.size

    def prepare(self, _served: object) -> int:
        self.prepared += 1
        return self.prepared

    def document(self, **changes: Any) -> Document:
        made = Document(path="/thing", summary="", description="", schema={}, make=self.make)
        return replace(made, **changes)


async def body(cache: DocumentCache, document: Document, *, edition: Edition = EDITION, **asked: Any) -> bytes:
    question = Question(values=asked)
    return (await cache.respond(document, question, b"", edition=edition)).body


async def test_a_document_is_made_once_for_an_edition_and_an_encoding() -> None:
    cache, maker = DocumentCache(), Maker()
    document = maker.document()
    assert cache.get(document, Question(), b"", edition=EDITION) is None
    first = await cache.respond(document, Question(), b"", edition=EDITION)
    assert await cache.respond(document, Question(), b"identity", edition=EDITION) is first
    assert cache.get(document, Question(), b"", edition=EDITION) is first
    packed = await cache.respond(document, Question(), b"gzip", edition=EDITION)
    assert len(packed.body) < len(first.body)
    assert packed.etag != first.etag
    await cache.respond(document, Question(), b"", edition=OTHER)
    assert (maker.times, maker.prepared) == (3, 2)


async def test_a_feed_that_says_more_makes_another_document_of_an_equal_catalog() -> None:
    more = edition_of(models_dev(FIRST, alpha=model(nobody_reads_this=1)), litellm())
    assert more.id == EDITION.id
    cache, document = DocumentCache(), Maker().document()
    answers = [await cache.respond(document, Question(), b"", edition=it) for it in (EDITION, more)]
    assert answers[0].etag != answers[1].etag


async def test_those_who_see_different_things_get_different_documents() -> None:
    cache, maker = DocumentCache(), Maker()
    document = maker.document()
    whole = await cache.respond(document, Question(), b"", edition=EDITION)
    views = [
        RestrictedEdition(EDITION, Visibility((PolicyReading(name=name, visible=visible),), BitMap()))
        for name, visible in (("all", BitMap([0])), ("none", BitMap()), ("none", BitMap()))
    ]
    seen = [await cache.respond(document, Question(), b"", edition=view) for view in views]
    assert len({whole.etag, *(it.etag for it in seen)}) == 3
    assert seen[1] is seen[2]


async def test_those_who_ask_at_once_wait_for_one_and_the_same() -> None:
    cache, maker = DocumentCache(), Maker()
    document = maker.document()
    answers = await asyncio.gather(*(body(cache, document) for _ in range(5)))
    assert len(set(answers)) == maker.times == 1


async def test_what_is_begun_goes_on_without_the_client_that_asked() -> None:
    cache, maker = DocumentCache(), Maker()
    document = maker.document()
    maker.may_go_on.clear()
    impatient = asyncio.ensure_future(body(cache, document))
    await asyncio.sleep(0.01)
    impatient.cancel()
    maker.may_go_on.set()
    assert await body(cache, document)
    assert maker.times == 1


async def test_the_last_ones_used_are_kept_within_the_capacity() -> None:
    cache, maker = DocumentCache(capacity=5_000), Maker()
    document = maker.document(parameters=(Parameter(name="q", type=str, description="Words"),))
    for word in ("one", "two", "three"):
        await body(cache, document, q=word)
    assert cache.get(document, Question(values={"q": "one"}), b"", edition=EDITION) is None
    assert cache.get(document, Question(values={"q": "three"}), b"", edition=EDITION) is not None


async def test_one_that_is_larger_than_the_capacity_is_kept_alone() -> None:
    cache, maker = DocumentCache(capacity=10), Maker()
    await body(cache, maker.document())
    await body(cache, maker.document())
    assert maker.times == 1


async def test_what_dialects_prepare_is_kept_for_few_editions() -> None:
    cache, maker = DocumentCache(capacity=0), Maker()
    editions = [edition_of(models_dev(FIRST, **{f"m{n}": model()}), litellm()) for n in range(MOST_PREPARED + 1)]
    document = maker.document(parameters=(Parameter(name="q", type=str, description="Words"),))
    for edition in (*editions, *editions[1:], editions[0]):
        await body(cache, document, edition=edition, q="one")
        await body(cache, document, edition=edition, q="two")
    assert maker.prepared == len(editions) + 1


async def test_it_says_how_many_it_leaves_out_and_why() -> None:
    cache, maker = DocumentCache(), Maker()
    plain = await cache.respond(maker.document(), Question(), b"", edition=EDITION)
    assert b"llmanac-left-out" not in plain.head
    document = maker.document(path="/other", omission=lambda offer, _: "no good" if offer.model == "alpha" else None)
    counted = await cache.respond(document, Question(), b"", edition=EDITION)
    assert b'llmanac-left-out: 1;reason="no good"\r\n' in counted.head


async def test_an_error_of_the_document_is_raised_and_not_kept() -> None:
    cache, maker = DocumentCache(), Maker()

    def refuse(*_: object) -> bytes:
        maker.times += 1
        raise InvalidRequest("No.")

    document = maker.document(make=refuse)
    for _ in range(2):
        with pytest.raises(InvalidRequest):
            await body(cache, document)
    assert maker.times == 2


QUESTIONED = Maker().document(
    parameters=(
        Parameter(name="limit", type=int, description="Most", minimum=1, maximum=9),
        Parameter(name="kind", type=str, description="Kinds", repeated=True),
    )
)


def test_a_question_has_the_parameters_that_the_document_knows() -> None:
    question = read_question(QUESTIONED, b"limit=3&kind=a&kind=b&client_version=7&as_of=2026-05-01", {})
    assert question is not None
    assert question.values == {"limit": 3, "kind": ("a", "b"), "as_of": FIRST}
    assert question.as_of == FIRST
    assert AS_OF.name not in question.key


@pytest.mark.parametrize(
    ("query", "error"),
    [(b"limit=0", InvalidParameters), (b"limit=1&limit=2", InvalidRequest), (b"as_of=soon", InvalidParameters)],
)
def test_a_parameter_that_it_knows_is_checked(query: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        read_question(QUESTIONED, query, {})


def test_a_document_of_another_client_is_not_meant() -> None:
    document = replace(QUESTIONED, variant=lambda headers, _: "it" if b"x-it" in headers else None)
    assert read_question(document, b"", {}) is None
    found = read_question(document, b"", {b"x-it": b"1"})
    assert found is not None
    assert found.key == "it"
    assert read_request((document, QUESTIONED), b"", {}) == (QUESTIONED, Question())
    assert read_request((document,), b"", {}) is None


ASKED: Asked = ("/thing", b"limit=3", b"gzip", "")


async def test_a_request_is_read_once_for_an_edition() -> None:
    cache, document = DocumentCache(), Maker().document()
    assert cache.recall(ASKED, EDITION) is None

    assert cache.get(document, Question(), b"gzip", edition=EDITION, asked=ASKED) is None
    assert cache.recall(ASKED, EDITION) is None  # it has not been made
    made = await cache.respond(document, Question(), b"gzip", edition=EDITION)
    assert cache.get(document, Question(), b"gzip", edition=EDITION, asked=ASKED) is made

    assert cache.recall(ASKED, EDITION) is made
    assert cache.recall((*ASKED[:3], "1 eu-only"), EDITION) is None
    assert cache.recall(ASKED, OTHER) is None
    assert cache.recall(ASKED, EDITION) is None


async def test_requests_that_are_remembered_are_few_and_short() -> None:
    cache, document = DocumentCache(), Maker().document()
    made = await cache.respond(document, Question(), b"gzip", edition=EDITION)
    long = (*ASKED, b"x" * LONGEST_ASKED)

    def ask(asked: Asked) -> None:
        cache.get(document, Question(), b"gzip", edition=EDITION, asked=asked)

    cache.recall(ASKED, EDITION)
    ask(ASKED)
    ask(long)
    assert cache.recall(ASKED, EDITION) is made
    assert cache.recall(long, EDITION) is None

    for number in range(MOST_ASKED):
        ask(("/thing", b"%d" % number, b"gzip", ""))
    assert cache.recall(ASKED, EDITION) is None


async def test_what_is_recalled_is_kept_longer_and_then_forgotten_with_its_response() -> None:
    cache, maker = DocumentCache(capacity=5_000), Maker()
    often, *others = (maker.document(path=f"/{name}") for name in "abcd")
    made = await cache.respond(often, Question(), b"", edition=EDITION)
    cache.recall(ASKED, EDITION)
    cache.get(often, Question(), b"", edition=EDITION, asked=ASKED)
    assert cache.recall(ASKED, EDITION) is made

    for other in others:  # more than there is room for
        await cache.respond(other, Question(), b"", edition=EDITION)
        assert cache.recall(ASKED, EDITION) is made

        assert cache.get(other, Question(), b"", edition=EDITION) is not None

    for other in (*others, *others):  # nobody recalls it any more
        await cache.respond(other, Question(), b"", edition=EDITION)
    assert cache.get(often, Question(), b"", edition=EDITION) is None
    assert cache.recall(ASKED, EDITION) is None
