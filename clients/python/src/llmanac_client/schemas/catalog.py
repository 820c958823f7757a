"""Models, prices, hosts, verdicts and estimates."""

# Written by `make client-schemas`.

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeAlias

from msgspec import Struct, field

from llmanac_client.schemas.shared import (
    ChangeSummary,
    ModelKind,
    PriceState,
)

Capability: TypeAlias = str
"""A capability of a model, in the order in which every response lists them. Known are `tool_call`, `reasoning`,
`structured_output`, `vision`, `pdf`, `audio_input`, `video_input`, `image_output`, `audio_output`, `video_output`,
`attachment`, `temperature`, `interleaved`, `prompt_caching`.
"""


class ReplacedModel(Struct, frozen=True, kw_only=True):
    """The model whose place is to be taken."""

    id: str
    name: str | None
    provider: str
    base: str
    status: str | None
    """`removed` for one that is not listed any more."""
    total: Decimal | None
    """The cost of the workload in USD; null where it is unknown."""
    reason: str | None
    """The reason that there is no total."""
    facts_of: str | None
    """The offer whose facts stand for those of a removed one, of which too little is known; else null."""
    successor: str | None
    """The next of its line, of one that is removed or ends; null where there is none, or it stays."""


class Benchmark(Struct, frozen=True, kw_only=True):
    """A score of a model, as its lab states it."""

    name: str
    score: float
    metric: str | None = None
    """The metric of the score: `percent correct` and the like."""
    variant: str | None = None
    version: str | None = None
    dataset: str | None = None
    harness: str | None = None
    """The program that ran it."""
    source: str | None = None
    """The page that states it."""
    date: str | None = None
    """`YYYY-MM-DD` or `YYYY-MM`."""


class BillGroup(Struct, frozen=True, kw_only=True):
    """The requests that have the values of some fields in common."""

    by: Mapping[str, str | None]
    """The values by the names of the fields; null where a line has none."""
    requests: int
    tokens: Mapping[str, int]
    """The tokens by kind, without zeros; `input` and `output` are wholes, the others parts of them."""
    total: Decimal
    """USD."""
    instead: Decimal | None
    """USD at the model of `instead`; null without one, or where its price of any of it is unknown."""


class InsteadTotal(Struct, frozen=True, kw_only=True):
    """The cost of the same usage at another model."""

    id: str
    total: Decimal | None
    """USD; null where `not_priced` is not 0."""
    not_priced: int
    """The number of requests whose price there is unknown."""
    reason: str | None
    """The reason of the first of them; else null."""


class NotCountedUse(Struct, frozen=True, kw_only=True):
    """Something that was used besides tokens, or is not charged apart, and is not part of the total."""

    name: str
    """The vendor's name for it."""
    quantity: int


class BudgetEstimate(Struct, frozen=True, kw_only=True):
    """The number of such requests that a budget pays for."""

    budget: Decimal
    """USD."""
    requests: int | None
    """The number of requests, each like the average one of the workload; null where their price is unknown, or 0."""
    unlimited: bool
    """Whether they cost nothing, so that any budget pays for any number of them."""


class CatalogCost(Struct, frozen=True, kw_only=True):
    """Token pricing for a model."""

    input: Decimal | None = None
    output: Decimal | None = None


