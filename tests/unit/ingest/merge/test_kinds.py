"""Every model has a kind of use: as LiteLLM states it, else by its media and its name."""

from __future__ import annotations

import pytest

from llmanac.domain.records import Modalities, ModelKind
from llmanac.ingest.merge.kinds import KIND_BY_MODE, kind_of

TEXT = Modalities(("text",), ("text",))
UNKNOWN = Modalities()


@pytest.mark.parametrize(("mode", "kind"), KIND_BY_MODE.items())
def test_a_mode_is_a_kind(mode: str, kind: ModelKind) -> None:
    assert kind_of("any", TEXT, mode=mode) is kind


@pytest.mark.parametrize(
    ("name", "modalities", "kind"),
    [
        ("claude-opus-5", TEXT, ModelKind.CHAT),
        ("qwen-3-embedding-8b", TEXT, ModelKind.EMBEDDING),
        ("bge-m3", TEXT, ModelKind.EMBEDDING),
        ("bge-reranker-v2-m3", TEXT, ModelKind.RERANK),
        ("whisper-large-v3", Modalities(("audio",), ("text",)), ModelKind.TRANSCRIPTION),
        ("parakeet", Modalities(("audio",), ("text",)), ModelKind.TRANSCRIPTION),
        ("tts-1", Modalities(("text",), ("audio",)), ModelKind.SPEECH),
        ("lyria-3", Modalities(("text",), ("audio",)), ModelKind.AUDIO),
        ("gpt-realtime", Modalities(("text", "audio"), ("text", "audio")), ModelKind.AUDIO),
        ("gpt-image-2", Modalities(("text", "image"), ("image",)), ModelKind.IMAGE),
        ("gemini-3-pro-image", Modalities(("text", "image"), ("text", "image")), ModelKind.IMAGE),
        ("veo-3", Modalities(("text", "image"), ("video",)), ModelKind.VIDEO),
        ("llama-guard-4-12b", TEXT, ModelKind.MODERATION),
        ("deepseek-ocr-2", Modalities(("text", "image"), ("text",)), ModelKind.OCR),
        ("qwen-image-vl", TEXT, ModelKind.CHAT),
        ("aura-2", UNKNOWN, ModelKind.SPEECH),
        ("mediocre-1", UNKNOWN, ModelKind.CHAT),
    ],
)
def test_without_a_mode_media_and_name_decide(name: str, modalities: Modalities, kind: ModelKind) -> None:
    assert kind_of(name, modalities) is kind


def test_a_mode_of_chat_counts_only_where_text_comes_out() -> None:
    assert kind_of("veo-3", Modalities(("text",), ("video",)), mode="chat") is ModelKind.VIDEO
    assert kind_of("new-mode", TEXT, mode="nobody-knows-it") is ModelKind.CHAT
