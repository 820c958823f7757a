"""The labs that make models: the base models of each, and the hosts at which people expect them.

A lab's ``hosts`` are its own providers at models.dev, the one that people mean first. ``elsewhere`` are the
hosts to call through LiteLLM where the lab has none of its own, or its own has no price.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

OPEN_HOSTS = ("groq", "togetherai", "fireworks-ai", "deepinfra", "amazon-bedrock", "openrouter")
"""Hosts of open weights to prefer where the lab has none: known to LiteLLM, priced, and established."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lab:
    """One maker of models."""

    id: str
    bases: str
    """A pattern on the keys of base models."""
    names: tuple[str, ...] = ()
    """Names of the lab before the slash of models.dev's ``canonical_model_id``, other than ``id``."""
    hosts: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = OPEN_HOSTS
    major: bool = False
    """True if the featured set should have at least one of its models."""


LABS = (
    Lab(id="anthropic", bases=r"claude", hosts=("anthropic",), major=True),
    Lab(
        id="openai",
        bases=r"gpt-|gpt\d|chatgpt|o\d(?:$|-)|codex|text-embedding-(?:3|ada)|whisper|dall-e|sora|tts-1|omni-moderation",
        hosts=("openai",),
        major=True,
    ),
    Lab(
        id="google",
        bases=r"gemini|gemma|imagen|veo-|lyria|nano-banana|text-embedding-00|learnlm|medgemma",
        hosts=("google", "google-vertex"),
        major=True,
    ),
    Lab(id="xai", bases=r"grok", names=("x-ai",), hosts=("xai",), major=True),
    Lab(id="meta", bases=r"llama|muse-|codellama", names=("meta-llama",), hosts=("meta", "llama"), major=True),
    Lab(id="deepseek", bases=r"deepseek", names=("deepseek-ai",), hosts=("deepseek",), major=True),
    Lab(id="moonshotai", bases=r"kimi|moonshot", hosts=("moonshotai", "moonshotai-cn"), major=True),
    Lab(
        id="zai",
        bases=r"glm|cogview|cogvideo|autoglm|zai-",
        names=("zhipuai", "z-ai", "zai-org"),
        hosts=("zai", "zhipuai"),
        major=True,
    ),
    Lab(
        id="alibaba",
        bases=r"qwen|qwq|qvq|wan-?\d|tongyi",
        names=("qwen",),
        hosts=("alibaba", "alibaba-cn"),
        major=True,
    ),
    Lab(
        id="mistral",
        bases=r"mistral|mixtral|codestral|devstral|magistral|ministral|pixtral|voxtral|leanstral",
        names=("mistralai",),
        hosts=("mistral",),
        major=True,
    ),
    Lab(id="minimax", bases=r"minimax|hailuo", names=("minimaxai",), hosts=("minimax", "minimax-cn"), major=True),
    Lab(
        id="amazon",
        bases=r"nova-(?:2-)?(?:micro|lite|pro|premier|canvas|sonic|reel|omni)|amazon-nova|titan-",
        hosts=("amazon-bedrock", "nova"),
        major=True,
    ),
    Lab(id="xiaomi", bases=r"mimo-", names=("xiaomimimo",), hosts=("xiaomi",), major=True),
    Lab(id="nvidia", bases=r"nemotron|nvidia|.*nemotron|cosmos|nv-", hosts=("nvidia",), major=True),
    Lab(
        id="cohere",
        bases=r"command|c4ai|aya-|north-|rerank-|embed-(?:english|multilingual|v)|cohere",
        hosts=("cohere",),
        major=True,
    ),
    Lab(id="perplexity", bases=r"sonar|r1-1776", hosts=("perplexity",), major=True),
    Lab(id="microsoft", bases=r"phi-|mai-|wizardlm", hosts=("azure",)),
    Lab(id="tencent", bases=r"hunyuan|hy\d", hosts=("tencent-tokenhub",)),
    Lab(id="thinkingmachines", bases=r"inkling", hosts=("thinkingmachines",)),
    Lab(id="stepfun", bases=r"step-\d", names=("stepfun-ai",), hosts=("stepfun-ai", "stepfun")),
    Lab(
        id="bytedance",
        bases=r"seed-|doubao|seedream|seedance|ui-tars",
        names=("bytedance-seed",),
        hosts=("volcengine",),
    ),
    Lab(id="inception", bases=r"mercury", hosts=("inception",)),
    Lab(id="poolside", bases=r"laguna", hosts=("poolside",)),
    Lab(id="sakana", bases=r"fugu|sakana", hosts=("sakana",)),
    Lab(id="meituan", bases=r"longcat", hosts=("longcat",)),
    Lab(id="inclusionai", bases=r"ling-|ring-|llada", hosts=("bailing",)),
    Lab(id="baidu", bases=r"ernie"),
    Lab(id="ai21", bases=r"jamba|j2-", hosts=("ai21",)),
    Lab(id="ibm", bases=r"granite", hosts=("watsonx",)),
    Lab(id="arcee", bases=r"trinity|arcee|virtuoso|maestro|coder-large", names=("arcee-ai",), hosts=("arcee",)),
    Lab(id="upstage", bases=r"solar", hosts=("upstage",)),
    Lab(id="sarvam", bases=r"sarvam", hosts=("sarvam",)),
    Lab(id="writer", bases=r"palmyra"),
    Lab(id="nousresearch", bases=r"hermes|nous"),
    Lab(id="liquid", bases=r"lfm", names=("liquidai",)),
    Lab(id="allenai", bases=r"olmo|molmo|tulu"),
    Lab(id="morph", bases=r"morph", hosts=("morph",)),
    Lab(id="reka", bases=r"reka"),
    Lab(id="kwaipilot", bases=r"kat-"),
    Lab(id="primeintellect", bases=r"intellect", names=("prime-intellect",)),
)

ANY_BASE = re.compile("|".join(f"({lab.bases})" for lab in LABS))
"""The patterns of all labs, a capturing group for each, in order; so the patterns themselves must not capture."""


def lab_of(base: str, *, canonical: str | None = None) -> Lab | None:
    """The lab of a base model: the one that models.dev names, else the one whose pattern the key matches; or None."""
    return (_by_name(canonical.partition("/")[0]) if canonical else None) or _by_base(base)


@lru_cache(maxsize=1 << 10)
def _by_name(name: str) -> Lab | None:
    return next((lab for lab in LABS if name == lab.id or name in lab.names), None)


@lru_cache(maxsize=1 << 14)
def _by_base(base: str) -> Lab | None:
    match = ANY_BASE.match(base)
    return LABS[match.lastindex - 1] if match and match.lastindex else None
