"""Writes ``src/llmanac_client/schemas/`` from the server's OpenAPI document: ``make client-schemas``.

Each schema of the document becomes a frozen struct, in the module of the operations that use it (by their tag) or,
where several do, in ``shared.py``. Enumerations become strings: a newer server may answer with values that this list
does not have. Text, formatted by ruff; a test compares it with the files.
"""

from __future__ import annotations

import subprocess
import sys
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

from llmanac import paths, settings, standalone
from llmanac.auth.verifier import OpenVerifier
from llmanac.http.app import create_app
from llmanac.http.services import Services
from llmanac.service.editions.reader import Reader

Schema = Mapping[str, Any]

FOLDER = Path(__file__).parent / "src" / "llmanac_client" / "schemas"
SHARED = "shared"
NAMES = {"Count_bool_": "BooleanCount", "Count_float_": "NumberCount", "Count_str_": "StringCount"}
"""Better names than those that pydantic makes up for generic models."""
LEFT_OUT = {"APIErrorPayload", "OversizedPayload", "ValidationErrorItem"}
"""The envelope of errors, which ``errors.py`` turns into exceptions."""
MONEY = {"CatalogCost", "FigureClaim", "SourceFigure"}
"""Schemas whose numbers are prices, and so exact decimals."""
FILTERS = f"{paths.INFERENCE}/catalog/facets"
"""The operation whose parameters are the filters of the catalog, and these:"""
NO_FILTERS = {"query", "as_of"}
SUBJECTS = {
    "catalog": "Models, prices, hosts, verdicts and estimates.",
    "operations": "The state of the server, and its audit log.",
    SHARED: "What several kinds of operations answer with.",
}
"""The docstrings of modules, where the tag of their operations says too little."""
WIDTH = 116
IMPORTS = """\
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeAlias, TypedDict

from msgspec import Struct, field
"""
"""All that a file may need; ruff leaves what it does."""
SIMPLE = {"integer": "int", "boolean": "bool", "null": "None"}
DECIMAL = r"\d+(\.\d+)"
"""In the pattern of a string that holds a number."""
FORMATS = {"date": "date", "date-time": "datetime"}


@dataclass(frozen=True)
class Document:
    """An OpenAPI document, read for its schemas."""

    openapi: Mapping[str, Any]

    @cached_property
    def schemas(self) -> dict[str, Schema]:
        """The schemas to be written, by their names in the document."""
        return {name: it for name, it in self.openapi["components"]["schemas"].items() if name not in LEFT_OUT}

    @cached_property
    def modules(self) -> dict[str, list[str]]:
        """The names of schemas by the module that they go into; what a schema refers to comes before it."""
        homes: dict[str, set[str]] = {name: set() for name in self.schemas}
        for operation in self._operations():
            for name in self._reached(operation):
                homes[name] |= set(operation["tags"])
        order = TopologicalSorter({name: sorted(referred(it)) for name, it in sorted(self.schemas.items())})
        modules: dict[str, list[str]] = {}
        for name in order.static_order():
            if homes.get(name):
                home = homes[name]
                modules.setdefault(min(home) if len(home) == 1 else SHARED, []).append(name)
        return modules

    @cached_property
    def requests(self) -> set[str]:
        """The names of the schemas that are sent."""
        return {name for it in self._operations() for name in self._reached(it.get("requestBody", {}))}

    def filters(self) -> list[Schema]:
        """The parameters that narrow the catalog."""
        parameters: list[Schema] = self.openapi["paths"][FILTERS]["get"]["parameters"]
        return [it for it in parameters if it["name"] not in NO_FILTERS]

    def _operations(self) -> Iterator[Any]:
        for operations in self.openapi["paths"].values():
            yield from operations.values()

    def _reached(self, part: object) -> set[str]:
        """The schemas that a part of the document refers to, directly or not."""
        found: set[str] = set()
        ahead = referred(part) - LEFT_OUT
        while ahead:
            found |= ahead
            ahead = {name for it in ahead for name in referred(self.schemas[it])} - found
        return found


def referred(part: object) -> set[str]:
    """The schemas that a part of the document refers to directly."""
    if isinstance(part, Mapping):
        reference = part.get("$ref")
        own = {reference.rpartition("/")[2]} if isinstance(reference, str) else set()
        return own.union(*map(referred, part.values()))
    return set().union(*map(referred, part)) if isinstance(part, list) else set()


@dataclass(frozen=True)
class Annotation:
    """Writes the types of one schema's fields."""

    number: str
    """The type of a number with a fraction."""
    sequence: str
    """The type of an array; ``{}`` stands for its items'."""

    def of(self, schema: Schema) -> str:
        """The Python type of what a schema describes."""
        if "$ref" in schema:
            return name_of(schema["$ref"].rpartition("/")[2])
        if "anyOf" in schema:
            return self._union([self.of(it) for it in schema["anyOf"]])
        match schema.get("type"):
            case "array":
                text = self.sequence.format(self.of(schema.get("items", {})))
            case "object":
                values = schema.get("additionalProperties")
                text = f"Mapping[str, {self.of(values) if isinstance(values, Mapping) else 'Any'}]"
            case "number":
                text = self.number
            case "string":
                is_decimal = DECIMAL in schema.get("pattern", "")
                text = "Decimal" if is_decimal else FORMATS.get(schema.get("format", ""), "str")
            case kind:
                text = SIMPLE.get(str(kind), "Any")
        return text

    def _union(self, kinds: list[str]) -> str:
        if {"float", "str"} <= set(kinds) and len(set(kinds) - {"None"}) == 2:  # noqa: PLR2004 -- a number, or its digits
            kinds = ["Decimal", *(it for it in kinds if it == "None")]
        return " | ".join(dict.fromkeys(kinds))


