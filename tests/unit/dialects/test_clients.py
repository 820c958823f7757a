from __future__ import annotations

from pathlib import Path

import pytest

from llmanac.dialects.clients import CLIENTS, Client
from llmanac.dialects.table import DIALECTS, EXPORTED

BY_NAME = {it.name: it for it in DIALECTS}
URL = "http://models.example"


def test_every_dialect_has_a_client_and_no_two_have_one_name() -> None:
    assert {it.dialect for it in CLIENTS} == {it.name for it in DIALECTS if it.documents} >= EXPORTED.keys()
    assert len({it.name for it in CLIENTS}) == len(CLIENTS)


@pytest.mark.parametrize("client", CLIENTS, ids=lambda it: it.name)
def test_a_client_asks_at_an_address_of_its_dialect(client: Client) -> None:
    assert client.asks.partition("?")[0] in {it.path for it in BY_NAME[client.dialect].documents}


@pytest.mark.parametrize("client", CLIENTS, ids=lambda it: it.name)
def test_the_lines_have_the_address_and_a_key_where_nothing_else_is_sent(client: Client) -> None:
    lines = client.lines_for(f"{URL}/", "llma_secret")
    assert f"{URL}/" in lines or f'{URL}"' in lines
    assert (f"{URL}/k/llma_secret" in lines) is not client.sends_credential
    assert "{url}" not in lines
    assert "{token}" not in lines


@pytest.mark.parametrize("client", CLIENTS, ids=lambda it: it.name)
def test_lines_without_a_token_name_where_it_stands(client: Client) -> None:
    lines = client.lines_for(URL)
    assert "LLMANAC_TOKEN" in lines or "<token>" in lines


@pytest.mark.parametrize("client", CLIENTS, ids=lambda it: it.name)
@pytest.mark.parametrize("answer", [{"detail": "no"}, [1], "text", None, 3])
def test_what_the_client_would_not_read_is_not_counted(client: Client, answer: object) -> None:
    if client.dialect == "litellm" and isinstance(answer, dict):
        return  # any object is a map, of rows that may be none
    with pytest.raises((AttributeError, KeyError, TypeError)):
        client.count(answer)


@pytest.mark.parametrize("client", CLIENTS, ids=lambda it: it.name)
def test_the_docs_have_the_lines(client: Client) -> None:
    docs = (Path(__file__).resolve().parents[3] / "docs" / "dialects.md").read_text(encoding="utf-8")
    assert client.lines_for("http://127.0.0.1:8000") in docs
