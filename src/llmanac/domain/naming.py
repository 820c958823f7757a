"""Naming rules: resolve a host's own id of a model to the key of its base model.

A host wraps the lab's name of a model in parts that matter only to the host: a path, a region, the lab's name, a
date, a price plan, a precision. ``base_of`` strips these and keeps the parts that identify the model: family, version,
size, and the words that distinguish siblings (mini, codex, vision, or thinking where that is another training). Each
rule below states what it recognises.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_REGIONS = "us|eu|ap|apac|jp|au|ca|in|sa|me|af|il|mx|uk|global"
_LABS = (
    "abacusai|ai21|aion-labs|alibaba|allenai|amazon|anthropic|arcee-ai|arcee|baidu|black-forest-labs|bytedance-seed|"
    "bytedance|cohere|deepseek-ai|google|ibm-granite|ibm|inclusionai|liquidai|liquid|meituan|meta(?=-llama|-muse)|"
    "microsoft|minimaxai|mistralai|moonshotai|moonshot|nousresearch|nvidia|openai|perplexity|prime-intellect|"
    "primeintellect|qwen(?=-qw)|sakana|stepfun-ai|stepfun|tencent|tngtech|trendyol|upstage|writer|x-ai|xai|xiaomimimo|"
    "xiaomi|zai-org|z-ai|zai|zhipuai"
)
_HOSTS = "alicloud|coding|databricks|duo-chat|hf|snowflake|umans|xpersona"
_PLANS = "free|flex|tee|maas|nitro|short|contributor|eco|api|original|picker|speed|hf|fw|fast-tee|turbo-tee|public"
_QUANTISED = r"(?:iq|q)\d(?:-(?:\d|k(?:-(?:xs|s|m|l|xl))?|xxs|xs|s|m|nl))?|\d-?bit"
_PRECISIONS = "fp8|fp4|nvfp4|bf16|fp16|int4|int8|awq|gptq|gguf|mlx|mxfp4|autoround|w4a16|w8a8"
_QUEUED = r"claude|glm|kimi|deepseek|o\d|gpt-(?!6-astra)|llama|minimax|qwen"
_OTHER = re.compile(r"[^a-z0-9]")
_PARAMETERS = re.compile(r"(?:^|-)e?(?:(?P<experts>\d+)x)?(?P<number>\d+(?:\.\d+)?)(?P<unit>[bt])(?=-|$)")
_REGION_MARK = re.compile(
    rf"(?:^|/)(?P<before>(?:{_REGIONS})(?:-gov)?)[./](?=[a-z])|@(?P<behind>{_REGIONS})(?:-[a-z0-9-]+)?$"
)
_EFFORT = re.compile(r"-(?:minimal|low|medium|high|xhigh)$")
_ASIDES = "ponytail|honey|caveman|menthol"
_DAY = r"(?:0[1-9]|[12]\d|3[01])"
_MONTH = r"(?:0[1-9]|1[0-2])"
_SEPARATORS = re.compile(r"[\s_.+-]+")
_POINT = re.compile(r"(?<=\d)p(?=\d)")
_VERSION_FIRST = re.compile(r"^claude-(\d(?:-\d{1,2})?)-(opus|sonnet|haiku|fable)(?=-|$)")
_DATE = rf"20[12]\d{_MONTH}{_DAY}|20[12]\d-{_MONTH}-{_DAY}|2[3-9]{_MONTH}{_DAY}"


@dataclass(frozen=True, slots=True)
class NamingRule:
    """A rewriting rule for names: a pattern and its replacement."""

    reason: str
    """The form that it recognises, with an example."""
    clue: str
    """A substring of every name that the rule applies to; testing for it saves most searches."""
    pattern: re.Pattern[str]
    replacement: str

    def apply(self, name: str) -> str:
        """Rewrite a name; one that the rule does not match is returned unchanged."""
        return self.pattern.sub(self.replacement, name) if self.clue in name else name


def _rule(reason: str, pattern: str, replacement: str = "", *, clue: str = "") -> NamingRule:
    return NamingRule(reason, clue, re.compile(pattern), replacement)


PREFIXES = (
    _rule("a router's mark for a moving target: ~anthropic/claude-sonnet-latest", r"^~", clue="~"),
    _rule(
        "a path, as far as the leaf says enough: lab/x, @cf/meta/x, but flux/schnell", r"^.*/(?=flux/|[^/]+$)", clue="/"
    ),
    _rule("a registry's mark: hf:x", r"^hf:", clue="hf:"),
    _rule("two hyphens after the lab: anthropic--claude-3-sonnet", r"^[a-z0-9-]+?--", clue="--"),
    _rule("a region: us.anthropic.x, us-gov.openai.x", rf"^(?:{_REGIONS})(?:-gov)?\.(?=[a-z])", clue="."),
    _rule(
        "DeepSeek on Bedrock leaves its family to the lab: deepseek.r1",
        r"^deepseek\.(?=[vr]\d)",
        "deepseek-",
        clue="deepseek.",
    ),
    _rule("the lab and a dot: anthropic.x, meta.x", r"^(?:ai21|[a-z-]+)\.(?=[a-z])", clue="."),
    _rule("a host and a hyphen: databricks-x, coding-x", rf"^(?:{_HOSTS})-(?=[a-z])"),
    _rule("a lab and a hyphen: openai-x, zai-org-x, meta-llama-x", rf"^(?:{_LABS})-(?=[a-z])"),
    _rule("ByteDance's brands of Seed: doubao-seed-x, dola-seed-x", r"^(?:doubao|dola)-(?=seed)", clue="-seed"),
    _rule("Claude's tiers alone: sonnet-4-5", r"^(?=(?:opus|sonnet|haiku|fable)-)", "claude-"),
    _rule("Stability's short name: sd3.5-large", r"^sd-?(?=\d)", "stable-diffusion-", clue="sd"),
    _rule("Kimi's numbers alone, but not LLM360's K2-Think: k2.5", r"^(?=k[23](?!-think$)(?:\b|[.-]))", "kimi-"),
    _rule("MiniMax's numbers alone: m2-her", r"^(?=m[23](?:\b|[.-]))", "minimax-"),
)
"""Rules for prefixes of a name, applied from the outside in."""

SUFFIXES = (
    _rule("a region, date or default after an at sign: @eu, @20250929, @default", r"@[a-z0-9-]+$", clue="@"),
    _rule("a version of the deployment: -v1:0, -1:0, -v2:0:18k", r"-v?\d:\d+(?::\d+k)?$", clue=":"),
    _rule(
        "the same without its colon: claude-opus-4-6-v1, nova-2-pro-v1",
        r"^((?:claude|nova|titan).*)-v1$",
        r"\1",
        clue="-v1",
    ),
    _rule(
        "a variant after a colon, but not a size or a date: :free, :thinking:32768",
        r":(?!e?\d+(?:\.\d+)?b|\d{4}$).*$",
        clue=":",
    ),
    _rule(
        "a switch of a model that can do both: claude-…-thinking",
        r"^((?:claude|gemini|glm|deepseek|gpt|minimax|mimo).*)-think(?:ing)?$",
        r"\1",
        clue="-think",
    ),
    _rule("a preview's month and day: -preview-05-20", rf"-(preview|exp)-{_MONTH}-{_DAY}$", r"-\1", clue="-0"),
    _rule(
        "a day, but not of the GPT-4o that costs twice as much: -20250929, -2024-07-18, -250915",
        rf"(?<!gpt-4o)-(?:{_DATE})$|(?<=gpt-4o)-(?!2024-05-13)(?:{_DATE})$",
        clue="-2",
    ),
    _rule("the newest of its line: -latest", r"-latest$", clue="-latest"),
    _rule("a plan: -free, -maas, -tee", rf"-(?:{_PLANS})$"),
    _rule("a faster queue for the same weights: -fast", rf"^((?:{_QUEUED}).*)-fast$", r"\1", clue="-fast"),
    _rule(
        "a cheaper or faster serving of open weights: llama-3.1-8b-turbo",
        r"^((?:llama|deepseek).*)-turbo$",
        r"\1",
        clue="-turbo",
    ),
    _rule("Z.ai's faster queue: -highspeed", r"^(glm.*)-highspeed$", r"\1", clue="-highspeed"),
    _rule("a precision: -fp8, -nvfp4, -awq", rf"-(?:{_PRECISIONS})(?:-mixed-ar|-dynamic)?$"),
    _rule("a file's precision, as local tools write it: -q4-k-m, -iq4-xs, -4bit", rf"-(?:{_QUANTISED})$"),
    _rule("a router's prompt: -caveman-ultra", rf"-(?:{_ASIDES})(?:-lite|-ultra)?$"),
    _rule("a queue for throughput: -tput", r"-tput$", clue="-tput"),
    _rule("a build: -flash-001", r"(?<=[a-z])-00\d$", clue="-00"),
    _rule("reasoning switched off: -nothink, -no-thinking", r"-no(?:n?-)?think(?:ing)?$", clue="think"),
)
"""Rules for suffixes of a name, applied until none matches."""

SHAPES = (
    _rule("a point spelt out: v4p1, qwen3p8-2p4t", r"(?<=\d)p(?=\d)", ".", clue="p"),
    _rule("a family and its number: llama3 is llama-3", r"(?<=[a-z]{3})(?=\d)", "-"),
    _rule("a number's own v: solar-v3 stays, mistral-v0.3 is mistral-0.3", r"(?<=-)v(?=0\.\d)", clue="-v0."),
    _rule("a size after a colon: gpt-oss:20b", r":", "-", clue=":"),
    _rule("two numbers are a version: 4-5 is 4.5", r"(?<![\d.])(0|[1-9]\d?)-(\d|[1-9]\d)(?![\d.]|[a-uw-z])", r"\1.\2"),
    _rule("a size without its point behind a version: qwen-3.8-2-4t", r"(?<=\d\.\d-)(\d)-(?=\d[bt](?:-|$))", r"\1."),
    _rule(
        "a version without its point: gpt-52, qwen-35, mimo-v25",
        r"^(gpt-|qwen-|glm-|mimo-v|minimax-m)(\d)([1-9])(?=-|$)",
        r"\1\2.\3",
    ),
    _rule("a version that ends in .0 is whole: 4.0", r"(?<![\d.])(\d)\.0(?![\d.]|[a-z])", r"\1", clue=".0"),
    _rule(
        "active parameters and experts, implied by the total: -30b-a3b, -17b-128e",
        r"(?<=\d[bt])-(?:a\d+(?:\.\d+)?b|\d+e)(?=-|$)",
    ),
    _rule(
        "tuned to follow instructions, which is what is served: gemma-3-4b-it",
        r"(?<!turbo)-(?:instruct|it)(?=-|$)|(?<=\db)-(?:chat|versatile|instant)$",
    ),
    _rule("DeepSeek's numbers without their v: deepseek-3.2", r"^deepseek-(?=\d)", "deepseek-v", clue="deepseek-"),
    _rule(
        "Mistral's first ones, unlike its closed ones: open-mixtral-8x7b",
        r"^open-(?=mi[sx]tral)",
        clue="open-mi",
    ),
    _rule(
        "DeepSeek's chat line is its numbered line: deepseek-chat-v3-0324",
        r"^deepseek-chat-(?=v\d)",
        "deepseek-",
        clue="deepseek-chat-v",
    ),
    _rule(
        "Claude's number before its tier: claude-3.5-sonnet",
        r"^claude-(\d+(?:\.\d+)?)-(opus|sonnet|haiku|fable)",
        r"claude-\2-\1",
        clue="claude-",
    ),
    _rule(
        "Gemini's number after its tier: gemini-flash-1.5",
        r"^gemini-(flash-lite|flash|pro)-(\d(?:\.\d)?)(?=-|$)",
        r"gemini-\2-\1",
        clue="gemini-",
    ),
    _rule(
        "Nemotron's number after its tier: nemotron-nano-3-30b",
        r"^nemotron-(nano|super|ultra|lightning)-(\d(?:\.\d)?)(?=-)",
        r"nemotron-\2-\1",
        clue="nemotron-",
    ),
    _rule(
        "OpenAI's larger budget for the same weights: gpt-5.6-sol-pro",
        r"^(gpt-[\d.]+-(?:luna|sol|terra))-pro$",
        r"\1",
        clue="-pro",
    ),
    _rule(
        "a snapshot's month and day, where the line moves on: gpt-4-0613, grok-4-0709",
        r"^((?:gpt|grok)-.*?)-\d{4}(?=-|$)",
        r"\1",
    ),
    _rule(
        "the one size of a line: llama-4-scout-17b, nemotron-3-super-120b",
        r"^(llama-4-(?:maverick|scout)|nemotron-[\d.]+-(?:super|ultra|lightning))-\d+b",
        r"\1",
    ),
    _rule(
        "Mistral's date, which implies version and size: mistral-small-3.2-24b-2506",
        r"^(mistral-(?:small|medium|large))(?:-[\d.]+)?(?:-\d+b)?-(\d{4})$",
        r"\1-\2",
        clue="mistral-",
    ),
    _rule(
        "Mistral's version, which implies the size: mistral-small-3.2-24b",
        r"^(mistral-(?:small|medium|large)-[\d.]+)-\d+b$",
        r"\1",
        clue="mistral-",
    ),
    _rule(
        "Mistral's third small ones, known by their date: ministral-8b-2512",
        r"^mini?stral-(?:3-)?(\d+b)-2512$",
        r"ministral-3-\1",
        clue="stral-",
    ),
    _rule(
        "Cohere's month of a line that moves on: command-a-03-2025",
        r"^(command-a.*)-\d{2}-20\d{2}$",
        r"\1",
        clue="command-a",
    ),
    _rule(
        "MiniMax's faster queue under its first name: minimax-m2.5-lightning",
        r"^(minimax-m.*)-lightning$",
        r"\1-highspeed",
        clue="-lightning",
    ),
    _rule("a v apart from its number: embed-v-4", r"^embed-v-(?=\d)", "embed-v", clue="embed-v-"),
    _rule("Llama's number's own v: llama-v3.1", r"^llama-v(?=\d)", "llama-", clue="llama-v"),
)
"""Rules that normalise different spellings, applied in this order."""

FORMS = (
    ("amazon-bedrock", re.compile(rf"^(?:{_REGIONS})(?:-gov)?\.[a-z]|-v?\d:\d+$")),
    ("cloudflare-workers-ai", re.compile(r"^@cf/")),
    ("databricks", re.compile(r"^databricks-")),
    ("fireworks-ai", re.compile(r"^accounts/fireworks/")),
    ("sap-ai-core", re.compile(r"^[a-z]+--[a-z]")),
    ("vertex_ai", re.compile(r"@(?:default|20\d{6})$|-maas$|^publishers/")),
)
"""Hosts, by a name that filters accept, each with the pattern that only its own ids match."""

ALIASES = {
    "deepseek-reasoner": "deepseek-r1",
    "kimi-k2-0711": "kimi-k2",
    "kimi-k2-0905-preview": "kimi-k2-0905",
    "voxtral-small-24b-2507": "voxtral-small-2507",
    "devstral-2": "devstral-2512",
    "devstral-2-123b": "devstral-2512",
    "devstral-2-123b-2512": "devstral-2512",
    "gpt-4o-05-13": "gpt-4o-2024-05-13",
    "gemini-3-flash-preview": "gemini-3-flash",
    "gemini-3-pro-preview": "gemini-3-pro",
    "gemini-3.1-pro-preview": "gemini-3.1-pro",
    "gpt-5.6": "gpt-5.6-sol",
    "ministral-14b": "ministral-3-14b",
    "mistral-3-14b": "ministral-3-14b",
    "mistral-large-2": "mistral-large-2407",
    "mistral-large-3": "mistral-large-2512",
    "mistral-medium-3": "mistral-medium-2505",
    "mistral-medium-3.1": "mistral-medium-2508",
    "mistral-medium-3.5": "mistral-medium-2604",
    "mistral-nemo-2407": "mistral-nemo",
    "mistral-small-3": "mistral-small-2501",
    "mistral-small-3.1": "mistral-small-2503",
    "mistral-small-3.2": "mistral-small-2506",
    "mistral-small-4": "mistral-small-2603",
    "mistral-small-24b-2501": "mistral-small-2501",
    "nemotron-3-120b": "nemotron-3-super",
    "nemotron-120b": "nemotron-3-super",
    "pixtral-12b-2409": "pixtral-12b",
}
"""Other names of models that no rule could derive, each with the key of its base model."""


QUALIFIERS = frozenset((*_PLANS.split("|"), *_PRECISIONS.split("|"), "fast", "highspeed", "thinking", "turbo"))
"""Words that distinguish a host's ways of serving a model, and never models."""


