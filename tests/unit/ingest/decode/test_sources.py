from __future__ import annotations

import pytest

from llmanac.ingest.decode import litellm, modelsdev, modelsdev_labs
from llmanac.ingest.decode.sources import FILE_SETTINGS, SOURCES, URL_SETTINGS, SourceFormat
from llmanac.settings import Settings


def test_every_source_has_a_row_at_its_place_in_the_order() -> None:
    assert list(SOURCES) == [modelsdev.SOURCE, modelsdev_labs.SOURCE, litellm.SOURCE]


def test_the_settings_of_each_row_exist() -> None:
    assert {*FILE_SETTINGS, *URL_SETTINGS} <= Settings.model_fields.keys()


@pytest.mark.parametrize("source", FILE_SETTINGS.values(), ids=FILE_SETTINGS.keys())
def test_a_file_that_a_setting_names_is_described_there_in_the_words_of_its_row(source: SourceFormat) -> None:
    description = Settings.model_fields[source.file_setting or ""].description

    assert source.file is not None
    assert (description or "").startswith(source.file)
