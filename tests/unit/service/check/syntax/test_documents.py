"""Strings of JSON and of notebooks."""

from __future__ import annotations

import json

from llmanac.service.check.syntax.documents import JsonReader, NotebookReader


def test_json_is_read_with_comments_and_commas_at_the_end() -> None:
    data = b'{\n  // a\n  "provider": "x",\n  "m": ["WORD",],\n}\n'
    place = data.index(b"WORD")
    found = JsonReader(data).scalar_at(place, place + 4)
    assert found is not None
    assert (found.start, found.end, found.keys) == (place, place + 4, ("m",))
    assert found.neighbours[0]["provider"] == "x"
    assert JsonReader(data).scalar_at(data.index(b"a\n"), data.index(b"a\n") + 1) is None


def test_the_code_of_a_cell_is_read_at_its_place_in_the_file() -> None:
    lines = ["é = 1\n", 'f(model="WORD", x="\\n")\n', "!llm -m SHELL\n"]
    notebook = {"cells": [{"cell_type": "markdown", "source": ["NOTE"]}, {"cell_type": "code", "source": lines}]}
    data = json.dumps(notebook).encode()
    reader = NotebookReader(data)
    place = data.index(b"WORD")
    found = reader.scalar_at(place, place + 4)
    assert found is not None
    assert (found.start, found.end, found.keys, found.calls) == (place, place + 4, ("model",), ("f",))
    shell = reader.scalar_at(data.index(b"SHELL"), data.index(b"SHELL") + 5)
    assert shell is not None
    assert shell.is_prose
    assert reader.scalar_at(data.index(b"NOTE"), data.index(b"NOTE") + 4) is None


def test_a_notebook_that_is_no_json_is_broken() -> None:
    assert NotebookReader(b'{"cells": [').is_broken_at(0)
