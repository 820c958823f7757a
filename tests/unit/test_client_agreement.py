"""The client has every operation of the OpenAPI document, with its parameters, and every field of its schemas."""

from __future__ import annotations

import inspect
import re
import runpy
import typing
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest
from starlette.testclient import TestClient

from llmanac import settings
from llmanac.auth.verifier import OpenVerifier
from llmanac.errors import LlmanacError
from llmanac.http.app import create_app
from llmanac.http.services import Services
from llmanac.service.editions.edition import Edition
from llmanac.service.editions.reader import Reader
from llmanac.settings import PREFIX, Settings
from llmanac.user_agent import LIBRARY, read_client
from llmanac.version import __version__
from llmanac_client import errors, schemas
from llmanac_client.call import Call, PagedCall
from llmanac_client.client import TOKEN, URL, Client
from llmanac_client.document import read_document
from llmanac_client.http_steps import USER_AGENT
from llmanac_client.json_format import Decoded, read_nothing
from llmanac_client.operation import Resource, listing, operation
from llmanac_client.version import __version__ as client_version

ROOT = Path(__file__).resolve().parents[2]
PYTHON = ROOT / "clients" / "python"
WRITER = runpy.run_path(str(PYTHON / "write_schemas.py"))

ARGUMENT = "/x"
OF_HEADERS = {"Idempotency-Key": "idempotency_key", "If-Match": "version", "If-None-Match": "is_new"}
"""The parameters of operations for those that the API takes in headers."""
NOT_OFFERED = {
    "format": "the client asks for JSON; the feed in Atom is a document",
}
"""Parameters of the API that no operation of the client has."""
OTHER_FORMATS = "dialects"
"""The tag of addresses in the formats of other clients, all of which ``document`` reads."""


class Described(NamedTuple):
    """An operation of the client, and the call that it describes."""

    name: str
    parameters: dict[str, Any]
    """By name, with their types."""
    call: Call[Any]

    @property
    def key(self) -> str:
        return f"{self.call.method} {self.call.path}"


def members(resource: Resource[Any]) -> Iterator[tuple[str, Any]]:
    """The operations of a resource, such as a client, and of the resources in it."""
    for name, member in inspect.getmembers_static(type(resource)):
        if isinstance(member, operation | listing):
            yield name, member
        elif isinstance(member, cached_property):
            yield from ((f"{name}.{inner}", it) for inner, it in members(getattr(resource, name)))


def described(name: str, member: Any) -> Described:
    """Describe an operation with a text, ``ARGUMENT``, for each of its arguments."""
    hints = typing.get_type_hints(member.describe)
    parameters = dict(inspect.signature(member.describe).parameters)
    filters = [it for it, parameter in parameters.items() if parameter.kind is parameter.VAR_KEYWORD]
    names = [it for it in parameters if it not in {"self", *filters}]
    known = {it: hints[it] for it in names}
    if filters and filters != ["parameters"]:
        known |= typing.get_type_hints(schemas.CatalogFilters)
    positional = [it for it in names if parameters[it].kind is parameters[it].POSITIONAL_ONLY]
    named = dict.fromkeys(known.keys() - set(positional), ARGUMENT)
    call = member.describe(None, *(ARGUMENT for _ in positional), **named)
    return Described(name, known, call.first if isinstance(call, PagedCall) else call)


OPERATIONS = {it.key: it for it in (described(*member) for member in members(Client("http://localhost")))}


@pytest.fixture(scope="module")
def document(embedded_edition: Edition) -> dict[str, Any]:
    app = create_app(Services(reader=Reader(embedded_edition), authenticator=OpenVerifier()))
    with TestClient(app) as client:
        openapi: dict[str, Any] = client.get("/openapi.json").json()
    return openapi


def stated(document: dict[str, Any]) -> dict[str, Any]:
    """The operations of the document, by method and path."""
    return {
        f"{method.upper()} {path}": operation
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
    }


def reference(content: dict[str, Any]) -> str | None:
    """The name of the class for the JSON that a request or a response has; None for what has no schema of its own."""
    schema = content["content"].get("application/json", {}).get("schema", {})
    return str(WRITER["name_of"](schema["$ref"].rpartition("/")[2])) if "$ref" in schema else None


def test_every_operation_of_the_document_is_one_of_the_client(document: dict[str, Any]) -> None:
    others = {key for key, it in stated(document).items() if it["tags"] == [OTHER_FORMATS]}
    assert OPERATIONS.keys() - {f"GET {ARGUMENT}"} == stated(document).keys() - others
    assert OPERATIONS[f"GET {ARGUMENT}"].name == "document"
    assert all(key.startswith("GET ") for key in others)


