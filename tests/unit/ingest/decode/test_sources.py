from __future__ import annotations

from llmanac.ingest.decode import litellm, modelsdev, modelsdev_labs
from llmanac.ingest.decode.sources import SOURCES


def test_every_source_has_a_row() -> None:
    assert set(SOURCES) == {modelsdev.SOURCE, litellm.SOURCE, modelsdev_labs.SOURCE}
