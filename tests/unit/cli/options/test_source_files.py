from __future__ import annotations

import inspect

from llmanac.cli.options.source_files import file_options, packaged_file_options
from llmanac.ingest.decode.sources import FILE_SETTINGS, SOURCES


def test_each_source_that_a_file_can_be_named_for_has_an_option() -> None:
    assert [option.name for option in file_options()] == [it.name for it in FILE_SETTINGS.values()]
    assert {option.default for option in file_options()} == {None}


def test_a_snapshot_needs_the_files_of_the_sources_that_every_catalog_has() -> None:
    needed = {option.name for option in packaged_file_options() if option.default is inspect.Parameter.empty}

    assert needed == {it.name for source, it in FILE_SETTINGS.items() if SOURCES[source].required}
