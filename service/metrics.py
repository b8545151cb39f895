"""Figures for Prometheus, on a port of their own that only this machine reaches; off by default.

They count by door, verdict and kind of job. A door is told by its route and never by its path,
which can hold a secret; no address, name, link or credential is in any figure (J3). What the
database knows is asked when somebody asks for the figures, and left out where it does not answer.
"""

import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from flask import Flask, Response, current_app, g, request
from prometheus_client import (
    CollectorRegistry,
    Counter,
    GCCollector,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    start_http_server,
)
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from issuer.awards import count_awards
from issuer.watching import JobState, ListState, job_states, list_states
from openbadges.errors import ExplainedError
from service.installation import Installation
from service.web.logs import METHODS
from service.working import Clock
from verifier.judging import AnyReport

ADDRESS: Final = "127.0.0.1"  # and no setting for another: who needs one has a proxy
EXTENSION: Final = "insignia_metrics"
NO_ROUTE: Final = "none"  # of a request for what is not here
_SECONDS: Final = (0.005, 0.025, 0.1, 0.25, 1.0, 5.0, 30.0)


class Metrics:
    """The figures of one process, in a registry of their own."""

    def __init__(self, installation: Installation, clock: Clock) -> None:
        self._registry = registry = CollectorRegistry()
        self._requests = Counter(
            "insignia_requests",
            "Requests that were answered.",
            ["method", "route", "status"],
            registry=registry,
        )
        self._seconds = Histogram(
            "insignia_request_seconds",
            "How long the answers took.",
            ["route"],
            buckets=_SECONDS,
            registry=registry,
        )
        self._verdicts = Counter(
            "insignia_verifications", "What was verified.", ["verdict"], registry=registry
        )
        registry.register(_Stored(installation, clock))
        ProcessCollector(registry=registry)
        PlatformCollector(registry=registry)
        GCCollector(registry=registry)

    def watch(self, app: Flask) -> None:
        """Count what an application answers."""
        app.extensions[EXTENSION] = self
        app.before_request(_begin)
        app.after_request(self._count)

    def serve(self, port: int) -> None:
        """Let this machine read the figures, in a thread that ends with the process.

        Raises:
            OSError: something else listens at the port.
        """
        start_http_server(port, addr=ADDRESS, registry=self._registry)

    def count_verdict(self, report: AnyReport) -> None:
        """Count one verification."""
        self._verdicts.labels(report.verdict.value).inc()

    def _count(self, response: Response) -> Response:
        route = request.url_rule.rule if request.url_rule else NO_ROUTE
        method = request.method if request.method in METHODS else "?"
        self._requests.labels(method, route, f"{response.status_code // 100}xx").inc()
        began: float | None = g.get("metrics_began")
        if began is not None:
            self._seconds.labels(route).observe(time.monotonic() - began)
        return response


def count_verdict(report: AnyReport) -> None:
    """Count a verification, where figures are kept."""
    metrics = current_app.extensions.get(EXTENSION)
    if isinstance(metrics, Metrics):
        metrics.count_verdict(report)


def _begin() -> None:
    g.metrics_began = time.monotonic()


class _Stored(Collector):
    """What the database knows at the moment at which it is asked."""

    def __init__(self, installation: Installation, clock: Clock) -> None:
        self._installation = installation
        self._clock = clock

    def describe(self) -> Iterator[Metric]:
        """Name nothing beforehand, so that the database is not asked before somebody asks us."""
        yield from ()

    def collect(self) -> Iterator[Metric]:
        """Give the figures; of a database that does not answer only that."""
        now = self._clock()
        try:
            with self._installation.database.read() as session:
                awards = count_awards(session)
                jobs, lists = job_states(session, now), list_states(session)
        except ExplainedError:
            yield _gauge("insignia_database_up", "Whether the database answers.", 0)
            return
        yield _gauge("insignia_database_up", "Whether the database answers.", 1)
        yield _gauge("insignia_awards", "Awards that were decided.", awards)
        yield from _of_jobs(jobs, now)
        yield from _of_lists(lists, now)


def _of_jobs(jobs: tuple[JobState, ...], now: datetime) -> Iterator[Metric]:
    count = GaugeMetricFamily("insignia_jobs", "Jobs not done.", labels=["kind", "state"])
    oldest = GaugeMetricFamily(
        "insignia_job_overdue_seconds", "For how long the oldest job is due.", labels=["kind"]
    )
    for one in jobs:
        count.add_metric([one.kind, "running"], one.running)
        count.add_metric([one.kind, "waiting"], one.waiting - one.running)
        oldest.add_metric([one.kind], max(timedelta(0), now - one.oldest_due).total_seconds())
    yield count
    yield oldest


def _of_lists(lists: tuple[ListState, ...], now: datetime) -> Iterator[Metric]:
    """Give figures of all lists together: which list somebody is in is nobody's business."""
    ages = [now - one.published_at for one in lists if one.published_at is not None]
    waits = [now - one.waiting_since for one in lists if one.waiting_since is not None]
    yield _gauge("insignia_status_lists", "Status lists.", len(lists))
    yield _gauge(
        "insignia_status_list_age_seconds",
        "How long ago the oldest public list was signed.",
        max(ages, default=timedelta(0)).total_seconds(),
    )
    yield _gauge(
        "insignia_revocation_wait_seconds",
        "How long the oldest revocation waits to be public.",
        max(waits, default=timedelta(0)).total_seconds(),
    )


def _gauge(name: str, told: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, told, value=value)
