"""The User-Agent of our own programs: what each sends, and how a server reads it."""

from __future__ import annotations

import re
from typing import NamedTuple

from llmanac.version import __version__

SERVER = "llmanac"
"""The server, as sources see it. A server that asks another is never too old."""
COMMAND = "llmanac-cli"
LIBRARY = "llmanac-client"

DISTRIBUTIONS = {COMMAND: "llmanac", LIBRARY: "llmanac-client"}
"""Of each client, the distribution that brings it: what ``pip install --upgrade`` takes."""

_NUMBERS = r"([0-9]{1,6})\.([0-9]{1,6})\.([0-9]{1,6})"
_VERSION = re.compile(_NUMBERS)
_CLIENT = re.compile(rf"({'|'.join(DISTRIBUTIONS)})/{_NUMBERS}".encode())

Version = tuple[int, int, int]


class Client(NamedTuple):
    """One of our clients, in some version."""

    name: str
    version: Version


def user_agent(name: str) -> str:
    """The header's value that a program of ours sends, in this version."""
    return f"{name}/{__version__}"


def read_client(header: bytes) -> Client | None:
    """The client of ours that sent this User-Agent; None for any other."""
    found = _CLIENT.match(header)
    return Client(found[1].decode(), (int(found[2]), int(found[3]), int(found[4]))) if found else None


def parse_version(text: str) -> Version:
    """A version of three numbers; raises ValueError."""
    found = _VERSION.fullmatch(text)
    if not found:
        raise ValueError(f"{text!r} is not a version such as '1.4.0'")
    return int(found[1]), int(found[2]), int(found[3])
