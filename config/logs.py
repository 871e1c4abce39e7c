"""Logs as JSON lines, each with the id of the request that it belongs to: the same id stands in the record (`Action`).

A line says when, how grave, which part, what, and the kind and place of an error. Values of a request are in none: no
address as it was asked for (it may name a case), no form, no person. A route is the name of a page.
"""

import json
import logging
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

request_id: ContextVar[str] = ContextVar("request_id", default="")
_EXTRA = ("method", "route", "status", "ms")


class JsonLines(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        said: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(), "part": record.name,
            # Django's own words of a failed request hold its address, which may name a case.
            "words": "request failed" if record.name.startswith("django.request") else record.getMessage(),
        }  # fmt: skip
        if found := request_id.get():
            said["request"] = found
        said |= {name: getattr(record, name) for name in _EXTRA if hasattr(record, name)}
        if record.exc_info and record.exc_info[0] is not None:
            said["error"] = record.exc_info[0].__name__
            said["where"] = [
                f"{one.filename}:{one.lineno} {one.name}" for one in traceback.extract_tb(record.exc_info[2])
            ]
        return json.dumps(said, ensure_ascii=False)


def configured(style: str) -> dict[str, Any]:
    """Django's LOGGING: `json` for an office, anything else for a person at a terminal."""
    is_json = style == "json"
    handler: dict[str, Any] = {"class": "logging.StreamHandler"}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": "config.logs.JsonLines"}},
        "handlers": {"console": handler | ({"formatter": "json"} if is_json else {})},
        "root": {"handlers": ["console"], "level": "WARNING"},
        "loggers": {
            "django.server": {"level": "WARNING"},
            "django.request": {"level": "ERROR"},
            "web.requests": {"level": "INFO" if is_json else "WARNING"},
        },
    }
