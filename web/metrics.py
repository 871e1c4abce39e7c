"""`/metrics` for Prometheus: how the service answers, and how the district's work stands. Nothing of a person is in it.

Off without METRICS_TOKEN; then asked with `Authorization: Bearer`. Several workers share their counts where
PROMETHEUS_MULTIPROC_DIR names a folder (`make run` and the units of `deploy/` do that).
"""

import logging
import os
import time

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.utils.timezone import now
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from config.logs import request_id
from flows.errors import NotThere
from oversight.pulse import gauges
from web.guard import public

log = logging.getLogger("web.requests")
REQUESTS = Counter("minhang_requests", "Requests by page and status", ["route", "method", "status"])
SECONDS = Histogram(
    "minhang_request_seconds", "Time to answer, by page", ["route"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)  # fmt: skip
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


class Counted:
    """Every answer counted, timed and told to the log under the name of its page, never under its address."""

    def __init__(self, get_response: object) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token, begun = request_id.set(getattr(request, "id", "")), time.perf_counter()
        try:
            response: HttpResponse = self.get_response(request)  # type: ignore[operator]
            spent = time.perf_counter() - begun
            match = request.resolver_match
            route = (match.url_name or "unnamed") if match else "none"
            method = request.method if request.method in METHODS else "other"
            REQUESTS.labels(route, method, str(response.status_code)).inc()
            SECONDS.labels(route).observe(spent)
            log.info(
                "answered",
                extra={"method": method, "route": route, "status": response.status_code, "ms": round(spent * 1000)},
            )
            return response
        finally:
            request_id.reset(token)


@public
def metrics(request: HttpRequest) -> HttpResponse:
    """The figures; raises NotThere without the token."""
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not settings.METRICS_TOKEN or not constant_time_compare(given, settings.METRICS_TOKEN):
        raise NotThere
    registry = REGISTRY
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        registry = CollectorRegistry()
        MultiProcessCollector(registry)
    lines = [f"{name} {value:g}" for name, value in gauges(now()).items()]
    return HttpResponse(generate_latest(registry) + "\n".join(lines).encode() + b"\n", content_type=CONTENT_TYPE_LATEST)
