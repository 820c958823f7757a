"""Resolves ids in any spelling: to one offer, to one that is not listed any more, to several, or to none.

An id is read as it is written, then without the forms of other programs (``id_forms``). Each reading is tried as

- the models.dev spelling of an offer, ``anthropic/claude-sonnet-5``;
- the id by which LiteLLM calls an offer, ``gemini/gemini-3.5-flash-lite``, or of a row in its map.

An id that begins with a host is that host's: its model is looked up there, then in other separators, then among what
the host has listed in the past; no other host's offer is taken for it. A model without a host is the offer of the lab
that made it, a bare id of LiteLLM's, or the only offer of that name where the lab has no host of its own.

Case, width and outer space are ignored where that is unambiguous. A name alone is never taken for an offer: an
id with a date that no host lists is not the same as one without it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from llmanac.domain.catalog import CatalogData
from llmanac.domain.feed import LITELLM
from llmanac.domain.host_names import CLIENT_HOST_NAMES
from llmanac.domain.naming import base_of, fold, host_by_form, normal_form, squeeze
from llmanac.domain.records import Offer, Provider
from llmanac.domain.spelling import aliases_of, litellm_spelling
from llmanac.errors import Forbidden, NotFound
from llmanac.ingest.merge.labs import LABS
from llmanac.ingest.merge.litellm_offers import HOST_BY_PREFIX
from llmanac.ingest.merge.litellm_routes import NATIVE_PREFIXES
from llmanac.search import engine
from llmanac.search.index.index import Index
from llmanac.search.query.schema import MAX_QUERY_LENGTH, build_query
from llmanac.search.reading.interpretation import MatchMode
from llmanac.service.offers.id_forms import UnwrappedId, unwrap_forms
from llmanac.service.offers.offer_ids import OfferIds
from llmanac.service.offers.past_offers import NO_PAST, PastOffers
from llmanac.service.offers.resolution import (
    NEAREST,
    Ambiguous,
    Disallowed,
    Found,
    IdReading,
    Removed,
    Resolution,
    SpellingOf,
    Unknown,
    explain,
)


class Resolver:
    """The offers of a catalog by every spelling of their ids. Frozen; belongs to one edition."""

    __slots__ = ("_by_prefix", "_by_provider", "_catalog", "_ids", "_index", "_past", "_row_id", "_strays")

    def __init__(
        self,
        catalog: CatalogData,
        index: Index,
        ids: OfferIds,
        *,
        past: PastOffers = NO_PAST,
        row_id: Callable[[Offer], str | None] = lambda _: None,
    ) -> None:
        """``row_id`` gives the id of LiteLLM's row for an offer."""
        self._catalog = catalog
        self._index = index
        self._ids = ids
        self._past = past
        self._row_id = row_id
        self._strays = {squeeze(it): it for it in catalog.stray_ids}
        self._by_provider: defaultdict[str, list[Provider]] = defaultdict(list)
        self._by_prefix: defaultdict[str, list[Provider]] = defaultdict(list)
        for provider in (*catalog.providers.values(), *catalog.litellm_providers.values()):
            self._by_provider[fold(provider.id)].append(provider)
            if provider.litellm_prefix:
                self._by_prefix[fold(provider.litellm_prefix)].append(provider)

    def resolve(self, id: str) -> Resolution:  # noqa: A002 -- what is resolved is an id
        """Resolve an id; never raises."""
        resolution = self._resolve(id)
        return self._with_dates(resolution) if isinstance(resolution, Found) else resolution

    def offer(self, id: str) -> Offer:  # noqa: A002 -- what is looked up is an id
        """The offer that an id resolves to.

        Raises NotFound, which names those that may be meant, and Forbidden for one that a policy hides.
        """
        return self.found(id).offer

    def number(self, id: str) -> int:  # noqa: A002 -- what is looked up is an id
        """The document number of the offer that an id resolves to. Raises NotFound as ``offer`` does."""
        return self.found(id).number

    def found(self, id: str) -> Found:  # noqa: A002 -- what is looked up is an id
        """The offer that an id resolves to, and how it was read. Raises NotFound and Forbidden as ``offer`` does."""
        match self.resolve(id):
            case Found() as found:
                return found
            case Disallowed() as hidden:
                raise Forbidden(explain(hidden))
            case not_found:
                raise NotFound(explain(not_found))

    def offer_id(self, id: str) -> str:  # noqa: A002 -- what is looked up is an id
        """The id of the offer that an id resolves to; the id as it is where there is none. Raises Forbidden."""
        try:
            return self.found(id).offer.id
        except NotFound:
            return id

    def providers(self, name: str) -> tuple[Provider, ...]:
        """The host with this id or other name, or the hosts with this LiteLLM prefix."""
        key = fold(name)
        for it in (key, CLIENT_HOST_NAMES.get(key, key)):
            if found := self._by_provider.get(it) or self._by_prefix.get(it):
                return tuple(found)
        return ()

    def nearest(self, name: str) -> tuple[Offer, ...]:
        """Offers with an id or a name similar to this, the likeliest first."""
        page = (
            engine.run(build_query(query=name[:MAX_QUERY_LENGTH], limit=NEAREST), self._index) if name.strip() else None
        )
        return self._offers(page.numbers) if page else ()

    def namesakes(self, resolution: Resolution) -> tuple[Offer, ...]:
        """The offers at other hosts with the very id that was read, listed ones first: what it could also mean."""
        reading = resolution.reading
        whole = f"{reading.host}/{reading.model}" if reading.host else reading.model
        found = {**self._by_model(fold(whole)), **self._by_model(fold(reading.model))}
        own = resolution.number if isinstance(resolution, Found) else None
        return tuple(offer for number, offer in sorted(found.items()) if number != own)

    def of_model(self, base: str) -> tuple[Offer, ...]:
        """All offers of a base model, best first; none where there is no such model."""
        model = self._catalog.models.get(base)
        if model is None:
            return ()
        offers = (offer for _, offer in self._numbered(self._ids.by_base[base]))
        listed = {offer.id: offer for offer in offers if offer.base == base}
        return tuple([listed[id_] for id_ in model.offers])

    def _resolve(self, id: str) -> Resolution:  # noqa: A002 -- what is resolved is an id
        aliased = self._by_alias(fold(id))
        # An id of a listed offer means that one: no name that somebody gives to another may take it away.
        if aliased and not self._by_id(fold(id)):
            return _aliased(id, aliased)
        unwrapped = unwrap_forms(id, self._is_host)
        reading = self._reading(unwrapped)
        for text in dict.fromkeys((id, *_with_region(unwrapped), unwrapped.text)):
            found = self._exact(text, reading=reading)
            if found is not None:
                return found
        if reading.host:
            return self._at_host(id, reading)
        return self._at_past_host(id, reading) or self._anywhere(id, reading)

    def _at_past_host(self, id: str, reading: IdReading) -> Removed | None:  # noqa: A002 -- what is resolved is an id
        """The past offer of a host that lists nothing any more."""
        head, slash, model = reading.model.partition("/")
        past = self._past.find([fold(head)], model) if slash else None
        return Removed(id, past, replace(reading, host=past.provider, model=model)) if past is not None else None

    def _with_dates(self, found: Found) -> Found:
        """The offer with the last day that LiteLLM states of the very id that was read, or of a row that it dropped."""
        offer = found.offer
        if offer.lifecycle.stated:
            return found
        # A bare id of LiteLLM's is the lab's own offer here, and the row may be another host's: Vertex's of Gemini.
        reading = found.reading
        row = None if reading.host else _only(self._by_row(fold(reading.model)), found.read_as, reading)
        if row is not None and row.offer.lifecycle.stated:
            return replace(found, offer=replace(offer, lifecycle=row.offer.lifecycle))
        if offer.litellm is not None and offer.litellm.known:
            return found
        past = self._past.find([offer.provider], offer.model)
        if past is None or past.lifecycle.stated is None:
            return found
        return replace(found, offer=replace(offer, lifecycle=past.lifecycle))

    def _is_host(self, name: str) -> bool:
        return bool(self.providers(name))

    def _reading(self, unwrapped: UnwrappedId) -> IdReading:
        """The host and the model of an id, as far as it names them or has the form of a host's own."""
        head, slash, rest = unwrapped.text.partition("/")
        named = self.providers(head) if slash and rest else ()
        if named:
            return IdReading(_first_host(fold(head), named), rest, unwrapped.forms)
        form = host_by_form(unwrapped.text) or ""
        by_form = self.providers(form)
        return IdReading(_first_host(form, by_form) if by_form else None, unwrapped.text, unwrapped.forms)

    def _exact(self, text: str, *, reading: IdReading) -> Found | None:
        """The offer whose id this is, as models.dev writes it, as LiteLLM calls it, or as LiteLLM's map has it."""
        key = fold(text)
        steps = ((self._by_id, SpellingOf.MODELS_DEV), (self._by_litellm_id, SpellingOf.LITELLM))
        by_row = ((self._by_row, SpellingOf.LITELLM),) if "/" in key or reading.host else ()
        for find, read_as in (*steps, *by_row):
            found = _only(find(key), read_as, reading, exact=text)
            if found is not None:
                is_litellms = found.offer.listed_by == LITELLM
                return replace(
                    found,
                    read_as=SpellingOf.LITELLM if is_litellms else read_as,
                    reading=replace(reading, host=found.offer.provider),
                )
        return None

    def _at_host(self, id: str, reading: IdReading) -> Resolution:  # noqa: A002 -- what is resolved is an id
        """The host's own offer; else its past one; else no offer at all."""
        model, host = reading.model, reading.host or ""
        hosts = self._at_one_address(host)
        # A host's own ids may begin with its name: nvidia/nemotron-… is nvidia's nvidia/nemotron-….
        for name in (model, f"{host}/{model}"):
            there = self._by_model(fold(name))
            for among in (frozenset({host}), hosts):
                own = {number: it for number, it in there.items() if it.provider in among}
                if found := _only(own, SpellingOf.MODEL, reading, exact=id):
                    return found
        alike = self._alike(model, lambda offer: offer.provider in hosts)
        if found := _only(alike, SpellingOf.SEPARATORS, reading, exact=id):
            return found
        strays = self._strays_like(id, model)
        past = None if strays else self._past.find(hosts, model)
        if past is not None:
            listed = _only(self._by_id(fold(past.id)), SpellingOf.LITELLM, reading, exact=past.id)
            return listed or Removed(id, past, reading)
        if alike:
            return Ambiguous(id, tuple(alike.values()), reading)
        model_there = [it for it in self.of_model(base_of(model)) if it.provider in hosts]
        if model_there:
            return Ambiguous(id, tuple(model_there), reading)
        return Unknown(id, self._nearest_at(host, model) or self.nearest(id), reading, strays)

    def _at_one_address(self, host: str) -> frozenset[str]:
        """A host, and those that LiteLLM calls by the same prefix at the same address: Vertex and its Claude models."""
        prefix = NATIVE_PREFIXES.get(host)
        alike = self._by_prefix.get(prefix, []) if prefix else []
        return frozenset({host, *(it.id for it in alike if it.id in NATIVE_PREFIXES)})

    def _nearest_at(self, host: str, model: str) -> tuple[Offer, ...]:
        """Offers of a host with an id or a name similar to this, without leaving out any of its words."""
        text = model[:MAX_QUERY_LENGTH]
        if not text.strip():
            return ()
        page = engine.run(build_query(query=text, provider=host, limit=NEAREST), self._index)
        is_partial = page.reading is not None and page.reading.mode is MatchMode.PARTIAL
        return () if is_partial else self._offers(page.numbers)

    def _anywhere(self, id: str, reading: IdReading) -> Resolution:  # noqa: A002 -- what is resolved is an id
        """The offer of a name without a host."""
        name = fold(reading.model)
        namesakes = self._by_model(name)
        own = self._best_own(namesakes)
        if own is not None:
            return Found(namesakes[own], own, SpellingOf.MODEL, reading)
        if found := _only(self._by_row(name), SpellingOf.LITELLM, reading):
            return found
        alike = self._alike(reading.model, lambda offer: offer.first_party)
        if (own := self._best_own(alike)) is not None:
            return Found(alike[own], own, SpellingOf.SEPARATORS, reading)
        past = self._past.find_own(reading.model)
        if past is not None:
            listed = _only(self._by_id(fold(past.id)), SpellingOf.MODEL, reading, exact=past.id)
            return listed or Removed(id, past, reading)
        is_name = name in self._catalog.models
        if not is_name and (found := _only(namesakes, SpellingOf.MODEL, reading)) and self._is_only(found.offer):
            return found
        candidates = self._candidates(name, namesakes)
        return Ambiguous(id, candidates, reading) if candidates else self._unknown(id, reading)

    def _unknown(self, id: str, reading: IdReading) -> Unknown:  # noqa: A002 -- what is resolved is an id
        return Unknown(id, self.nearest(id), reading, self._strays_like(id, reading.model))

    def _is_only(self, offer: Offer) -> bool:
        """Returns True if the only offer of a name is meant by it: open weights, or no host of its lab is listed."""
        model = self._catalog.model_of(offer)
        lab = next((it for it in LABS if it.id == model.lab), None)
        return lab is None or bool(offer.open_weights) or not any(it in self._catalog.providers for it in lab.hosts)

    def _best_own(self, offers: Mapping[int, Offer]) -> int | None:
        """The number of the lab's best own offer among these; None where there is none."""
        own = {offer.id: number for number, offer in offers.items() if offer.first_party}
        if not own:
            return None
        model = self._catalog.model_of(offers[next(iter(own.values()))])
        return next((own[best] for best in model.offers if best in own), next(iter(own.values())))

    def _alike(self, model: str, belongs: Callable[[Offer], bool]) -> dict[int, Offer]:
        """The offers whose own id is this but for separators."""
        form = normal_form(model)
        numbered = self._numbered(self._ids.by_base[base_of(model)])
        return {number: it for number, it in numbered if belongs(it) and normal_form(it.model) == form}

    def _strays_like(self, *texts: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self._strays[key] for it in texts if (key := squeeze(it)) in self._strays))

    def _by_alias(self, key: str) -> dict[int, Offer]:
        found = self._numbered(self._ids.by_alias[key])
        return {number: offer for number, offer in found if key in map(fold, aliases_of(offer))}

    def _by_id(self, key: str) -> dict[int, Offer]:
        found = self._numbered(self._ids.by_id[key])
        return {number: offer for number, offer in found if fold(offer.id) == key}

    def _by_litellm_id(self, key: str) -> dict[int, Offer]:
        found = self._numbered(self._ids.by_litellm_id[key])
        return {number: offer for number, offer in found if fold(litellm_spelling(offer) or "") == key}

    def _by_row(self, key: str) -> dict[int, Offer]:
        found = self._numbered(self._ids.by_row[key])
        rows = {number: offer for number, offer in found if fold(self._row_id(offer) or "") == key}
        alias = self._catalog.litellm_aliases.get(key)
        return rows if alias is None else rows | self._by_id(fold(alias))

    def _by_model(self, key: str) -> dict[int, Offer]:
        found = self._numbered(self._ids.by_model[key])
        return {number: offer for number, offer in found if fold(offer.model) == key}

    def _numbered(self, numbers: Iterable[int]) -> Iterator[tuple[int, Offer]]:
        return ((number, self._catalog.offer(number)) for number in numbers)

    def _offers(self, numbers: Iterable[int]) -> tuple[Offer, ...]:
        return tuple(map(self._catalog.offer, numbers))

    def _candidates(self, key: str, namesakes: Mapping[int, Offer]) -> tuple[Offer, ...]:
        """The offers that a name may mean: all of that name, else its base model's."""
        model = self._catalog.models.get(key) or self._catalog.models.get(base_of(key))
        of_model = self.of_model(model.base) if model else ()
        return of_model if key in self._catalog.models else tuple(namesakes.values()) or of_model


