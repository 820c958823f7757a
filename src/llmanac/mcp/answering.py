"""Answers of tools: asked of the API, and made fit for an agent."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from llmanac.errors import InvalidParameters, LlmanacError
from llmanac.mcp.api import Api
from llmanac.mcp.brevity import Answer, fit, without_unknowns
from llmanac.mcp.tool import DEFAULT_TOKENS, FEWEST_TOKENS, MAX_TOKENS, MORE, MOST_TOKENS, Arguments, Paging, Tool
from llmanac.mcp.untrusted_text import made_visible
from llmanac_client.errors import APIError, ClientError

NOTE_TOKENS = 50
"""Tokens that are kept free for the way to the rest of a list."""


async def answer_with(tool: Tool, arguments: Arguments, api: Api) -> Answer:
    """The answer of a tool. Raises ClientError as the API does, and InvalidRequest and InvalidParameters."""
    tokens = read_tokens(arguments)
    asked = {name: it for name, it in arguments.items() if name != MAX_TOKENS and it is not None}
    whole = await api.run(tool.call(asked))
    answer = shorten(tool, whole, asked, tokens=tokens)
    if tool.paging is Paging.CURSOR and tool.items and 0 < len(answer[tool.items]) < len(whole[tool.items]):
        # A cursor leads to what follows a whole page, so the page has to be as long as what fits.
        asked["limit"] = len(answer[tool.items])
        answer = shorten(tool, await api.run(tool.call(asked)), asked, tokens=tokens)
    return answer


def read_tokens(arguments: Arguments) -> int:
    """The longest answer that the arguments ask for. Raises InvalidParameters."""
    tokens = arguments.get(MAX_TOKENS)
    if tokens is None:
        return DEFAULT_TOKENS
    if isinstance(tokens, bool) or not isinstance(tokens, int) or not FEWEST_TOKENS <= tokens <= MOST_TOKENS:
        raise InvalidParameters(f"{MAX_TOKENS} should be a whole number from {FEWEST_TOKENS} to {MOST_TOKENS}.")
    return tokens


def shorten(tool: Tool, answer: Answer, arguments: Arguments, *, tokens: int) -> Answer:
    """An answer of the API within so many tokens, with the way to the rest of its list."""
    clean: Answer = without_unknowns(made_visible(tool.arrange(answer)))
    if tool.items is not None:
        clean.setdefault(tool.items, [])
    fitted = fit(clean, tokens=tokens - NOTE_TOKENS, items=tool.items)
    more = tool.more({**answer, **fitted}, arguments)
    return {**fitted, MORE: dict(more)} if more else fitted


def envelope_of(error: LlmanacError | ClientError) -> Answer:
    """An error in the API's envelope: ``code``, ``detail``, ``type`` and ``errors``, as far as they are known."""
    envelope: dict[str, Any]
    match error:
        case APIError():
            faults = [{"loc": [*it.loc], "msg": it.msg, "type": it.type} for it in error.errors]
            envelope = {"code": error.code, "detail": error.detail, "type": error.type, "errors": faults}
            if error.code == HTTPStatus.TOO_MANY_REQUESTS:
                envelope["retry_after_s"] = error.retry_after_s
        case LlmanacError():
            envelope = {"code": error.code, "detail": error.detail, "type": error.type}
        case _:
            envelope = {"code": HTTPStatus.BAD_GATEWAY.value, "detail": str(error), "type": "bad_gateway_error"}
    return fit(without_unknowns(made_visible(envelope)), tokens=FEWEST_TOKENS)
