"""``python -m llmanac`` is the llmanac command."""

from __future__ import annotations

from llmanac.cli import main

if __name__ == "__main__":
    main()