class CatalogFilter(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Filters of the catalog; all must pass."""

    query: str | None = None
    """Free-text search across model ID and display name."""
    provider: str | None = None
    """Restrict catalog results to a single provider."""
    capabilities: Sequence[str] | None = None
    """Require one or more model capabilities."""
    open_weights: bool | None = None
    """Restrict results by open-weights availability."""
    kind: str | None = None
    """Restrict results to models of one kind of use."""
    min_context: int | None = None
    """Minimum context window."""
    max_context: int | None = None
    """Maximum context window."""
    min_price: float | None = None
    """Minimum max token price across input/output."""
    max_price: float | None = None
    """Maximum max token price across input/output."""
    retires_before: date | None = None
    """Only what has a last day before this one, or has ended: YYYY-MM-DD."""
    lab: str | None = None
    """Restrict results to models of one lab."""
    family: str | None = None
    """Restrict results to one family of models."""
    base: str | None = None
    """Restrict results to one base model, at every host."""
    status: str | None = None
    """Restrict results to models with a status, such as deprecated."""
    tags: Sequence[str] | None = None
    """Require one or more of the organisation's tags."""
    region: str | None = None
    """Only what keeps data in this region, as the organisation states it."""
    trains_on_data: bool | None = None
    """Whether the host trains models on requests, as the organisation states it."""
    retention_days: int | None = None
    """Only what keeps requests for at most so many days, as the organisation states it."""
    approved: bool | None = None
    """Whether the organisation has approved the use of the model."""
    owner: str | None = None
    """Restrict results to models of one owner."""
    featured: bool = False
    """Return a curated LiteLLM-compatible popular-model set when no query is provided."""
    listed_by: str | None = None
    """Whose offers to search: those that models.dev lists, those that LiteLLM alone lists, or any. Default:
    models.dev.
    """


class CatalogLimits(Struct, frozen=True, kw_only=True):
    """Context window and output limits for a model."""

    context: int | None = None
    output: int | None = None


class CatalogModalities(Struct, frozen=True, kw_only=True):
    """Supported input/output modalities."""

    input: tuple[str, ...] = ()
    output: tuple[str, ...] = ()


Cause: TypeAlias = str
"""The likely reason why two figures differ. Known are `plan`, `zero`, `unit_error`, `media_output`,
`long_context_tier`, `regional_uplift`, `peak_hours`, `input_only`, `rounding`, `output_is_context`, `mainland`,
`currency`, `other_host`, `drift`, `overlay`.
"""


class ComparisonRow(Struct, frozen=True, kw_only=True):
    """One fact of all the models that are compared."""

    fact: str
    group: str
    """`identity`, `price` (USD per million tokens), `limits`, `modalities`, `capabilities`; and `own`, of the facts
    that only the organisation states, where it states any.
    """
    values: tuple[bool | int | float | str | tuple[str, ...] | None, ...]
    """One for each model, in their order; null is unknown."""
    differs: bool
    """Whether the values differ."""
    best: tuple[int, ...]
    """Indices of the best values, where less or more is better: the lowest price, the largest context."""


class FigureClaim(Struct, frozen=True, kw_only=True):
    """One of the two figures."""

    source: str
    value: Decimal
    date: str
    """The day or month that the source's facts are of."""
    since: str | None
    """The day or month of the first feed since which the source has stated it without a break; null where it is not
    known: of limits, and of what already stands in the oldest feed of the source.
    """


ServedRule: TypeAlias = str
"""The rule by which one of two figures is served. Known are `order`, `overlay`, `later`, `left`, `lab`."""


class SourceFigure(Struct, frozen=True, kw_only=True):
    """The figure that one source states."""

    value: Decimal
    """USD per million tokens, or tokens."""
    date: str
    """The day or month that the source's facts are of."""


class Correction(Struct, frozen=True, kw_only=True):
    """A word that was read as a misspelling of another."""

    word: str
    read_as: str


class BooleanCount(Struct, frozen=True, kw_only=True):
    """The number of models that have a value, or are within a bound."""

    value: bool
    count: int


class NumberCount(Struct, frozen=True, kw_only=True):
    """The number of models that have a value, or are within a bound."""

    value: float
    count: int


class StringCount(Struct, frozen=True, kw_only=True):
    """The number of models that have a value, or are within a bound."""

    value: str
    count: int


class EstimateFee(Struct, frozen=True, kw_only=True):
    """A price for anything but tokens."""

    name: str
    """The source's own name for it."""
    unit: str
    """The unit that is charged: request, image, second, search, …; a `factor` multiplies the prices in a region."""
    price: Decimal
    """USD per unit; for a `factor`, the factor."""
    amount: Decimal | None
    """USD, which the total includes; null where the number of units is not part of a workload, so it is not counted."""


Hours: TypeAlias = str
"""The hours that a rate holds in, at a host that has peak hours. Known are `peak`, `off_peak`."""


TokenKind: TypeAlias = str
"""A kind of tokens that is charged separately, in the order of charges; the values are the fields of Rates. Known are
`input`, `cache_read`, `cache_write`, `cache_write_1h`, `cache_write_12h`, `input_audio`, `input_image`, `output`,
`reasoning`, `output_audio`, `output_image`.
"""


class TokenCounts(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The tokens of one request. `input` and `output` are wholes, and the other fields parts of them."""

    input: int = 0
    """The whole prompt, with what is cached and what is audio."""
    cache_read: int = 0
    """Of the input: read from a cache."""
    cache_write: int = 0
    """Of the input: written to a cache for minutes."""
    cache_write_1h: int = 0
    """Of the input: written to a cache for an hour."""
    cache_write_12h: int = 0
    """Of the input: written to a cache for twelve hours or longer."""
    input_audio: int = 0
    """Of the input: audio."""
    input_image: int = 0
    """Of the input: images."""
    output: int = 0
    """Everything that is made, with reasoning and audio."""
    reasoning: int = 0
    """Of the output: reasoning."""
    output_audio: int = 0
    """Of the output: audio."""
    output_image: int = 0
    """Of the output: images."""


WarningCode: TypeAlias = str
"""A reason to doubt that the workload can be done as estimated. Known are `exceeds_context`, `exceeds_output`,
`totals_as_one_request`, `retired`, `retires_soon`, `deprecated`.
"""


MatchTier: TypeAlias = str
"""How the text matches an offer, the best first. Known are `id`, `model_and_words`, `model_and_detail`, `model`,
`whole_name`, `host_or_lab`, `beginning`, `phrase`, `words_of_name`, `words`, `unfinished_word`.
"""


class FactClaim(Struct, frozen=True, kw_only=True):
    """The claim of one source about a fact."""

    source: str
    date: str
    """The day or month that the source's facts are of."""
    value: Any
    """The value, as in JSON."""
    served: bool
    """Whether the catalog serves this claim."""


class FilterEffect(Struct, frozen=True, kw_only=True):
    """The effect of one filter."""

    filter: str
    """Its parameter, with the value of a capability."""
    removes: int
    """The number of models that match the text, and that this filter alone excludes."""


IdForm: TypeAlias = str
"""A form in which some program writes ids. Known are `provider:model`, `model[1m]`, `litellm_proxy/model`,
`arn:aws:bedrock`, `publishers/lab/models/model`, `provider/endpoint/model`.
"""


IdStatus: TypeAlias = str
"""The status of an id in the catalog. Known are `known`, `removed`, `ambiguous`, `unknown`, `disallowed`."""


class Ids(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The ids in question."""

    ids: Sequence[str]
    """In any spelling; each is judged by itself."""


class LastPrice(Struct, frozen=True, kw_only=True):
    """The price of an offer when it was last listed, in USD per million tokens."""

    input: Decimal | None
    output: Decimal | None


class LifecycleDate(Struct, frozen=True, kw_only=True):
    """A date in the life of an offer, and the source that states it."""

    date: str
    """`YYYY-MM-DD`, or `YYYY-MM` where only the month is known."""
    source: str
    """The name of the source."""
    last_stated: str | None = None
    """The last day on which the source was known to state it; null while its newest feed does."""


class Link(Struct, frozen=True, kw_only=True):
    """A page about a model."""

    label: str
    url: str
    """An http or https address."""
    kind: str | None = None
    """`model_card`, `announcement` and the like."""


RouteKind: TypeAlias = str
"""The way in which LiteLLM reaches an offer. Known are `native`, `native_base`, `compatible`."""


MatchMode: TypeAlias = str
"""How strictly a query's text had to be read for it to match anything. Known are `whole`, `spelling`, `partial`."""


class OwnFacts(Struct, frozen=True, kw_only=True):
    """Facts that no public source states: the organisation's own. Each is None or empty where it states none."""

    aliases: tuple[str, ...] = ()
    """Other names by which the organisation calls it; found by search, and wherever an id is taken."""
    successor: str | None = None
    """The id of the model to use instead."""
    notes: str | None = None
    tags: tuple[str, ...] = ()
    owner: str | None = None
    """The owner, who is responsible for it: a person, a team, an address."""
    regions: tuple[str, ...] = ()
    """The regions where its data is processed: `eu`, `us` and the like."""
    retention_days: int | None = None
    """Days for which the host keeps requests; 0 for not at all."""
    trains_on_data: bool | None = None
    """Whether the host trains models on requests."""
    certifications: tuple[str, ...] = ()
    """`soc2`, `iso27001` and the like."""
    approved: bool | None = None
    """Whether its use is approved."""


class SourceStatement(Struct, frozen=True, kw_only=True):
    """The record of one source."""

    date: str
    """The day or month that its facts are of."""
    origin: str
    """`embedded`, `seed`, where it is fetched from, or `own` for the organisation's overlays."""
    record: Mapping[str, Any] | None
    """Every field of its record, as the source states it."""


SpellingOf: TypeAlias = str
"""The spelling in which an id was recognised. Known are `models.dev`, `litellm`, `alias`, `model`, `separators`."""


NotPricedReason: TypeAlias = str
"""The reason that a line is not priced. Known are `unreadable`, `truncated`, `too_long`, `unknown_shape`, `no_model`,
`unknown_model`, `disallowed`, `no_time`, `bad_time`, `no_zone`, `before_history`, `in_future`, `missing_count`,
`bad_count`, `huge_count`, `contradictory_counts`, `unknown_price`, `unknown_service`, `exceeds_context`,
`not_charged`, `own_key`.
"""


class Removal(Struct, frozen=True, kw_only=True):
    """The effect of one filter on a query that finds nothing."""

    filter: str
    """Its parameter, with the value of one that may be repeated; for bounds, the name of what they bound."""
    passing: int
    """Models that match the text and this filter, whatever the others say."""
    without: int
    """Models that would be found if this filter were left out."""
    nearest: tuple[str, ...]
    """Existing values that are similar, where no model has the filter's value."""


class StatingRule(Struct, frozen=True, kw_only=True):
    """A rule of an overlay that states a fact."""

    overlay: str
    rule: int
    """Its place among the rules of the overlay, from 1."""
    reason: str
    author: str
    """The author: the name of a token or person, or the file."""
    valid_from: str | None
    valid_until: str | None
    """The end of its validity, as it is written: a day or a time; null for without end."""


Place: TypeAlias = str
"""The part of an offer in which a word was found, the most significant first. Known are `model`, `host`, `offer`,
`beginning`.
"""


class PolicyEffect(Struct, frozen=True, kw_only=True):
    """The effect of a policy on the whole catalog, whatever the query."""

    policy: str
    removed_by_rule: tuple[int, ...]
    """The number of offers that each rule hides, of those that no earlier rule decides on; 0 for one that allows."""
    removed_by_default: int
    """The number of offers that no rule is about, and that the default hides."""
    waiting: int
    """The number of new arrivals that wait for approval."""


class ProviderSummary(Struct, frozen=True, kw_only=True):
    """A host of models."""

    id: str
    name: str | None
    api: str | None
    """Base URL of its API, where it has one of its own; may contain `${VARIABLES}`."""
    npm: str | None
    """The AI SDK package for it."""
    doc: str | None
    env: tuple[str, ...]
    """Environment variables that hold its credentials."""
    litellm_prefix: str | None
    """The prefix of LiteLLM's ids for its models."""
    offers: int
    """The number of its entries in the catalog."""
    models: int
    """The number of different models among them."""
    first_party: int
    """The number of entries for models of its own making."""


class Usage(Struct, frozen=True, kw_only=True):
    """The tokens of one request. Raises InvalidParameters where parts exceed their total."""

    input: int = 0
    """Tokens of the whole prompt, including cached tokens, audio and images."""
    cache_read: int = 0
    cache_write: int = 0
    cache_write_1h: int = 0
    cache_write_12h: int = 0
    input_audio: int = 0
    input_image: int = 0
    output: int = 0
    """All generated tokens, including reasoning, audio and images."""
    reasoning: int = 0
    output_audio: int = 0
    output_image: int = 0


class AlternativeConditions(Struct, frozen=True, kw_only=True):
    """The conditions that every alternative fulfils."""

    kind: ModelKind
    input: tuple[str, ...]
    """Kinds of media that it takes."""
    output: tuple[str, ...]
    """Kinds of media that it gives."""
    capabilities: tuple[Capability, ...]
    min_context: int | None
    """Tokens; null where the model's own context is unknown, or is no window of the kind of model."""
    region: str | None
    """The mark of a region in the host's own id; null for an id without one."""
    regions: tuple[str, ...]
    """The only regions in which its data may be processed, by the organisation's word; empty for any."""
    lasts_beyond: date
    """The day after which its last day is, if it has one."""


class InferenceCatalogEntry(Struct, frozen=True, kw_only=True):
    """Catalog entry for models.dev metadata."""

    id: str
    """Model ID in provider/model-name format."""
    name: str | None = None
    provider: str
    """Provider identifier."""
    status: str | None = None
    release_date: str | None = None
    knowledge: str | None = None
    open_weights: bool | None = None
    capabilities: tuple[str, ...] = ()
    """Model capabilities (tool_call, reasoning, etc.)."""
    cost: CatalogCost | None = None
    limits: CatalogLimits | None = None
    modalities: CatalogModalities | None = None


class ConflictSummary(Struct, frozen=True, kw_only=True):
    """A field of one model at one host for which two sources state different figures."""

    id: str
    provider: str
    base: str
    """The base model."""
    litellm_id: str
    field: str
    """A rate in USD per million tokens; or `context`, or `max_output`, in tokens."""
    models_dev: SourceFigure | None
    litellm: SourceFigure | None
    """Null where neither figure is this source's."""
    claims: tuple[FigureClaim, ...]
    """Both, the served one first."""
    ratio: float | None
    """The other figure over the served one; null where either is zero."""
    cause: Cause
    """The likely cause, by stated rules."""
    explanation: str
    served: str
    """The source whose figure the catalog serves."""
    served_rule: ServedRule
    """`overlay`: the organisation states it; `order`: of the sources; `later`: it has been stated since a later day;
    `left`: its source has left the other figure; `lab`: the model's own lab states it.
    """
    rule: str
    """The rule by which that source is served, in a sentence."""


class EstimateLine(Struct, frozen=True, kw_only=True):
    """One line of the formula: tokens x rate / 1,000,000 = amount."""

    kind: TokenKind
    service: str
    """The service of the requests of this line."""
    tokens: Decimal
    """The tokens of all those requests together."""
    rate: Decimal | None
    """USD per million tokens; null is unknown."""
    rate_of: TokenKind | None
    """The kind that the rate belongs to, itself or its stand-in: reasoning is mostly charged as output."""
    rate_service: str | None
    """The service that the rate belongs to; `standard` where the host has no price for the requested one."""
    above: int | None
    """The number of tokens of context above which the rate applies; null where it applies to any."""
    hours: Hours | None
    """The hours in which the rate applies; null where it applies in any."""
    amount: Decimal | None
    """USD."""


class EstimateRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A workload, and the models in question: `model`, or `models`, or all that match `filter`."""

    model: str | None = None
    """An id as models.dev or LiteLLM spell it."""
    models: Sequence[str] | None = None
    """Several ids."""
    filter: CatalogFilter | None = None
    """The catalog's own parameters; an empty one is the whole catalog."""
    tokens: TokenCounts
    requests: int = 1
    """How many such requests."""
    batch_share: Decimal = Decimal(0)
    """The part of them that can wait for a batch."""
    service: str = "standard"
    """How the others are served: standard, flex, priority, fast, ultrafast."""
    at: datetime | None = None
    """The time of the requests, for hosts that have peak hours; now, or the end of `as_of`"""
    budget: Decimal | None = None
    """USD, of which each estimate says how many such requests it pays for."""
    as_of: date | None = None
    """With the models and prices of the end of this day, in UTC."""
    limit: int = 20
    """Maximum number of models to return."""
    offset: int = 0
    """Number of models to skip."""


class EstimateWarning(Struct, frozen=True, kw_only=True):
    """A warning about an estimate."""

    code: WarningCode
    detail: str
    """The fault, and what to do about it, as a sentence."""


class IdReading(Struct, frozen=True, kw_only=True):
    """The host and the model that an id was read as."""

    host: str | None
    """The host that it begins with, by models.dev's id; None where it names none."""
    model: str
    """The host's own id."""
    forms: tuple[IdForm, ...] = ()
    """The forms of other programs that it was written in, from the outside in."""


class Lifecycle(Struct, frozen=True, kw_only=True):
    """The dates of an offer that is ending. Each is None where no source states it."""

    deprecated_on: LifecycleDate | None = None
    """The day of the first feed that calls it deprecated; it may have been so for longer."""
    retires_on: LifecycleDate | None = None
    """Its last day."""
    retires_not_before: LifecycleDate | None = None
    """A day until which it is promised; it may stay for longer."""


class LiteLLMCall(Struct, frozen=True, kw_only=True):
    """The way to call a model through LiteLLM."""

    id: str
    kind: RouteKind
    known: bool
    """The id is in LiteLLM's own map: LiteLLM knows what the model costs and can do."""
    primary: bool
    """LiteLLM means this model, of all that share the id."""
    api_base: str | None
    """The base URL to pass with the id, where LiteLLM would call another address."""


class QueryReading(Struct, frozen=True, kw_only=True):
    """The reading of the text."""

    forgiven: MatchMode
    """`whole`: nothing; `spelling`: slips of the keys; `partial`: words that nothing has with the others."""
    words: tuple[str, ...]
    """The words looked for, cut as names are cut."""
    corrected: tuple[Correction, ...]
    dropped: tuple[str, ...]
    """The words that were left out."""
    is_id: bool
    """The text looks like an id, so other offers of the same model count as well."""


class NotPricedLine(Struct, frozen=True, kw_only=True):
    """A line that is not priced."""

    file: str | None
    """The name of its file; null for a single one."""
    line: int
    reason: NotPricedReason
    detail: str
    """The fault, as a sentence."""


class NotPricedLines(Struct, frozen=True, kw_only=True):
    """The number of lines that are not priced for one reason."""

    reason: NotPricedReason
    lines: int


class Nothing(Struct, frozen=True, kw_only=True):
    """The reasons why a query finds nothing."""

    matching_text: int
    """Models that match the text alone; all of them where there is none."""
    filters: tuple[Removal, ...]
    nearest: tuple[str, ...]
    """Ids of the first models that match the text alone, where there is one."""


class OverlaidStatement(Struct, frozen=True, kw_only=True):
    """A fact that the organisation's overlays state."""

    value: Any
    """The value that is served."""
    upstream: Any
    """The sources' value; null where they state none."""
    stated_by: StatingRule
    below: tuple[StatingRule, ...]
    """Rules that state the fact as well, and lie below."""


class WordMatch(Struct, frozen=True, kw_only=True):
    """The place where a word of the text was found in a result."""

    word: str
    found_in: Place
    """`model`: the model's name; `host`: the host's names; `offer`: the host's id or name for the model, or its lab's
    name; `beginning`: the beginning of a longer word.
    """


class ProviderList(Struct, frozen=True, kw_only=True):
    """Every provider, by id."""

    providers: tuple[ProviderSummary, ...]
    total: int


class StatedWorkload(Struct, frozen=True, kw_only=True):
    """The workload that all costs are of."""

    tokens: Usage
    """The tokens of each request."""
    requests: int
    batch_share: Decimal
    service: str
    at: datetime | None
    """The time of the requests; null for the time of the question."""
    is_default: bool
    """Whether no tokens were asked for, so that they are the default ones of the kind of model."""


class Comparison(Struct, frozen=True, kw_only=True):
    """Models side by side."""

    models: tuple[InferenceCatalogEntry, ...]
    """The models as the catalog lists them, in the requested order."""
    rows: tuple[ComparisonRow, ...]


class InferenceCatalogListResponse(Struct, frozen=True, kw_only=True):
    """Catalog response for featured or search-filtered models."""

    models: tuple[InferenceCatalogEntry, ...]
    total: int
    """Total matching models before the limit slice is applied."""


class ConflictPage(Struct, frozen=True, kw_only=True):
    """A page of the conflicts that match, in the order of the catalog."""

    conflicts: tuple[ConflictSummary, ...]
    total: int
    causes: Mapping[str, int]
    """The number of conflicts by cause, among all that match."""


class Alternative(Struct, frozen=True, kw_only=True):
    """An offer that could take the model's place."""

    id: str
    name: str | None
    provider: str
    base: str
    lab: str | None
    release_date: str | None
    context: int | None
    price_state: PriceState
    total: Decimal | None
    """The cost of the workload in USD; null where it is unknown."""
    reason: str | None
    """The reason that there is no total."""
    cost_ratio: float | None
    """Its cost divided by the model's; null where one is unknown, or the model's is 0."""
    distance: float | None
    """How far it is from the model, in steps of a half, 0 for the closest; null for the same model at another host."""
    fits: bool | None
    """Whether a request of the workload is within its limits; null where they are unknown."""
    lacks: tuple[str, ...]
    """Capabilities that the model has beyond the conditions, and it lacks; `context` where its own is shorter."""
    more: tuple[str, ...]
    """Capabilities that the model lacks; `context` where its own is longer."""
    why: str
    """The reason that it is listed, as a sentence."""
    warnings: tuple[EstimateWarning, ...]


class Estimate(Struct, frozen=True, kw_only=True):
    """The cost of the workload with one model at one host."""

    id: str
    name: str | None
    provider: str
    price_state: PriceState
    total: Decimal | None
    """USD; null where it is unknown."""
    reason: str | None
    """The reason that there is no total; else null."""
    budget: BudgetEstimate | None
    """What the budget pays for; null where none is given."""
    fits: bool | None
    """Whether a request is within the model's limits; null where they are unknown."""
    warnings: tuple[EstimateWarning, ...]
    """Warnings of what does not fit, and of what ends soon."""
    hours: Hours | None
    """The hours that the requests are made in; null where the host has no peak hours."""
    services: tuple[str, ...]
    """Services beside the standard one that have a known price here."""
    lines: tuple[EstimateLine, ...]
    fees: tuple[EstimateFee, ...]
    """Fees of each request, which are counted."""
    not_counted: tuple[EstimateFee, ...]
    """Fees that may come on top."""


class Validation(Struct, frozen=True, kw_only=True):
    """The verdict on one id."""

    id: str
    """The id as given."""
    standing: IdStatus
    read_as: SpellingOf | None
    """The spelling that it was recognised in; `model` is a host's own id without the host."""
    reading: IdReading
    """The host and the model that it was read as."""
    offer: str | None
    """The catalog's id, in the models.dev spelling."""
    provider: str | None
    kind: ModelKind | None
    """The kind of use that the model is for; null where it is not known or not listed any more."""
    listed_by: str | None
    """The source that lists it, or that listed it last: `litellm` for what LiteLLM alone lists."""
    last_listed: str | None
    """The date of the last feed with it, where it is not listed any more."""
    last_price: LastPrice | None
    """The price when it was last listed, where it is not listed any more."""
    litellm: LiteLLMCall | None
    """Null where LiteLLM has no way to call it."""
    env: tuple[str, ...]
    """Environment variables that hold the credentials of the host."""
    status: str | None
    status_source: str | None
    """The source that states `status`: `overlays` where the organisation's overlays do; null without one."""
    approved: bool | None
    """Whether the organisation has approved its use; null where its overlays do not say."""
    deprecation_date: str | None
    """The date of its end as a source states it: `lifecycle` says whose it is, and whether it may stay for longer."""
    lifecycle: Lifecycle
    price_state: PriceState | None
    successor: str | None
    """The id to use instead of one that is being retired or not listed: the newest of its line at the host, by name."""
    successor_note: str | None
    """The reason that nothing succeeds what is being retired, or what the successor lacks; else null."""
    candidates: tuple[str, ...]
    """Ids that may be meant, the likeliest first."""
    alternatives: tuple[str, ...]
    """Ids at other hosts with the very name that was read, which were not taken for it; at most five."""
    detail: str | None
    """The problem, as a sentence; null where there is none."""


class Bill(Struct, frozen=True, kw_only=True):
    """The cost of the requests of usage logs. Each line is in one of `priced`, `not_priced` and `skipped`."""

    lines: int
    """The number of lines that are not blank; of CSV, of rows."""
    priced: int
    """The number of requests that the totals are of."""
    not_priced: int
    """The number of lines that are in no total, since something about them is unknown."""
    skipped: int
    """The number of lines that count for nothing: those of session files that report no usage, and repeated ones."""
    repeated: int
    """The number of those that repeat a request which is counted once."""
    total: Decimal | None
    """USD of all that is priced; null where nothing is."""
    as_of: date | None
    """The day whose prices were taken for all; null where each has those of its own day."""
    shapes: Mapping[str, int]
    """The number of requests that were read, by the shape of their usage or the format of their log."""
    by: tuple[str, ...]
    """The fields that `groups` are by."""
    groups: tuple[BillGroup, ...]
    """The dearest first; those by day or month in the order of time."""
    instead: InsteadTotal | None
    not_counted: tuple[NotCountedUse, ...]
    """What may come on top: tools, and what some hosts charge more for."""
    reasons: tuple[NotPricedLines, ...]
    """Why lines are not priced, the most frequent reason first."""
    listed: tuple[NotPricedLine, ...]
    """The first lines that are not priced."""


class Facets(Struct, frozen=True, kw_only=True):
    """Counts for one query: the number of models that would match with each value, all else being equal."""

    total: int
    """Models that match now."""
    provider: tuple[StringCount, ...]
    capabilities: tuple[StringCount, ...]
    open_weights: tuple[BooleanCount, ...]
    kind: tuple[StringCount, ...]
    min_context: tuple[NumberCount, ...]
    max_price: tuple[NumberCount, ...]
    """USD per million tokens; 0 is what is free."""
    lab: tuple[StringCount, ...]
    family: tuple[StringCount, ...]
    status: tuple[StringCount, ...]
    tags: tuple[StringCount, ...]
    region: tuple[StringCount, ...]
    trains_on_data: tuple[BooleanCount, ...]
    approved: tuple[BooleanCount, ...]
    owner: tuple[StringCount, ...]
    price_state: tuple[StringCount, ...]
    """Known, free, in_plan, variable, unknown; no parameter."""
    input: tuple[StringCount, ...]
    """Kinds of media that go in; no parameter."""
    output: tuple[StringCount, ...]
    """Kinds of media that come out; no parameter."""
    nothing: Nothing | None
    """Why nothing was found; null where something was."""


class ExplainedEntry(Struct, frozen=True, kw_only=True):
    """One result, and why it stands where it stands: by `fit`, and within it by `standing`."""

    id: str
    rank: int
    """Its place in the whole result; the first is 1."""
    fit: MatchTier | None
    """The tier of the match with the text; null where the order does not depend on a text."""
    words: tuple[WordMatch, ...]
    standing: int
    """Its place among all offers by likelihood of being meant; from 1."""
    first_party: bool
    """The host is the lab's own."""
    popularity: float
    """0 to 1; see the catalog's order without a query."""
    release_date: str | None


class OfferHistory(Struct, frozen=True, kw_only=True):
    """The history of a model: when it was listed, and its changes."""

    first_seen: date
    since_beginning: bool
    """It was already listed when the history began, so it may be older."""
    last_seen: date
    removed: date | None
    names: tuple[str, ...]
    """Its ids, the newest first."""
    successor: str | None
    """The model to use instead of one that is removed, deprecated, or has a last day."""
    changes: tuple[ChangeSummary, ...]
    """Newest first."""


class AlternativeList(Struct, frozen=True, kw_only=True):
    """The alternatives to a model: the same model at other hosts, and other models."""

    model: ReplacedModel
    workload: StatedWorkload
    conditions: AlternativeConditions | None
    """Null where too little is known of the model."""
    note: str | None
    """The reason that there can be no alternatives, or what they rest on; null where all is known."""
    total_hosts: int
    """The number of offers of the same model, before the limit is applied."""
    hosts: tuple[Alternative, ...]
    """The same model at other hosts, or under another id at this one: the cheapest first."""
    total_models: int
    """The number of other models, before the limit is applied."""
    models: tuple[Alternative, ...]
    """Other models, each at one host: the closest first, and of those as close the cheapest."""


class EstimateRanking(Struct, frozen=True, kw_only=True):
    """Estimates, cheapest first: models that the requests fit, those that they exceed, those without a price."""

    total: int
    """The number of models considered, before the limit is applied."""
    priced: int
    """The number of those whose cost is known."""
    models: tuple[Estimate, ...]
    """One page."""
    at: datetime | None = None
    """The time of the requests, which decides on peak and off-peak hours."""


class Validations(Struct, frozen=True, kw_only=True):
    """One verdict for each id, in their order."""

    verdicts: tuple[Validation, ...]


class SearchExplanation(Struct, frozen=True, kw_only=True):
    """The explanation of a query: its reading, the effect of its filters, and the results."""

    total: int
    """The total, as in the response of the catalog."""
    understood: QueryReading | None
    """Null for a query without a text."""
    matching_text: int
    """Models that match the text, or are featured, whatever the filters say."""
    filters: tuple[FilterEffect, ...]
    policies: tuple[PolicyEffect, ...]
    """The policies of the token; empty where it may see everything."""
    nearest: tuple[str, ...]
    """Where nothing matches the text: the nearest names of models."""
    models: tuple[ExplainedEntry, ...]


class ModelDetails(Struct, frozen=True, kw_only=True):
    """Everything known of a model; for a removed one, what was last known."""

    id: str
    """Model ID in provider/model-name format."""
    name: str | None = None
    provider: str
    """Provider identifier."""
    status: str | None = None
    release_date: str | None = None
    knowledge: str | None = None
    open_weights: bool | None = None
    capabilities: tuple[str, ...] = ()
    """Model capabilities (tool_call, reasoning, etc.)."""
    cost: CatalogCost | None = None
    limits: CatalogLimits | None = None
    modalities: CatalogModalities | None = None
    read_as: SpellingOf | None = None
    """The spelling that the id was recognised in; `model` is a host's own id without the host."""
    reading: IdReading | None = None
    """The host and the model that the id was read as."""
    alternatives: tuple[str, ...] = ()
    """Ids at other hosts with the very name that was read, which were not taken for it; at most five."""
    kind: ModelKind | None = None
    """The kind of use that the model is for."""
    listed_by: str | None = None
    """The source that lists it: `litellm` for what LiteLLM alone lists."""
    base: str
    """The base model, which its offers at all hosts share."""
    family: str | None = None
    lab: str | None = None
    licence: str | None = None
    """The licence of its weights, as the lab names it."""
    links: tuple[Link, ...] = ()
    """Pages about the model."""
    weights: tuple[Link, ...] = ()
    """Where its weights are published."""
    benchmarks: tuple[Benchmark, ...] = ()
    """Scores, as the lab reports them."""
    last_updated: str | None = None
    first_party: bool | None = None
    popularity: float | None = None
    price: Mapping[str, Any]
    """`state`, every rate, `tiers` for long contexts, other `services`, `off_peak` hours, `fees`."""
    lifecycle: Lifecycle
    """When it is deprecated and when it ends, each with the source that states it."""
    successor: str | None = None
    """The model to use instead of one that ends or is removed."""
    successor_note: str | None = None
    """The reason that a model which ends has no successor, or what the successor lacks."""
    litellm: Mapping[str, Any] | None = None
    """The way to call it through LiteLLM."""
    host: Mapping[str, Any] | None = None
    offers: tuple[Mapping[str, Any], ...]
    """The same model at other hosts, best first."""
    sources: Mapping[str, SourceStatement]
    """The record of each source, by the name of the source; of `overlays`, what the organisation states of it."""
    provenance: Mapping[str, str]
    """The name of the source of each fact: `overlays/NAME` for one that an overlay states."""
    reasons: Mapping[str, str]
    """The reason for each rate that is not served from the first source that states prices: who spoke last, with the
    days since when both have stated their figures; or that the first source states none. And for each fact that an
    overlay states, its reason and author.
    """
    claims: Mapping[str, tuple[FactClaim, ...]]
    """The claims of each fact, in the order of the sources."""
    conflicts: tuple[ConflictSummary, ...]
    """The fields for which another source states another figure."""
    own: OwnFacts | None = None
    """The facts that only the organisation states; null where it states none."""
    overlaid: Mapping[str, OverlaidStatement] = field(default_factory=dict)
    """Each fact that the organisation's overlays state, beside what the sources state, with its reason and author."""
    history: OfferHistory
