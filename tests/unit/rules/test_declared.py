from __future__ import annotations

import subprocess
import sys

IMPORT = """
from llmanac.rules.overlay import Overlay
from llmanac.rules.policy import Policy
assert not Overlay.__pydantic_complete__
assert not Policy.__pydantic_complete__
"""


def test_no_document_is_built_before_one_is_read() -> None:
    found = subprocess.run([sys.executable, "-c", IMPORT], capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stderr
