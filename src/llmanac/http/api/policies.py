"""``/api/v1/policies``: which models may be seen and called, by whom, and what waits for approval."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field, model_validator

from llmanac import paths
from llmanac.auth.scope import Scope
from llmanac.errors import InvalidParameters, ParameterFault
from llmanac.http.api.dependencies import author, require
from llmanac.http.api.error_handlers import OVERSIZED, RESPONSES
from llmanac.http.api.idempotency import IdempotentRoute, idempotency_key
from llmanac.http.api.preconditions import expected_version, tag_of
from llmanac.rules.declared import NAME, LongText, ShortText
from llmanac.rules.documents import as_written
from llmanac.rules.policy import Policy
from llmanac.service.json_encoder import encode
from llmanac.service.rules.policies.policies import AccessReview, Arrival, Policies
from llmanac.service.rules.policies.preview import PolicyPreview
from llmanac.service.rules.resources.declarations import Declaration

MOST_POLICIES = 100
"""Maximum number of policies in one request."""
MOST_IDS = 1000
"""Maximum number of model ids in one request."""

router = APIRouter(
    prefix=paths.POLICIES,
    route_class=IdempotentRoute,
    dependencies=[Depends(require(Scope.POLICIES_WRITE))],
    responses={**RESPONSES, **OVERSIZED},
    tags=["policies"],
)


class PolicyState(BaseModel):
    """A policy, and who wrote it."""

    policy: dict[str, Any] = Field(description="The document, as it was written")
    version: int | None = Field(description="Its version, which is its ETag; null where a file declares it")
    file: str | None = Field(description="The file that declares it, and where alone it can be changed; else null")
    author: str = Field(description="The name of the token or person who wrote it last, or the file")
    written_at: datetime


class PolicyList(BaseModel):
    """Every policy, by name."""

    policies: list[PolicyState]
    total: int
    trouble: str | None = Field(
        description="Why followed files cannot be read as they are now, so that an earlier reading holds; else null"
    )
    unreadable: dict[str, str] = Field(
        description="Why a policy of the database cannot be read, by its name; meanwhile nothing is shown to anyone "
        "but those who may mend it"
    )


class PolicyVersion(BaseModel):
    """A version of a policy."""

    version: int
    policy: dict[str, Any] | None = Field(description="The document; null where this change deleted it")
    at: datetime
    author: str


class PolicyVersions(BaseModel):
    """The versions of a policy, the newest first."""

    versions: list[PolicyVersion]


class PoliciesRequest(BaseModel):
    """Policies to be written together."""

    model_config = ConfigDict(extra="forbid")

    policies: list[Policy] = Field(max_length=MOST_POLICIES, description="In place of those of their names")
    prune: bool = Field(False, description="Whether all others are deleted; those that files declare stay")
    expected: dict[Annotated[str, Field(pattern=NAME)], Annotated[int, Field(ge=0)]] = Field(
        default_factory=dict, description="The versions that policies must have, by name; 0 for one that must not exist"
    )
    allow_nothing: bool = Field(False, description="Whether a policy may be written that shows nothing at all")


class ReviewRequest(BaseModel):
    """Somebody who asks for models: the bearer of a token, or of a JWT with some claims."""

    model_config = ConfigDict(extra="forbid")

    token: ShortText | None = Field(None, description="The name of a token, or the id in its middle; null for a JWT")
    claims: dict[ShortText, list[ShortText]] = Field(
        default_factory=dict,
        max_length=100,
        description="The values of a JWT's claims, by name; dots separate nested names",
    )
    ids: list[Annotated[str, Field(min_length=1, max_length=512)]] = Field(
        [], max_length=MOST_IDS, description="Ids of models of which to say whether they are shown, and why not"
    )


class ArrivalList(BaseModel):
    """New arrivals that wait for approval, the newest first."""

    arrivals: list[Arrival]
    total: int = Field(description="The number of all that wait, of which the answer may have the first only")


class ApprovalState(BaseModel):
    """An approval under a policy."""

    id: str
    at: datetime
    author: str
    reason: str | None


class ApprovalList(BaseModel):
    """The approvals under a policy, the newest first."""

    approvals: list[ApprovalState]
    total: int


class ApprovalRequest(BaseModel):
    """New arrivals to be let in."""

    model_config = ConfigDict(extra="forbid")

    ids: list[Annotated[str, Field(min_length=1, max_length=512)]] = Field(
        [], max_length=MOST_IDS, description="The ids of models that wait"
    )
    all: bool = Field(False, description="Whether all that wait are let in; then without `ids`")
    reason: LongText | None = None

    @model_validator(mode="after")
    def _names_some_or_all(self) -> ApprovalRequest:
        if bool(self.ids) is self.all:
            raise ValueError("Input should have ids, or all = true for everything that waits")
        return self


class WithdrawalRequest(BaseModel):
    """Approvals to be taken back."""

    model_config = ConfigDict(extra="forbid")

    ids: list[Annotated[str, Field(min_length=1, max_length=512)]] = Field(
        min_length=1, max_length=MOST_IDS, description="The ids of approved models"
    )


PolicyName = Annotated[str, Path(pattern=NAME, description="The name of a policy")]
Expected = Annotated[int | None, Depends(expected_version)]
AllowNothing = Annotated[bool, Query(description="Whether a policy may be written that shows nothing at all")]
Limit = Annotated[int, Query(ge=1, le=1000)]


@router.get("", summary="List policies")
async def list_(request: Request, response: Response) -> PolicyList:
    response.headers["cache-control"] = "no-store"
    policies = _policies(request)
    declared = await policies.all()
    return PolicyList(
        policies=[_state(it) for it in declared],
        total=len(declared),
        trouble=policies.trouble,
        unreadable=dict(policies.unreadable),
    )


@router.post("", summary="Create a policy", status_code=201, dependencies=[Depends(idempotency_key)])
async def create(
    request: Request, response: Response, body: Policy, *, allow_nothing: AllowNothing = False
) -> PolicyState:
    await _policies(request).create(body, allow_nothing=allow_nothing, by=await author(request))
    response.headers["location"] = f"{paths.POLICIES}/{body.name}"
    return await _shown(body.name, request, response)


@router.post(
    "/preview",
    summary="Preview a policy: what it would show and hide, rule by rule",
    description="Nothing is kept. The answer counts what each rule matches and hides, beside what the policy of this "
    "name shows now, and warns of what may not be meant.",
    response_model=PolicyPreview,
)
async def preview(request: Request, body: Policy) -> Response:
    return _answer(await _policies(request).preview(body))


@router.post(
    "/access-review",
    summary="See the catalog as somebody else sees it",
    description="Names the policies that are given to the bearer of a token or of claims, counts the models that "
    "these show, and says of the ids asked for whether they are shown, or which rule of which policy hides them.",
    response_model=AccessReview,
)
async def review(request: Request, body: ReviewRequest) -> Response:
    return _answer(await _policies(request).review(token=body.token, claims=body.claims, ids=body.ids))


@router.put(
    "",
    summary="Write several policies, all of them or none",
    description="What `llmanac policy apply` does with files of version control.",
)
async def apply(request: Request, response: Response, body: PoliciesRequest) -> PolicyList:
    await _policies(request).apply(
        body.policies,
        expected=body.expected,
        prune=body.prune,
        allow_nothing=body.allow_nothing,
        by=await author(request),
    )
    return await list_(request, response)


@router.get("/{name}", summary="Show a policy")
async def show(request: Request, response: Response, name: PolicyName) -> PolicyState:
    return await _shown(name, request, response)


@router.put("/{name}", summary="Replace a policy, or create it")
async def put(
    request: Request,
    response: Response,
    name: PolicyName,
    *,
    body: Policy,
    expected: Expected,
    allow_nothing: AllowNothing = False,
) -> PolicyState:
    if body.name != name:
        fault = ParameterFault(("body", "name"), f"Input should be {name!r}, as in the address", "value_error")
        raise InvalidParameters(f"The document is named {body.name!r}, and the address says {name!r}.", faults=(fault,))
    await _policies(request).put(body, expected=expected, allow_nothing=allow_nothing, by=await author(request))
    return await _shown(name, request, response)


@router.delete("/{name}", summary="Delete a policy that no live token names; its versions are kept", status_code=204)
async def delete(request: Request, name: PolicyName, expected: Expected) -> None:
    await _policies(request).delete(name, expected=expected, by=await author(request))


@router.get("/{name}/versions", summary="List the versions of a policy")
async def versions(
    request: Request, response: Response, name: PolicyName, *, limit: Annotated[int, Query(ge=1, le=100)] = 20
) -> PolicyVersions:
    response.headers["cache-control"] = "no-store"
    found = await _policies(request).versions(name)
    return PolicyVersions(
        versions=[
            PolicyVersion(version=it.version, policy=it.document, at=it.at, author=it.author) for it in found[:limit]
        ]
    )


@router.get("/{name}/arrivals", summary="List new arrivals that wait for approval under a policy")
async def arrivals(request: Request, response: Response, name: PolicyName, *, limit: Limit = 100) -> ArrivalList:
    response.headers["cache-control"] = "no-store"
    waiting = await _policies(request).waiting(name)
    return ArrivalList(arrivals=list(waiting[:limit]), total=len(waiting))


@router.get("/{name}/approvals", summary="List approvals under a policy")
async def approvals(request: Request, response: Response, name: PolicyName, *, limit: Limit = 100) -> ApprovalList:
    response.headers["cache-control"] = "no-store"
    found = await _policies(request).approvals(name)
    shown = [ApprovalState(id=id_, at=it.at, author=it.author, reason=it.reason) for id_, it in found[:limit]]
    return ApprovalList(approvals=shown, total=len(found))


@router.post("/{name}/approvals", summary="Let new arrivals in under a policy")
async def approve(request: Request, response: Response, name: PolicyName, *, body: ApprovalRequest) -> ApprovalList:
    await _policies(request).approve(name, body.ids, reason=body.reason, by=await author(request))
    return await approvals(request, response, name)


@router.post("/{name}/approvals/withdraw", summary="Take back approvals under a policy", status_code=204)
async def withdraw(request: Request, name: PolicyName, body: WithdrawalRequest) -> None:
    await _policies(request).withdraw(name, body.ids, by=await author(request))


def _policies(request: Request) -> Policies:
    policies: Policies = request.app.state.policies
    return policies


async def _shown(name: str, request: Request, response: Response) -> PolicyState:
    declared = await _policies(request).get(name)
    response.headers["cache-control"] = "no-store"
    if declared.version is not None:
        response.headers["etag"] = tag_of(declared.version)
    return _state(declared)


def _state(declared: Declaration[Policy]) -> PolicyState:
    return PolicyState(
        policy=as_written(declared.document),
        version=declared.version,
        file=declared.file,
        author=declared.author,
        written_at=declared.written_at,
    )


def _answer(content: PolicyPreview | AccessReview) -> Response:
    return Response(encode(content), media_type="application/json", headers={"cache-control": "no-store"})
