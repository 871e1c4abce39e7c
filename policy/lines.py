"""One line of ``manage.py assess``: JSON in, JSON out, never an exception."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import NoReturn

from policy.assessment import assess
from policy.errors import FormError
from policy.parameters import Parameters
from policy.text import T

_NO_OBJECT = T(
    "这一行不是一组 JSON 数据（以“{”开头）。请改好这一行。", "This line is no JSON object ({…}). Please mend it."
)


def assess_line(line: object, parameters: Parameters, lang: str) -> tuple[dict[str, object], bool]:
    """The answer to one line (text, or JSON already read) and whether the line was valid.

    A line that is no JSON object has no id: ``{"id": null, "error": {"field": "line", …}}``.
    """
    try:
        claim = _read(line) if isinstance(line, str) else line
        if not isinstance(claim, Mapping):
            raise FormError("line", _NO_OBJECT)
    except FormError as error:
        return _error(None, error, lang), False
    identity = claim.get("id")
    try:
        found = assess(claim.get("type"), claim.get("as_of"), claim.get("facts"), claim.get("history"), parameters)
    except FormError as error:
        return _error(identity, error, lang), False
    return {"id": identity, **found.as_dict(lang)}, True


def _read(text: str) -> object:
    try:
        return _DECODER.decode(text)
    except (ValueError, RecursionError):
        raise FormError("line", _NO_OBJECT) from None


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON")


_DECODER = json.JSONDecoder(parse_constant=_refuse)


def _error(identity: object, error: FormError, lang: str) -> dict[str, object]:
    return {"id": identity, "error": {"field": error.field, "message": error.message.in_(lang)}}
