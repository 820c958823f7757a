"""What several kinds of operations answer with."""

# Written by `make client-schemas`.

from __future__ import annotations

from typing import Any, TypeAlias

from msgspec import Struct

PriceState: TypeAlias = str
"""The meaning of a price, or of its absence. Known are `known`, `free`, `in_plan`, `variable`, `unknown`."""


ModelKind: TypeAlias = str
"""The kind of use that a model is for, in the order in which they are counted. Known are `chat`, `completion`,
`embedding`, `rerank`, `image`, `audio`, `speech`, `transcription`, `video`, `moderation`, `search`, `ocr`.
"""


ChangeKind: TypeAlias = str
"""The kind of a change; changes are listed in this order. Known are `added`, `removed`, `renamed`, `price`, `limits`,
`status`, `lifecycle`, `capabilities`, `modalities`, `own`, `other`.
"""


DifferenceCause: TypeAlias = str
"""The cause of a difference, where it is not that a source changed what it states. Known are `served_source`,
`overlay`.
"""


Outcome: TypeAlias = str
"""The result of a refresh for one source. Known are `updated`, `not_modified`, `held`, `refused`, `failed`."""


class Difference(Struct, frozen=True, kw_only=True):
    """A field before and after a change; null where it was unknown or absent."""

    field: str
    """The name of a fact: `input`, `cache_read`, `context`, …."""
    before: Any
    after: Any
    cause: DifferenceCause | None = None
    """`served_source`: another source's figure is served than before, as the model's `reasons` say. `overlay`: the
    organisation's overlays changed it. Else null: a source states something else.
    """


class ChangeSummary(Struct, frozen=True, kw_only=True):
    """A change of one model at one host."""

    change: str
    """The id of the change; a newer change has a larger number."""
    at: str
    """The time of the first snapshot that had the change."""
    snapshot: str
    """The id of the catalog's content after the change."""
    kind: ChangeKind
    id: str
    provider: str
    base: str
    name: str | None
    previous: str | None
    """The earlier id of a renamed model; else null."""
    differences: tuple[Difference, ...]
