"""The extra: the protocol's SDK is not needed by, nor imported for, anything else."""

from __future__ import annotations

import subprocess
import sys

START = """
import sys
import llmanac.cli.commands.mcp, llmanac.cli.commands.serve, llmanac.http.api.router, llmanac.mcp.routes
print([name for name in sys.modules if name.split(".")[0] in {"mcp", "mcp_types", "sse_starlette", "jsonschema"}])
"""
WITHOUT = """
import sys
sys.modules["mcp"] = None
from llmanac.cli.app import main
sys.argv = ["llmanac", "mcp"]
main()
"""


def run(program: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)


def test_neither_the_command_nor_a_server_imports_it_to_start() -> None:
    assert run(START).stdout == "[]\n"


def test_without_it_the_command_says_how_to_install_it() -> None:
    done = run(WITHOUT)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "llmanac: Agents are spoken to by the MCP SDK: pip install 'llmanac[mcp]'.\n"
