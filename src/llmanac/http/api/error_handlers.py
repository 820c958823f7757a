"""How the framework's errors, and ours that its routes raise, become problems; and how it documents them."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from llmanac.errors import InvalidParameters, LlmanacError, ParameterFault
from llmanac.http.api.contract import APIErrorPayload
from llmanac.http.problems import TYPE_OF_STATUS, Problem, problem

logger = logging.getLogger(__name__)

RESPONSES: dict[int | str, dict[str, Any]] = {
    code: {"model": APIErrorPayload, "description": description}
    for code, description in (
        (400, "Invalid request"),
        (401, "Authentication failed"),
        (403, "Access forbidden"),
        (404, "Not found"),
        (409, "Already exists"),
        (422, "Validation error"),
        (426, "Upgrade required"),
        (429, "Rate limited"),
        (500, "Internal server error"),
        (502, "Bad gateway"),
        (504, "Gateway timeout"),
    )
}
"""The contract's statuses, as FastAPI documents them."""

NOT_MODIFIED: dict[int | str, dict[str, Any]] = {
    304: {"description": "Not modified since the answer that If-None-Match names"}
}
"""What every GET about the catalog may answer beside them."""


def install(app: FastAPI) -> None:
    """Answer every kind of error of the application in the envelope."""
    app.exception_handler(LlmanacError)(_foreseen)
    app.exception_handler(RequestValidationError)(_invalid)
    app.exception_handler(HTTPException)(_status)


async def _foreseen(request: Request, error: LlmanacError) -> Response:
    if error.code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        logger.error("%s %s: %s", request.method, request.url.path, error.detail, exc_info=error)
    return problem(error)


async def _invalid(_: Request, error: RequestValidationError) -> Response:
    return problem(invalid_parameters(error.errors()))


def invalid_parameters(errors: Any) -> InvalidParameters:
    """Pydantic's findings as an error of ours, which names each parameter and what it would take."""
    faults = tuple(
        ParameterFault(tuple(item["loc"]), item["msg"].removeprefix("Value error, "), item["type"]) for item in errors
    )
    described = (
        f"{'.'.join(map(str, fault.loc[1:]))}: {fault.msg}, not {str(item['input'])[:80]!r}"
        for fault, item in zip(faults, errors, strict=True)
    )
    return InvalidParameters("; ".join(described) + ".", faults=faults)


async def _status(request: Request, error: HTTPException) -> Response:
    code = error.status_code
    detail = {
        404: f"There is nothing at {request.url.path}. /docs lists what there is.",
        405: f"{request.method} does not work on {request.url.path}.",
    }.get(code, error.detail)
    fallback = "server_error" if code >= HTTPStatus.INTERNAL_SERVER_ERROR else "invalid_error"
    return Problem(code, detail, TYPE_OF_STATUS.get(code, fallback), headers=error.headers)
