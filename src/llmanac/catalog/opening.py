"""Opens a catalog: the one in the package, one of feed files, or that of an installation."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import platformdirs

from llmanac.catalog.catalog import Catalog
from llmanac.clock import system_clock
from llmanac.errors import ConfigurationError
from llmanac.ingest.decode.sources import FILE_SETTINGS
from llmanac.ingest.packaged.bundled import open_sources
from llmanac.service.editions.opening import open_or_build
from llmanac.service.editions.spec import spec_of
from llmanac.service.editions.store import EditionStore
from llmanac.storage.editions import files_of_program

if TYPE_CHECKING:  # the past is imported when it is first asked for: it takes longer than all else
    from contextlib import AbstractAsyncContextManager

    from llmanac.catalog.history import CatalogHistory
    from llmanac.service.archive import Archive

AnyPath: TypeAlias = str | os.PathLike[str]


def open_catalog(
    data_dir: AnyPath | None = None,
    *,
    cache: bool = True,
    **files: AnyPath | None,
) -> Catalog:
    """The catalog in the package or, with ``data_dir``, the one that a server on that data directory would serve now.

    ``files`` are feed files, plain or gzip, by the settings of their sources: ``models_dev`` and ``litellm`` in place
    of the package's own, and ``models_dev_models``, a models.json, of which the package has none. The network is not
    used. Without ``data_dir``, neither settings nor the environment are read.

    The first opening builds an edition, which takes a second or two, and keeps it in the user's cache directory (with
    ``data_dir``: in there); later ones map it. ``cache=False`` builds it in memory and writes no edition anywhere;
    where the directory cannot be written to, a warning is logged and the same is done.

    Raises InvalidSource for a feed that cannot be read, ConfigurationError for a data directory without a database or
    settings that cannot work, StorageError for a database that cannot be read, and TypeError for a file of no source.

    >>> import llmanac
    >>> catalog = llmanac.open_catalog()
    >>> [(source.ref.name, source.ref.origin) for source in catalog.sources]
    [('models.dev', 'embedded'), ('litellm', 'embedded')]
    """
    settable = {setting.name: source for source, setting in FILE_SETTINGS.items()}
    if unknown := files.keys() - settable.keys():
        raise TypeError(f"{', '.join(sorted(unknown))}: no source has such a file; there are {', '.join(settable)}")
    given = {name: Path(path) for name, path in files.items() if path is not None}
    if data_dir is not None:
        return _open_installation(Path(data_dir), given, cache=cache)
    spec = spec_of(open_sources({settable[name]: path for name, path in given.items()}))
    edition = open_or_build(spec, _store(cache=cache), whole=True)

    def open_history() -> CatalogHistory:
        from llmanac.catalog.history import PackagedHistory  # noqa: PLC0415 -- it takes longer to import than all else

        return PackagedHistory(edition, spec, past_editions=_store("past", cache=cache), clock=system_clock)

    return Catalog(edition, open_history=open_history)


def _open_installation(data_dir: Path, files: Mapping[str, Path], *, cache: bool) -> Catalog:
    from llmanac import bootstrap, database, settings  # noqa: PLC0415 -- the database takes twice as long as all else
    from llmanac.catalog.history import RecordedHistory, run, run_on_thread  # noqa: PLC0415 -- it takes as long

    chosen = settings.load(data_dir=data_dir, **files)
    database.require_database(
        chosen,
        "no server has run on it. Give the data directory of a server, or none for the catalog in the package.",
        error=ConfigurationError,
    )
    store = None if cache else _store(cache=False)

    def open_archive() -> AbstractAsyncContextManager[Archive]:
        return bootstrap.open_archive(chosen, store=store, run_in_worker=run_on_thread)

    edition = run(bootstrap.open_served_edition(chosen, store=store, whole=True))
    return Catalog(edition, open_history=lambda: RecordedHistory(open_archive, clock=system_clock))


def _store(folder: str = "", *, cache: bool) -> EditionStore:
    if not cache:
        from llmanac.storage.in_memory import InMemoryEditions  # noqa: PLC0415 -- the stores of a history come with it

        return InMemoryEditions()
    return files_of_program(platformdirs.user_cache_path("llmanac", appauthor=False) / "editions" / folder)
