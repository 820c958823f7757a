from __future__ import annotations

import pytest

from llmanac.web.etags import matches


@pytest.mark.parametrize("etag", [b'"a"', b'W/"a"'])
@pytest.mark.parametrize("given", [b'"a"', b'W/"a"', b"*", b'"b", W/"a"', b' "b" ,"a" '])
def test_an_etag_that_matches(given: bytes, etag: bytes) -> None:
    assert matches(given, etag)


@pytest.mark.parametrize("etag", [b'"a"', b'W/"a"'])
@pytest.mark.parametrize("given", [b"", b'"b"', b'W/"b"', b"a", b'"a', b'"b", "c"', b'w/"a"'])
def test_an_etag_that_does_not_match(given: bytes, etag: bytes) -> None:
    assert not matches(given, etag)
