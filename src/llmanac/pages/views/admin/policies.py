"""``/policies``: which models may be seen and called, and by whom, to read and to write."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from llmanac.auth.scope import Scope
from llmanac.pages.forms.document_forms import AUTO_APPROVAL, POLICY, POLICY_RULE
from llmanac.pages.site import PageContext
from llmanac.pages.views.admin.resource_admin import Items, ResourceAdmin
from llmanac.rules.documents import read_policy
from llmanac.rules.policy import Policy
from llmanac.service.rules.policies.preview import PolicyPreview
from llmanac.service.rules.resources.declarations import Declaration
from llmanac.service.rules.resources.followed_files import POLICY_FILES


async def _preview(context: PageContext, policy: Policy) -> PolicyPreview:
    return await context.site.policies.preview(policy)


async def _describe(context: PageContext, declared: Declaration[Policy]) -> Mapping[str, Any]:
    return {"preview": await context.site.policies.preview(declared.document)}


POLICIES = ResourceAdmin(
    noun="policy",
    path="/policies",
    scope=Scope.POLICIES_WRITE,
    kind=POLICY_FILES,
    settings=POLICY,
    items={
        "rules": Items(POLICY_RULE, "rule", "Of the rules about an offer, the first decides."),
        "approve": Items(AUTO_APPROVAL, "approval", "New arrivals that it is about need nobody's approval."),
    },
    read=read_policy,
    service=lambda context: context.site.policies,
    preview=_preview,
    describe=_describe,
    options={"allow_nothing": "Save it even where it shows nothing (allow_nothing)"},
)
