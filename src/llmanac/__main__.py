"""``python -m llmanac`` is the llmanac command."""

from __future__ import annotations


def main() -> None:
    """The command, loaded only where it is called: a process that is spawned to work runs this file, and needs none."""
    from llmanac.cli import main as command  # noqa: PLC0415 -- a spawned process needs no command

    command()


if __name__ == "__main__":
    main()
