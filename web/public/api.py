"""The API for those who build on it (接口文档): every operation and every problem, made from the description itself."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from casework.events import TYPES
from casework.states import STATES
from casework.wording import STATES as STATE_WORDS
from web.api.app import VERSION, api
from web.api.description import operations
from web.api.problems import KINDS
from web.api.words import SCOPES, TAGS
from web.guard import public


@public
@require_GET
def api_page(request: HttpRequest) -> HttpResponse:
    """Every operation by its part, the scopes, the problems with their anchors, and what events there are."""
    every = operations(api.get_openapi_schema())
    context = {
        "here": "api", "version": VERSION, "openapi": "OpenAPI 3.1", "header": "Authorization: Bearer", "scopes": SCOPES.items(), "problems": KINDS.items(),
        "parts": [(tag, title, [one for one in every if one.tag == tag]) for tag, title in TAGS.items()],
        "events": [(kind, STATE_WORDS[state]) for kind, state in zip(TYPES, STATES, strict=True)],
    }  # fmt: skip
    return render(request, "public/api.html", context)
