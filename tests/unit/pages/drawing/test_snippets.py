from __future__ import annotations

import json
import shlex

import pytest

from llmanac.domain.records import LiteLLMRoute, Provider, RouteKind
from llmanac.pages.drawing.snippets import snippets

from ..conftest import MakeOffer

COMPATIBLE = Provider(id="host", api="https://api.host.example/v1", npm="@ai-sdk/openai-compatible", env=("HOST_KEY",))
HOSTILE = "a\"b'c\\d\n$(id)`x`"


def route(id: str, kind: RouteKind = RouteKind.NATIVE, **facts: str) -> LiteLLMRoute:  # noqa: A002 -- LiteLLM's
    return LiteLLMRoute(id=id, kind=kind, known=True, primary=True, **facts)


def test_every_tool_has_its_snippet(make_offer: MakeOffer) -> None:
    offer = make_offer("m", litellm=route("host/m"))
    made = {snippet.id: snippet.text for snippet in snippets(offer, COMPATIBLE)}
    assert list(made) == ["litellm", "openai", "curl", "opencode"]
    assert 'model="host/m"' in made["litellm"]
    assert 'base_url="https://api.host.example/v1"' in made["openai"]
    assert "https://api.host.example/v1/chat/completions" in made["curl"]
    assert json.loads(made["opencode"])["model"] == "host/m"


def test_a_compatible_host_is_reached_by_its_address(make_offer: MakeOffer) -> None:
    offer = make_offer("m", litellm=route("openai/m", RouteKind.COMPATIBLE, api_base="https://api.host.example/v1"))
    text = snippets(offer, COMPATIBLE)[0].text
    assert 'api_base="https://api.host.example/v1"' in text
    assert 'os.environ["HOST_KEY"]' in text


def test_where_no_way_is_known_none_is_made_up(make_offer: MakeOffer) -> None:
    offer = make_offer("m")
    assert [snippet.id for snippet in snippets(offer, Provider(id="host"))] == ["opencode"]
    anthropic = Provider(id="host", api="https://api.host.example/anthropic", npm="@ai-sdk/anthropic")
    assert [snippet.id for snippet in snippets(offer, anthropic)] == ["opencode"]


@pytest.mark.parametrize("name", [HOSTILE, "plain", "émile"])
def test_whatever_an_id_holds_stays_a_string(make_offer: MakeOffer, name: str) -> None:
    offer = make_offer(name, litellm=route(name))
    host = Provider(id="host", api=f"https://x.example/{name}", npm="x", env=(name,))
    made = {snippet.id: snippet.text for snippet in snippets(offer, host)}
    compile(made["litellm"], "litellm", "exec")
    compile(made["openai"], "openai", "exec")
    words = shlex.split(made["curl"].replace("\\\n", " "))
    assert json.loads(words[words.index("-d") + 1])["model"] == name
