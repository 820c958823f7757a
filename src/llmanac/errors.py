"""The exceptions of llmanac.

    LlmanacError
    ├── InvalidRequest          400  invalid_error
    ├── AuthenticationFailed    401  authentication_error
    │   ├── InvalidToken        401  token_error
    │   ├── ExpiredToken        401  expired_token_error
    │   └── ExpiredSignature    401  expired_signature_error
    ├── Forbidden               403  forbidden_error
    ├── NotFound                404  not_found_error
    ├── AlreadyExists           409  already_exists_error
    ├── WriteConflict           409  conflict_error
    ├── InvalidParameters       422  validation_error
    ├── UpgradeRequired         426  upgrade_required_error
    ├── UsageLimitExceeded      429  usage_limit_exceeded_error
    ├── ConfigurationError      500  configuration_error
    │   └── InvalidSource       500  configuration_error
    ├── StorageError            500  database_error
    │   └── DamagedFile         500  database_error
    └── UpstreamFailed          502  bad_gateway_error
        └── UpstreamStalled     504  gateway_timeout_error

Each class has a stable ``type``, which programs may rely on, and its HTTP status as ``code``.
``detail`` is written for the person who has to act on it: it says what was wrong and what would be right.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class ParameterFault:
    """An invalid parameter of a request: its location, a message, and a machine-readable type."""

    loc: tuple[str | int, ...]
    msg: str
    type: str


class LlmanacError(Exception):
    """The base of all exceptions of llmanac; its ``detail`` is safe to show to anyone."""

    code: ClassVar[int] = 500
    type: ClassVar[str] = "server_error"

    def __init__(self, detail: str, *, faults: tuple[ParameterFault, ...] = ()) -> None:
        super().__init__(detail)
        self.detail = detail
        self.faults = faults


class InvalidRequest(LlmanacError):
    """A request contradicts itself, or names something that does not exist in the API."""

    code = 400
    type = "invalid_error"


class AuthenticationFailed(LlmanacError):
    """A request lacks a credential where one is needed, or its credential is refused (subclasses)."""

    code = 401
    type = "authentication_error"


class InvalidToken(AuthenticationFailed):
    """A token is malformed, unknown or revoked."""

    type = "token_error"


class ExpiredToken(AuthenticationFailed):
    """A token has expired."""

    type = "expired_token_error"


class ExpiredSignature(AuthenticationFailed):
    """A JWT has expired: its ``exp`` is in the past."""

    type = "expired_signature_error"


class Forbidden(LlmanacError):
    """A credential is valid, but lacks the permission that is needed."""

    code = 403
    type = "forbidden_error"


class NotFound(LlmanacError):
    """A requested resource does not exist."""

    code = 404
    type = "not_found_error"


class AlreadyExists(LlmanacError):
    """A resource with that name exists already."""

    code = 409
    type = "already_exists_error"


class WriteConflict(LlmanacError):
    """A resource has changed since the caller read it, or is being changed by another request."""

    code = 409
    type = "conflict_error"


class InvalidParameters(LlmanacError):
    """Parameters do not parse or are out of bounds; ``faults`` lists them."""

    code = 422
    type = "validation_error"


class UpgradeRequired(LlmanacError):
    """A client of llmanac is older than ``minimum_client_version``."""

    code = 426
    type = "upgrade_required_error"

    def __init__(self, detail: str, *, upgrade: str) -> None:
        """``upgrade`` is the client to upgrade to, as ``name/version``."""
        super().__init__(detail)
        self.upgrade = upgrade


class UsageLimitExceeded(LlmanacError):
    """A client has exceeded its rate limit."""

    code = 429
    type = "usage_limit_exceeded_error"

    def __init__(self, detail: str, *, retry_after_s: float) -> None:
        super().__init__(detail)
        self.retry_after_s = retry_after_s


class ConfigurationError(LlmanacError):
    """A setting is invalid, or settings contradict each other."""

    type = "configuration_error"


class InvalidSource(ConfigurationError):
    """A feed cannot be read as a whole: it is missing, not JSON, or not of the expected shape."""


class StorageError(LlmanacError):
    """The database, or a file of the installation, cannot be read or written."""

    type = "database_error"


class DamagedFile(StorageError):
    """A file written by the program no longer matches its checksum; nothing of it is used."""


class UpstreamFailed(LlmanacError):
    """A source on the network returned nothing, or nothing usable."""

    code = 502
    type = "bad_gateway_error"

    def __init__(self, detail: str, *, retry_after_s: float | None = None) -> None:
        super().__init__(detail)
        self.retry_after_s = retry_after_s
        """Seconds that the source asked to wait before the next request, if it did."""


class UpstreamStalled(UpstreamFailed):
    """A source did not respond in time."""

    code = 504
    type = "gateway_timeout_error"
