"""The package: its names, and what importing it brings in."""

from __future__ import annotations

import subprocess
import sys

import pytest

import llmanac_client


def modules_after(program: str) -> set[str]:
    """The modules that a program has imported when it ends."""
    code = f"{program}\nimport sys\nprint(*sys.modules)"
    return set(subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True).stdout.split())


def test_it_needs_nothing_of_the_server() -> None:
    loaded = modules_after("from llmanac_client import AsyncClient, Client, schemas, errors")
    assert "llmanac_client.resources.catalog" in loaded
    assert {it for it in loaded if it.partition(".")[0] in {"llmanac", "pydantic", "starlette"}} == set()


def test_sending_a_request_needs_no_schemas() -> None:
    assert "llmanac_client.schemas" not in modules_after("from llmanac_client.connection import Connection")


@pytest.mark.parametrize("name", llmanac_client.__all__)
def test_each_name_is_there(name: str) -> None:
    assert getattr(llmanac_client, name)
    assert name in dir(llmanac_client)


def test_a_name_that_there_is_not_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Klient'"):
        llmanac_client.Klient  # type: ignore[attr-defined] # noqa: B018 -- looking it up is the test
