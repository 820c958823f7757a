from __future__ import annotations

import threading
from types import SimpleNamespace
from typing import cast

import pytest
from starlette.requests import Request
from starlette.responses import Response

from llmanac.auth.principal import ANONYMOUS, Principal
from llmanac.pages.site import PageContext, Site, local, page


@pytest.mark.parametrize("target", ["/", "/models/a/b", "/?query=x&sort=-price"])
def test_a_path_of_ours_is_followed(target: str) -> None:
    assert local(target) == target


@pytest.mark.parametrize(
    "target",
    [None, "", "x", "//x.example", "/\\x.example", "https://x.example", "/a\r\nset-cookie: x", "\\\\x.example"],
)
def test_everything_else_leads_to_the_first_page(target: str | None) -> None:
    assert local(target) == "/"


@pytest.mark.anyio
async def test_an_edition_is_loaded_on_a_thread_before_a_view_looks_at_it() -> None:
    loaded_on: list[int] = []
    edition = SimpleNamespace(load=lambda: loaded_on.append(threading.get_ident()))

    async def recognise(_credential: str | None) -> Principal:
        return ANONYMOUS

    def view(_visit: PageContext) -> Response:
        assert loaded_on
        return Response("seen")

    site = SimpleNamespace(reader=SimpleNamespace(edition=edition), visitors=SimpleNamespace(recognise=recognise))
    endpoint = page(cast("Site", site), view)
    response = await endpoint(Request({"type": "http", "method": "GET", "path": "/", "headers": []}))

    assert response.body == b"seen"
    assert loaded_on != [threading.get_ident()]
