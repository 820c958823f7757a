"""Options that name the files of sources, derived from the table of sources: a new one appears by itself."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from llmanac.cli.options.typer_signature import option, replacing
from llmanac.ingest.decode.sources import FILE_SETTINGS, SOURCES, SourceSetting

Files = Mapping[str, Path | None]
"""The files that were named, by the setting of their source; None for others."""


def file_options() -> Iterator[inspect.Parameter]:
    """The option of each source whose file a setting can name."""
    for source, setting in FILE_SETTINGS.items():
        default = "the embedded snapshot" if SOURCES[source].required else "none"
        yield option(setting.name, Annotated[Path | None, _option(setting, show_default=default)])


def packaged_file_options() -> Iterator[inspect.Parameter]:
    """The same for a command that needs the files of the sources that every catalog has, and that they exist."""
    for source, setting in FILE_SETTINGS.items():
        its = _option(setting, exists=True, dir_okay=False)
        if SOURCES[source].required:
            yield option(setting.name, Annotated[Path, its], inspect.Parameter.empty)
        else:
            yield option(setting.name, Annotated[Path | None, its])


def _option(setting: SourceSetting, **described: Any) -> Any:
    return typer.Option(f"--{setting.name.replace('_', '-')}", help=f"{setting.description}.", **described)


takes_files = replacing("files", file_options(), dict)
"""A command takes the files of sources, through its parameter ``files``."""
takes_packaged_files = replacing("files", packaged_file_options(), dict)
"""A command takes the files that a snapshot is built of, through its parameter ``files``."""
