from __future__ import annotations

import pytest

from llmanac.http.fast.etags import matches


@pytest.mark.parametrize("etag", [b'"a"', b'W/"a"'])
@pytest.mark.parametrize("given", [b'"a"', b'W/"a"', b"*", b'"b", W/"a"', b' "b" ,"a" '])
def test_a_client_that_holds_the_answer_is_told_so(given: bytes, etag: bytes) -> None:
    assert matches(given, etag)


@pytest.mark.parametrize("etag", [b'"a"', b'W/"a"'])
@pytest.mark.parametrize("given", [b"", b'"b"', b'W/"b"', b"a", b'"a', b'"b", "c"', b'w/"a"'])
def test_any_other_gets_the_answer(given: bytes, etag: bytes) -> None:
    assert not matches(given, etag)
