"""Kinds of models: by LiteLLM's ``mode`` where it has one, else by the media that go in and come out, and by name."""

from __future__ import annotations

import re
from functools import lru_cache

from llmanac.domain.records import Modalities, ModelKind

KIND_BY_MODE = {
    "audio_speech": ModelKind.SPEECH,
    "audio_transcription": ModelKind.TRANSCRIPTION,
    "chat": ModelKind.CHAT,
    "completion": ModelKind.COMPLETION,
    "decisions": ModelKind.CHAT,
    "embedding": ModelKind.EMBEDDING,
    "evaluation": ModelKind.CHAT,
    "extraction": ModelKind.OCR,
    "guardrail": ModelKind.MODERATION,
    "image_edit": ModelKind.IMAGE,
    "image_generation": ModelKind.IMAGE,
    "moderation": ModelKind.MODERATION,
    "ocr": ModelKind.OCR,
    "realtime": ModelKind.AUDIO,
    "rerank": ModelKind.RERANK,
    "responses": ModelKind.CHAT,
    "search": ModelKind.SEARCH,
    "vector_store": ModelKind.SEARCH,
    "video_generation": ModelKind.VIDEO,
}
"""LiteLLM's modes, each with its kind."""

KIND_BY_NAME = tuple(
    (kind, re.compile(words))
    for kind, words in {
        ModelKind.RERANK: r"rerank",
        ModelKind.EMBEDDING: r"embed|(?:^|-)(?:bge|gte|e5)-",
        ModelKind.TRANSCRIPTION: r"whisper|transcri|(?:^|-)(?:asr|stt)(?:-|$)",
        ModelKind.SPEECH: r"(?:^|-)tts(?:-|$)|speech|voice|(?:^|-)aura(?:-|$)",
        ModelKind.MODERATION: r"moderation|guard(?:-|$|\d)",
        ModelKind.OCR: r"ocr(?:-|$|\d)",
        ModelKind.AUDIO: r"realtime|(?:^|-)live(?:-|$)|native-audio",
        ModelKind.IMAGE: r"(?:^|-)image(?:-|$)|banana",
    }.items()
)
"""Kinds, each with the words in the names of its models, for where no source states one; the first that matches."""
ANY_NAME = re.compile("|".join(words.pattern for _, words in KIND_BY_NAME))

SPOKEN = frozenset({ModelKind.SPEECH, ModelKind.AUDIO})


@lru_cache(maxsize=1 << 14)
def kind_of(name: str, modalities: Modalities, *, mode: str | None = None) -> ModelKind:
    """The kind of a model by the key of its base, its media, and LiteLLM's mode where that is known.

    A mode of ``chat`` counts only where text comes out: some rows have it by default.
    """
    stated = KIND_BY_MODE.get(mode or "")
    output = modalities.output
    if stated is not None and (stated is not ModelKind.CHAT or not output or "text" in output):
        return stated
    by_name = (
        next((kind for kind, words in KIND_BY_NAME if words.search(name)), None) if ANY_NAME.search(name) else None
    )
    if output and "text" not in output:
        return _of_media(output, by_name)
    if modalities.input == ("audio",) and output == ("text",):
        return ModelKind.TRANSCRIPTION
    if by_name in {ModelKind.AUDIO, ModelKind.IMAGE, ModelKind.SPEECH} and output == ("text",):
        return ModelKind.CHAT  # it gives text alone, whatever its name says
    return by_name or ModelKind.CHAT


def _of_media(output: tuple[str, ...], by_name: ModelKind | None) -> ModelKind:
    """The kind of a model that gives media other than text."""
    if "video" in output:
        return ModelKind.VIDEO
    if "image" in output:
        return ModelKind.IMAGE
    return by_name if by_name in SPOKEN else ModelKind.AUDIO
