from __future__ import annotations

import re
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from llmanac.http.api.docs_page import SCRIPT, STATIC, STYLESHEET, VIEWER, create_routes


@pytest.fixture
def static(tmp_path: Path) -> Path:
    """Static files as a build with Node leaves them."""
    for name in (STYLESHEET, VIEWER, SCRIPT):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(f"/* {name} */", encoding="utf-8")
    return tmp_path


def client_of(static: Path) -> TestClient:
    return TestClient(Starlette(routes=create_routes(static)))


def test_the_page_links_its_static_files_at_urls_that_are_cached_for_good(static: Path) -> None:
    client = client_of(static)
    urls = re.findall(r'(?:href|src)="(/docs/[^"]+)"', client.get("/docs").text)
    assert [url.split("/", maxsplit=4)[-1] for url in urls] == [STYLESHEET, VIEWER, SCRIPT]
    for url, name in zip(urls, (STYLESHEET, VIEWER, SCRIPT), strict=True):
        response = client.get(url)
        assert response.text == f"/* {name} */"
        assert "immutable" in response.headers["cache-control"]


def test_the_page_may_run_the_scripts_of_this_server_alone(static: Path) -> None:
    headers = client_of(static).get("/docs").headers
    assert "default-src 'none'; script-src 'self'; " in headers["content-security-policy"]
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-type"] == "text/html; charset=utf-8"


def test_a_browser_asks_whether_the_page_has_changed(static: Path) -> None:
    client = client_of(static)
    first = client.get("/docs")
    assert first.headers["cache-control"] == "no-cache"
    again = client.get("/docs", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    (static / SCRIPT).write_text("newer", encoding="utf-8")
    assert client_of(static).get("/docs").headers["etag"] != first.headers["etag"]


def test_without_the_viewer_the_page_says_so_and_links_the_document(static: Path) -> None:
    (static / VIEWER).unlink()
    page = client_of(static).get("/docs")
    assert page.status_code == 200
    assert "built without Node" in page.text
    assert 'href="/openapi.json"' in page.text
    assert "<script" not in page.text


def test_the_scripts_of_the_page_are_its_own_and_those_of_the_build() -> None:
    assert (STATIC / SCRIPT).is_file()
    assert {path.parent for path in (STATIC / STYLESHEET, STATIC / VIEWER)} == {STATIC / "vendor"}
