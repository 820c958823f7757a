"""Reads the documents of overlays and policies: TOML or JSON text to values, with every fault and its place."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from pydantic import ValidationError

from llmanac.errors import InvalidParameters, ParameterFault
from llmanac.rules.overlay import Overlay
from llmanac.rules.policy import Policy

MOST_SHOWN = 20
"""Maximum number of faults that a message names; ``faults`` has all of them."""
MOST_CHARACTERS = 16 << 20
"""Maximum length of a document's text."""
CLEARER: Mapping[str, str] = {
    "extra_forbidden": "There is no such key here",
    "missing": "This is needed",
}
"""Messages in place of those of the validating library, by the type of the fault."""

Document = TypeVar("Document", Overlay, Policy)


def read_overlays(text: str, *, origin: str) -> tuple[Overlay, ...]:
    """The overlays of a text: TOML with ``[[overlays]]``, or the same as JSON.

    ``origin`` names the text in messages. Raises InvalidParameters with every fault.
    """
    return _read_all(text, "overlays", Overlay, origin=origin)


def read_policies(text: str, *, origin: str) -> tuple[Policy, ...]:
    """The policies of a text: TOML with ``[[policies]]``, or the same as JSON. Raises as ``read_overlays`` does.

    One that quarantines new arrivals has to say since when: nobody else knows when a text was first in force.
    """
    policies = _read_all(text, "policies", Policy, origin=origin)
    for place, policy in enumerate(policies):
        if policy.new_arrivals == "quarantine" and policy.since is None:
            message = "Input should be the time from which on offers count as new arrivals"
            fault = ParameterFault(("policies", place, "since"), message, "missing")
            raise InvalidParameters(f"{origin}: policy {policy.name!r}, since: {message}.", faults=(fault,))
    return policies


def read_overlay(document: Mapping[str, Any]) -> Overlay:
    """An overlay of its parsed document. Raises InvalidParameters with every fault."""
    return _checked(document, Overlay.model_validate)


def read_policy(document: Mapping[str, Any]) -> Policy:
    """A policy of its parsed document. Raises InvalidParameters with every fault."""
    return _checked(document, Policy.model_validate)


def as_written(document: Overlay | Policy) -> dict[str, Any]:
    """A document as parsed JSON, without what was left out of it."""
    return document.model_dump(mode="json", exclude_unset=True)


def write_document(document: Overlay | Policy) -> str:
    """A document as JSON, without what was left out of it; equal documents are written alike."""
    return json.dumps(as_written(document), ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def write_documents(documents: Iterable[Overlay | Policy], *, key: str) -> str:
    """Documents of one kind as JSON, which is read back by ``key``: ``overlays`` or ``policies``."""
    return f'{{"{key}":[{",".join(map(write_document, documents))}]}}'


def _read_all(text: str, key: str, kind: type[Document], *, origin: str) -> tuple[Document, ...]:
    content = _parse(text, origin)
    unknown = content.keys() - {key, "$schema"}
    listed = content.get(key, [])
    if unknown or not isinstance(listed, list):
        what = f"{', '.join(map(repr, sorted(unknown)))} is not known" if unknown else f"{key} is not a list"
        raise InvalidParameters(f"{origin}: {what}; the text holds a list [[{key}]], and nothing else.")
    read: dict[str, Document] = {}
    faults: list[ParameterFault] = []
    messages: list[str] = []
    for place, document in enumerate(listed):
        try:
            made = kind.model_validate(document)
        except ValidationError as error:
            found = list(_faults(error, prefix=(key, place)))
            faults += found
            messages += [f"{_where(fault.loc, listed)}: {fault.msg}" for fault in found]
            continue
        if made.name in read:
            fault = ParameterFault((key, place, "name"), f"{made.name!r} is declared twice", "value_error")
            faults.append(fault)
            messages.append(fault.msg)
        read[made.name] = made
    if faults:
        raise InvalidParameters(f"{origin}: {_joined(messages)}", faults=tuple(faults))
    return tuple(read.values())


def _checked(document: Mapping[str, Any], validate: Callable[[Mapping[str, Any]], Document]) -> Document:
    try:
        return validate(document)
    except ValidationError as error:
        faults = tuple(_faults(error))
        raise InvalidParameters(
            _joined([f"{_where(it.loc, [document])}: {it.msg}" for it in faults]), faults=faults
        ) from None


def _parse(text: str, origin: str) -> dict[str, Any]:
    if len(text) > MOST_CHARACTERS:
        raise InvalidParameters(f"{origin} has {len(text)} characters; {MOST_CHARACTERS} are read at most.")
    is_json = text.lstrip()[:1] == "{"
    try:
        content = json.loads(text) if is_json else tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # what both parsers raise for texts in another language
        place = f": {error}" if isinstance(error, ValueError) else ": it is nested too deeply"
        raise InvalidParameters(f"{origin} is not {'JSON' if is_json else 'TOML'}{place}.") from None
    return content if isinstance(content, dict) else {}


def _faults(error: ValidationError, *, prefix: tuple[str | int, ...] = ()) -> Iterator[ParameterFault]:
    """The faults of a document, each with its place in it and a message; those of alternatives are told once."""
    for it in error.errors(include_url=False, include_context=False):
        message = CLEARER.get(it["type"], it["msg"].removeprefix("Value error, "))
        yield ParameterFault((*prefix, *it["loc"]), message, it["type"])


def _where(loc: Sequence[str | int], listed: Sequence[Any]) -> str:
    """The place of a fault in words: ``overlay 'corp', rule 3, set.rates.input``."""
    parts = list(loc)
    words: list[str] = []
    document: Any = listed[0] if listed else None
    if len(parts) > 1 and isinstance(parts[1], int) and parts[0] in {"overlays", "policies"}:
        document = listed[parts[1]]
        name = document.get("name") if isinstance(document, dict) else None
        noun = "overlay" if parts[0] == "overlays" else "policy"
        words.append(f"{noun} {name!r}" if isinstance(name, str) else f"{noun} {parts[1] + 1}")
        parts = parts[2:]
    if len(parts) > 1 and parts[0] == "rules" and isinstance(parts[1], int):
        words.append(f"rule {parts[1] + 1}")
        parts = parts[2:]
    if parts:
        words.append(".".join(map(str, parts)))
    return ", ".join(words) or "the document"


def _joined(messages: Sequence[str]) -> str:
    more = len(messages) - MOST_SHOWN
    return "; ".join(messages[:MOST_SHOWN]) + (f"; and {more} more" if more > 0 else "") + "."
