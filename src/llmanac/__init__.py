"""llmanac: a self-hosted catalog of LLM models.

    import llmanac

    with llmanac.open_catalog() as catalog:
        for offer in catalog.search("claude sonnet", capabilities=["vision"])[:5]:
            print(offer.id, offer.price.rates.input)

``open_catalog`` opens a ``Catalog``; all else here is what its methods take, answer and raise. Each name is imported
when it is first used: ``import llmanac`` alone costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from llmanac.version import __version__

if TYPE_CHECKING:
    from llmanac.catalog.catalog import Catalog
    from llmanac.catalog.filters import SearchFilters
    from llmanac.catalog.matches import Matches
    from llmanac.catalog.opening import open_catalog
    from llmanac.dialects.inference import CatalogCost, CatalogLimits, CatalogModalities, InferenceCatalogEntry
    from llmanac.domain.feed import FeedRef
    from llmanac.domain.lifecycle import Lifecycle, LifecycleDate
    from llmanac.domain.own_facts import OwnFacts
    from llmanac.domain.peak_hours import Hours, WeeklyWindow
    from llmanac.domain.pricing import DecidedRate, Fee, OffPeak, Price, PriceState, Rates, Service, Tier
    from llmanac.domain.records import (
        Benchmark,
        Capability,
        Limits,
        Link,
        LiteLLMRoute,
        Modalities,
        Model,
        ModelKind,
        Offer,
        RouteKind,
        Source,
    )
    from llmanac.domain.usage import TokenKind, Usage
    from llmanac.errors import (
        ConfigurationError,
        InvalidParameters,
        InvalidRequest,
        InvalidSource,
        LlmanacError,
        NotFound,
        ParameterFault,
        StorageError,
    )
    from llmanac.history.change import ChangeKind, Difference, DifferenceCause
    from llmanac.ingest.merge.conflicts.causes import Cause
    from llmanac.ingest.merge.conflicts.last_word import ServedRule
    from llmanac.service.details.conflicts import ConflictSummary, FigureClaim, SourceFigure
    from llmanac.service.history.changes import ChangeSummary
    from llmanac.service.offers.alternative_list import (
        Alternative,
        AlternativeConditions,
        AlternativeList,
        ReplacedModel,
        StatedWorkload,
    )
    from llmanac.service.offers.bill import (
        Bill,
        BillGroup,
        InsteadTotal,
        NotCountedUse,
        NotPricedLine,
        NotPricedLines,
    )
    from llmanac.service.offers.billing import BillOptions
    from llmanac.service.offers.comparison import Comparison, ComparisonRow
    from llmanac.service.offers.estimate import (
        BudgetEstimate,
        Estimate,
        EstimateFee,
        EstimateLine,
        EstimateWarning,
        WarningCode,
    )
    from llmanac.service.offers.estimator import EstimateRanking
    from llmanac.service.offers.id_forms import IdForm
    from llmanac.service.offers.providers import ProviderSummary
    from llmanac.service.offers.resolution import IdReading, SpellingOf
    from llmanac.service.offers.validation import IdStatus, LastPrice, LiteLLMCall, Validation
    from llmanac.service.offers.workload import Workload
    from llmanac.usage.record import NotPricedReason

__all__ = [
    "Alternative",
    "AlternativeConditions",
    "AlternativeList",
    "Benchmark",
    "Bill",
    "BillGroup",
    "BillOptions",
    "BudgetEstimate",
    "Capability",
    "Catalog",
    "CatalogCost",
    "CatalogLimits",
    "CatalogModalities",
    "Cause",
    "ChangeKind",
    "ChangeSummary",
    "Comparison",
    "ComparisonRow",
    "ConfigurationError",
    "ConflictSummary",
    "DecidedRate",
    "Difference",
    "DifferenceCause",
    "Estimate",
    "EstimateFee",
    "EstimateLine",
    "EstimateRanking",
    "EstimateWarning",
    "Fee",
    "FeedRef",
    "FigureClaim",
    "Hours",
    "IdForm",
    "IdReading",
    "IdStatus",
    "InferenceCatalogEntry",
    "InsteadTotal",
    "InvalidParameters",
    "InvalidRequest",
    "InvalidSource",
    "LastPrice",
    "Lifecycle",
    "LifecycleDate",
    "Limits",
    "Link",
    "LiteLLMCall",
    "LiteLLMRoute",
    "LlmanacError",
    "Matches",
    "Modalities",
    "Model",
    "ModelKind",
    "NotCountedUse",
    "NotFound",
    "NotPricedLine",
    "NotPricedLines",
    "NotPricedReason",
    "OffPeak",
    "Offer",
    "OwnFacts",
    "ParameterFault",
    "Price",
    "PriceState",
    "ProviderSummary",
    "Rates",
    "ReplacedModel",
    "RouteKind",
    "SearchFilters",
    "ServedRule",
    "Service",
    "Source",
    "SourceFigure",
    "SpellingOf",
    "StatedWorkload",
    "StorageError",
    "Tier",
    "TokenKind",
    "Usage",
    "Validation",
    "WarningCode",
    "WeeklyWindow",
    "Workload",
    "__version__",
    "open_catalog",
]

_NAMES_BY_MODULE = {
    "llmanac.catalog.catalog": "Catalog",
    "llmanac.catalog.filters": "SearchFilters",
    "llmanac.catalog.matches": "Matches",
    "llmanac.catalog.opening": "open_catalog",
    "llmanac.dialects.inference": "CatalogCost CatalogLimits CatalogModalities InferenceCatalogEntry",
    "llmanac.domain.feed": "FeedRef",
    "llmanac.domain.lifecycle": "Lifecycle LifecycleDate",
    "llmanac.domain.own_facts": "OwnFacts",
    "llmanac.domain.peak_hours": "Hours WeeklyWindow",
    "llmanac.domain.pricing": "DecidedRate Fee OffPeak Price PriceState Rates Service Tier",
    "llmanac.domain.records": "Benchmark Capability Limits Link LiteLLMRoute Modalities Model ModelKind Offer "
    "RouteKind Source",
    "llmanac.domain.usage": "TokenKind Usage",
    "llmanac.errors": "ConfigurationError InvalidParameters InvalidRequest InvalidSource LlmanacError NotFound "
    "ParameterFault StorageError",
    "llmanac.history.change": "ChangeKind Difference DifferenceCause",
    "llmanac.ingest.merge.conflicts.causes": "Cause",
    "llmanac.ingest.merge.conflicts.last_word": "ServedRule",
    "llmanac.service.details.conflicts": "ConflictSummary FigureClaim SourceFigure",
    "llmanac.service.history.changes": "ChangeSummary",
    "llmanac.service.offers.alternative_list": (
        "Alternative AlternativeConditions AlternativeList ReplacedModel StatedWorkload"
    ),
    "llmanac.service.offers.bill": "Bill BillGroup InsteadTotal NotCountedUse NotPricedLine NotPricedLines",
    "llmanac.service.offers.billing": "BillOptions",
    "llmanac.service.offers.comparison": "Comparison ComparisonRow",
    "llmanac.service.offers.estimate": "BudgetEstimate Estimate EstimateFee EstimateLine EstimateWarning WarningCode",
    "llmanac.service.offers.estimator": "EstimateRanking",
    "llmanac.service.offers.providers": "ProviderSummary",
    "llmanac.service.offers.id_forms": "IdForm",
    "llmanac.service.offers.resolution": "IdReading SpellingOf",
    "llmanac.service.offers.validation": "IdStatus LastPrice LiteLLMCall Validation",
    "llmanac.service.offers.workload": "Workload",
    "llmanac.usage.record": "NotPricedReason",
}
_MODULES = {name: module for module, names in _NAMES_BY_MODULE.items() for name in names.split()}


def __dir__() -> list[str]:
    return __all__


if not TYPE_CHECKING:  # a type checker is to see the imports above, and no other names

    def __getattr__(name: str) -> object:
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = globals()[name] = getattr(import_module(_MODULES[name]), name)
        return value
