"""What a docstring says of a response's field stands in the OpenAPI document, too."""

from __future__ import annotations

import dataclasses
import importlib
import inspect
import pkgutil
from collections.abc import Iterator

from starlette.testclient import TestClient

from llmanac.domain.documented import attribute_docstrings
from llmanac.http.app import create_app
from llmanac.http.services import Services
from llmanac.service.editions.reader import Reader

from ...small_dialects import HALF, served
from ...small_past import OpenGate


def documented_classes() -> Iterator[type]:
    for room in ("domain", "history", "search", "service", "rules", "dialects"):
        for module in pkgutil.walk_packages(importlib.import_module(f"llmanac.{room}").__path__, f"llmanac.{room}."):
            for _, cls in inspect.getmembers(importlib.import_module(module.name), dataclasses.is_dataclass):
                if isinstance(cls, type) and cls.__module__ == module.name:
                    yield cls


def test_every_field_of_a_response_is_described_as_its_class_does() -> None:
    services = Services(reader=Reader(served(HALF).edition), authenticator=OpenGate())
    with TestClient(create_app(services)) as client:
        schemas = client.get("/openapi.json").json()["components"]["schemas"]
    described, missing = 0, []
    for cls in documented_classes():
        schema = schemas.get(cls.__name__)
        names = {field.name for field in dataclasses.fields(cls)}
        if schema is None or set(schema.get("properties", ())) != names:
            continue
        for name in attribute_docstrings(inspect.getmodule(cls)).get(cls.__qualname__, {}):
            described += 1
            if "description" not in schema["properties"][name]:
                missing.append(f"{cls.__module__}.{cls.__name__}.{name}")
    assert missing == []
    assert described > 100
