from __future__ import annotations

import gzip
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx2
import pytest
from backports import zstd
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.testclient import TestClient

from llmanac.errors import NotFound
from llmanac.web import assets as module
from llmanac.web.assets import PIECE, Assets
from llmanac.web.compression import SMALLEST, Encoding, compress

TEXT = "let it = 1;" * 100
DECODERS: dict[str, Callable[[bytes], bytes]] = {
    "identity": lambda body: body,
    "gzip": gzip.decompress,
    "zstd": zstd.decompress,
}


def assets_in(folder: Path) -> Assets:
    return Assets(folder, prefix="/files")


def client_of(assets: Assets) -> TestClient:
    async def refuse(_: Request, error: Exception) -> Response:
        assert isinstance(error, NotFound)
        return Response(error.detail, status_code=error.code)

    return TestClient(Starlette(routes=assets.routes(), exception_handlers={NotFound: refuse}))


def fetch(client: TestClient, url: str | None, **headers: str) -> tuple[httpx2.Response, bytes]:
    """A response and its body as it was sent."""
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    with client.stream("GET", url or "", headers=given) as response:
        return response, b"".join(response.iter_raw())


def test_a_url_changes_with_the_content(tmp_path: Path) -> None:
    (tmp_path / "a.css").write_text("a{}", encoding="utf-8")
    before = assets_in(tmp_path).url("a.css")
    (tmp_path / "a.css").write_text("b{}", encoding="utf-8")
    assert before != assets_in(tmp_path).url("a.css")


def test_a_file_that_the_build_could_not_fetch_has_no_url(tmp_path: Path) -> None:
    assert assets_in(tmp_path).url("vendor/htmx.js") is None


def test_only_files_of_known_types_are_served(tmp_path: Path) -> None:
    (tmp_path / "secret.py").touch()
    assert assets_in(tmp_path).url("secret.py") is None


@pytest.mark.parametrize("encoding", DECODERS)
def test_a_file_is_the_same_in_every_encoding(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "a.js").write_text(TEXT, encoding="utf-8")
    assets = assets_in(tmp_path)
    with client_of(assets) as client:
        response, body = fetch(client, assets.url("a.js"), accept_encoding=encoding)
    assert response.headers.get("content-encoding", "identity") == encoding
    assert int(response.headers["content-length"]) == len(body)
    assert DECODERS[encoding](body).decode() == TEXT
    assert response.headers["vary"] == "Accept-Encoding"
    assert response.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert response.headers["content-type"] == "text/javascript; charset=utf-8"


def test_a_small_file_is_not_compressed(tmp_path: Path) -> None:
    (tmp_path / "a.css").write_text("a" * (SMALLEST - 1), encoding="utf-8")
    assets = assets_in(tmp_path)
    with client_of(assets) as client:
        response, body = fetch(client, assets.url("a.css"), accept_encoding="gzip, zstd")
    assert "content-encoding" not in response.headers
    assert len(body) == SMALLEST - 1


@pytest.mark.parametrize("size", [0, 1, PIECE, PIECE + 1, 3 * PIECE])
def test_a_file_of_any_size_is_sent_whole(tmp_path: Path, size: int) -> None:
    content = bytes(number % 251 for number in range(size))
    (tmp_path / "a.txt").write_bytes(content)
    assets = assets_in(tmp_path)
    with client_of(assets) as client:
        assert fetch(client, assets.url("a.txt"), accept_encoding="identity")[1] == content


@pytest.mark.anyio
async def test_a_large_file_is_sent_in_pieces(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(bytes(3 * PIECE))
    assets = assets_in(tmp_path)
    sizes = []

    async def send(message: dict[str, object]) -> None:
        if message["type"] == "http.response.body":
            body = message["body"]
            assert isinstance(body, bytes)
            sizes.append(len(body))

    scope: dict[str, object] = {"type": "http", "method": "GET", "path": assets.url("a.txt"), "headers": []}
    await assets.routes()[0].app(scope, None, send)  # type: ignore[arg-type]  # -- nothing is received
    assert max(sizes) == PIECE
    assert sum(sizes) == 3 * PIECE


@pytest.mark.parametrize("encoding", DECODERS)
def test_a_client_that_has_the_file_in_this_encoding_gets_304(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "a.js").write_text(TEXT, encoding="utf-8")
    assets = assets_in(tmp_path)
    with client_of(assets) as client:
        tags = {it: fetch(client, assets.url("a.js"), accept_encoding=it)[0].headers["etag"] for it in DECODERS}
        for of, tag in tags.items():
            response, body = fetch(client, assets.url("a.js"), accept_encoding=encoding, if_none_match=tag)
            assert response.status_code == (304 if of == encoding else 200)
            assert bool(body) == (of != encoding)
            assert response.headers["etag"] == tags[encoding]
    assert len(set(tags.values())) == len(DECODERS)


def test_nothing_is_compressed_before_it_is_requested_and_then_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compressed: list[str] = []

    def count(body: bytes, encoding: Encoding) -> bytes:
        compressed.append(encoding.value)
        return compress(body, encoding)

    monkeypatch.setattr(module, "compress", count)
    for name in ("a.js", "b.js"):
        (tmp_path / name).write_text(TEXT, encoding="utf-8")
    assets = assets_in(tmp_path)
    assert compressed == []
    with client_of(assets) as client, ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: fetch(client, assets.url("a.js"), accept_encoding="gzip"), range(8)))
        assert compressed == ["gzip"]
        fetch(client, assets.url("a.js"), accept_encoding="zstd")
        assert compressed == ["gzip", "zstd"]


@pytest.mark.parametrize("path", ["/files/000000000000/a.css", "/files/a.css", "/files/", "/files/../a.css"])
def test_another_url_is_not_found(tmp_path: Path, path: str) -> None:
    (tmp_path / "a.css").write_text("a{}", encoding="utf-8")
    with client_of(assets_in(tmp_path)) as client:
        assert client.get(path).status_code == 404


@pytest.mark.parametrize("newer", ["b{}", None])
def test_a_file_that_is_no_more_what_its_url_says_is_not_found(tmp_path: Path, newer: str | None) -> None:
    (tmp_path / "a.css").write_text("a{}", encoding="utf-8")
    assets = assets_in(tmp_path)
    (tmp_path / "a.css").unlink()
    if newer is not None:
        (tmp_path / "a.css").write_text(newer, encoding="utf-8")
    with client_of(assets) as client:
        response = client.get(assets.url("a.css") or "")
    assert response.status_code == 404
    assert "restart the server" in response.text
