"""A source answers, or its failure is told; nothing that it does is raised."""

from __future__ import annotations

import os
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from llmanac.ingest.fetch.upstream import Fetched, Unmodified, Upstream, Validators
from llmanac.service.refresh.records import SourceState
from llmanac.service.refresh.source_client import Failure, FeedSource, LocalFile, Payload, SourceClient

pytestmark = pytest.mark.anyio

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


async def fetch(upstream: Upstream, *, validators: Validators) -> Fetched | Unmodified:
    raise ZeroDivisionError(upstream, validators)


async def ask(place: Upstream | LocalFile) -> Payload | Unmodified | Failure:
    source = FeedSource("models.dev", place)
    client = SourceClient(fetch, clock=lambda: NOON)
    response = await client.ask(source, SourceState(name=source.name, origin=source.origin), remembers=False)
    return response.result


async def test_a_local_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "api-2026-11-01.json"
    path.write_bytes(b"{}")

    result = await ask(LocalFile(path))

    assert isinstance(result, Payload)
    assert (result.feed.text, result.feed.ref.date, result.feed.ref.origin) == (b"{}", "2026-11-01", str(path))


async def test_a_local_file_that_is_not_there_is_a_failure(tmp_path: Path) -> None:
    result = await ask(LocalFile(tmp_path / "api.json"))

    assert isinstance(result, Failure)
    assert result.detail.endswith("api.json cannot be read: No such file or directory.")


async def test_a_local_file_that_vanishes_once_it_was_read_is_a_failure(tmp_path: Path) -> None:
    """A pipe gives its bytes once; its writer removes it before the reader looks at its date."""
    path = tmp_path / "api.json"
    os.mkfifo(path)

    def write_and_remove() -> None:
        with path.open("wb") as pipe:
            path.unlink()
            pipe.write(b"{}")

    writer = threading.Thread(target=write_and_remove)
    writer.start()
    result = await ask(LocalFile(path))
    writer.join()

    assert isinstance(result, Failure)
    assert result.detail.endswith("api.json cannot be read: No such file or directory.")


async def test_an_unexpected_exception_is_a_failure_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    result = await ask(Upstream("https://models.dev/api.json"))

    assert isinstance(result, Failure)
    assert "the server's log" in result.detail
    [logged] = caplog.records
    assert "models.dev" in logged.getMessage()
    assert logged.exc_info
    assert logged.exc_info[0] is ZeroDivisionError
