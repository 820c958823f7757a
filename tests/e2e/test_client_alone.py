"""The client as its users have it: the programs in its pages, in a Python that needs nothing of the server."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from .conftest import CLIENT_PYTHON, RunningServer, environment

ROOT = Path(__file__).resolve().parents[2]
PAGES = ("docs/client.md", "clients/python/README.md")
PROGRAM = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
NOTHING_OF_THE_SERVER = """
import sys
assert not [it for it in sys.modules if it.partition(".")[0] in {"llmanac", "pydantic", "starlette"}]
"""


def programs() -> list[tuple[str, str]]:
    """The programs in the pages."""
    texts = {page: (ROOT / page).read_text(encoding="utf-8") for page in PAGES}
    return [(page, it) for page, text in texts.items() for it in PROGRAM.findall(text)]


@pytest.mark.parametrize(("page", "program"), programs())
def test_every_program_in_its_pages_runs(page: str, program: str, server: RunningServer, tmp_path: Path) -> None:
    program = program.replace("http://127.0.0.1:8000", server.url).replace("llma_…", server.token)
    done = subprocess.run(
        [CLIENT_PYTHON, "-W", "error", "-c", program + NOTHING_OF_THE_SERVER],
        env=environment(tmp_path, LLMANAC_URL=server.url, LLMANAC_TOKEN=server.token),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, ""), page
    assert done.stdout
