"""llmanac itself, as an operator would run it: a data directory, a token, a server."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from bench.client import Target
from bench.server import SERVER_CORE, Server, free_port, run
from llmanac import settings
from llmanac.ingest.merge.build import Build
from llmanac.paths import CATALOG as PATH
from llmanac.standalone import build_catalog

LLMANAC = (sys.executable, "-m", "llmanac")

PAGE = f"{PATH}?query=claude&limit=20"
"""A real answer of twenty entries: what every server that sends ready bytes sends."""


SETTLING_SECONDS = 40
"""The history begins when a server has been up for a while, and once for all."""


@dataclass(frozen=True, slots=True)
class Installation:
    """A data directory and a token that is good there."""

    data_dir: Path
    token: str

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def prime(self) -> None:
        """Start once, and leave it time: what the first start builds, and plants as history, all later ones find."""
        with self.serve():
            time.sleep(SETTLING_SECONDS)

    def serve(
        self,
        *arguments: str,
        cache_mib: int = 16,
        cores: Sequence[int] = (SERVER_CORE,),
        variables: Mapping[str, str] | None = None,
    ) -> AbstractContextManager[Server]:
        """A running server on the embedded catalog, which asks no source for news."""
        port = free_port()
        return run(
            "llmanac",
            [*LLMANAC, "serve", "--no-refresh", f"--port={port}", f"--data-dir={self.data_dir}", *arguments],
            ready=Target(port, PAGE, self.headers),
            cores=cores,
            variables={"LLMANAC_ANSWER_CACHE_MIB": str(cache_mib), **(variables or {})},
        )


def install(directory: Path, *, scopes: Sequence[str] = ()) -> Installation:
    """A new data directory with one token."""
    made = subprocess.run(
        [
            *LLMANAC,
            "token",
            "create",
            "--name=bench",
            f"--data-dir={directory}",
            *(f"--scope={scope}" for scope in scopes),
        ],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        timeout=60,
    )
    return Installation(directory, made.stdout.strip())


def todays_build() -> Build:
    """The embedded catalog."""
    return build_catalog(settings.load())
