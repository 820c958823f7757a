from __future__ import annotations

from typing import Any
from xml.etree import ElementTree as ET

import pytest

from ...small_past import Installation, asking

pytestmark = pytest.mark.anyio

ATOM = "{http://www.w3.org/2005/Atom}"


async def get(installation: Installation, query: str = "") -> Any:
    async with asking(installation) as client:
        answer = await client.get(f"/changes{query}")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_change_says_what_when_and_how(installation: Installation) -> None:
    [change] = (await get(installation, "?kind=price"))["changes"]

    assert change == {
        "change": change["change"],
        "at": "2026-06-01T00:00:00Z",
        "snapshot": installation.archive.history.timeline.epochs[1].digest[:16],
        "kind": "price",
        "id": "acme/alpha",
        "provider": "acme",
        "base": "alpha",
        "name": "Model",
        "previous": None,
        "differences": [{"field": "input", "before": 3, "after": 2, "cause": None}],
    }


async def test_pages_are_followed_by_cursor_and_by_link(installation: Installation) -> None:
    async with asking(installation) as client:
        everything = (await client.get("/changes")).json()["changes"]
        answer = await client.get("/changes?limit=4")
        by_link = await client.get("http://test" + answer.links["next"]["url"])
        by_cursor = await client.get("/changes", params={"limit": 4, "cursor": answer.json()["next"]})

    assert answer.json()["changes"] + by_link.json()["changes"] == everything
    assert by_cursor.json() == by_link.json()
    assert by_link.json()["next"] is None
    assert "next" not in by_link.links


async def test_a_conditional_request_gets_304_until_something_changes(installation: Installation) -> None:
    async with asking(installation) as client:
        first = await client.get("/changes")
        again = await client.get("/changes", headers={"if-none-match": first.headers["etag"]})
        other = await client.get("/changes?kind=price", headers={"if-none-match": first.headers["etag"]})
        atom = await client.get("/changes?format=atom", headers={"if-none-match": first.headers["etag"]})

    assert (again.status_code, again.content) == (304, b"")
    assert other.status_code == atom.status_code == 200


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("?since=2026-06-01&until=2026-05-01", 400),
        ("?cursor=AAAA", 400),
        ("?colour=red", 400),
        ("?since=2026-06-01&since=2026-06-02", 400),
        ("?since=yesterday", 422),
        ("?since=1767225600", 422),
        ("?kind=painted", 422),
        ("?limit=0", 422),
        ("?limit=501", 422),
        ("?format=rss", 422),
        ("?until=9999-12-31&since=0001-01-01", 200),
        ("?kind=added&kind=removed", 200),
    ],
)
async def test_what_cannot_be_meant_is_refused(installation: Installation, query: str, status: int) -> None:
    async with asking(installation) as client:
        assert (await client.get(f"/changes{query}")).status_code == status


@pytest.mark.parametrize(
    ("accept", "query", "media_type"),
    [
        ("*/*", "", "application/json"),
        ("application/atom+xml", "", "application/atom+xml"),
        ("application/atom+xml, application/json;q=0.5", "", "application/atom+xml"),
        ("application/json, application/atom+xml;q=0.5", "", "application/json"),
        ("application/atom+xml", "?format=json", "application/json"),
        ("application/json", "?format=atom", "application/atom+xml"),
    ],
)
async def test_the_form_is_the_one_that_is_asked_for(
    installation: Installation, accept: str, query: str, media_type: str
) -> None:
    async with asking(installation) as client:
        answer = await client.get(f"/changes{query}", headers={"accept": accept})

    assert answer.headers["content-type"] == media_type
    assert "Accept" in answer.headers["vary"].split(", ")


async def test_the_feed_is_one_that_readers_of_atom_read(installation: Installation) -> None:
    async with asking(installation) as client:
        answer = await client.get("/changes?format=atom&limit=5")
    feed = ET.fromstring(answer.content)  # noqa: S314 -- what is parsed was made here

    assert feed.tag == f"{ATOM}feed"
    assert feed.findtext(f"{ATOM}id")
    assert feed.findtext(f"{ATOM}updated") == "2026-07-01T00:00:00+00:00"
    assert {link.get("rel") for link in feed.findall(f"{ATOM}link")} == {"self", "next"}
    entries = feed.findall(f"{ATOM}entry")
    assert len({entry.findtext(f"{ATOM}id") for entry in entries}) == 5
    assert entries[0].findtext(f"{ATOM}title") == "added: acme/large-3 (input 3, output 15, context 128000)"
    assert entries[4].findtext(f"{ATOM}title") == "renamed: acme/lab/large-2 (was acme/large-2)"
    assert entries[0].find(f"{ATOM}category").get("term") == "added"  # type: ignore[union-attr]  # -- None fails too


async def test_what_feeds_write_cannot_break_out_of_the_feed(installation: Installation) -> None:
    async with asking(installation) as client:
        answer = await client.get("/changes", params={"format": "atom", "id": "</feed><script>&\"'"})

    ET.fromstring(answer.content)  # noqa: S314 -- what is parsed was made here
