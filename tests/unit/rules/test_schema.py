"""The JSON Schemas of files, by which editors complete them."""

from __future__ import annotations

from llmanac.rules.schema import OVERLAY_SCHEMA, POLICY_SCHEMA


def test_they_describe_the_lists_of_their_files() -> None:
    assert OVERLAY_SCHEMA["properties"].keys() == {"overlays"}
    assert POLICY_SCHEMA["properties"].keys() == {"policies"}
    assert OVERLAY_SCHEMA["$defs"]["OverlayRule"]["required"] == ["reason"]
