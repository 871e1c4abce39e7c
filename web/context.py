"""What every template may use beside its own page."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def _session_minutes(request: HttpRequest) -> int:
    """How long the session lasts from now on, without another page; its end is announced five minutes before."""
    actor = getattr(request, "actor", None)
    return settings.WORKBENCH_IDLE_MINUTES if actor and actor.is_officer else settings.SESSION_COOKIE_AGE // 60


def page(request: HttpRequest) -> dict[str, Any]:
    actor = getattr(request, "actor", None)
    return {
        "actor": actor,
        "layout": "bench.html" if actor and actor.is_officer else "base.html",
        "display": getattr(request, "display", None),
        "english": getattr(request, "LANGUAGE_CODE", "zh-hans") == "en",
        "demonstration": settings.DEMONSTRATION,
        "session_minutes": _session_minutes(request),
    }
