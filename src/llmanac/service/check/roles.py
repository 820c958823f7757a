"""The part that a string plays in a file, by its keys and the calls around it: a model, a user's own name, a label."""

from __future__ import annotations

import re
from enum import Enum, auto

from llmanac.service.check.names import has_family
from llmanac.service.check.syntax.scalar import Scalar
from llmanac.service.check.words import says_model, words_of


class StringRole(Enum):
    """The part that a string plays."""

    MODEL = auto()
    """It is a model by its key."""
    OPEN = auto()
    """Nothing says what it is."""
    OWN = auto()
    """It is a name of the user's: of a deployment, or of a model on the user's machines."""
    DEFINED = auto()
    """It is a name that the file gives to a model here, and may use elsewhere."""
    OTHER = auto()
    """It is no model: a package, an image, a label."""


PROXY_MARK = "litellm_params"
"""The key by which a LiteLLM proxy's configuration is known."""
_PROXY_NAMES = re.compile(r"model_name|model_group_alias|(?:\w+_)?fallbacks|access_groups|models|allowed_models")
"""Keys of a LiteLLM proxy's configuration whose values are the user's own names for its models."""

_GENERIC = frozenset("value default values enum const items name names id ids primary key options choices list".split())
_DEFINING_WORDS = frozenset("alias aliases served".split())
"""Words of a key whose value, or whose keys, are names that the user gives."""
_OWN_WORDS = frozenset("deployment deployments ollama lmstudio vllm localai".split())
_OTHER_KEYS = frozenset(
    "image uses dependencies devdependencies peerdependencies optionaldependencies resolutions overrides packages "
    "container_name containername hostname homepage repository license licenses keywords description title label "
    "labels summary comment note notes placeholder tooltip displayname display_name aria-label alt href src class "
    "classname path file filename slug url uri icon logo needs runs-on volumes ports from schema $schema $ref requires "
    "depends_on changelog script_name test_name badge encoding topic".split()
)
_OTHER_LAST_WORDS = frozenset("image path dir directory file filename url uri repo repository bucket".split())
_LABEL_KEYS = frozenset("name title label display_name displayname description id key text alias".split())
_TESTS = re.compile(
    r"(?:.*[.:])?(?:starts_?with|ends_?with|includes|contains|index_?of|match|search|test|fullmatch|findall|replace|"
    r"sub|split|remove_?prefix|remove_?suffix|has_?prefix|has_?suffix|compile|regexp?|require|import_module|url|path|"
    r"join|describe|it|print|println|log|info|debug|warn|warning|error|printf|echo|format|panic|throw|fail|ValueError|RuntimeError|Error)!?",
    re.IGNORECASE,
)
"""Functions that test a string, search for it, or print it."""
_LOCAL_CALLS = re.compile(
    r".*(?:from_pretrained|SentenceTransformer|HuggingFaceEmbed|snapshot_download|hf_hub_download|pipeline|tokenizer|"
    r"encoding_for_model|get_encoding|ollama|vllm|llamacpp|llama_cpp|lmstudio|huggingface-cli|mlx_lm|llama-server|"
    r"llama-cli|Llamafile|AzureChatOpenAI|AzureOpenAI).*|hf|(?:.*\.)?(?:azure|createAzure)",
    re.IGNORECASE,
)
"""Functions and commands whose models are the user's own: weights, local servers, Azure's deployments."""


def role_of(scalar: Scalar, *, is_proxy: bool = False) -> StringRole:
    """The part that a string plays. ``is_proxy``: its file configures a LiteLLM proxy."""
    keys = _telling_keys(scalar)
    near = frozenset(word for key in keys[:2] for word in words_of(key))
    nearest = frozenset(words_of(scalar.keys[0])) if scalar.keys else frozenset()
    if (is_proxy and any(map(_PROXY_NAMES.fullmatch, scalar.keys))) or not _DEFINING_WORDS.isdisjoint(nearest):
        return StringRole.DEFINED
    if not _OWN_WORDS.isdisjoint(near) or any(map(_LOCAL_CALLS.fullmatch, scalar.calls)):
        return StringRole.OWN
    if _is_other(scalar, keys):
        return StringRole.OTHER
    return StringRole.MODEL if _is_model(scalar, keys) else StringRole.OPEN


def _is_model(scalar: Scalar, keys: tuple[str, ...]) -> bool:
    """Whether a string is a value of what holds a model, or a key of what holds models."""
    if scalar.is_key:
        return bool(keys) and words_of(keys[0])[-1:] == ("models",)
    return any(map(says_model, keys[:3]))


def is_spoken(scalar: Scalar) -> bool:
    """Whether a string is tested against, searched for or printed, rather than used."""
    return bool(scalar.calls) and _TESTS.fullmatch(scalar.calls[0]) is not None


def _is_other(scalar: Scalar, keys: tuple[str, ...]) -> bool:
    """Whether a string is tested or printed, or is a value of what holds no models."""
    if _is_label(scalar):
        return True
    if scalar.keys and says_model(scalar.keys[0]):
        return False
    if is_spoken(scalar):
        return True
    if any(words_of(it)[-1:] == (last,) for it in keys[:1] for last in _OTHER_LAST_WORDS):
        return True
    return any(it.lower() in _OTHER_KEYS for it in keys[:2])


def _telling_keys(scalar: Scalar) -> tuple[str, ...]:
    """The keys of a string, where a generic one (``value``) is told by the name beside it (``name: MODEL``)."""
    keys: list[str] = []
    for place, key in enumerate(scalar.keys):
        beside = scalar.neighbours[0] if place == 0 and scalar.neighbours else {}
        named = beside.get("name") or beside.get("key") or beside.get("Name")
        if key.lower() in {"value", "default"} and named:
            keys.append(named)
        elif key.lower() not in _GENERIC or not scalar.keys[place + 1 :]:
            keys.append(key)
    return tuple(keys)


def _is_label(scalar: Scalar) -> bool:
    """Whether a string is the name of an entry that states its model beside it, or as its key."""
    if not scalar.keys:
        return False
    around = scalar.neighbours[0] if scalar.neighbours else {}
    if words_of(scalar.keys[0])[-1:] == ("name",) and any(
        _IDENTIFIES.fullmatch("_".join(words_of(it))) for it in around
    ):
        return True
    if scalar.keys[0].lower() not in _LABEL_KEYS:
        return False
    if any(map(has_family, scalar.keys[1:2])):
        return True
    beside = scalar.neighbours[0] if scalar.neighbours else {}
    if scalar.keys[0].lower() != "id" and "id" in beside:
        return True
    return any(_STATES_MODEL.fullmatch("_".join(words_of(it))) for it in beside if it != scalar.keys[0])


_IDENTIFIES = re.compile(r"value|(?:\w+_)?model_id")
_STATES_MODEL = re.compile(r"(?:llm_|chat_|ai_)?model(?:_id|_name|_key)?|llm|deployment")
