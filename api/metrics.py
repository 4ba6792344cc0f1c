"""Counters and gauges for Prometheus."""

from __future__ import annotations

import time
from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.service import Service
from kg.ledger import documents, jobs
from kg.types import Viewer

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60)


class Metrics:
    """The numbers of one service.

    Args:
        service: What is counted; its totals are read when they are asked for.
    """

    def __init__(self, service: Service) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "loregraph_requests", "Requests answered", ("method", "route", "status"), registry=self._registry
        )
        self._seconds = Histogram(
            "loregraph_request_seconds", "Time to answer", ("route",), buckets=BUCKETS, registry=self._registry
        )
        self.questions = Counter("loregraph_questions", "Questions asked", ("outcome",), registry=self._registry)
        self._registry.register(_Totals(service))

    def text(self) -> bytes:
        """All numbers in Prometheus' text format."""
        return generate_latest(self._registry)

    def note(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request."""
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)


class _Totals(Collector):
    def __init__(self, service: Service) -> None:
        self._service = service

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Read the totals."""
        with self._service.ledger.read() as connection:
            by_status = documents.count(connection, Viewer.all())
            unfinished = jobs.queued(connection)
        held = GaugeMetricFamily("loregraph_documents", "Documents held", labels=("status",))
        for status, number in sorted(by_status.items()):
            held.add_metric((status,), number)
        yield held
        yield GaugeMetricFamily("loregraph_jobs_unfinished", "Jobs queued or running", value=unfinished)


class Measured:
    """ASGI middleware that counts and times every request, by the pattern of its route."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = time.perf_counter()
        status = 500

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noting)
        finally:
            scope["app"].state.context.metrics.note(
                scope["method"] if scope["method"] in _METHODS else "other",
                _pattern(scope),
                status,
                time.perf_counter() - begun,
            )


_METHODS = frozenset({"GET", "POST", "DELETE", "HEAD", "OPTIONS", "PUT", "PATCH"})


def _pattern(scope: Scope) -> str:
    """The route's pattern, never the path itself: a number of label values that no caller can make grow."""
    return str(getattr(scope.get("route"), "path", "other"))
