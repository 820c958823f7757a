"""``/api/v1/tokens``: management of tokens."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request, Response
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from llmanac import paths
from llmanac.auth.scope import DEFAULT_SCOPES, Scope
from llmanac.auth.token_record import TokenRecord, TokenStatus
from llmanac.clock import Clock
from llmanac.http.api.dependencies import author, require
from llmanac.http.api.error_handlers import RESPONSES
from llmanac.http.api.idempotency import IdempotentRoute, idempotency_key
from llmanac.rules.declared import NAME
from llmanac.service.access.tokens import MAX_NAME_LENGTH, NewToken, Tokens

EXPIRES = "A span (`30d`, `12h`, `90m`, `4w`) or the last day (`2026-12-31`, UTC)"
MAX_EXPIRY_LENGTH = 32


def _printable(text: str) -> str:
    """Refuse what a database cannot store, or a log cannot show."""
    if any(not character.isprintable() for character in text):
        raise ValueError("Input should have printable characters only")
    return text


PrintableText = Annotated[str, AfterValidator(_printable)]

router = APIRouter(
    prefix=paths.TOKENS,
    route_class=IdempotentRoute,
    dependencies=[Depends(require(Scope.TOKENS_ADMIN))],
    responses=RESPONSES,
    tags=["tokens"],
)


class TokenRequest(BaseModel):
    """A token to be made."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[PrintableText, Field(min_length=1, max_length=MAX_NAME_LENGTH)] = Field(
        description="What the token is for; no other live token may have the name"
    )
    scopes: list[Scope] = Field(
        sorted(DEFAULT_SCOPES), max_length=len(Scope), description="What it may do; none that the caller does not hold"
    )
    policies: list[Annotated[str, Field(pattern=NAME)]] = Field(
        [], max_length=100, description="The policies that it is under, beside those of the caller"
    )
    expires: Annotated[PrintableText, Field(max_length=MAX_EXPIRY_LENGTH)] | None = Field(
        None, description=f"{EXPIRES}; null for never"
    )
    in_path: bool = Field(
        False,
        description="Whether it is a key in paths, `/k/<token>/…`, for clients that send no credential: of the scope "
        "`catalog:read`, and good for nothing else",
    )


class RotationRequest(BaseModel):
    """Options for replacing a token by a new one of the same name."""

    model_config = ConfigDict(extra="forbid")

    expires: Annotated[PrintableText, Field(max_length=MAX_EXPIRY_LENGTH)] | None = Field(
        None, description=f"{EXPIRES}; null for as long as the old one was made for"
    )
    overlap: Annotated[PrintableText, Field(max_length=MAX_EXPIRY_LENGTH)] | None = Field(
        None, description="How long the old one stays good (`1h`); null for not at all"
    )


class Token(BaseModel):
    """A token without its secret."""

    id: str
    name: str
    status: TokenStatus
    scopes: list[str]
    policies: list[str] = Field(description="What it may see is what each of these policies allows")
    created_at: datetime
    expires_at: datetime | None = Field(description="null for never")
    revoked_at: datetime | None
    in_path: bool = Field(description="Whether it is a key in paths, and good for nothing else")


class CreatedToken(Token):
    """A token just made."""

    token: str = Field(description="The token itself. It is shown this once, and kept nowhere")


class TokenList(BaseModel):
    """Every token that ever was, oldest first."""

    tokens: list[Token]
    total: int


TokenId = Annotated[str, Path(pattern="^[0-9A-Za-z]{8}$", description="The id in the middle of a token")]


@router.post("", summary="Create a token", status_code=201, dependencies=[Depends(idempotency_key)])
async def create(request: Request, response: Response, body: TokenRequest) -> CreatedToken:
    made = await _tokens(request).create(
        body.name,
        scopes=body.scopes,
        policies=body.policies,
        expires=body.expires,
        in_path=body.in_path,
        by=await author(request),
    )
    return _created(made, request, response)


@router.get("", summary="List tokens")
async def list_(request: Request, response: Response, status: TokenStatus | None = None) -> TokenList:
    response.headers["cache-control"] = "no-store"
    found = [_to_token(record, request) for record in await _tokens(request).all()]
    chosen = [token for token in found if status is None or token.status is status]
    return TokenList(tokens=chosen, total=len(chosen))


@router.get("/{token_id}", summary="Show a token")
async def show(request: Request, response: Response, token_id: TokenId) -> Token:
    response.headers["cache-control"] = "no-store"
    return _to_token(await _tokens(request).get(token_id), request)


@router.post(
    "/{token_id}/rotate",
    summary="Replace a token by a new one of the same name",
    status_code=201,
    dependencies=[Depends(idempotency_key)],
)
async def rotate(request: Request, response: Response, token_id: TokenId, *, body: RotationRequest) -> CreatedToken:
    made = await _tokens(request).rotate(token_id, expires=body.expires, overlap=body.overlap, by=await author(request))
    return _created(made, request, response)


@router.delete("/{token_id}", summary="Revoke a token, for good")
async def revoke(request: Request, response: Response, token_id: TokenId) -> Token:
    response.headers["cache-control"] = "no-store"
    return _to_token(await _tokens(request).revoke(token_id, by=await author(request)), request)


def _tokens(request: Request) -> Tokens:
    tokens: Tokens = request.app.state.tokens
    return tokens


def _to_token(record: TokenRecord, request: Request) -> Token:
    clock: Clock = request.app.state.clock
    return Token(**_fields(record, clock()))


def _created(made: NewToken, request: Request, response: Response) -> CreatedToken:
    response.headers["location"] = f"{paths.TOKENS}/{made.record.id}"
    response.headers["cache-control"] = "no-store"
    return CreatedToken(token=made.text, **_fields(made.record, request.app.state.clock()))


def _fields(record: TokenRecord, now: datetime) -> dict[str, Any]:
    return {
        "id": record.id,
        "name": record.name,
        "status": record.status(now),
        "scopes": sorted(record.scopes),
        "policies": list(record.policies),
        "created_at": record.created_at,
        "expires_at": record.expires_at,
        "revoked_at": record.revoked_at,
        "in_path": record.in_path,
    }
