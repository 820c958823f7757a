"""Whom a command asks, by its options and the settings."""

from __future__ import annotations

import asyncio
from datetime import date
from functools import partial
from pathlib import Path

from llmanac import settings
from llmanac.cli.backend.client import CatalogClient
from llmanac.cli.options.shared import DataDir, LiteLLMFile, ModelsDevFile, Url
from llmanac.cli.options.typer_signature import option, replacing
from llmanac.service.editions.edition import Edition
from llmanac.settings import Settings

OPTIONS = (
    option("url", Url),
    option("models_dev", ModelsDevFile),
    option("litellm", LiteLLMFile),
    option("data_dir", DataDir),
)


DATABASE = "llmanac.db"
"""Where a server has run, what it serves may be newer than what the package carries."""


def open_client(url: str | None, models_dev: Path | None, litellm: Path | None, data_dir: Path | None) -> CatalogClient:
    """The server that is named, by option or setting; else the catalog on this machine."""
    chosen = settings.load(url=url, models_dev=models_dev, litellm=litellm, data_dir=data_dir)
    # Imported here: only one of them is needed, and each takes longer to load than to answer.
    if chosen.url is not None:
        from llmanac.cli.backend.remote import RemoteClient  # noqa: PLC0415 -- only one of them is needed

        return RemoteClient(chosen.url, token=chosen.token.get_secret_value() if chosen.token else None)
    from llmanac.cli.backend.local import LocalClient  # noqa: PLC0415 -- only one of them is needed

    return LocalClient(_open_edition(chosen), past=partial(_open_past, chosen))


def _open_edition(chosen: Settings) -> Edition:
    if (chosen.data_dir / DATABASE).exists():
        from llmanac import bootstrap  # noqa: PLC0415 -- only one of them is needed

        return asyncio.run(bootstrap.open_served_edition(chosen))
    from llmanac import standalone  # noqa: PLC0415 -- only one of them is needed

    return standalone.open_edition(chosen)


def _open_past(chosen: Settings, day: date) -> Edition:
    from llmanac import bootstrap  # noqa: PLC0415 -- only one of them is needed

    async def look() -> Edition:
        async with bootstrap.open_archive(chosen) as archive:
            return await archive.past.edition(day)

    return asyncio.run(look())


asks = replacing("client", OPTIONS, open_client)
"""A command asks the catalog, through its parameter ``client``."""
