"""Figures for Prometheus: requests by route and status, how long they took, and how the posting engine fares.

Labels are routes as declared, never addresses with ids in them.
"""

from collections.abc import Iterator
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from florin.storage.posting.engine import PostingEngine

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"

_SECONDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)  # not money: seconds


class Metrics:
    """The figures of one application."""

    def __init__(self, engine: PostingEngine) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "florin_http_requests", "Requests answered.", ["method", "route", "status"], registry=self._registry
        )
        self._seconds = Histogram(
            "florin_http_request_seconds",
            "Time from the request's head to the answer's last byte.",
            ["method", "route"],
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._registry.register(_EngineFigures(engine))
        # Finding a labelled figure costs more than counting it, and there are few.
        self._known: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}

    def observe(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request that has been answered."""
        known = self._known.get((method, route, status))
        if known is None:
            known = (self._requests.labels(method, route, str(status)), self._seconds.labels(method, route))
            self._known[method, route, status] = known
        counter, histogram = known
        counter.inc()
        histogram.observe(seconds)

    def text(self) -> bytes:
        """All figures in Prometheus' text format."""
        return generate_latest(self._registry)


class _EngineFigures(Collector):
    """What the posting engine tells of itself, read when somebody asks."""

    def __init__(self, engine: PostingEngine) -> None:
        self._engine = engine

    def collect(self) -> Iterator[Metric]:
        engine = self._engine
        yield GaugeMetricFamily("florin_posting_waiting", "Requests that wait for a group.", engine.waiting)
        yield GaugeMetricFamily("florin_posting_queue_limit", "Requests that may wait at most.", engine.limits.queue)
        yield CounterMetricFamily("florin_posting_groups", "Groups committed.", engine.groups_committed)
