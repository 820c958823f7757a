"""Builds the vocabulary of a catalog: the words of each offer's id and names, its host, and its lab."""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from string import digits
from typing import TypeAlias

from llmanac.domain.catalog import CatalogData
from llmanac.domain.records import Offer
from llmanac.domain.spelling import aliases_of
from llmanac.search.index.text import Cuts, number_of
from llmanac.search.index.vocabulary import Vocabulary

HOST_ALIASES: Mapping[str, str] = {
    "amazon-bedrock": "aws",
    "azure": "microsoft foundry",
    "cloudflare-workers-ai": "cf",
    "github-models": "gh",
    "google": "ai studio",
    "google-vertex": "gcp vertexai",
    "google-vertex-anthropic": "gcp vertexai",
    "huggingface": "hf",
}
"""Names that people use for a host in addition to its id, its name and its LiteLLM prefix."""

ALIAS_HOSTS = 2
"""Minimum number of hosts that put a word before the slash of ids, for it to be an alias of a lab."""
ALIAS_SHARE = 0.8
"""Minimum share of that lab among the models whose ids have the word before a slash."""


Places: TypeAlias = "defaultdict[str, array[int]]"
"""The numbers of the offers of each word; a number may occur twice."""


def vocabulary_of(offers: Sequence[Offer], catalog: CatalogData, cuts: Cuts) -> Vocabulary:
    """Build the vocabulary of a catalog; ``offers`` are all of its offers in the order of their numbers."""
    bases, providers, labs = _members(offers, catalog)
    core, found, hosted = _places(), _places(), _places()
    for base, members in bases.items():
        for word in set(cuts.cut(base)):
            core[word].extend(members)
    for number, offer in enumerate(offers):
        for word in {*cuts.cut(offer.base), *cuts.cut(offer.model), *cuts.cut(offer.name or "")}:
            found[word].append(number)
        for word in {word for alias in aliases_of(offer) for word in cuts.cut(alias)}:
            found[word].append(number)
    _add_numbers(found)
    for provider, members in providers.items():
        for word in _host_words(provider, catalog, cuts):
            hosted[word].extend(members)
            found[word].extend(members)
    for lab, names in _lab_names(catalog).items():
        for word in {word for name in names for word in cuts.cut(name)}:
            found[word].extend(labs[lab])
    _add_whole_versions(core, found)
    _add_numbers(core)
    return Vocabulary.of(found, core=core, hosted=hosted)


def _places() -> Places:
    return defaultdict(lambda: array("I"))


def _add_numbers(places: Places) -> None:
    """Add the number in words such as ``v3`` or ``k2.5`` as a word."""
    for word, number in [(word, number_of(word)) for word in places]:
        if number is not None:
            places[number].extend(places[word])


def _add_whole_versions(core: Places, found: Places) -> None:
    """Add versions with the .0 that names of base models leave out, for those who write it: gemini-2-flash is 2.0."""
    for digit in filter(core.__contains__, digits):
        if (whole := f"{digit}0") in found:
            core[whole].extend(set(core[digit]).intersection(found[whole]))


def _members(
    offers: Sequence[Offer], catalog: CatalogData
) -> tuple[dict[str, list[int]], dict[str, list[int]], dict[str, list[int]]]:
    """The numbers of the offers of each base model, at each provider, and of each lab."""
    bases: defaultdict[str, list[int]] = defaultdict(list)
    providers: defaultdict[str, list[int]] = defaultdict(list)
    for number, offer in enumerate(offers):
        bases[offer.base].append(number)
        providers[offer.provider].append(number)
    labs: defaultdict[str, list[int]] = defaultdict(list)
    for base, members in bases.items():
        labs[catalog.models[base].lab or ""] += members
    return bases, providers, labs


def _host_words(provider: str, catalog: CatalogData, cuts: Cuts) -> set[str]:
    """The words of a host's names."""
    known = catalog.providers.get(provider)
    names = [provider, HOST_ALIASES.get(provider, "")]
    if known is not None:
        names += [known.name or "", known.litellm_prefix or ""]
    return {word for name in names for word in cuts.cut(name)}


def _lab_names(catalog: CatalogData) -> dict[str, list[str]]:
    """Each lab's key, and the names that hosts put before the slash for its models alone."""
    names: dict[str, list[str]] = {model.lab: [model.lab] for model in catalog.models.values() if model.lab}
    uses: defaultdict[str, Counter[str | None]] = defaultdict(Counter)
    hosts: defaultdict[str, set[str]] = defaultdict(set)
    for offer in catalog.offers:
        if "/" in offer.model:
            lab = catalog.models[offer.base].lab
            for part in offer.model.lower().split("/")[:-1]:
                uses[part][lab] += 1
                hosts[part].add(offer.provider)
    at_home = {(catalog.models[it.base].lab, it.provider.lower()) for it in catalog.offers if it.first_party}
    providers = {provider.lower() for provider in catalog.providers}
    for part, by_lab in sorted(uses.items()):
        lab, count = by_lab.most_common(1)[0]
        is_its_own = len(hosts[part]) >= ALIAS_HOSTS and count >= ALIAS_SHARE * by_lab.total()
        if lab and is_its_own and (part not in providers or (lab, part) in at_home):
            names[lab].append(part)
    return names
