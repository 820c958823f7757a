"""Draws terminal.svg, a real session with the command: ``python docs/draw_terminal.py``."""

from __future__ import annotations

import contextlib
import io
import os
import pty
import re
import shlex
import subprocess
import sys
import termios
from pathlib import Path

from rich.console import Console
from rich.text import Text

PICTURE = Path(__file__).with_name("terminal.svg")
COLUMNS = 116
ROWS = 40
FONT = re.compile(r"@font-face {[^}]*}\s*")

SESSION = (
    "llmanac search sonnet-4.5 --limit 4",
    "llmanac estimate anthropic/claude-sonnet-5-5 --input 12000 --cache-read 8000 --output 900 --requests 10000",
    "llmanac changes --provider openrouter --kind price --limit 4",
)


def main() -> None:
    """Run the session, and keep what a person would see."""
    console = Console(record=True, width=COLUMNS, file=io.StringIO(), force_terminal=True)
    for line in SESSION:
        console.print(Text.assemble(("$ ", "bold green"), line))
        words = shlex.split(line)[1:]
        console.print(Text.from_ansi(_on_terminal([sys.executable, "-m", "llmanac", *words])))
        console.print()
    # The fonts of whoever looks at it, and none from elsewhere.
    PICTURE.write_text(FONT.sub("", console.export_svg(title="llmanac")), encoding="utf-8")


def _on_terminal(command: list[str]) -> str:
    """The output of a command on a terminal of this width."""
    screen, terminal = pty.openpty()
    termios.tcsetwinsize(terminal, (ROWS, COLUMNS))
    ran = subprocess.Popen(command, stdin=terminal, stdout=terminal, stderr=terminal, close_fds=True)  # noqa: S603 -- of this project
    os.close(terminal)
    shown = b""
    with contextlib.suppress(OSError), os.fdopen(screen, "rb") as output:  # a terminal that is gone is an error
        while chunk := output.read1():
            shown += chunk
    if ran.wait() != 0:
        raise SystemExit(f"{command} failed: {shown.decode()}")
    return shown.decode().replace("\r\n", "\n").rstrip()


if __name__ == "__main__":
    main()
