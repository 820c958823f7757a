"""Tokens: who may do what, and for how long."""

from __future__ import annotations

from llmanac_client import schemas
from llmanac_client.call import Call
from llmanac_client.json_format import Decoded
from llmanac_client.operation import AnyConnection_co, Resource, operation
from llmanac_client.resources.described import create, get

TOKENS = "/api/v1/tokens"


class TokenOperations(Resource[AnyConnection_co]):
    """The tokens of the server."""

    @operation
    def list(self, *, status: schemas.TokenStatus | None = None) -> Call[schemas.TokenList]:
        """List tokens, without their texts."""
        return get(TOKENS, schemas.TokenList, query={"status": status})

    @operation
    def show(self, token_id: str) -> Call[schemas.Token]:
        """One token, without its text."""
        return get(f"{TOKENS}/{{token_id}}", schemas.Token, names={"token_id": token_id})

    @operation
    def create(
        self, request: schemas.TokenRequest, *, idempotency_key: str | None = None
    ) -> Call[schemas.CreatedToken]:
        """Create a token that reaches no further than one's own; its text is in this answer alone."""
        return create(TOKENS, schemas.CreatedToken, request, key=idempotency_key)

    @operation
    def rotate(
        self, token_id: str, request: schemas.RotationRequest | None = None, *, idempotency_key: str | None = None
    ) -> Call[schemas.CreatedToken]:
        """Replace a token by a new one of the same name."""
        return create(
            f"{TOKENS}/{{token_id}}/rotate",
            schemas.CreatedToken,
            request or schemas.RotationRequest(),
            key=idempotency_key,
            names={"token_id": token_id},
        )

    @operation
    def revoke(self, token_id: str) -> Call[schemas.Token]:
        """Revoke a token, for good."""
        return Call(
            "DELETE",
            f"{TOKENS}/{{token_id}}",
            Decoded(schemas.Token),
            names={"token_id": token_id},
            is_repeatable=True,
        )
