"""The JSON Schemas of files of overlays and of policies, by which editors complete and check them."""

from __future__ import annotations

from typing import Any

from llmanac.rules.declared import Declared
from llmanac.rules.overlay import Overlay
from llmanac.rules.policy import Policy


class OverlayFile(Declared):
    """A file of overlays."""

    overlays: tuple[Overlay, ...] = ()


class PolicyFile(Declared):
    """A file of policies."""

    policies: tuple[Policy, ...] = ()


DIALECT = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
OVERLAY_SCHEMA: dict[str, Any] = {**DIALECT, **OverlayFile.model_json_schema()}
"""The schema of a file of overlays."""
POLICY_SCHEMA: dict[str, Any] = {**DIALECT, **PolicyFile.model_json_schema()}
"""The schema of a file of policies."""