def base_of(model_id: str, *, canonical: str | None = None) -> str:
    """The key of the base model of a host's id, such as ``claude-sonnet-4.5`` or ``llama-3.3-70b``.

    ``canonical`` is models.dev's ``canonical_model_id``, where the feed gives one.
    """
    return _base_of(canonical or model_id)


@lru_cache(maxsize=1 << 14)
def _base_of(name: str) -> str:
    name = unwrap(name)
    for rule in SHAPES:
        name = rule.apply(name)
    return ALIASES.get(name, name)


def parameters_of(base: str) -> float | None:
    """The parameters of a base model that its name states, in billions: 70 for ``llama-3.3-70b``, 176 for ``8x22b``."""
    sizes = [
        float(match["experts"] or 1) * float(match["number"]) * (1000 if match["unit"] == "t" else 1)
        for match in _PARAMETERS.finditer(base)
    ]
    return max(sizes, default=None)


def region_of(model_id: str) -> str | None:
    """The mark of a region in a host's own id: ``eu`` for ``eu.anthropic.x`` and ``x@eu``; None where it has none."""
    match = _REGION_MARK.search(fold(model_id))
    return (match["before"] or match["behind"]) if match else None


def without_effort(base: str) -> str:
    """The key without a reasoning effort, which clients of OpenAI's models append to it: gpt-5-codex-high."""
    return _EFFORT.sub("", base)


