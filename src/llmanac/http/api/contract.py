"""The contract's errors, for the OpenAPI document alone; ``dialects.inference`` encodes them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, Field

STATUSES = {
    400: "Invalid request",
    401: "Authentication failed",
    403: "Access forbidden",
    404: "Not found",
    409: "Already exists",
    422: "Validation error",
    426: "Upgrade required",
    429: "Rate limited",
    500: "Internal server error",
    502: "Bad gateway",
    504: "Gateway timeout",
}
"""The contract's error statuses, with their descriptions."""

ErrorType = Literal[
    "already_exists_error",
    "app_error",
    "authentication_error",
    "conflict_error",
    "aws_error",
    "configuration_error",
    "database_error",
    "dynamodb_error",
    "e2b_error",
    "e2b_rate_limit_error",
    "expired_signature_error",
    "expired_token_error",
    "forbidden_error",
    "group_error",
    "invalid_error",
    "invalid_flag_error",
    "invalid_username_error",
    "mail_error",
    "member_exists_error",
    "member_limit_exceeded_error",
    "migration_lock_timeout_error",
    "not_found_error",
    "oauth_config_error",
    "org_sandbox_capacity_exceeded_error",
    "bad_gateway_error",
    "gateway_timeout_error",
    "s3_error",
    "server_error",
    "task_error",
    "stripe_error",
    "token_error",
    "upgrade_required_error",
    "usage_limit_exceeded_error",
    "user_verification_error",
    "validation_error",
]


class ValidationErrorItem(BaseModel):
    """One thing wrong with a request."""

    loc: list[str | int] = Field(description="Where the validation error occurred")
    msg: str = Field(description="Human-readable validation message")
    type: str = Field(description="Machine-readable validation error type")


class APIErrorPayload(BaseModel):
    """Canonical API error envelope returned by the API."""

    code: Annotated[int, Field(description="HTTP status code", json_schema_extra={"enum": list(STATUSES)})]
    detail: str = Field(description="Human-readable error message")
    errors: list[ValidationErrorItem] | None = None
    type: ErrorType = Field(description="Stable machine-readable error type")


class OversizedPayload(APIErrorPayload):
    """The envelope of a 413, which is none of the contract's: only operations of our own take whole documents."""

    code: Annotated[int, Field(description="HTTP status code", json_schema_extra={"enum": [413]})]
