"""``llmanac mcp``: the catalog as tools of an agent, on standard input and output."""

from __future__ import annotations

import asyncio
from pathlib import Path

import typer

from llmanac import settings
from llmanac.cli.backend.choose import OPTIONS
from llmanac.cli.options.typer_signature import replacing
from llmanac.errors import ConfigurationError
from llmanac.mcp.extra import INSTALL, is_installed
from llmanac.settings import Settings


def choose_settings(url: str | None, data_dir: Path | None, **files: Path | None) -> Settings:
    """The settings with the options of a backend in them."""
    return settings.load(url=url, data_dir=data_dir, **files)


app = typer.Typer()


@app.command()
@replacing("chosen", OPTIONS, choose_settings)
def mcp(*, chosen: Settings) -> None:
    if not is_installed():
        raise ConfigurationError(f"Agents are spoken to by the MCP SDK: {INSTALL}.")
    asyncio.run(_serve(chosen))


async def _serve(chosen: Settings) -> None:
    from llmanac.cli.backend.api import open_api  # noqa: PLC0415 -- without the extra, nothing of it is needed
    from llmanac.mcp.protocol import serve_stdio  # noqa: PLC0415 -- an extra

    async with open_api(chosen) as connection:
        await serve_stdio(connection)
