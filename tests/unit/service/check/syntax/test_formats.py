"""The format of a file."""

from __future__ import annotations

from pathlib import PurePath

import pytest

from llmanac.service.check.syntax.formats import format_of, format_of_script


@pytest.mark.parametrize(
    ("name", "format_"),
    [
        ("a.py", "Python"),
        ("a.YAML", "YAML"),
        (".aider.conf.yml", "YAML"),
        ("settings.jsonc", "JSON"),
        (".env.production", "assignments"),
        ("prod.env", "assignments"),
        ("a.ini", "assignments"),
        ("Dockerfile.dev", "commands"),
        ("api.Dockerfile", "commands"),
        ("GNUmakefile", "commands"),
        ("config.fish", "commands"),
        (".zshrc", "shell"),
        ("a.tsx", "JavaScript"),
        ("main.tf", "HCL"),
        ("a.ipynb", "notebook"),
        ("Jenkinsfile", "code"),
        ("a.md", None),
        ("a.png", None),
        ("LICENSE", None),
    ],
)
def test_a_files_name_determines_its_format(name: str, format_: str | None) -> None:
    found = format_of(PurePath(name))
    assert (found.name if found else None) == format_


@pytest.mark.parametrize(
    ("line", "format_"),
    [
        (b"#!/bin/sh\n", "shell"),
        (b"#!/usr/bin/env -S python3.12 -u\n", "Python"),
        (b"#!/usr/bin/fish\n", "commands"),
        (b"#!/usr/bin/env node\n", "JavaScript"),
        (b"#!/usr/bin/awk\n", None),
        (b"MODEL=x\n", None),
    ],
)
def test_a_script_without_a_suffix_names_its_interpreter(line: bytes, format_: str | None) -> None:
    found = format_of_script(line)
    assert (found.name if found else None) == format_
