"""The exceptions of the client.

    ClientError
    ├── InvalidAddress                  a URL or a path is not that of a server
    ├── MalformedToken                  a token is none that could be sent
    ├── TransportError                  there is no response
    │   ├── ConnectionFailed
    │   └── TimedOut
    ├── UnreadableResponse              there is one, but not one of this API
    └── APIError                        the server's envelope: code, type, detail, errors
        ├── InvalidRequest              400  invalid_error
        ├── AuthenticationFailed        401  authentication_error
        │   ├── InvalidToken            401  token_error
        │   ├── ExpiredToken            401  expired_token_error
        │   └── ExpiredSignature        401  expired_signature_error
        ├── Forbidden                   403  forbidden_error
        ├── NotFound                    404  not_found_error
        ├── AlreadyExists               409  already_exists_error
        ├── WriteConflict               409  conflict_error
        ├── InvalidParameters           422  validation_error
        ├── UpgradeRequired             426  upgrade_required_error
        ├── UsageLimitExceeded          429  usage_limit_exceeded_error
        ├── ServerError                 500  server_error
        │   ├── ConfigurationError      500  configuration_error
        │   └── StorageError            500  database_error
        └── UpstreamFailed              502  bad_gateway_error
            └── UpstreamStalled         504  gateway_timeout_error

The classes of ``APIError`` have the names of the server's own. A ``type`` that this version does not know is an
``APIError``, whose ``type`` says it. No message holds the token.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from email.utils import parsedate_to_datetime
from typing import ClassVar

from msgspec import Struct


class ParameterFault(Struct, frozen=True):
    """An invalid parameter of a request: its location, a message, and a machine-readable type."""

    loc: tuple[str | int, ...]
    msg: str
    type: str


class ClientError(Exception):
    """The base of all exceptions of the client."""


class InvalidAddress(ClientError, ValueError):
    """A URL does not begin with http:// or https://, or has a password in it; or a path does not begin with a slash."""


class MalformedToken(ClientError, ValueError):
    """A token has characters that no header can hold. It is in no message."""


class TransportError(ClientError):
    """No response: it is not known whether the server has seen the request, unless ``is_unsent``."""

    def __init__(self, message: str, *, is_unsent: bool = False) -> None:
        super().__init__(message)
        self.is_unsent = is_unsent
        """Whether the request has certainly not reached the server."""


class ConnectionFailed(TransportError):
    """The server cannot be reached, or the connection broke."""


class TimedOut(TransportError):
    """The server did not respond in time."""


class UnreadableResponse(ClientError):
    """A response is not one of this API: not JSON, or not of the shape that the operation answers with."""


class APIError(ClientError):
    """An error response, with its envelope: ``code``, ``type``, ``detail`` and ``errors``."""

    known_type: ClassVar[str] = ""
    """The ``type`` in the envelope that the class stands for."""

    def __init__(
        self,
        detail: str,
        *,
        code: int,
        type: str = "",  # noqa: A002 -- the envelope's own word
        errors: tuple[ParameterFault, ...] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        """What was wrong and what would be right, for the person who has to act on it."""
        self.code = code
        """The HTTP status."""
        self.type = type or self.known_type
        """The stable, machine-readable type of the error."""
        self.errors = errors
        """The invalid parameters, where there are some."""
        self.headers = {} if headers is None else headers
        """The headers of the response, by their names in lower case."""

    @property
    def request_id(self) -> str | None:
        """The id under which the server's log has the request."""
        return self.headers.get("x-request-id")

    @property
    def retry_after_s(self) -> float | None:
        """The seconds that the server asks to wait before the next request; None where it says nothing."""
        text = self.headers.get("retry-after", "")
        if text.isdecimal():
            return float(text)
        try:
            then, now = (parsedate_to_datetime(it) for it in (text, self.headers.get("date", "")))
            return max(0.0, (then - now).total_seconds())
        except (TypeError, ValueError):  # no date, or of two only one with a zone
            return None


class InvalidRequest(APIError):
    """A request contradicts itself, or names something that does not exist in the API."""

    known_type = "invalid_error"


class AuthenticationFailed(APIError):
    """A request lacks a credential where one is needed, or its credential is refused (subclasses)."""

    known_type = "authentication_error"


class InvalidToken(AuthenticationFailed):
    """The token is malformed, unknown or revoked."""

    known_type = "token_error"


class ExpiredToken(AuthenticationFailed):
    """The token has expired."""

    known_type = "expired_token_error"


class ExpiredSignature(AuthenticationFailed):
    """The JWT has expired."""

    known_type = "expired_signature_error"


class Forbidden(APIError):
    """The token is valid, but lacks the permission that is needed; or a policy hides the model."""

    known_type = "forbidden_error"


class NotFound(APIError):
    """A requested resource does not exist."""

    known_type = "not_found_error"


class AlreadyExists(APIError):
    """A resource with that name exists already."""

    known_type = "already_exists_error"


class WriteConflict(APIError):
    """A resource has changed since it was read, or is being changed by another request."""

    known_type = "conflict_error"


class InvalidParameters(APIError):
    """Parameters do not parse or are out of bounds; ``errors`` lists them."""

    known_type = "validation_error"


class UpgradeRequired(APIError):
    """The server asks for a newer version of this client."""

    known_type = "upgrade_required_error"


class UsageLimitExceeded(APIError):
    """A limit on requests is exceeded."""

    known_type = "usage_limit_exceeded_error"


class ServerError(APIError):
    """The server failed, for a reason that its log has."""

    known_type = "server_error"


class ConfigurationError(ServerError):
    """A setting of the server is invalid."""

    known_type = "configuration_error"


class StorageError(ServerError):
    """The server's database cannot be read or written."""

    known_type = "database_error"


class UpstreamFailed(APIError):
    """A source of the server, or a gateway in front of it, has got no usable response."""

    known_type = "bad_gateway_error"


class UpstreamStalled(UpstreamFailed):
    """A source of the server, or the server behind a gateway, did not respond in time."""

    known_type = "gateway_timeout_error"


STATUSES: Mapping[int, type[APIError]] = {
    400: InvalidRequest,
    401: AuthenticationFailed,
    403: Forbidden,
    404: NotFound,
    409: WriteConflict,
    422: InvalidParameters,
    426: UpgradeRequired,
    429: UsageLimitExceeded,
    500: ServerError,
    502: UpstreamFailed,
    504: UpstreamStalled,
}
"""The classes of responses without an envelope, such as those of a proxy."""


def _classes(parent: type[APIError]) -> Iterator[type[APIError]]:
    yield parent
    for child in parent.__subclasses__():
        yield from _classes(child)


TYPES: Mapping[str, type[APIError]] = {it.known_type: it for it in _classes(APIError) if it.known_type}
"""The class for each ``type`` of an envelope."""
