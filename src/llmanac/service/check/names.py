"""Names of models in a text: where a word could be one, and whether a word is built as labs build them.

A name begins with a family (``gpt``, ``claude``), or a host stands before it (``groq/…``, ``anthropic:…``), or what is
before it says that a model follows (``model: …``). It is *well-formed* where all that follows the family is a version,
a size, a date or a word that labs qualify models with: ``gpt-4-32k-0613`` is, ``gpt-4-badge`` is not.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

_MISTRAL = r"mistral|mixtral|ministral|codestral|devstral|magistral|pixtral|voxtral"
_FAMILIES = (
    r"chatgpt|gpt|o[1-9](?![a-z0-9])|claude|gemini|learnlm|gemma|palm|(?:text|chat|code|codechat)-bison|imagen|veo|"
    rf"(?:code-?|meta-?|v-?)?llama|(?:open-)?(?:{_MISTRAL})|deepseek|qwen|qwq|qvq|kimi|moonshot|(?:chat)?glm|grok|command|"
    r"c4ai|aya|embed|rerank|sonar|pplx|nova|titan|phi|jamba|j2|minimax|abab|text-embedding|text-moderation|"
    r"omni-moderation|text-(?:davinci|curie|babbage|ada)|code-davinci|davinci|babbage|curie|dall-e|whisper|tts|sora|"
    r"computer-use|codex|hermes|nous|dolphin|wizardlm|yi|solar|granite|dbrx|falcon|olmo|molmo|ernie|hunyuan|doubao|"
    r"seed|step|mimo|longcat|reka|lfm|nemotron|mercury|morph|voyage|jina|flux|stable-diffusion|sd|inkling|palmyra|"
    r"baichuan|internlm|intern|arctic|snowflake|ring|ling|tulu|zephyr|vicuna|openchat|starcoder|mythomax|trinity|"
    r"exaone|eva|bge|gte|e5|ada|ox|fable|opus|sonnet|haiku|k2|m2"
)
_FAMILY = re.compile(rf"(?:{_FAMILIES})", re.IGNORECASE)

# Fewer than the families: words that are rare except in names of models. The others need a host or a key before them.
_TELLING = (
    "gpt claude gemini learnlm gemma bison llama mistral mixtral ministral codestral devstral magistral pixtral "
    "voxtral deepseek qwen qwq- qvq- kimi moonshot glm grok command- sonar pplx nova- titan phi- phi3 phi4 jamba "
    "minimax abab embed- embedding- rerank moderation- davinci babbage- curie- dall-e whisper tts- computer-use codex- "
    "o1 o2 o3 o4 o5 hermes- nemotron wizardlm dolphin- granite- dbrx hunyuan doubao ernie- mimo- mercury reka- inkling "
    "c4ai-".split()
)
_BEFORE = re.compile(r"(?:^|[^a-z]|chat|code|meta|open|text|omni|chatbot|open-?source)$")
_SHORT_FAMILY = re.compile(r"o\d(?![a-z0-9])")
_KEYS = ("model", "llm", "engine")
_AFTER_KEY = re.compile(
    r"(?:model|llm|engine)[a-z_]*(?:[\"'\])]*[ \t]*(?:=>|:=|\?\?|\|\||[:=,(]|[ \t])[ \t]*[\"'`\[({]*)(?=[a-z@~])"
)
_AFTER_HEAD = re.compile(r"(?<![\w/.@:+-])([a-z][\w.-]{1,30})[/:](?=[a-z0-9@~])")

_IN_ADDRESS = re.compile(r"/models?/(?P<id>[\w.@-]+(?::\d+)?)(?=:[a-z][A-Za-z]+\b|/(?:invoke|converse))")
_WORD = re.compile(r"[A-Za-z0-9~@](?:[A-Za-z0-9._/@+~-]|:(?![-=/:]))*")
_PLACEHOLDER = re.compile(r"\$\{[A-Za-z_][\w.-]*:(?![-=])")
"""The part before a default in Spring's configuration: ``${MODEL:x}``."""
_RUN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._/@+~:-")
_WINDOW = re.compile(r"\[1m\]", re.IGNORECASE)
LONGEST_NAME = 160
SHORTEST_NAME = 2

