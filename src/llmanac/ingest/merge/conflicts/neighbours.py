"""The neighbours of an offer: the same model at the hosts whose figures explain, or prove, one of its own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from llmanac.domain.records import Offer, Provider
from llmanac.ingest.merge.conflicts.causes import Disagreement, is_mainland
from llmanac.ingest.merge.conflicts.compared_figures import BY_NAME

MAINLAND_END = "-cn"


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The offers of the models about which sources disagree."""

    by_base: Mapping[str, tuple[Offer, ...]]
    providers: Mapping[str, Provider]

    @classmethod
    def of(
        cls, offers: Iterable[Offer], cases: Iterable[Disagreement], *, providers: Mapping[str, Provider]
    ) -> Neighbours:
        """The neighbours of the offers of these cases, among all offers."""
        wanted = {case.offer.base for case in cases}
        by_base: defaultdict[str, list[Offer]] = defaultdict(list)
        for offer in offers:
            if offer.base in wanted:
                by_base[offer.base].append(offer)
        return cls({base: tuple(those) for base, those in by_base.items()}, providers)

    def around(self, case: Disagreement) -> Disagreement:
        """The case with what its neighbours say about it."""
        figure = BY_NAME[case.field]
        stated = (figure.served(it) for it in self._twins(case.offer))
        return replace(
            case,
            api=self._api(case.offer),
            twins=tuple(it for it in stated if it is not None),
            has_peak_hours=any(it.price.off_peak is not None for it in self.by_base[case.offer.base]),
        )

    def at_lab(self, offer: Offer) -> tuple[Offer, ...]:
        """The same model at its lab's own hosts, where this offer is none of those; without mainland China's."""
        if offer.first_party:
            return ()
        return tuple(it for it in self.by_base[offer.base] if it.first_party and not self._is_mainland(it))

    def _twins(self, offer: Offer) -> list[Offer]:
        """The same model at the host that LiteLLM's id stands for, and at the international one of the same host."""
        international = offer.provider.removesuffix(MAINLAND_END)
        called = offer.litellm.id if offer.litellm is not None else None
        return [
            it
            for it in self.by_base[offer.base]
            if it.id != offer.id
            and (
                (it.litellm is not None and it.litellm.primary and it.litellm.id == called)
                or it.provider == international
                or (it.first_party and not self._is_mainland(it))
            )
        ]

    def _is_mainland(self, offer: Offer) -> bool:
        return is_mainland(offer.provider, self._api(offer))

    def _api(self, offer: Offer) -> str | None:
        provider = self.providers.get(offer.provider)
        return provider.api if provider is not None else None
