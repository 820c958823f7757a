"""``If-Match`` and ``If-None-Match`` of writes: which version a resource has to have, or that there must be none."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import Header

from llmanac.errors import InvalidParameters, ParameterFault
from llmanac.service.rules.resources.resource import ABSENT

TAG = re.compile(r'"(\d{1,18})"')
MAX_LENGTH = 64


def expected_version(
    if_match: Annotated[
        str | None,
        Header(alias="If-Match", max_length=MAX_LENGTH, description="The ETag that it must have: 409 where it has not"),
    ] = None,
    if_none_match: Annotated[
        str | None,
        Header(alias="If-None-Match", max_length=MAX_LENGTH, description="`*`: 409 where there is one of the name"),
    ] = None,
) -> int | None:
    """A dependency: the version that a resource has to have; ABSENT where there must be none; None for whichever.

    Raises InvalidParameters for what is no ETag of a resource.
    """
    if if_none_match is not None:
        if if_none_match.strip() != "*":
            raise _invalid("If-None-Match", "*")
        return ABSENT
    if if_match is None or if_match.strip() == "*":
        return None
    tag = TAG.fullmatch(if_match.strip())
    if tag is None:
        raise _invalid("If-Match", 'the ETag of a response, such as "12"')
    return int(tag[1])


def tag_of(version: int) -> str:
    """The ETag of a version."""
    return f'"{version}"'


def _invalid(header: str, expected: str) -> InvalidParameters:
    message = f"Input should be {expected}"
    fault = ParameterFault(("header", header.lower()), message, "value_error")
    return InvalidParameters(f"{header}: {message}.", faults=(fault,))
