from __future__ import annotations

import gzip
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import orjson
import pytest

from llmanac.ingest.decode import formats
from llmanac.ingest.decode.formats import litellm, modelsdev, modelsdev_labs
from llmanac.ingest.decode.formats.litellm_prices import BY_PROVIDER, OFF_PEAK, OLD_CACHE_READ, TIERED, price_key
from llmanac.ingest.decode.sources import SOURCES, source_label


def test_what_hosts_list_goes_before_what_labs_state_and_that_before_litellm() -> None:
    public = [modelsdev.SOURCE, modelsdev_labs.SOURCE, litellm.SOURCE]
    assert [it for it in SOURCES if it in public] == public


def test_every_decoder_has_a_row() -> None:
    modules = [import_module(f"{formats.__name__}.{it.name}") for it in iter_modules(formats.__path__)]
    decoders = {it.SOURCE for it in modules if hasattr(it, "decode")}

    assert decoders == SOURCES.keys()


def test_every_key_that_a_price_of_litellms_is_read_from_is_a_price_key(shared_data: Path) -> None:
    paths = shared_data.glob("litellm-*.json.gz")
    rows = [row for path in paths for row in orjson.loads(gzip.decompress(path.read_bytes())).values()]
    keys = {key for row in rows for key in row}
    read = {key for key in keys if price_key(key)} | {OLD_CACHE_READ, TIERED, OFF_PEAK, BY_PROVIDER}

    assert len(read) > 50
    assert {it for it in read if not SOURCES[litellm.SOURCE].price_keys.fullmatch(it)} == set()


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("litellm", "LiteLLM"),
        ("overlays", "the organisation's overlays"),
        ("overlays/corp", "the overlay corp"),
        ("a-newer-one", "a-newer-one"),
    ],
)
def test_every_source_has_a_name_for_people(name: str, label: str) -> None:
    assert source_label(name) == label
