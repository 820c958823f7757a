from __future__ import annotations

import gzip
from pathlib import Path

from starlette.applications import Starlette
from starlette.testclient import TestClient

from llmanac.pages.assets import Assets


def test_a_url_changes_with_the_content(tmp_path: Path) -> None:
    (tmp_path / "a.css").write_text("a{}", encoding="utf-8")
    before = Assets(tmp_path).url("a.css")
    (tmp_path / "a.css").write_text("b{}", encoding="utf-8")
    assert before != Assets(tmp_path).url("a.css")


def test_a_file_that_the_build_could_not_fetch_has_no_url(tmp_path: Path) -> None:
    assert Assets(tmp_path).url("vendor/htmx.js") is None


def test_only_files_of_known_types_are_served(tmp_path: Path) -> None:
    (tmp_path / "secret.py").touch()
    assert Assets(tmp_path).url("secret.py") is None


def test_a_file_is_the_same_plain_or_compressed(tmp_path: Path) -> None:
    (tmp_path / "a.js").write_text("let it = 1;" * 100, encoding="utf-8")
    assets = Assets(tmp_path)
    with TestClient(Starlette(routes=assets.routes())) as client:
        address = assets.url("a.js") or ""
        reply = client.get(address, headers={"accept-encoding": "identity"})
        assert reply.text == "let it = 1;" * 100
        packed = client.get(address, headers={"accept-encoding": "gzip"})
        assert packed.headers["content-encoding"] == "gzip"
        assert packed.content == reply.content
        assert len(gzip.compress(reply.content)) > int(packed.headers["content-length"]) - 20