_FILE = re.compile(
    r"\.(?:gguf|safetensors|bin|onnx|pt|pth|ckpt|py|pyi|js|mjs|jsx|tsx?|json[lc5]?|ya?ml|toml|md|mdx|txt|html?|png|jpe?g|svg|"
    r"webp|gif|css|zip|tar|gz|tgz|sh|go|rs|rb|java|csv|log|pdf|lock|env|ipynb|xml|ini|so|dll|exe|com|org|net|io|ai|dev)$",
    re.IGNORECASE,
)
_LOCAL_TAG = re.compile(
    r"[\w.-]+(?:/[\w.-]+)?:(?:latest|instruct|chat|text|e?\d+(?:\.\d+)?[bm](?:[-_].*)?)", re.IGNORECASE
)

_SIZE = r"\d+(?:\.\d+)*(?:[bmtk]|x\d+b)?|a\d+b|e\d+b|\d+e|\d+p\d+[bt]?"
_QUALIFIER = (
    r"mini|nano|micro|lite|light|small|medium|large|xl|xlarge|big|tiny|base|pro|plus|max|ultra|super|turbo|flash|fast|high|low|"
    r"premier|express|standard|instruct|instant|chat|it|tuned|preview|latest|exp|experimental|beta|alpha|stable|"
    r"opus|sonnet|haiku|fable|vision|visual|vl|v|audio|realtime|transcribe|diarize|tts|stt|image|images|video|omni|live|native|"
    r"dialog|generate|generation|search|api|research|deep|reasoning|reasoner|non|thinking|think|speciale|coder|code|codex|"
    r"spark|oss|safeguard|guard|edit|embed|embedding|embeddings|english|multilingual|text|ada|similarity|moderation|"
    r"davinci|curie|babbage|versatile|tool|use|computer|specdec|distill|llama|qwen|qwq|gemma|mistral|mixtral|scout|"
    r"maverick|nemo|saba|nemotron|hermes|air|airx|flashx|x|z|long|highspeed|next|r|a|customtools|sol|terra|luna|"
    r"astra|hd|dev|schnell|kontext|rerank|free|extended|nitro|online|maas|fp8|fp16|bf16|awq|hf|gov|multi|lyrics|"
    r"r\d\w*|k\d+(?:\.\d+)?|v\d+(?:\.\d+)*(?:p\d+)?|m\d+(?:\.\d+)?|o\d|t\d|q\d|4o|default"
)
_PART = re.compile(rf"(?:{_SIZE}|{_QUALIFIER})", re.IGNORECASE)
_TIER = re.compile(
    r"\d{3,}.*|\d+(?:x\d+)?[bkmt].*|\d+o|[rk]\d.*|mini|nano|micro|lite|medium|pro|plus|max|ultra|turbo|flash|preview|"
    r"latest|opus|sonnet|haiku|instant|tiny|nemo|saba|reasoner|davinci|versatile|premier|vision|realtime|oss|safeguard|"
    r"schnell|nightly|codex|.*\d[a-z]{2}.*",
    re.IGNORECASE,
)
"""Words that, with a version, make a name that is no other word: a date, a size, a tier."""
_VENDOR = re.compile(
    r"(?:(?:us|eu|ap|apac|jp|au|ca|global|us-gov)\.)?"
    r"(?:anthropic|amazon|meta|mistral|cohere|ai21|deepseek|openai|qwen|google|moonshotai|minimax|zai|writer)\.",
    re.IGNORECASE,
)
_SEPARATOR = re.compile(r"[-_.:@]")
_RUN_TOGETHER = re.compile(r"(?<=[a-z])(?=\d)|(?<=\d[bkmt])(?=[a-z])", re.IGNORECASE)
_BARE_VERSION = re.compile(r"-?v?\d{1,2}(?:\.\d)?|", re.IGNORECASE)


