from __future__ import annotations

from pathlib import Path

import pytest
from jinja2 import UndefinedError

from llmanac.pages.rendering import TEMPLATES, Renderer, model_url, web_address
from llmanac.pages.routes import PREFIX, STATIC
from llmanac.web.assets import Assets


@pytest.fixture
def renderer() -> Renderer:
    return Renderer(Assets(STATIC, prefix=PREFIX))


def test_an_undefined_name_is_an_error(renderer: Renderer) -> None:
    with pytest.raises(UndefinedError):
        renderer.render("error.html", {})


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JAVASCRIPT:alert(1)",
        "data:text/html,x",
        "//x.example",
        "https:",
        "https://[x",
        "",
        "x",
        "https://x/\n",
    ],
)
def test_only_web_urls_become_links(address: str) -> None:
    assert web_address(address) is None


def test_a_web_url_stays_as_it_is() -> None:
    assert web_address("https://x.example/a?b#c") == "https://x.example/a?b#c"
    assert web_address(None) is None


def test_the_url_of_a_model_is_parsed_back_to_its_id() -> None:
    assert model_url("host/a b@c:d~e+f") == "/models/host/a%20b@c:d~e+f"
    assert model_url("host/a?b#c%d") == "/models/host/a%3Fb%23c%25d"


@pytest.mark.parametrize("template", sorted(TEMPLATES.glob("*.html")), ids=lambda path: path.name)
def test_no_template_switches_escaping_off_or_holds_scripts_and_styles(template: Path) -> None:
    text = template.read_text(encoding="utf-8")
    for forbidden in ("|safe", "| safe", "autoescape", " style=", "<style", "onclick", "hx-on", "js:", "http://"):
        assert forbidden not in text
    assert text.count("<script") == text.count("<script defer src=")
