"""The command as a person types it, in this process, on the embedded catalog."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import pytest

from llmanac.cli.app import main


@dataclass(frozen=True)
class Outcome:
    """The exit code and the output of a command."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return orjson.loads(self.out)


Run = Callable[..., Outcome]


@pytest.fixture(scope="session")
def kept_editions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory for all tests, so that the catalog is built once."""
    return tmp_path_factory.mktemp("data")


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], kept_editions: Path) -> Run:
    """A function that runs ``llmanac`` with the given arguments."""
    monkeypatch.setenv("LLMANAC_DATA_DIR", str(kept_editions))
    monkeypatch.setenv("COLUMNS", "200")

    def run(*arguments: str) -> Outcome:
        monkeypatch.setattr("sys.argv", ["llmanac", *arguments])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        captured = capsys.readouterr()
        return Outcome(int(ended.value.code or 0), captured.out, captured.err)

    return run
