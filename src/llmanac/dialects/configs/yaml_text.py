"""Writes YAML that parsers of YAML 1.1 and 1.2 read alike."""

from __future__ import annotations

import re
from typing import Any

import yaml

PLAIN = re.compile(r"[A-Za-z][\w ./:-]*", re.ASCII)
"""Texts that need no quotes by themselves; 1.2 takes some others for numbers that 1.1 does not: ``0o7``, ``1e5``."""


class _Dumper(yaml.CSafeDumper):  # type: ignore[misc]  # -- PyYAML has no types
    """A dumper that quotes all but plain texts."""


def _represent(dumper: yaml.CSafeDumper, text: str) -> yaml.ScalarNode:
    # PyYAML itself quotes what it would read as something else than a text: ``true``, ``a: b``.
    style = None if PLAIN.fullmatch(text) else '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _represent)


def encode_yaml(value: Any) -> bytes:
    """A value of dicts, lists and scalars as YAML, in UTF-8; keys keep their order."""
    text: str = yaml.dump(value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=1_000)
    return text.encode()