def unwrap(model_id: str) -> str:
    """A host's id without prefixes and suffixes that matter only to the host, lower-case, words joined by hyphens."""
    name = _hyphenated(fold(model_id))
    for rule in PREFIXES:
        name = rule.apply(name) or name
    return _without_suffixes(name)


def host_by_form(model_id: str) -> str | None:
    """The host whose form of ids this is, amazon-bedrock for ``us.anthropic.…-v1:0``; None if it is no host's own."""
    name = model_id.strip().lower()
    return next((host for host, form in FORMS if form.search(name)), None)


def normal_form(model_id: str) -> str:
    """A host's id in one spelling of separators, points and the order of version and tier, with everything in it.

    So ``claude_4_5_haiku`` and ``claude-haiku-4-5`` are equal, and ``claude-haiku-4-5-20251001`` is neither.
    """
    name = _SEPARATORS.sub("-", _POINT.sub("-", fold(model_id))).removesuffix(":0")
    return _VERSION_FIRST.sub(r"claude-\2-\1", name)


def fold(text: str) -> str:
    """Normalise case and width, and strip surrounding space, for comparison."""
    if text.isascii():  # nearly all are: a third of the time
        return text.lower().strip()
    return unicodedata.normalize("NFKC", text).casefold().strip()


def squeeze(name: str) -> str:
    """The ASCII letters and digits of a name, lower-case: ``claude-sonnet-4.5`` and ``Claude Sonnet 4 5`` are equal."""
    return _OTHER.sub("", name.casefold())


def _hyphenated(name: str) -> str:
    return re.sub(r"[\s_+()]+", "-", name).strip("-")


def _without_suffixes(name: str) -> str:
    while True:
        for rule in SUFFIXES:
            shorter = rule.apply(name)
            if shorter and shorter != name:
                name = shorter
                break
        else:
            return name
