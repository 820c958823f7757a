"""Exception handlers of the framework, and the error responses that it documents."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from llmanac.errors import InvalidParameters, LlmanacError, ParameterFault
from llmanac.http.api.contract import STATUSES, APIErrorPayload, OversizedPayload
from llmanac.http.problems import Problem, internal_error, problem, type_of

logger = logging.getLogger(__name__)

_MODEL = {"model": APIErrorPayload}
_REFERENCE = {"content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{APIErrorPayload.__name__}"}}}}

RESPONSES: dict[int | str, dict[str, Any]] = {
    # FastAPI builds a model anew for each status of each route: the first status has it, the others refer to it.
    code: {"description": description, **(_MODEL if code == min(STATUSES) else _REFERENCE)}
    for code, description in STATUSES.items()
}
"""The contract's error statuses, for FastAPI's ``responses``."""

OVERSIZED: dict[int | str, dict[str, Any]] = {
    413: {"model": OversizedPayload, "description": "The body is larger than a request may be"}
}
"""The 413 of operations that take whole documents, for FastAPI's ``responses``; the wire answers with it."""

NOT_MODIFIED: dict[int | str, dict[str, Any]] = {
    304: {"description": "Not modified since the response that If-None-Match names"}
}
"""The 304 of every GET about the catalog, for FastAPI's ``responses``."""


def install(app: FastAPI) -> None:
    """Register handlers that respond to every kind of exception in the envelope."""
    app.exception_handler(LlmanacError)(_llmanac_error)
    app.exception_handler(RequestValidationError)(_validation_error)
    app.exception_handler(HTTPException)(_http_exception)
    # Without it Starlette answers in plain text before ErrorBoundary, which logs the exception, can answer.
    app.exception_handler(Exception)(_unexpected)


async def _unexpected(_request: Request, _error: Exception) -> Response:
    return internal_error()


async def _llmanac_error(request: Request, error: LlmanacError) -> Response:
    if error.code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        logger.error("%s %s: %s", request.method, request.url.path, error.detail, exc_info=error)
    return problem(error)


async def _validation_error(_: Request, error: RequestValidationError) -> Response:
    return problem(invalid_parameters(error.errors()))


def invalid_parameters(errors: Any) -> InvalidParameters:
    """Pydantic's errors as InvalidParameters, whose detail names each parameter and the values that it takes."""
    faults = tuple(
        ParameterFault(tuple(item["loc"]), item["msg"].removeprefix("Value error, "), item["type"]) for item in errors
    )
    described = (
        f"{'.'.join(map(str, fault.loc[1:]))}: {fault.msg}, not {str(item['input'])[:80]!r}"
        for fault, item in zip(faults, errors, strict=True)
    )
    return InvalidParameters("; ".join(described) + ".", faults=faults)


async def _http_exception(request: Request, error: HTTPException) -> Response:
    code = error.status_code
    detail = {
        404: f"There is nothing at {request.url.path}. /docs lists what there is.",
        405: f"{request.method} does not work on {request.url.path}.",
    }.get(code, error.detail)
    return Problem(code, detail, type_of(code), headers=_with_head(error.headers))


def _with_head(headers: Mapping[str, str] | None) -> Mapping[str, str] | None:
    """The headers, in which ``Allow`` names HEAD beside GET, since that is handled alike."""
    methods = (headers or {}).get("Allow", "").split(", ")
    if headers is None or "GET" not in methods or "HEAD" in methods:
        return headers
    return {**headers, "Allow": ", ".join((*methods, "HEAD"))}