def words_in(text: str, *, heads: Collection[str]) -> Iterator[tuple[int, int]]:
    """The places of words that may name a model, in order. ``heads`` are names of hosts, in lower case."""
    lowered = text.lower()
    places = set(_telling_places(lowered))
    if any(key in lowered for key in _KEYS):
        places.update(it.end() for it in _AFTER_KEY.finditer(lowered))
        places.update(it.start() for it in _AFTER_HEAD.finditer(lowered) if it[1] in heads)
    addresses = [it.span("id") for it in _IN_ADDRESS.finditer(text)] if places else []
    places.update(start for start, _ in addresses)
    last = 0
    for place in sorted(places):
        if place < last:
            continue
        found = next((it for it in addresses if it[0] == place), None) or _word_at(text, place, after=last)
        if found is not None:
            yield found
            last = found[1]


def _telling_places(lowered: str) -> Iterator[int]:
    """The places of telling words: where no letter is before them, or a part of a family's name is."""
    for telling in _TELLING:
        place = lowered.find(telling)
        while place >= 0:
            is_short = telling[0] == "o" and telling[1].isdigit()
            if _BEFORE.search(lowered, max(0, place - 12), place) and (
                not is_short or _SHORT_FAMILY.match(lowered, place)
            ):
                yield place
            place = lowered.find(telling, place + 1)


def _word_at(text: str, place: int, *, after: int) -> tuple[int, int] | None:
    """The word that holds a place; None for one that is too long or too short to be a name."""
    start = place
    while start > after and text[start - 1] in _RUN and place - start <= LONGEST_NAME:
        start -= 1
    stop = place
    while stop < len(text) and text[stop] in _RUN and stop - place <= LONGEST_NAME:
        stop += 1
    placeholder = _PLACEHOLDER.match(text, start - 2, place) if start > 1 else None
    start = placeholder.end() if placeholder else start
    word = next((it for it in _WORD.finditer(text, start, stop) if it.end() > place), None)
    if word is None:
        return None
    end = word.start() + len(word[0].rstrip(".:/-+~@"))
    window = _WINDOW.match(text, end)
    end = window.end() if window else end
    return (word.start(), end) if SHORTEST_NAME <= end - word.start() <= LONGEST_NAME else None


def leaf_of(name: str) -> str:
    """The last part of an id, without hosts, paths and the vendor that Bedrock puts before it."""
    leaf = name.rpartition("/")[2]
    head, colon, rest = leaf.partition(":")
    if colon and _FAMILY.match(rest) and not any(it.isdigit() for it in head):
        leaf = rest
    return _VENDOR.sub("", leaf, count=1)


def has_family(name: str) -> bool:
    """Whether the last part of an id begins with a family of models."""
    return _FAMILY.match(leaf_of(name)) is not None


def is_well_formed(name: str) -> bool:
    """Whether a name is built as labs build them, and says more than a family and its version."""
    leaf = _WINDOW.sub("", leaf_of(name))
    family = _FAMILY.match(leaf)
    if family is None or not _is_telling(leaf) or _BARE_VERSION.fullmatch(leaf, family.end()):
        return False
    parts = [it for it in _SEPARATOR.split(leaf[family.end() :]) if it]
    return all(map(_is_part, parts)) and any(_TIER.fullmatch(it) for it in parts)


def _is_part(part: str) -> bool:
    """Whether a part of a name is a version, a size, a date or a qualifier, or some of them run together."""
    return _PART.fullmatch(part) is not None or all(_PART.fullmatch(it) for it in _RUN_TOGETHER.split(part))


def _is_telling(leaf: str) -> bool:
    lowered = leaf.lower()
    return any(telling in lowered[: len(telling) + 6] for telling in _TELLING)


def is_file(name: str) -> bool:
    """Whether a word is the name of a file, or of a machine on the network."""
    return _FILE.search(name) is not None


def is_local_tag(name: str) -> bool:
    """Whether a name is a model and its tag, as programs that run models locally write them: ``qwen3:14b``."""
    return _LOCAL_TAG.fullmatch(name) is not None
