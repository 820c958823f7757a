"""Every way in which llmanac says no.

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

Each class has a stable ``type``, which programs may rely on, and the ``code`` it wears on HTTP.
``detail`` is written for the person who has to act on it: what was wrong, and what would be right.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class ParameterFault:
    """One thing wrong with a request: where, what, and a machine-readable kind."""

    loc: tuple[str | int, ...]
    msg: str
    type: str


class LlmanacError(Exception):
    """The root: something that llmanac refuses, with a detail that is safe to show to anyone."""

    code: ClassVar[int] = 500
    type: ClassVar[str] = "server_error"

    def __init__(self, detail: str, *, faults: tuple[ParameterFault, ...] = ()) -> None:
        super().__init__(detail)
        self.detail = detail
        self.faults = faults


class InvalidRequest(LlmanacError):
    """The request contradicts itself, or names something that does not exist in the API."""

    code = 400
    type = "invalid_error"


class AuthenticationFailed(LlmanacError):
    """No credential was given where one is needed."""

    code = 401
    type = "authentication_error"


class InvalidToken(AuthenticationFailed):
    """A token was given that is malformed, unknown or revoked."""

    type = "token_error"


class ExpiredToken(AuthenticationFailed):
    """A token was given whose time is over."""

    type = "expired_token_error"


class ExpiredSignature(AuthenticationFailed):
    """A JWT was given whose ``exp`` is over."""

    type = "expired_signature_error"


class Forbidden(LlmanacError):
    """The credential is good, but does not reach this far."""

    code = 403
    type = "forbidden_error"


class NotFound(LlmanacError):
    """What was asked for is not there."""

    code = 404
    type = "not_found_error"


class AlreadyExists(LlmanacError):
    """Something of that name is there already."""

    code = 409
    type = "already_exists_error"


class WriteConflict(LlmanacError):
    """What was to be changed is no longer as the caller saw it."""

    code = 409
    type = "conflict_error"


class InvalidParameters(LlmanacError):
    """Values that do not parse or are out of bounds; ``faults`` says which."""

    code = 422
    type = "validation_error"


class UpgradeRequired(LlmanacError):
    """The client is one of ours, and older than the operator still serves."""

    code = 426
    type = "upgrade_required_error"

    def __init__(self, detail: str, *, upgrade: str) -> None:
        """``upgrade`` is what to upgrade to, as ``name/version``."""
        super().__init__(detail)
        self.upgrade = upgrade


class UsageLimitExceeded(LlmanacError):
    """More was asked in a while than may be."""

    code = 429
    type = "usage_limit_exceeded_error"

    def __init__(self, detail: str, *, retry_after_s: float) -> None:
        super().__init__(detail)
        self.retry_after_s = retry_after_s


class ConfigurationError(LlmanacError):
    """The operator's settings cannot work as they are."""

    type = "configuration_error"


class InvalidSource(ConfigurationError):
    """A feed as a whole cannot be read: missing, not JSON, or not of the expected shape."""


class StorageError(LlmanacError):
    """The database cannot be read or written."""

    type = "database_error"


class DamagedFile(StorageError):
    """A file that the program wrote for itself is not what was written any more: nothing of it is used."""


class UpstreamFailed(LlmanacError):
    """A source that is fetched over the network gave nothing, or nothing usable."""

    code = 502
    type = "bad_gateway_error"

    def __init__(self, detail: str, *, retry_after_s: float | None = None) -> None:
        super().__init__(detail)
        self.retry_after_s = retry_after_s
        """How long the source asked to be left alone, where it did."""


class UpstreamStalled(UpstreamFailed):
    """A source did not deliver in time."""

    code = 504
    type = "gateway_timeout_error"
