"""A string's keys, neighbours and calls, by its place in a syntax tree."""

from __future__ import annotations

import pytest

from llmanac.service.check.syntax.grammars import BASH, HCL, PYTHON, TOML, TSX, TYPESCRIPT, YAML
from llmanac.service.check.syntax.scalar import Scalar
from llmanac.service.check.syntax.tree import Grammar, TreeReader


def at(grammar: Grammar, text: str, word: str = "WORD") -> Scalar | None:
    data = text.encode()
    return TreeReader(grammar, data).scalar_at(data.index(word.encode()), data.index(word.encode()) + len(word))


@pytest.mark.parametrize(
    ("grammar", "text", "keys"),
    [
        (YAML, "a: {b: [x, 'WORD']}\n", ("b", "a")),
        (YAML, "args:\n  - --model\n  - WORD\n", ("--model", "args")),
        (TOML, "[a.b]\nc = 'WORD'\n", ("c", "a.b")),
        (HCL, 'variable "model" {\n  default = "WORD"\n}\n', ("default", "model", "variable")),
        (BASH, "A=${B:-WORD}\n", ("A",)),
        (BASH, "run --model WORD\n", ("--model",)),
        (PYTHON, "x = f(a='WORD')\n", ("a", "x")),
        (PYTHON, "x = get('MODEL', 'WORD')\n", ("MODEL", "x")),
        (PYTHON, "def f(m: str = 'WORD'): ...\n", ("m",)),
        (PYTHON, "m or 'WORD'\n", ("m",)),
        (TYPESCRIPT, "const x: A = {b: 'WORD'}\n", ("b", "x")),
        (TYPESCRIPT, "process.env.M ?? `WORD`\n", ("process.env.M",)),
        (TSX, 'const x = <A model="WORD" />\n', ("model", "x")),
    ],
)
def test_the_names_that_a_string_is_a_value_of(grammar: Grammar, text: str, keys: tuple[str, ...]) -> None:
    found = at(grammar, text)
    assert found is not None
    assert found.keys == keys
    assert not found.is_key


@pytest.mark.parametrize(
    ("grammar", "text"),
    [
        (YAML, "a: 1 # WORD\n"),
        (YAML, "a: &WORD 1\n"),
        (TOML, "a = 1 # WORD\n"),
        (BASH, "a=1 # WORD\n"),
        (PYTHON, "WORD = 1 # x\n"),
        (PYTHON, "'''MODEL=WORD'''\n"),
        (TYPESCRIPT, "/* WORD */ x\n"),
        (TYPESCRIPT, "import x from 'WORD'\n"),
    ],
)
def test_comments_documentation_names_in_code_and_imports_are_no_strings(grammar: Grammar, text: str) -> None:
    assert at(grammar, text) is None


def test_neighbours_are_those_of_each_mapping_around() -> None:
    found = at(YAML, "host: groq\nlist:\n- {provider: xai, models: [WORD]}\n")
    assert found is not None
    assert [dict(it) for it in found.neighbours] == [
        {"provider": "xai", "models": "[WORD]"},
        {"host": "groq", "list": "{provider: xai, models: [WORD]}"},
    ]
    assert found.assigned == {}


def test_what_a_shell_assigns_is_apart() -> None:
    found = at(BASH, "A=x\nexport B='y'\nM=WORD\n")
    assert found is not None
    assert found.assigned == {"A": "x", "B": "y", "M": "WORD"}


def test_calls_from_the_inside_out() -> None:
    found = at(PYTHON, "a.b(c(m='WORD'))\n")
    assert found is not None
    assert found.calls == ("c", "a.b")
    searched = at(PYTHON, "'WORD' not in x\n")
    assert searched is not None
    assert searched.calls == ("contains",)


def test_a_key_is_marked() -> None:
    key = at(PYTHON, "{'WORD': 1}\n")
    assert key is not None
    assert key.is_key


def test_what_cannot_be_parsed_is_broken_there_alone() -> None:
    reader = TreeReader(PYTHON, b"a = 1\nb = 'x\nc = (]\n")
    assert not reader.is_broken_at(0)
    assert reader.is_broken_at(16)
