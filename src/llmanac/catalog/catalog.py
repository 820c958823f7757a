"""The catalog for programs in Python: one class whose methods return frozen values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from datetime import date
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Self, TypeAlias, Unpack

from llmanac.catalog.filters import SearchFilters, query_of
from llmanac.catalog.matches import Matches
from llmanac.clock import Clock, system_clock
from llmanac.domain.naming import fold
from llmanac.domain.records import Model, Offer, Source
from llmanac.domain.usage import Usage
from llmanac.errors import NotFound
from llmanac.service.editions.edition import Edition
from llmanac.service.offers.resolution import Ambiguous, Disallowed, Found, Removed, Unknown, explain

if TYPE_CHECKING:  # a catalog is opened in half the time without what only some of its methods use
    from llmanac.catalog.history import CatalogHistory
    from llmanac.history.change import ChangeKind
    from llmanac.ingest.merge.conflicts.causes import Cause
    from llmanac.service.details.conflicts import ConflictSummary
    from llmanac.service.history.changes import ChangeSummary
    from llmanac.service.offers.alternative_list import AlternativeList
    from llmanac.service.offers.bill import Bill
    from llmanac.service.offers.billing import BillOptions
    from llmanac.service.offers.comparison import Comparison
    from llmanac.service.offers.estimate import Estimate
    from llmanac.service.offers.estimator import EstimateRanking
    from llmanac.service.offers.providers import ProviderSummary
    from llmanac.service.offers.validation import Validation
    from llmanac.service.offers.workload import Workload

AnyPath: TypeAlias = str | PathLike[str]


class Catalog:
    """One edition of the catalog, opened by ``llmanac.open_catalog``: it never changes while it is open.

    Ids may be in any spelling: ``anthropic/claude-sonnet-5``, the id by which LiteLLM calls the offer, or a host's own
    id where that leaves no doubt. ``as_of`` asks for the catalog as it was at the end of that day, in UTC: it raises
    InvalidRequest for a day that is yet to come, and NotFound for one before the history begins.

    Every result is a frozen value. Prices are USD per million tokens, in Decimal; unknown is None, free is 0. Threads
    may share a catalog. It is a context manager, and iterates over all of its offers, the most popular first:

    >>> import llmanac
    >>> with llmanac.open_catalog() as catalog:
    ...     print(len(catalog), "gpt-4o" in catalog, next(iter(catalog)).id)
    8337 True zai/glm-5.3
    """

    def __init__(
        self, edition: Edition, *, open_history: Callable[[], CatalogHistory], clock: Clock = system_clock
    ) -> None:
        """``open_history`` is called when the past is first asked for."""
        self._opened: Edition | None = edition
        self._clock = clock
        self._open_history = open_history

    # ── Offers and models ────────────────────────────────────────────────────────────────────────

    def search(
        self,
        query: str | None = None,
        *,
        sort: str | None = None,
        as_of: date | None = None,
        **filters: Unpack[SearchFilters],
    ) -> Matches:
        """The offers that match a text, typing errors forgiven, and all filters; all offers where none are given.

        ``sort`` is one of ``relevance``, ``popularity``, ``name``, ``release_date``, ``context``, ``price``,
        ``input_price`` and ``output_price``, with ``-`` before it for descending. Default: relevance with a text,
        popularity without. Raises InvalidParameters for a value that is out of bounds, and InvalidRequest for an
        unknown filter, and for bounds that nothing can be between.

        >>> matches = catalog.search("claude sonnet", capabilities=["vision"], max_price=15)
        >>> len(matches) > 20, [offer.id for offer in matches[:2]]
        (True, ['anthropic/claude-sonnet-5-5', 'amazon-bedrock/anthropic.claude-sonnet-5-5'])
        """
        return Matches(self._at(as_of), query_of(query, sort=sort, **filters))

    def get(self, id: str, *, as_of: date | None = None) -> Offer:  # noqa: A002 -- an id is what it takes
        """The offer of an id. Raises NotFound, whose detail names the nearest ids, or those that may be meant.

        >>> offer = catalog.get("claude-sonnet-4-5")
        >>> offer.id, offer.price.rates.input, offer.limits.context
        ('anthropic/claude-sonnet-4-5', Decimal('3'), 1000000)
        """
        return self._at(as_of).services.resolver.offer(id)

    def model(self, id: str, *, as_of: date | None = None) -> Model:  # noqa: A002 -- an id is what it takes
        """The model behind an offer, by the model's base name or the offer's id; its ``offers`` are ids, best first.

        Raises NotFound.

        >>> model = catalog.model("claude-sonnet-4-5")
        >>> model.base, model.lab, model.offers[0]
        ('claude-sonnet-4.5', 'anthropic', 'anthropic/claude-sonnet-4-5')
        """
        edition = self._at(as_of)
        models = edition.catalog.models
        if (model := models.get(fold(id))) is not None:
            return model
        match edition.services.resolver.resolve(id):
            case Found(offer=offer):
                return edition.catalog.model_of(offer)
            case Ambiguous(offers=offers) as ambiguous:
                if len({offer.base for offer in offers}) > 1:
                    raise NotFound(explain(ambiguous))
                return models[offers[0].base]
            case Removed() | Unknown() | Disallowed() as missing:
                raise NotFound(explain(missing))

    def models(self, *, as_of: date | None = None) -> tuple[Model, ...]:
        """Every model.

        >>> len(catalog.models())
        1244
        """
        return tuple(self._at(as_of).catalog.models.values())

    def providers(self, *, as_of: date | None = None) -> tuple[ProviderSummary, ...]:
        """Every provider, by id, with its API, the variables that hold its keys, and how much it offers.

        >>> [it.env for it in catalog.providers() if it.id == "anthropic"]
        [('ANTHROPIC_API_KEY',)]
        """
        return self._at(as_of).provider_list.providers

    def validate(self, *ids: str, as_of: date | None = None) -> tuple[Validation, ...]:
        """A verdict on each id: whether LiteLLM calls it, when it ends, and what to use instead; never raises.

        >>> [it.standing for it in catalog.validate("gemini/gemini-2.5-flash", "gpt-9000")]
        [<IdStatus.KNOWN: 'known'>, <IdStatus.UNKNOWN: 'unknown'>]
        """
        return self._at(as_of).services.validator.validate_all(ids).verdicts

    def compare(self, *ids: str, as_of: date | None = None) -> Comparison:
        """Two to six offers side by side, fact by fact, with the best values marked.

        Raises NotFound, and InvalidRequest for fewer, more, or the same offer twice.

        >>> comparison = catalog.compare("claude-sonnet-4-5", "gpt-4o")
        >>> [model.cost.input for model in comparison.models]
        [3, 2.5]
        >>> [(row.fact, row.values) for row in comparison.rows if row.fact == "input_price"]
        [('input_price', (3, 2.5))]
        """
        from llmanac.service.offers.comparison import compare_named  # noqa: PLC0415 -- most programs compare nothing

        return compare_named(ids, self._at(as_of).services.resolver)

    # ── Costs ────────────────────────────────────────────────────────────────────────────────────

    def estimate(self, id: str, workload: Workload | Usage, *, as_of: date | None = None) -> Estimate:  # noqa: A002 -- an id is what it takes
        """The cost of a workload, or of one request of a usage, at the offer of an id, line by line.

        Without a time of its own, a workload is of now, or of the end of ``as_of``, which decides on peak hours. Raises
        NotFound, and InvalidParameters for a service that no provider has a price for.

        >>> from llmanac import Usage
        >>> estimate = catalog.estimate("claude-sonnet-4-5", Usage(input=10_000, output=500))
        >>> f"{estimate.total:.4f} USD"
        '0.0375 USD'
        """
        return self._at(as_of).services.estimator.rank_named([id], self._timed(workload, as_of)).models[0]

    def rank(
        self,
        workload: Workload | Usage,
        *,
        ids: Iterable[str] | None = None,
        query: str | None = None,
        limit: int | None = 20,
        as_of: date | None = None,
        **filters: Unpack[SearchFilters],
    ) -> EstimateRanking:
        """The cost of a workload at the offers of ids, or at all that a search finds, the cheapest first.

        The ranking counts all offers, and holds ``limit`` estimates; all of them for None. Raises as ``estimate`` and
        ``search`` do.

        >>> from llmanac import Usage, Workload
        >>> workload = Workload(tokens=Usage(input=10_000, output=500), requests=1000)
        >>> for it in catalog.rank(workload, ids=["gpt-4o", "gpt-4o-mini"]).models:
        ...     print(it.id, f"{it.total:.2f} USD")
        openai/gpt-4o-mini 1.80 USD
        openai/gpt-4o 30.00 USD
        """
        estimator = self._at(as_of).services.estimator
        if ids is not None:
            return estimator.rank_named(ids, self._timed(workload, as_of), limit=limit)
        return estimator.rank_matching(query_of(query, **filters), self._timed(workload, as_of), limit=limit)

    def alternatives(
        self,
        id: str,  # noqa: A002 -- an id is what it takes
        workload: Workload | Usage | None = None,
        *,
        query: str | None = None,
        limit: int = 10,
        as_of: date | None = None,
        **filters: Unpack[SearchFilters],
    ) -> AlternativeList:
        """The offers that could take a model's place, among those that a search finds, with the cost of a workload.

        The same model at other hosts is apart from other models; each list holds ``limit`` of them. Without a workload,
        the costs are of a default one, which the answer states. The id may be of an offer that is not listed any more.
        Without ``listed_by``, what only LiteLLM lists is searched for other kinds of models than chat. Raises as
        ``estimate`` and ``search`` do.

        >>> found = catalog.alternatives("gpt-5.5", lab="anthropic", limit=1)
        >>> found.models[0].id, found.models[0].lacks, found.models[0].total < found.model.total
        ('anthropic/claude-opus-4-8', ('context',), True)
        """
        from llmanac.search.query.query import ListedBy  # noqa: PLC0415 -- most programs replace nothing
        from llmanac.service.offers.workload import Workload, end_of  # noqa: PLC0415 -- most programs replace nothing

        listed_by = filters.get("listed_by")
        return self._at(as_of).services.alternatives.find(
            id,
            workload=Workload(tokens=workload) if isinstance(workload, Usage) else workload,
            now=self._clock() if as_of is None else end_of(as_of),
            query=query_of(query, **filters),
            listed_by=None if listed_by is None else ListedBy(listed_by),
            limit=limit,
        )

    def price(self, *logs: AnyPath | BinaryIO, options: BillOptions | None = None) -> Bill:
        """The bill of usage logs: what the requests in them cost, each by the prices of its day.

        A log is a path or a binary file, plain or gzip: lines with a model, a time and the usage as a vendor's API
        returns it, session files of Claude Code and Codex, or exports of Langfuse's and OpenRouter's. ``options`` say
        what totals are by. What cannot be priced is counted and listed, and part of no total. Raises OSError for a
        path that cannot be read, InvalidRequest for too many groups, and NotFound for the model of ``instead``.

        >>> import io
        >>> from llmanac import BillOptions
        >>> line = (b'{"time": "2026-09-01T12:00:00Z", "model": "claude-sonnet-4-5",'
        ...         b' "usage": {"input_tokens": 2000, "cache_read_input_tokens": 8000, "output_tokens": 500}}')
        >>> bill = catalog.price(io.BytesIO(line), options=BillOptions(by=("model", "day")))
        >>> bill.priced, bill.not_priced, f"{bill.total:.4f} USD", bill.groups[0].by["day"]
        (1, 0, '0.0159 USD', '2026-09-01')
        """
        from llmanac.catalog.history import EditionsInTurn  # noqa: PLC0415 -- most programs price nothing
        from llmanac.service.offers.billing import BillOptions, price_logs  # noqa: PLC0415 -- most programs price nothing

        with ExitStack() as stack:
            named = ((_name_of(log, len(logs)), _open_log(log, stack)) for log in logs)
            return price_logs(named, EditionsInTurn(self._at), options or BillOptions())

    # ── The sources, and what changed ────────────────────────────────────────────────────────────

    @property
    def id(self) -> str:
        """The id of the catalog's content: equal for equal facts; 16 hexadecimal digits."""
        return self._edition.id

    @property
    def sources(self) -> tuple[Source, ...]:
        """The sources of the catalog: each with its feed, the date of it, and where it is from."""
        return self._edition.sources

    def conflicts(
        self,
        *,
        provider: str | None = None,
        id: str | None = None,  # noqa: A002 -- an id is what it takes
        base: str | None = None,
        fields: Iterable[str] = (),
        causes: Iterable[Cause] = (),
        as_of: date | None = None,
    ) -> tuple[ConflictSummary, ...]:
        """The conflicts between the sources: different figures for one offer, with the likely cause; filters narrow it.

        >>> conflict = catalog.conflicts(provider="deepinfra", fields=["max_output"])[0]
        >>> conflict.models_dev.value != conflict.litellm.value, conflict.served
        (True, 'models.dev')
        """
        from llmanac.service.details.conflicts import ConflictFilter, list_conflicts  # noqa: PLC0415 -- most programs ask for none

        narrowed = ConflictFilter(provider=provider, id=id, base=base, fields=tuple(fields), causes=tuple(causes))
        edition = self._at(as_of)
        return list_conflicts(edition, narrowed, limit=len(edition.conflicts)).conflicts

    def changes(
        self,
        *,
        since: date | None = None,
        until: date | None = None,
        kinds: Iterable[ChangeKind] = (),
        provider: str | None = None,
        id: str | None = None,  # noqa: A002 -- an id is what it takes
        base: str | None = None,
    ) -> Iterator[ChangeSummary]:
        """Changes, newest first; ``since`` and ``until`` are days, both included. More are fetched as needed.

        Raises InvalidRequest where ``until`` is before ``since``, and StorageError for the installation's database.

        >>> from datetime import date
        >>> from llmanac import ChangeKind
        >>> change = next(catalog.changes(since=date(2026, 9, 1), kinds=[ChangeKind.PRICE]))
        >>> change.kind.value, change.differences[0].before == change.differences[0].after
        ('price', False)
        """
        from llmanac.service.history.changes import Interest  # noqa: PLC0415 -- most programs ask for no changes

        interest = Interest(since=since, until=until, kinds=tuple(kinds), provider=provider, id=id, base=base)
        _ = self._edition  # refuses what is closed
        return self._history.changes(interest)

    # ── The object itself ────────────────────────────────────────────────────────────────────────

    def close(self) -> None:
        """Release the edition. Results stay valid; every later call of a method raises ValueError."""
        self._opened = None

    def __enter__(self) -> Self:
        _ = self._edition  # refuses what is closed
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __len__(self) -> int:
        return self._edition.size

    def __iter__(self) -> Iterator[Offer]:
        return iter(self._edition.catalog.offers)

    def __contains__(self, id: object) -> bool:  # noqa: A002 -- an id is what it takes
        return isinstance(id, str) and isinstance(self._edition.services.resolver.resolve(id), Found)

    def __repr__(self) -> str:
        return f"<Catalog {self.id}: {len(self):,} offers>" if self._opened else "<Catalog: closed>"

    @property
    def _edition(self) -> Edition:
        if self._opened is None:
            raise ValueError("The catalog is closed; llmanac.open_catalog() opens another.")
        return self._opened

    def _at(self, day: date | None) -> Edition:
        current = self._edition
        past = None if day is None else self._history.edition(day)
        return current if past is None else past

    def _timed(self, workload: Workload | Usage, as_of: date | None) -> Workload:
        """The workload with a time; a usage alone becomes the workload of one request."""
        from llmanac.service.offers.workload import Workload  # noqa: PLC0415 -- most programs estimate nothing

        work = Workload(tokens=workload) if isinstance(workload, Usage) else workload
        return work.timed(self._clock(), as_of=as_of)

    @cached_property
    def _history(self) -> CatalogHistory:
        return self._open_history()


def _name_of(log: AnyPath | BinaryIO, number: int) -> str | None:
    """The name of one of several logs; None for a single one, and for a file without a name."""
    if number == 1:
        return None
    name = getattr(log, "name", None) if not isinstance(log, str | PathLike) else str(log)
    return name if isinstance(name, str) else None


def _open_log(log: AnyPath | BinaryIO, stack: ExitStack) -> BinaryIO:
    return stack.enter_context(Path(log).open("rb")) if isinstance(log, str | PathLike) else log
