from __future__ import annotations

import pytest

from llmanac.pages.site import local


@pytest.mark.parametrize("target", ["/", "/models/a/b", "/?query=x&sort=-price"])
def test_a_local_path_is_followed(target: str) -> None:
    assert local(target) == target


@pytest.mark.parametrize(
    "target",
    [None, "", "x", "//x.example", "/\\x.example", "https://x.example", "/a\r\nset-cookie: x", "\\\\x.example"],
)
def test_everything_else_leads_to_the_first_page(target: str | None) -> None:
    assert local(target) == "/"
