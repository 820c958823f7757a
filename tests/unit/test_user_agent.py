from __future__ import annotations

import pytest

from llmanac.user_agent import COMMAND, DISTRIBUTIONS, SERVER, parse_version, read_client, user_agent
from llmanac.version import __version__


@pytest.mark.parametrize("name", DISTRIBUTIONS)
def test_a_client_of_ours_is_known_by_what_it_sends(name: str) -> None:
    assert read_client(user_agent(name).encode()) == (name, parse_version(__version__))


@pytest.mark.parametrize(
    "header", ["llmanac-cli/1.3.9 (Linux)", "llmanac-cli/1.3.9rc1", "llmanac-cli/1.3.9 httpx2/2.16.0"]
)
def test_what_follows_the_version_does_not_matter(header: str) -> None:
    assert read_client(header.encode()) == (COMMAND, (1, 3, 9))


@pytest.mark.parametrize(
    "header", [user_agent(SERVER), "curl/7.0.1", "", "llmanac-cli", "x llmanac-cli/1.0.0", "LLMANAC-CLI/1.0.0"]
)
def test_nobody_else_is(header: str) -> None:
    assert read_client(header.encode()) is None


def test_a_version_has_three_numbers() -> None:
    assert parse_version("1.20.3") == (1, 20, 3)
    for text in ("1.2", "1.2.3.4", "v1.2.3", "1.2.x", ""):
        with pytest.raises(ValueError, match="not a version"):
            parse_version(text)
