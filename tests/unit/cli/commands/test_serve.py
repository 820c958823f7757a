from __future__ import annotations

import secrets
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from llmanac import bootstrap, settings
from llmanac.cli.commands import serve
from llmanac.http.app import Application
from llmanac.http.logs import LogFormat, LogFormatter
from llmanac.http.server.server import ServerOptions, listen
from llmanac.http.server.workers import Worker
from llmanac.pages.sessions import KEY_BYTES

SERVE_WITH_TWO = """
import sys
from llmanac.cli.commands import serve

class Workers:
    def __init__(self, count, work):
        print(*(name in sys.modules for name in ("llmanac.http.api.router", "llmanac.pages.routes")))
    def run(self):
        return True

serve.Workers = Workers
serve._run = lambda work: work.close()
serve.serve(port=0, workers=2, data_dir=sys.argv[1])
"""


@pytest.mark.slow
def test_what_workers_need_is_imported_before_they_are_forked(tmp_path: Path) -> None:
    command = [sys.executable, "-c", SERVE_WITH_TWO, str(tmp_path)]
    assert subprocess.run(command, check=True, capture_output=True, text=True).stdout.split() == ["True", "True"]


@pytest.mark.slow
@pytest.mark.anyio
async def test_the_admin_token_is_not_shown_again_by_a_worker_that_replaces_the_first(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    async def serve_nothing(served: ServerOptions, _: socket.socket, *, announce: Callable[[], None]) -> None:
        assert isinstance(served.app, Application)
        announce()
        await served.app.framework.prepare()

    monkeypatch.setattr(serve, "serve_http", serve_nothing)
    chosen = settings.load(data_dir=str(tmp_path), refresh=False)
    admin = await bootstrap.prepare(chosen)
    assert admin is not None
    key = secrets.token_bytes(KEY_BYTES)
    with listen("127.0.0.1", 0) as listener:
        start = serve.Start(chosen, LogFormatter(LogFormat.TEXT), listener, admin=admin, key=key)
        first = Worker(0)

        await serve._serve(start, first)
        assert admin.text in capsys.readouterr().out

        for other in (first.successor(life=60), Worker(1)):
            await serve._serve(start, other)
            assert capsys.readouterr().out == ""
