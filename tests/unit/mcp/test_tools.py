"""The table of tools, beside the API's own document."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from starlette.testclient import TestClient

from llmanac.http.app import create_app
from llmanac.http.services import Services
from llmanac.mcp.tool import LOG, MAX_TOKENS, Body, Tool
from llmanac.mcp.tools import BY_NAME, TOOLS
from llmanac.service.editions.reader import Reader

from ..small_past import FIRST, OpenGate, edition_of, litellm, model, models_dev

NAMES = [tool.name for tool in TOOLS]
MOST_BYTES = 13_500
"""The most that an agent is told of all tools, before it has asked anything; 4.2 of them are a token of o200k_base."""


@pytest.fixture(scope="module")
def openapi() -> dict[str, Any]:
    reader = Reader(edition_of(models_dev(FIRST, alpha=model()), litellm()))
    with TestClient(create_app(Services(reader=reader, authenticator=OpenGate()))) as client:
        document: dict[str, Any] = client.get("/openapi.json").json()
    return document


def operation_of(tool: Tool, openapi: dict[str, Any]) -> dict[str, Any]:
    path = tool.path.replace("{id:path}", "{id}")
    operation: dict[str, Any] = openapi["paths"][path]["get" if tool.body is Body.NONE else "post"]
    return operation


def taken_by(tool: Tool, openapi: dict[str, Any]) -> set[str]:
    """The arguments that the operation takes."""
    operation = operation_of(tool, openapi)
    names = {it["name"] for it in operation.get("parameters", ())}
    if tool.body is Body.JSON:
        schema = operation["requestBody"]["content"]["application/json"]["schema"]
        names |= openapi["components"]["schemas"][schema["$ref"].rpartition("/")[2]]["properties"].keys()
    return names | ({LOG} if tool.body is Body.LOG else set())


@pytest.mark.parametrize("name", NAMES)
def test_a_tool_offers_what_its_operation_takes(name: str, openapi: dict[str, Any]) -> None:
    tool = BY_NAME[name]
    taken = taken_by(tool, openapi)
    assert set(tool.parameters) - taken == set()
    assert set(tool.defaults) - taken == set()
    assert set(tool.required) <= set(tool.parameters)


@pytest.mark.parametrize("name", NAMES)
def test_a_tool_answers_with_the_fields_that_it_promises(name: str, openapi: dict[str, Any]) -> None:
    tool = BY_NAME[name]
    schema = operation_of(tool, openapi)["responses"]["200"]["content"]["application/json"]["schema"]
    fields = openapi["components"]["schemas"][schema["$ref"].rpartition("/")[2]]["properties"].keys()
    assert set(tool.answer) - fields == set()
    assert tool.items is None or tool.items in tool.answer


def test_every_tool_takes_the_length_of_its_answer() -> None:
    assert all(MAX_TOKENS in tool.input_schema["properties"] for tool in TOOLS)


def test_all_that_is_said_of_the_tools_is_short() -> None:
    said = [(it.name, it.title, it.description, it.input_schema) for it in TOOLS]
    assert len(orjson.dumps(said)) <= MOST_BYTES


def test_a_new_filter_of_the_catalog_is_an_argument_of_search(openapi: dict[str, Any]) -> None:
    assert set(BY_NAME["search"].parameters) == taken_by(BY_NAME["search"], openapi) - {"ids"}
