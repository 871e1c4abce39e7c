"""What the description says beside the operations themselves: problems, headers, scopes; and the operations for the page."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from policy import T
from web.api.answers import ProblemDetails
from web.api.problems import KINDS, MEDIA_TYPE, PAGE
from web.api.words import BETWEEN, SCOPES

_TAG: Final = {"ETag": {"description": "The version, for If-Match.", "schema": {"type": "string"}}}
_CACHED: Final = {
    "ETag": {"description": "Of the content, for If-None-Match.", "schema": {"type": "string"}},
    "Cache-Control": {"schema": {"type": "string"}},
}
_CREATED: Final = {
    **_TAG,
    "Location": {"description": "Where the case is followed.", "schema": {"type": "string"}},
    "Idempotent-Replayed": {"description": "`true` where an earlier request had the same key.", "schema": {"type": "string", "const": "true"}},
}  # fmt: skip
_RETRY: Final = {"Retry-After": {"description": "Seconds.", "schema": {"type": "integer"}}}
_CHALLENGE: Final = {"WWW-Authenticate": {"schema": {"type": "string"}}}
REQUIRED: Final = ("Idempotency-Key", "If-Match")


def described(description: Any) -> Any:
    """The description with every answer that may come, and what each header is."""
    schemas = description["components"]["schemas"]
    schemas["Problem"] = _schema(schemas)
    description["servers"] = [{"url": "/"}]
    description["externalDocs"] = {"url": PAGE}
    for path, methods in description["paths"].items():
        for method, operation in methods.items():
            _complete(path, method, operation)
    schemes = description["components"].get("securitySchemes", {})
    if "Bearer" in schemes:
        schemes["Bearer"]["description"] = "; ".join(f"`{name}`: {text.en}" for name, text in SCOPES.items())
    return description


def _schema(schemas: dict[str, Any]) -> dict[str, Any]:
    made = ProblemDetails.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas |= made.pop("$defs", {})
    return made


def _complete(path: str, method: str, operation: dict[str, Any]) -> None:
    parameters, answers = operation.get("parameters", []), operation["responses"]
    for one in parameters:
        if one["name"] in REQUIRED:
            one["required"] = True
            one["schema"] = {"type": "string", "maxLength": 200}
    scopes = operation.get("x-scopes", [])
    if "security" in operation:
        operation["security"] = [{"Bearer": scopes}]
    names = {one["name"] for one in parameters}
    is_private = bool(scopes)
    for status, told in [*answers.items()]:
        if int(status) < 300:
            told["description"] = "OK" if int(status) == 200 else "Created"
            told["headers"] = _CREATED if int(status) == 201 else _TAG if is_private and "reference" in names else {}
            if not is_private:
                told["headers"] = _CACHED
    if not is_private:
        answers[304] = {"description": "What If-None-Match names is still so.", "headers": _CACHED}
    for kind in dict.fromkeys(_kinds(path, method, names, is_private, "requestBody" in operation)):
        _add(answers, kind)


def _kinds(path: str, method: str, names: set[str], is_private: bool, has_body: bool) -> Iterator[str]:
    yield from ("too-many", "wrong")
    if is_private:
        yield from ("not-let-in", "not-allowed")
    if names:
        yield "not-understood"
    if "{" in path:
        yield "not-there"
    if has_body:
        yield from ("bad-request", "too-large", "not-understood", "busy", "erased")
    if "Idempotency-Key" in names:
        yield from ("key-missing", "key-used", "no-mandate", "already-done", "not-there")
    if "If-Match" in names:
        yield from ("version-missing", "stale", "already-done")
    if path.endswith("/correction"):
        yield from ("already-done", "erased")


def _add(answers: dict[Any, Any], name: str) -> None:
    kind = KINDS[name]
    headers = {401: _CHALLENGE, 429: _RETRY}.get(kind.status, {})
    told = answers.setdefault(
        kind.status,
        {
            "description": "", "headers": headers,
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        },
    )  # fmt: skip
    line = f"`{PAGE}#{name}` {kind.title.en}"
    told["description"] = line if not told["description"] else f"{told['description']}; {line}"


@dataclass(frozen=True)
class Told:
    """An operation as the page tells it."""

    method: str
    path: str
    title: T
    text: T
    scopes: list[tuple[str, T]]
    parameters: list[tuple[str, str, bool]]
    statuses: list[int]
    tag: str


def operations(description: Any) -> list[Told]:
    """Every operation, in the order of the description."""
    return [
        _told(path, method, operation)
        for path, methods in description["paths"].items()
        for method, operation in methods.items()
    ]


def _told(path: str, method: str, operation: dict[str, Any]) -> Told:
    zh, _, en = operation["summary"].partition(BETWEEN)
    more_zh, _, more_en = operation["description"].partition("\n\n")
    return Told(
        method.upper(), path, T(zh, en, filled=True), T(more_zh, more_en, filled=True),
        [(name, SCOPES[name]) for name in operation.get("x-scopes", [])],
        [(one["name"], one["in"], one["required"]) for one in operation.get("parameters", [])],
        sorted(int(status) for status in operation["responses"]), operation["tags"][0],
    )  # fmt: skip
