"""Finds mentions of models in a text: strings that look like an id of a published family of models.

Only whole strings count: between quotes in a program, or a value in a configuration. One looks like an id when

- its last part is a name as labs give them: a family, and a version, size or tier (``gpt-4o``, ``claude-3-opus-…``);
- what stands before a ``/`` is a provider or a LiteLLM prefix.

``claude-code``, ``gpt-engineer``, ``openai/client.py`` and ``azure/login@v2`` are none. Names as short as ``o3`` count
only on a line about a model. A line with ``llmanac: ignore`` on it is skipped.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum

IGNORE = "llmanac: ignore"
LONGEST_LINE = 20_000
"""Characters; a longer line is data, not written by a person."""

_TIERS = "opus|sonnet|haiku|fable|instant"
_MISTRAL = "mistral|mixtral|ministral|codestral|devstral|magistral|pixtral|voxtral"

FAMILY = re.compile(
    r"(?:us|eu|ap|apac|jp|au|ca|global|us-gov)?\.?"
    r"(?:anthropic\.|amazon\.|meta\.|mistral\.|cohere\.|ai21\.|deepseek\.|openai\.|qwen\.)?"
    r"(?:"
    r"(?:chat)?gpt-(?:\d|oss-)[\w.:-]*"
    r"|o[1-9]-(?:mini|pro|preview|deep-research)[\w.-]*"
    rf"|claude-(?:\d|v\d|(?:{_TIERS})-?)[\w.:@-]*"
    r"|gemini-(?:\d|pro|flash|ultra|embedding)[\w.:@-]*|gemma-?\d[\w.:-]*"
    r"|(?:code)?llama-?v?\d[\w.:-]*"
    rf"|(?:{_MISTRAL})-(?:\d|tiny|small|medium|large|nemo|saba|latest|mini|embed)[\w.:@-]*"
    r"|deepseek-(?:chat|coder|reasoner|r\d|v\d)[\w.:-]*"
    r"|qwen-?(?:\d|max|plus|turbo|flash|long|vl)[\w.:-]*|qw[qe]-\d[\w.:-]*"
    r"|kimi-(?:k\d|latest)[\w.:-]*|moonshot-v\d[\w.-]*"
    r"|glm-\d[\w.:-]*|grok-(?:\d|beta|code|vision)[\w.:-]*"
    r"|command-(?:r|a|light|nightly)(?:-[\w.:-]+)?|command-r\d[\w.:-]*|embed-(?:english|multilingual|v\d)[\w.:-]*"
    r"|sonar-(?:pro|reasoning|deep)[\w.-]*"
    r"|(?:nova|titan)-(?:micro|lite|pro|premier|embed|text)[\w.:-]*"
    r"|phi-\d[\w.:-]*|jamba-(?:\d|mini|large|instruct)[\w.:-]*|minimax-(?:m\d|text)[\w.:-]*"
    r"|text-(?:embedding-(?:\d|ada)|davinci-)[\w.-]*|dall-e-\d|gpt-image-\d[\w.-]*"
    r")",
    re.IGNORECASE,
)
"""Names of models as labs choose them, with or without Bedrock's prefixes."""

SHORT = re.compile(r"o[1-9]|whisper-1|tts-1(?:-hd)?|sonar", re.IGNORECASE)
"""Short names, which mean a model only on a line about models."""
ABOUT_MODELS = re.compile(r"model|llm|engine|deployment", re.IGNORECASE)

FILE = re.compile(
    r"\.(?:gguf|safetensors|bin|py|js|ts|json|ya?ml|toml|md|txt|html|png|jpg|svg|css|zip|tar|gz)$", re.IGNORECASE
)

_ID = r"[A-Za-z0-9~@][A-Za-z0-9._:/@+~-]{0,158}[A-Za-z0-9]"
QUOTED = re.compile(rf"""(?<!`)(?P<quote>["'`])(?P<id>{_ID})\\?(?P=quote)(?!`)""")
"""A string between quotes; not between double backticks, which is prose about code."""
VALUE = re.compile(rf"(?:^\s*-\s+|[:=]\s*)(?P<id>{_ID})\s*(?:[#;].*)?$")
"""The value of a key, or an item of a list, on a line of a configuration."""


class Syntax(StrEnum):
    """The way in which a file writes its strings."""

    PROGRAM = "program"
    """Between quotes."""
    CONFIGURATION = "configuration"
    """Between quotes, or bare after a colon, an equals sign or a dash."""


@dataclass(frozen=True, slots=True, order=True)
class Mention:
    """A model's id in a text, with its place."""

    line: int
    """Counted from 1, as editors do."""
    column: int
    id: str


def mentions(text: str, syntax: Syntax, *, heads: Collection[str]) -> Iterator[Mention]:
    """The ids in a text, in order. ``heads`` are providers and LiteLLM prefixes, in lower case."""
    patterns = (QUOTED, VALUE) if syntax is Syntax.CONFIGURATION else (QUOTED,)
    for number, line in enumerate(text.splitlines(), 1):
        if len(line) > LONGEST_LINE or IGNORE in line:
            continue
        found = {match.start("id"): match["id"] for pattern in patterns for match in pattern.finditer(line)}
        for start, name in sorted(found.items()):
            if looks_like_id(name, heads=heads, line=line):
                yield Mention(number, start + 1, name)


def looks_like_id(name: str, *, heads: Collection[str], line: str = "") -> bool:
    """Whether a string looks like the id of a model, and like nothing else."""
    head, slash, _ = name.partition("/")
    if (slash and head.lower() not in heads) or FILE.search(name):
        return False
    leaf = name.rpartition("/")[2]
    if FAMILY.fullmatch(leaf):
        return True
    return SHORT.fullmatch(leaf) is not None and (bool(slash) or ABOUT_MODELS.search(line) is not None)
