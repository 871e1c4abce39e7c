"""What every template may use beside its own page."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def page(request: HttpRequest) -> dict[str, Any]:
    return {
        "actor": getattr(request, "actor", None),
        "display": getattr(request, "display", None),
        "english": getattr(request, "LANGUAGE_CODE", "zh-hans") == "en",
        "demonstration": settings.DEMONSTRATION,
        "session_minutes": settings.SESSION_COOKIE_AGE // 60,
    }