def name_of(name: str) -> str:
    """The name of the class for a schema."""
    return NAMES.get(name, name)


def files(openapi: Mapping[str, Any]) -> dict[str, str]:
    """The text of each file in ``FOLDER``, formatted."""
    document = Document(openapi)
    written = {f"{module}.py": _module(document, module) for module in document.modules}
    written["filters.py"] = _filters(document)
    written["__init__.py"] = _package(document)
    return {name: _formatted(text) for name, text in written.items()}


def _package(document: Document) -> str:
    exported = {"filters": ["CatalogFilters"]}
    exported |= {module: [name_of(it) for it in names] for module, names in document.modules.items()}
    imports = [_import(module, names) for module, names in exported.items()]
    every = sorted(name for names in exported.values() for name in names)
    docstring = "The values that a server takes and answers with, a class for each schema of its OpenAPI document."
    return _file(docstring, f"__all__ = {every!r}", imports)


def _module(document: Document, module: str) -> str:
    names = document.modules[module]
    shared = [] if module == SHARED else [_import(SHARED, [name_of(it) for it in document.modules.get(SHARED, ())])]
    return _file(
        SUBJECTS.get(module, f"{module.capitalize()}."), "\n\n\n".join(_class(it, document) for it in names), shared
    )


def _filters(document: Document) -> str:
    annotation = Annotation(number="float", sequence="Sequence[{}]")
    fields = [_field(it["name"], annotation.of(it["schema"]), it.get("description", "")) for it in document.filters()]
    head = (
        'class CatalogFilters(TypedDict, total=False):\n    """The filters of a search; None is as good as none."""\n'
    )
    return _file("The filters of the catalog, as keyword arguments.", "\n".join([head, *fields]), [])


def _file(docstring: str, body: str, imports: list[str]) -> str:
    head = f'"""{docstring}"""\n\n# Written by `make client-schemas`.\n\nfrom __future__ import annotations\n'
    return "\n".join([head, IMPORTS, *imports, "", "", body, ""])


def _import(module: str, names: list[str]) -> str:
    return f"from llmanac_client.schemas.{module} import {', '.join(names)}"


def _class(name: str, document: Document) -> str:
    schema = document.schemas[name]
    if "enum" in schema:
        values = ", ".join(f"`{it}`" for it in schema["enum"])
        return f"{name_of(name)}: TypeAlias = str\n" + _docstring(f"{schema['description']} Known are {values}.", "")
    is_sent = name in document.requests
    annotation = Annotation(
        number="Decimal" if name in MONEY else "float", sequence="Sequence[{}]" if is_sent else "tuple[{}, ...]"
    )
    required = set(schema.get("required", ()))
    fields = []
    for field, it in schema["properties"].items():
        text = annotation.of(it)
        default = "" if field in required else _default(it, text)
        fields.append(_field(field, text + default, it.get("description", "")))
    options = ", omit_defaults=True" if is_sent else ""
    head = f"class {name_of(name)}(Struct, frozen=True, kw_only=True{options}):"
    description = schema.get("description", "Filters of the catalog; all must pass.")
    return "\n".join([head, _docstring(description, "    "), "", *fields])


def _default(schema: Schema, text: str) -> str:
    default = schema.get("default")
    if text.endswith("| None"):
        return f" = {default!r}"
    if text.startswith(("tuple", "Sequence")):
        return f" = {tuple(default or ())!r}"
    if text.startswith("Mapping"):
        return " = field(default_factory=dict)"
    if "$ref" in schema and isinstance(default, dict):
        return f" = {text}()"
    if text == "Decimal":
        return f' = Decimal("{default}")'
    return f" = {default!r}"


def _field(name: str, text: str, description: str) -> str:
    return f"    {name}: {text}" + (f"\n{_docstring(description, '    ')}" if description else "")


def _docstring(text: str, indent: str) -> str:
    """A docstring of whole sentences within the width of a line."""
    words = " ".join(text.replace("``", "`").replace("\\", "").split())
    sentence = words[0].upper() + words[1:] + ("" if words.endswith((".", "`")) else ".")
    lines = textwrap.wrap(sentence, WIDTH - len(indent), break_long_words=False)
    body = f"\n{indent}".join(lines)
    return f'{indent}"""{body}\n{indent}"""' if len(lines) > 1 else f'{indent}"""{body}"""'


def _formatted(text: str) -> str:
    ruff = [sys.executable, "-m", "ruff"]
    for command in (["check", "--select", "I,F401,FURB157", "--fix", "--quiet"], ["format", "--quiet"]):
        done = subprocess.run(
            [*ruff, *command, "--stdin-filename", str(FOLDER / "schemas.py"), "-"],
            input=text,
            capture_output=True,
            text=True,
            check=True,
        )
        text = done.stdout
    return text


def served_document() -> Mapping[str, Any]:
    """The OpenAPI document of a server on the catalog in the package."""
    reader = Reader(standalone.open_edition(settings.load()))
    with TestClient(create_app(Services(reader=reader, authenticator=OpenVerifier()))) as client:
        document: Mapping[str, Any] = client.get(paths.OPENAPI).json()
        return document


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for file, text in files(served_document()).items():
        (FOLDER / file).write_text(text, encoding="utf-8")
