"""The User-Agent headers of llmanac's own programs: written by clients, parsed by the server."""

from __future__ import annotations

import re
from typing import NamedTuple

from llmanac.version import __version__

SERVER = "llmanac"
"""The product name of the server in its requests to sources; not subject to ``minimum_client_version``."""
COMMAND = "llmanac-cli"
LIBRARY = "llmanac-client"

DISTRIBUTIONS = {COMMAND: "llmanac", LIBRARY: "llmanac-client"}
"""The distribution of each client, for ``pip install --upgrade``."""

_NUMBERS = r"([0-9]{1,6})\.([0-9]{1,6})\.([0-9]{1,6})"
_VERSION = re.compile(_NUMBERS)
_CLIENT = re.compile(rf"({'|'.join(DISTRIBUTIONS)})/{_NUMBERS}".encode())

Version = tuple[int, int, int]


class Client(NamedTuple):
    """A client of llmanac and its version."""

    name: str
    version: Version


def user_agent(name: str) -> str:
    """The value of the header that a program of this version sends."""
    return f"{name}/{__version__}"


def read_client(header: bytes) -> Client | None:
    """The client that a User-Agent names; None where it is not one of llmanac's."""
    match = _CLIENT.match(header)
    return Client(match[1].decode(), (int(match[2]), int(match[3]), int(match[4]))) if match else None


def parse_version(text: str) -> Version:
    """Parse a version of three numbers. Raises ValueError."""
    match = _VERSION.fullmatch(text)
    if not match:
        raise ValueError(f"{text!r} is not a version such as '1.4.0'")
    return int(match[1]), int(match[2]), int(match[3])