def _first_host(name: str, named: Sequence[Provider]) -> str:
    """The id of the host that a name stands for: of those that share a prefix, the one that LiteLLM calls by it."""
    first = HOST_BY_PREFIX.get(name)
    return first if first in {it.id for it in named} else named[0].id


def _with_region(unwrapped: UnwrappedId) -> tuple[str, ...]:
    """The id in the region of its ARN, where LiteLLM's map may have a price of its own."""
    head, _, model = unwrapped.text.partition("/")
    return (f"{head}/{unwrapped.region}/{model}",) if unwrapped.region else ()


def _aliased(id: str, offers: Mapping[int, Offer]) -> Found | Ambiguous:  # noqa: A002 -- what is resolved is an id
    """The offer with a name of the organisation's own; its word comes before every other reading."""
    number, offer = next(iter(offers.items()))
    if len(offers) == 1:
        return Found(offer, number, SpellingOf.ALIAS, IdReading(offer.provider, offer.model))
    return Ambiguous(id, tuple(offers.values()), IdReading(None, id))


def _only(offers: Mapping[int, Offer], read_as: SpellingOf, reading: IdReading, *, exact: str = "") -> Found | None:
    """The only offer, or the one with the id ``exact``; None where there is neither."""
    for number, offer in offers.items():
        if len(offers) == 1 or offer.id == exact.strip():
            return Found(offer, number, read_as, reading)
    return None