def test_every_operation_is_listed_in_its_page() -> None:
    rows = (ROOT / "docs" / "client.md").read_text().split("## Operations")[1].split("\n## ")[0]
    listed = {
        f"{group}.{name}" if group else name
        for group, names in re.findall(r"^\| (?:`client\.(\w+)`|the \w+) \|(.*)\|$", rows, re.MULTILINE)
        for name in re.findall(r"`(\w+)`", names)
    }
    assert listed == {it.name for it in OPERATIONS.values()} - {"document"}


def test_every_parameter_is_one_of_the_operation(document: dict[str, Any]) -> None:
    for key, it in stated(document).items():
        if key not in OPERATIONS:
            continue
        parameters = it.get("parameters", ())
        asked = {place: {each["name"] for each in parameters if each["in"] == place} for place in ("path", "query")}
        assert OPERATIONS[key].call.names.keys() == asked["path"], key
        assert OPERATIONS[key].call.query.keys() == asked["query"] - NOT_OFFERED.keys(), key
        headers = {OF_HEADERS[each["name"]] for each in parameters if each["in"] == "header"}
        # A resource that there must not be cannot be deleted.
        headers -= {"is_new"} if key.startswith("DELETE ") else set()
        assert headers <= OPERATIONS[key].parameters.keys(), key


def test_every_body_is_sent_as_its_schema(document: dict[str, Any]) -> None:
    bodies = 0
    for key, it in stated(document).items():
        if "requestBody" not in it:
            continue
        bodies += 1
        name = reference(it["requestBody"])
        expected = bytes if name is None else getattr(schemas, name)
        hints = [kind for hint in OPERATIONS[key].parameters.values() for kind in (hint, *typing.get_args(hint))]
        assert expected in [*hints, type(OPERATIONS[key].call.body)], key
    assert bodies


def test_every_response_is_read_as_its_schema(document: dict[str, Any]) -> None:
    for key, it in stated(document).items():
        if key not in OPERATIONS:
            continue
        read = OPERATIONS[key].call.read
        answers = {status: each for status, each in it["responses"].items() if status.startswith("2")}
        if "204" in answers:
            assert read is read_nothing, key
        elif {reference(each) for each in answers.values()} == {None}:
            assert read is read_document, key
        else:
            assert isinstance(read, Decoded), key
            assert {read.type.__name__} == {reference(each) for each in answers.values()}, key


def test_the_schemas_are_as_the_document_has_them(document: dict[str, Any]) -> None:
    for name, text in WRITER["files"](document).items():
        assert (WRITER["FOLDER"] / name).read_text(encoding="utf-8") == text, "run: make client-schemas"


def test_every_field_of_every_schema_is_one_of_its_class(document: dict[str, Any]) -> None:
    for name, schema in document["components"]["schemas"].items():
        if "properties" not in schema or name in WRITER["LEFT_OUT"]:
            continue
        fields = {it.name: it.required for it in msgspec.structs.fields(getattr(schemas, WRITER["name_of"](name)))}
        assert fields == {it: it in schema.get("required", ()) for it in schema["properties"]}, name


def kinds(parent: type[Any]) -> Iterator[type[Any]]:
    for child in parent.__subclasses__():
        yield child
        yield from kinds(child)


@pytest.mark.parametrize("kind", [*kinds(LlmanacError)], ids=lambda it: it.__name__)
def test_every_error_of_the_server_has_a_class_of_its_type(kind: type[LlmanacError]) -> None:
    raised = errors.TYPES[kind.type]
    named = {it.__name__ for it in kind.__mro__ if getattr(it, "type", None) == kind.type}
    assert raised.__name__ in named


def test_every_status_of_the_document_has_a_class(document: dict[str, Any]) -> None:
    codes = document["components"]["schemas"]["APIErrorPayload"]["properties"]["code"]["enum"]
    assert errors.STATUSES.keys() == set(codes)


def test_both_have_one_version_by_which_the_server_knows_the_client() -> None:
    assert client_version == __version__
    known = read_client(USER_AGENT.encode())
    assert known is not None
    assert known.name == LIBRARY


def test_the_variables_are_those_of_the_command() -> None:
    assert {URL, TOKEN} <= {PREFIX + name.upper() for name in Settings.model_fields}
    assert settings.load(url="http://x").url == "http://x"


def test_the_licence_is_that_of_the_server() -> None:
    assert (PYTHON / "LICENSE").read_bytes() == (ROOT / "LICENSE").read_bytes()
