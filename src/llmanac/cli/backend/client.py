"""The backend of a command: the catalog on this machine, or a server. Both answer in the API's shapes."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol

from llmanac.errors import ConfigurationError

if TYPE_CHECKING:  # a command makes one request, and most do without it
    from llmanac.dialects.configs.config import Config
    from llmanac.dialects.dialect import Document, MadeDocument

Answer = dict[str, Any]
"""The response of the endpoint of that name, as parsed JSON."""


class CatalogClient(Protocol):
    """The questions of commands. Each may raise any LlmanacError, as the API would answer."""

    def browse(self, parameters: Mapping[str, Any]) -> Answer:
        """A page of the catalog."""

    def document(self, document: Document, as_of: date | None) -> MadeDocument:
        """A document of a dialect, as a server sends it."""

    def config(self, config: Config, parameters: Mapping[str, Any]) -> MadeDocument:
        """A client's configuration with what a query finds."""

    def facets(self, parameters: Mapping[str, Any]) -> Answer:
        """The facets of a query: the filters that could narrow it, and why nothing was found."""

    def providers(self) -> Answer:
        """List all providers."""

    def compare(self, ids: Sequence[str]) -> Answer:
        """Models side by side."""

    def validate(self, ids: Sequence[str]) -> Answer:
        """Validate ids, however many there are."""

    def estimate(self, question: Mapping[str, Any]) -> Answer:
        """Estimate the cost of a workload; ``question`` is the endpoint's body."""

    def alternatives(self, id: str, parameters: Mapping[str, Any]) -> Answer:  # noqa: A002 -- what is replaced is an id's
        """List what could take a model's place."""

    def price(self, files: Sequence[str], question: Mapping[str, Any]) -> Answer:
        """The bill of usage logs, of which ``-`` is standard input; ``question`` are the endpoint's parameters."""

    def show(self, id: str) -> Answer:  # noqa: A002 -- what is shown is an id's
        """Everything known of one model."""

    def changes(self, parameters: Mapping[str, Any]) -> Answer:
        """A page of changes."""

    def conflicts(self, parameters: Mapping[str, Any]) -> Answer:
        """A page of conflicts between the sources."""


STANDARD_INPUT = "-"


@contextmanager
def open_logs(files: Sequence[str]) -> Iterator[Iterator[tuple[str, BinaryIO]]]:
    """The logs with their names, each opened when it is its turn. Raises ConfigurationError for one that cannot be."""
    with ExitStack() as stack:
        yield ((name, _open(name, stack)) for name in files)


def _open(name: str, stack: ExitStack) -> BinaryIO:
    if name == STANDARD_INPUT:
        return sys.stdin.buffer
    try:
        file = Path(name).open("rb")  # noqa: SIM115 -- the stack closes it
    except OSError as error:
        raise ConfigurationError(f"{name} cannot be read: {error.strerror}.") from None
    return stack.enter_context(file)


def pages(client: CatalogClient, parameters: Mapping[str, Any], *, size: int) -> Iterator[Answer]:
    """Fetch every page of a query, one after another; ``size`` entries each."""
    offset = 0
    while True:
        page = client.browse({**parameters, "offset": offset, "limit": size})
        yield page
        offset += len(page["models"])
        if not page["models"] or offset >= page["total"]:
            return
