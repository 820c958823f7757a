"""Tracing: a span for each request, sent to an OpenTelemetry collector; needs the extra ``otel``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry.trace import SpanKind, Tracer
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from llmanac.errors import ConfigurationError
from llmanac.http.middleware.access_log import operation_of
from llmanac.version import __version__

SERVICE = "llmanac"


@contextmanager
def open_tracer(endpoint: str) -> Iterator[Tracer]:
    """A tracer that sends spans to the traces endpoint of a collector (OTLP over HTTP), from a background thread.

    Raises ConfigurationError where the extra is not installed. If the collector is down, spans are lost, not requests.
    """
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415 -- an extra
        from opentelemetry.sdk.resources import Resource  # noqa: PLC0415 -- an extra
        from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415 -- an extra
        from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415 -- an extra
    except ImportError:
        raise ConfigurationError("Tracing needs OpenTelemetry: pip install 'llmanac[otel]'.") from None
    resource = Resource.create({"service.name": SERVICE, "service.version": __version__})
    provider = TracerProvider(resource=resource, shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=endpoint)))
    try:
        yield provider.get_tracer(SERVICE, __version__)
    finally:
        provider.shutdown()


class TracingMiddleware:
    """Opens a span for each request, named by the route's template and never by the path, which may hold a token."""

    def __init__(self, app: ASGIApp, *, tracer: Tracer) -> None:
        self._app = app
        self._tracer = tracer
        self._propagator = TraceContextTextMapPropagator()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        carrier = {
            name.decode("latin-1"): value.decode("latin-1")
            for name, value in scope["headers"]
            if name in {b"traceparent", b"tracestate"}
        }
        context = self._propagator.extract(carrier)
        with self._tracer.start_as_current_span(scope["method"], context=context, kind=SpanKind.SERVER) as span:
            span.set_attribute("http.request.method", scope["method"])

            async def traced(message: Message) -> None:
                if message["type"] == "http.response.start":
                    span.set_attribute("http.response.status_code", message["status"])
                await send(message)

            try:
                await self._app(scope, receive, traced)
            finally:
                operation = operation_of(scope)
                span.update_name(f"{scope['method']} {operation}")
                span.set_attribute("http.route", operation)
