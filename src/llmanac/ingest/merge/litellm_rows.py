"""Rows of LiteLLM's map by the ids that it calls, and by other spellings of them at the same host."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property

from llmanac.domain.naming import squeeze
from llmanac.ingest.layer import ModelClaims

KEY_PREFIXES = {"amazon_nova": "amazon-nova"}
"""Prefixes of calls whose rows in the price map have another prefix."""


class LiteLLMRows:
    """LiteLLM's rows by id, case-folded, since LiteLLM ignores case when it looks ids up. Frozen."""

    def __init__(self, records: Iterable[ModelClaims]) -> None:
        self._by_id = {row.id.casefold(): row for row in sorted(records, key=lambda row: row.id, reverse=True)}

    def find(self, prefix: str, name: str) -> ModelClaims | None:
        """The row for ``prefix/name``: rows of openai, anthropic, cohere and bedrock are keyed by the bare name."""
        name = name.casefold()
        row = self._by_id.get(f"{prefix}/{name}") or self._by_id.get(f"{KEY_PREFIXES.get(prefix, prefix)}/{name}")
        if row is not None:
            return row
        bare = self._by_id.get(name)
        return bare if bare is not None and is_of(prefix, bare) else None

    def find_respelt(self, prefix: str, name: str) -> ModelClaims | None:
        """The only row with this prefix whose name differs in punctuation alone, or in that one has the lab before it.

        ``scaleway/openai/gpt-oss-120b`` is found for ``gpt-oss-120b``, ``azure/gpt-35-turbo`` for ``gpt-3.5-turbo``.
        """
        path, _, leaf = name.rpartition("/")
        found = [
            row
            for other, row in self._by_spelling.get((prefix, squeeze(leaf)), ())
            if not path or not other or squeeze(path) == squeeze(other)
        ]
        return found[0] if len(found) == 1 else None

    @cached_property
    def _by_spelling(self) -> dict[tuple[str, str], list[tuple[str, ModelClaims]]]:
        """The rows by prefix and squeezed name, each with its path between them."""
        spellings: defaultdict[tuple[str, str], list[tuple[str, ModelClaims]]] = defaultdict(list)
        for row in self._by_id.values():
            prefix, slash, name = row.id.partition("/")
            if slash:
                path, _, leaf = name.rpartition("/")
                spellings[prefix, squeeze(leaf)].append((path, row))
        return spellings


def is_of(prefix: str, row: ModelClaims) -> bool:
    """Returns True if a row keyed by a bare name belongs to a prefix: bedrock_converse to bedrock."""
    owner = (row.litellm_provider or "").removeprefix("text-completion-")
    return owner == prefix or (owner.startswith((f"{prefix}_", f"{prefix}-")) and not owner.endswith("_mantle"))
