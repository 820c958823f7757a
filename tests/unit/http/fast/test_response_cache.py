"""The link to the next page: the same query with another offset, given once."""

from __future__ import annotations

from urllib.parse import parse_qsl

import pytest

from llmanac import paths
from llmanac.http.fast.response_cache import ResponseCache
from llmanac.http.parameters import parse
from llmanac.http.server.request_cycle import decode_fields
from llmanac.service.editions.reader import Reader

from ...small_past import FIRST, edition_of, litellm, model, models_dev


def next_fields(query_string: bytes) -> list[tuple[str, str]]:
    edition = edition_of(models_dev(FIRST, alpha=model(), beta=model(), gamma=model()), litellm())
    response = ResponseCache(Reader(edition), capacity=1 << 20).respond(parse(query_string), query_string, b"")
    link = dict(decode_fields(response.head))[b"link"].decode()
    return parse_qsl(link.removeprefix(f"<{paths.CATALOG}?").partition(">")[0], keep_blank_values=True)


@pytest.mark.parametrize(
    ("asked", "fields"),
    [
        (b"limit=1", [("limit", "1"), ("offset", "1")]),
        (b"limit=1&offset=1", [("limit", "1"), ("offset", "2")]),
        (b"limit=1&%6Fffset=1", [("limit", "1"), ("offset", "2")]),
        (b"limit=1&sort=%6Eame", [("limit", "1"), ("sort", "name"), ("offset", "1")]),
    ],
)
def test_the_next_page(asked: bytes, fields: list[tuple[str, str]]) -> None:
    assert next_fields(asked) == fields
