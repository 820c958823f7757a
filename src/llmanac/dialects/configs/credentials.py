"""The variables of a host: the one that holds the key to its API, and those in its address."""

from __future__ import annotations

import re

from llmanac.domain.records import Provider

KEY = re.compile(r"API_?KEY$|_TOKEN$|_PAT$|_KEY$")
"""The end of a variable that holds a key, where a host has several variables."""
NO_KEY = re.compile(r"_ACCESS_KEY$")
"""The end of one that holds half a key: both halves are read by the client itself."""
IN_ADDRESS = re.compile(r"\$\{(\w+)\}")
"""A variable in the address of a host."""


def key_variable(host: Provider) -> str | None:
    """The name of the environment variable with the host's key; None where no single one holds it."""
    if len(host.env) == 1:
        return host.env[0]
    return next((name for name in host.env if KEY.search(name) and not NO_KEY.search(name)), None)
