"""Request metrics, cheap enough for every request, and the ``/metrics`` endpoint for Prometheus.

Labels are few and bounded: the template of a route, never its path; a status, never a client.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.types import ASGIApp, Receive, Scope, Send

from llmanac.http.problems import Problem
from llmanac.http.server.connections import Connections
from llmanac.service.editions.reader import Reader
from llmanac.version import __version__

if TYPE_CHECKING:
    from prometheus_client.metrics_core import Metric

BUCKETS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0)
"""Upper bounds of the histogram's buckets, in seconds."""
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
OTHER = "other"
"""The label for all methods and paths that are not served: clients choose them freely."""


class RequestSeries:
    """Counts and duration of the requests of one operation, method and status."""

    __slots__ = ("buckets", "seconds")

    def __init__(self) -> None:
        self.buckets = [0] * (len(BUCKETS) + 1)
        self.seconds = 0.0

    def observe(self, seconds: float) -> None:
        """Count a request that took so many seconds."""
        self.buckets[bisect_left(BUCKETS, seconds)] += 1
        self.seconds += seconds


class RequestMetrics:
    """Request series by operation, method and status, each made on first use."""

    def __init__(self) -> None:
        self._series: dict[tuple[str, str, int], RequestSeries] = {}

    def series(self, operation: str, method: str, status: int) -> RequestSeries:
        """The series of these labels."""
        key = (operation, method if method in METHODS else OTHER, status)
        found = self._series.get(key)
        if found is None:
            found = self._series[key] = RequestSeries()
        return found

    def __iter__(self) -> Iterator[tuple[tuple[str, str, int], RequestSeries]]:
        return iter(self._series.items())


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricSources:
    """The sources of all metrics, read at each scrape."""

    requests: RequestMetrics
    connections: Connections
    reader: Reader
    unreadable: Callable[[], Mapping[str, int]] = dict
    """The number of documents that cannot be read, by kind: of those in the database, and of followed files."""

    def collect(self) -> Iterable[Metric]:
        """All metrics as families of prometheus_client."""
        from prometheus_client.core import (  # noqa: PLC0415 -- takes 70 ms, and only a scrape needs it
            CounterMetricFamily,
            GaugeMetricFamily,
            HistogramMetricFamily,
            InfoMetricFamily,
        )

        yield InfoMetricFamily("llmanac_build", "The program.", value={"version": __version__})
        count = CounterMetricFamily(
            "llmanac_http_requests", "Requests handled.", labels=("operation", "method", "status")
        )
        time = HistogramMetricFamily(
            "llmanac_http_request_seconds", "From the head of a request to its response.", labels=("operation",)
        )
        for (operation, method, status), series in self.requests:
            count.add_metric((operation, method, str(status)), sum(series.buckets))
        for operation, series in _by_operation(self.requests).items():
            time.add_metric((operation,), _cumulative(series.buckets), series.seconds)
        yield count
        yield time
        yield GaugeMetricFamily("llmanac_connections", "Connections that are open.", value=self.connections.total)
        refused = CounterMetricFamily(
            "llmanac_wire_refusals", "Connections ended for what their client sent, or did not.", labels=("reason",)
        )
        for reason, times in self.connections.refusals.items():
            refused.add_metric((reason,), times)
        yield refused
        unreadable = GaugeMetricFamily(
            "llmanac_unreadable_documents",
            "Overlays and policies that cannot be read, and followed files of which an earlier reading holds.",
            labels=("kind",),
        )
        for kind, number in self.unreadable().items():
            unreadable.add_metric((kind,), number)
        yield unreadable
        edition = self.reader.edition
        yield GaugeMetricFamily("llmanac_catalog_offers", "Entries in the catalog.", value=edition.size)


def _by_operation(requests: RequestMetrics) -> dict[str, RequestSeries]:
    sums: dict[str, RequestSeries] = {}
    for (operation, _, _), series in requests:
        total = sums.setdefault(operation, RequestSeries())
        total.buckets = [mine + theirs for mine, theirs in zip(total.buckets, series.buckets, strict=True)]
        total.seconds += series.seconds
    return sums


def _cumulative(buckets: list[int]) -> list[tuple[str, float]]:
    names = (*map(str, BUCKETS), "+Inf")
    return [(name, float(sum(buckets[: at + 1]))) for at, name in enumerate(names)]


def create_metrics_app(measured: MetricSources) -> ASGIApp:
    """The application of ``/metrics``, for a separate port: how much is requested is not public."""
    from prometheus_client import CollectorRegistry  # noqa: PLC0415 -- takes 70 ms, and only metrics need it
    from prometheus_client.exposition import choose_encoder  # noqa: PLC0415 -- takes 70 ms, and only metrics need it
    from prometheus_client.registry import Collector  # noqa: PLC0415 -- takes 70 ms, and only metrics need it

    class _Collector(Collector):
        def collect(self) -> Iterable[Metric]:
            return measured.collect()

    registry = CollectorRegistry()
    registry.register(_Collector())
    return _MetricsApp(lambda accept: _exposed(choose_encoder(accept), registry))


def _exposed(encoder: tuple[Callable[..., bytes], str], registry: object) -> tuple[bytes, str]:
    encode, content_type = encoder
    return encode(registry), content_type


class _MetricsApp:
    def __init__(self, expose: Callable[[str], tuple[bytes, str]]) -> None:
        self._expose = expose

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] != "/metrics" or scope["method"] not in {"GET", "HEAD"}:
            await Problem(404, "There is nothing here but GET /metrics.", "not_found_error")(scope, receive, send)
            return
        accept = dict(scope["headers"]).get(b"accept", b"").decode("latin-1")
        body, content_type = self._expose(accept)
        headers = [(b"content-type", content_type.encode()), (b"content-length", b"%d" % len(body))]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})
