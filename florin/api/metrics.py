"""Figures for Prometheus: requests by route and status, how long they took, and how the posting engine fares.

Labels are routes as declared, never addresses with ids in them.
"""

from collections.abc import Iterable
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from florin.api.shared_figures import figures_as_text
from florin.storage.notices.told_notices import Queue
from florin.storage.posting.engine import PostingEngine

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"

_SECONDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)  # not money: seconds


_QUEUE: Final = {
    "notices_waiting": "Notices that wait to be sent, in all processes together.",
    "notices_oldest_age_s": "Seconds since the oldest of them was written.",
    "webhooks_waiting": "Webhook deliveries that wait, those to receivers that are away among them.",
    "webhooks_oldest_age_s": "Seconds since the oldest of their events happened.",
    "events_not_fanned_out": "Events that no look of the fan-out has seen yet.",
}

_SIZES: Final = (1, 2, 4, 8, 16, 32, 64, 128, 256)


class Metrics:
    """The figures of one application; with several processes, of all of them together."""

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
        self._problems = Counter(
            "florin_http_problems",
            "Refusals by code, the items of lists among them.",
            ["route", "code"],
            registry=self._registry,
        )
        self._engine_figures = _EngineFigures(engine, self._registry)
        self._queue = {
            name: Gauge(f"florin_{name}", meaning, registry=self._registry, multiprocess_mode="mostrecent")
            for name, meaning in _QUEUE.items()
        }
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

    def count_problems(self, route: str, codes: Iterable[str]) -> None:
        """Count the refusals that an answer told."""
        for code in codes:
            self._problems.labels(route, str(code)).inc()

    def copy_engine_figures(self) -> None:
        """Bring up to date what the posting engine tells of itself."""
        self._engine_figures.copy()

    def copy_queue(self, queue: Queue) -> None:
        """Tell what waits to be sent."""
        for name, gauge in self._queue.items():
            gauge.set(getattr(queue, name))

    def text(self) -> bytes:
        """The figures of all processes of the service, in Prometheus' text format."""
        self.copy_engine_figures()
        return figures_as_text(self._registry)


class _EngineFigures:
    """What the posting engine tells of itself, copied whenever somebody asks and once a second besides.

    Copied, because the process that is asked can only tell what the others have written down.
    """

    def __init__(self, engine: PostingEngine, registry: CollectorRegistry) -> None:
        self._engine = engine
        self._told_groups = 0
        self._waiting = _gauge("florin_posting_waiting", "Requests that wait for a group.", registry)
        self._limit = _gauge("florin_posting_queue_limit", "Requests that may wait at most.", registry)
        self._groups = Counter("florin_posting_groups", "Groups committed.", registry=registry)
        self._told_retries = 0
        self._retries = Counter("florin_posting_retries", "Attempts at groups that were repeated.", registry=registry)
        self._told_sizes: dict[int, int] = {}
        self._sizes = Histogram(
            "florin_posting_group_requests", "Requests in a committed group.", buckets=_SIZES, registry=registry
        )

    def copy(self) -> None:
        """Bring the figures up to date."""
        engine = self._engine
        self._waiting.set(engine.waiting)
        self._limit.set(engine.limits.queue)
        self._groups.inc(engine.groups_committed - self._told_groups)
        self._told_groups = engine.groups_committed
        self._retries.inc(engine.retries - self._told_retries)
        self._told_retries = engine.retries
        for size, groups in engine.group_sizes.items():
            for _ in range(groups - self._told_sizes.get(size, 0)):
                self._sizes.observe(size)
            self._told_sizes[size] = groups


def _gauge(name: str, meaning: str, registry: CollectorRegistry) -> Gauge:
    """A figure that is the sum over all living processes."""
    return Gauge(name, meaning, registry=registry, multiprocess_mode="livesum")
