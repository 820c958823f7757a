from __future__ import annotations

import pytest

from llmanac.search.index.lineage import lineage


@pytest.mark.parametrize(
    ("base", "line", "version"),
    [
        ("gemini-3.7-flash", "gemini flash", 3.7),
        ("claude-sonnet-4.5", "claude sonnet", 4.5),
        ("grok-4.20", "grok", 4.2),
        ("kimi-k2.7-code", "kimi code", 2.7),
        ("deepseek-v4-pro-0813", "deepseek pro", 4.0),
        ("gpt-4o-mini", "gpt mini", 4.0),
        ("glm-4.5v", "glm v", 4.5),
        ("glm-5v-turbo", "glm v turbo", 5.0),
        ("o4-mini", "o mini", 4.0),
        ("llama-3.3-70b", "llama", 3.3),
        ("mixtral-8x22b", "mixtral", 0.0),
        ("mistral-large-2512", "mistral large", 0.0),
        ("gemini-flash", "gemini flash", 0.0),
        ("", "", 0.0),
    ],
)
def test_a_name_tells_its_line_and_its_version(base: str, line: str, version: float) -> None:
    read = lineage(base)
    assert (" ".join(read.line), read.version, read.family) == (line, version, line.partition(" ")[0])


def test_words_for_another_task_or_a_smaller_purse_make_a_side_line() -> None:
    assert lineage("gpt-4o-mini-transcribe").side_words == 2
    assert lineage("gpt-5.6-sol").side_words == 0
