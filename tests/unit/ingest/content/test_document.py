"""Bytes of a feed become JSON that can be trusted, or a refusal that says what was found."""

from __future__ import annotations

import gzip
import hashlib

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmanac.errors import InvalidSource
from llmanac.ingest.content.document import pack, read_document, unpack

PLAIN = b'{"a": {"b": 1}}'


@pytest.mark.parametrize(
    "data",
    [PLAIN, gzip.compress(PLAIN, mtime=0), gzip.compress(PLAIN[:4], mtime=0) + gzip.compress(PLAIN[4:], mtime=0)],
)
def test_plain_bytes_and_gzip_in_one_member_or_several_are_read_alike(data: bytes) -> None:
    document = read_document(data)

    assert document.content == {"a": {"b": 1}}
    assert document.sha256 == hashlib.sha256(PLAIN).hexdigest()
    assert document.repeated == ()


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        (b"", "empty"),
        (b" \n\t ", "empty"),
        (b"<!doctype html><html></html>", "HTML"),
        (b"\xef\xbb\xbf{}", "byte order mark"),
        (b'{"a": 1', "not JSON"),
        (b'{"a": 1,}', "not JSON"),
        (b'{"a": NaN}', "not JSON"),
        (b'{"a": Infinity}', "not JSON"),
        (b'{"a": 1e999}', "not JSON"),
        (b'{"a": "\\ud800"}', "not JSON"),
        (b'{"a": "\xff"}', "not JSON"),
        (b'{"a":' * 255 + b"1" + b"}" * 255, "nested too deeply"),
        (b'{"a":' * 260 + b"1" + b"}" * 260, "nested too deeply"),
        (b'{"a":' * 1000 + b"1" + b"}" * 1000, "nested too deeply"),
        (b'{"a":' + b"[" * 260 + b"]" * 260 + b"}", "nested too deeply"),
        (b'{"\\u003a":' * 1000 + b"1" + b"}" * 1000, "nested too deeply"),
        (b'{"a":' * 5000 + b"1" + b"}" * 5000, "not JSON"),
        (b"[1, 2]", "a list, where an object is expected"),
        (b'"text"', "a string, where an object is expected"),
        (b"null", "null, where an object is expected"),
        (b"12", "a number, where an object is expected"),
        (b"{}", "an empty object"),
        (gzip.compress(PLAIN, mtime=0)[:-4], "cut off"),
        (gzip.compress(PLAIN, mtime=0)[:12], "cut off"),
        (gzip.compress(PLAIN, mtime=0)[:12] + b"\x00" * 20, "damaged gzip"),
        (gzip.compress(PLAIN, mtime=0) + b"more", "damaged gzip"),
    ],
)
def test_what_is_not_one_json_object_is_refused_with_what_was_found(data: bytes, complaint: str) -> None:
    with pytest.raises(InvalidSource, match=complaint):
        read_document(data)


def test_the_deepest_that_is_read_is_looked_through_for_keys_given_twice() -> None:
    document = read_document(b'{"a":' * 253 + b'{"b":1,"b":2}' + b"}" * 253)

    assert [reject.where for reject in document.repeated] == ["/".join([*["a"] * 253, "b"])]


@pytest.mark.parametrize(
    "data", [b" " * 1001, gzip.compress(b" " * 1001, mtime=0), gzip.compress(b" " * 600, mtime=0) * 2]
)
def test_more_than_the_limit_is_refused_however_well_it_was_compressed(data: bytes) -> None:
    with pytest.raises(InvalidSource, match="larger than 1000 bytes"):
        unpack(data, limit=1000)


def test_exactly_the_limit_is_read() -> None:
    assert unpack(gzip.compress(b" " * 1000), limit=1000) == b" " * 1000


@pytest.mark.parametrize(
    ("data", "paths"),
    [
        (b'{"a": 1, "a": 2}', ["a"]),
        (b'{"p": {"models": {"m": {}, "m": {"x": 1}}}}', ["p/models/m"]),
        (b'{"a": [{"b": 1, "b": 1}]}', ["a/0/b"]),
        (b'{"a": 1, "a" : 2, "b": "\\u003a"}', ["a"]),
        (b'{"\\u0061": 1, "a": 2}', ["a"]),
    ],
)
def test_a_key_that_is_given_twice_is_noticed_and_its_last_value_read(data: bytes, paths: list[str]) -> None:
    document = read_document(data)

    assert [reject.where for reject in document.repeated] == paths
    assert all("given more than once" in reject.reason for reject in document.repeated)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b'{"a": 1, "a": 2}', "the key is given more than once: 1, then 2, which is read"),
        (b'{"a": 1, "a": 3, "a": 2}', "the key is given more than once: 1, then 2, which is read"),
        (b'{"a": {"x": 1, "y": 2}, "a": {"y": 2, "x": 1}}', "the key is given more than once, with equal values"),
        (
            b'{"a": {"cost": 2e-7, "mode": "chat"}, "a": {"cost": 1.5e-7, "mode": "chat"}}',
            "the key is given more than once: cost 2e-7, then cost 1.5e-7, which is read",
        ),
    ],
)
def test_a_repeated_key_is_named_with_its_values(data: bytes, reason: str) -> None:
    assert [reject.reason for reject in read_document(data).repeated] == [reason]


@pytest.mark.parametrize(
    "data",
    [
        b'{"a": "b: c: d"}',
        b'{"a": "\\":\\":", "b": 1}',
        b'{"a": "\\u003a\\u003A"}',
        b'{"a": {"a": {"a": 1}}}',
        b'{"a" \n : 1}',
    ],
)
def test_colons_in_texts_are_no_keys(data: bytes) -> None:
    assert read_document(data).repeated == ()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.slow
@given(key=st.text(max_size=3), first=JSON, second=JSON)
def test_no_repeat_escapes_notice(key: str, first: object, second: object) -> None:
    name = orjson.dumps(key)
    data = b'{"p": {%b: %b, %b: %b}}' % (name, orjson.dumps(first), name, orjson.dumps(second))

    assert f"p/{key}" in [reject.where for reject in read_document(data).repeated]


def test_packing_gives_the_same_bytes_for_the_same_content() -> None:
    assert pack(PLAIN) == pack(PLAIN)
    assert unpack(pack(PLAIN)) == PLAIN
    assert pack(PLAIN)[4:8] == b"\0\0\0\0", "gzip keeps a time of its own unless told otherwise"
