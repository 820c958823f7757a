"""``/overlays``: what the organisation states itself, to read and to write."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from llmanac.auth.scope import Scope
from llmanac.pages.forms.document_forms import OVERLAY, OVERLAY_RULE
from llmanac.pages.site import PageContext
from llmanac.pages.views.admin.resource_admin import Items, ResourceAdmin
from llmanac.rules.documents import read_overlay
from llmanac.rules.overlay import Overlay
from llmanac.service.rules.overlays.overlays import OverlayRecord
from llmanac.service.rules.overlays.plan import OverlayPlan
from llmanac.service.rules.resources.followed_files import OVERLAY_FILES

MOST_OFFERS = 12
"""Offers that a preview shows fact by fact."""


async def _preview(context: PageContext, overlay: Overlay) -> OverlayPlan:
    """The changes by an overlay, with the states and warnings of its own rules alone."""
    plan = await context.site.overlays.plan([overlay], shown=MOST_OFFERS)
    return replace(
        plan,
        rules=tuple(it for it in plan.rules if it.overlay == overlay.name),
        warnings=tuple(it for it in plan.warnings if it.startswith(f"{overlay.name}/")),
    )


async def _describe(_context: PageContext, record: OverlayRecord) -> Mapping[str, Any]:
    return {"states": record.rules}


OVERLAYS = ResourceAdmin(
    noun="overlay",
    path="/overlays",
    scope=Scope.OVERLAYS_WRITE,
    kind=OVERLAY_FILES,
    settings=OVERLAY,
    items={"rules": Items(OVERLAY_RULE, "rule", "A later rule lies above an earlier one.")},
    read=read_overlay,
    service=lambda context: context.site.overlays,
    preview=_preview,
    describe=_describe,
)
