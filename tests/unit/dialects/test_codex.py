"""Codex's catalog: only models that call tools, and nothing that it would refuse."""

from __future__ import annotations

from llmanac.dialects.codex import DIALECT, recognise

from ..small_dialects import read, served

[LIST] = DIALECT.documents
NEEDED = {
    "slug", "display_name", "supported_reasoning_levels", "shell_type", "visibility", "supported_in_api", "priority",
    "support_verbosity", "truncation_policy", "experimental_supported_tools", "base_instructions",
}  # fmt: skip


def test_entries_have_what_codex_needs_and_media_that_it_knows() -> None:
    models = read(LIST, served())["models"]
    assert models
    assert all(set(it) >= NEEDED and set(it["input_modalities"]) <= {"text", "image"} for it in models)
    assert len({it["slug"] for it in models}) == len(models)
    gpt = next(it for it in models if it["slug"] == "openai/gpt-5")
    assert [it["effort"] for it in gpt["supported_reasoning_levels"]] == ["low", "high"]


def test_what_the_organisation_added_is_listed_if_it_calls_tools() -> None:
    rules = [
        {"add": {"id": "kilo/own", "like": "openai/gpt-5"}, "reason": "Ours"},
        {"add": {"id": "kilo/embedding", "like": "openai/text-embedding-3"}, "reason": "Ours"},
    ]
    slugs = [it["slug"] for it in read(LIST, served(*rules))["models"]]
    assert slugs[-1] == "kilo/own"
    assert "kilo/embedding" not in slugs


def test_it_is_meant_by_the_parameter_that_codex_sends() -> None:
    assert recognise({}, {"client_version": "1"}) == "codex"
    assert recognise({}, {}) is None
