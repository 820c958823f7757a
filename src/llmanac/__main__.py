"""Runs the llmanac command as ``python -m llmanac``."""

from __future__ import annotations


def main() -> None:
    """Run the command; it is imported here, since spawned worker processes import this file and need no command."""
    from llmanac.cli import main as command  # noqa: PLC0415 -- a spawned process needs no command

    command()


if __name__ == "__main__":
    main()
