"""Responses are kept up to a number of bytes, those that were used last."""

from __future__ import annotations

from llmanac_client.call import Reply
from llmanac_client.etag_cache import ETagCache


def reply(content: str, etag: str | None = "1") -> Reply:
    return Reply(200, {} if etag is None else {"etag": etag}, content.encode())


def test_what_was_used_longest_ago_gives_way() -> None:
    cache = ETagCache(3 * len("a" + "xxxx" + "etag" + "1"))
    for key in "abc":
        cache.keep(key, reply("xxxx"))
    assert cache.find("a")
    cache.keep("d", reply("yyyy"))
    assert [key for key in "abcd" if cache.find(key)] == ["a", "c", "d"]


def test_a_later_response_takes_the_place_of_an_earlier_one() -> None:
    cache = ETagCache(2 * len("a" + "xxxx" + "etag" + "1"))
    for content in ("aaaa", "bbbb", "cccc"):
        cache.keep("a", reply(content))
    cache.keep("b", reply("dddd"))
    assert [it.content for it in (cache.find("a"), cache.find("b")) if it] == [b"cccc", b"dddd"]


def test_what_has_no_etag_or_no_room_is_not_kept() -> None:
    cache = ETagCache(20)
    cache.keep("a", reply("x", etag=None))
    cache.keep("b", reply("x" * 30))
    assert cache.find("a") is cache.find("b") is None


def test_a_response_that_has_lost_its_etag_is_forgotten() -> None:
    cache = ETagCache(100)
    cache.keep("a", reply("x"))
    cache.keep("a", reply("y", etag=None))
    assert cache.find("a") is None
