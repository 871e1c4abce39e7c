"""The description holds: whatever is sent, the answer is one that it names, in the form that it gives, and never a 5xx."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import (
    content_type_conformance,
    not_a_server_error,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from schemathesis.generation import GenerationMode

from flows.actions.request_correction import Asked, request_correction
from tests.factories import person, story
from tests.web.api.asking import Asker, application, asker, entrusted
from web.api.app import api
from web.api.problems import KINDS

CHECKS = (
    not_a_server_error, status_code_conformance, content_type_conformance, response_headers_conformance,
    response_schema_conformance,
)  # fmt: skip
EXAMPLES = 25
DESCRIPTION = json.loads(json.dumps(api.get_openapi_schema(), default=str))
OPERATIONS = [(method, path) for path, methods in DESCRIPTION["paths"].items() for method in methods]


class World:
    """A portal with a mandate for a case that waits for a correction, and whose department has reached another one."""

    def __init__(self) -> None:
        told = story(who=person("独名示例"))
        self.portal: Asker = asker()
        self.by, _ = entrusted(self.portal, told.by)
        request_correction(**told.claimed(), items=[Asked("fact", "place", "请核对名次")])
        self.references = [told.case.shown_reference, story().to("civil_affairs_review").case.shown_reference]
        self.schema = schemathesis.openapi.from_dict(DESCRIPTION)
        self.schema.app = get_wsgi_application()

    def good(self, method: str, path: str) -> list[dict[str, Any]]:
        """Bodies that are right, where there is one."""
        if (method, path) == ("post", "/api/v1/cases"):
            return [application(self.by)]
        return [{"facts": {"place": 2}}] if path.endswith("/correction") else [{"reason": "示例"}]


@pytest.fixture
def world(db: None, settings: Any) -> Iterator[World]:
    settings.API_PER_MINUTE = settings.API_PER_MINUTE_PUBLIC = 10**6
    for signal in (request_started, request_finished):  # as Django's own test client does: the test's transaction stays
        signal.disconnect(close_old_connections)
    yield World()
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


POSITIVE, NEGATIVE = GenerationMode.POSITIVE, GenerationMode.NEGATIVE
# What takes nothing can be sent nothing wrong.
TRIED = [
    (method, path, mode) for method, path in OPERATIONS for mode in (POSITIVE, NEGATIVE)
    if mode is POSITIVE or {"parameters", "requestBody"} & {key for key, value in DESCRIPTION["paths"][path][method].items() if value}
]  # fmt: skip


@pytest.mark.parametrize(
    ("method", "path", "mode"), TRIED, ids=lambda one: str(getattr(one, "value", one)).removeprefix("/api/v1/")
)
def test_no_answer_is_undeclared_and_none_a_5xx(world: World, method: str, path: str, mode: GenerationMode):
    operation = world.schema[path][method]
    statuses = set[int]()

    @given(data=st.data(), case=operation.as_strategy(generation_mode=mode))
    @settings(
        max_examples=EXAMPLES, deadline=None, database=None, derandomize=True, phases=(Phase.explicit, Phase.generate),
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    def asked(data: Any, case: Any) -> None:
        mix(world, data, case, method, path)
        response = case.call(headers={"Authorization": f"Bearer {world.portal.secret}"})
        case.validate_response(response, checks=CHECKS)
        statuses.add(response.status_code)

    asked()
    if mode is POSITIVE:
        assert min(statuses) < 300, statuses


def mix(world: World, data: Any, case: Any, method: str, path: str) -> None:
    """What would hardly be drawn: real references, good bodies, headers that fit; each in most of the tries."""
    often = st.sampled_from([True, True, True, False])
    if "reference" in case.path_parameters and data.draw(often):
        case.path_parameters["reference"] = data.draw(st.sampled_from(world.references))
    known = {"code": "direct_admission", "purpose": "-", "version": 1}
    if "code" in case.path_parameters and data.draw(often):
        case.path_parameters.update({name: value for name, value in known.items() if name in case.path_parameters})
    if method == "post" and data.draw(often):
        case.body = data.draw(st.sampled_from(world.good(method, path)))
        case.media_type = "application/json"
        case.headers = {"Idempotency-Key": f"key-{data.draw(st.integers(0, 9))}-of-the-portal", "If-Match": "*"}


def test_it_is_openapi_3_1_and_names_each_kind_of_problem():
    answer = Client().get("/api/v1/openapi.json")
    assert answer.status_code == 200
    assert answer.json()["openapi"].startswith("3.1")
    text = answer.content.decode()
    assert {name for name in KINDS if f"/api/#{name}`" not in text} == {"no-such-method"}  # told by the header Allow


def test_every_operation_says_its_scopes_its_words_and_its_answers():
    for method, path in OPERATIONS:
        operation = DESCRIPTION["paths"][path][method]
        assert " · " in operation["summary"], path
        assert {"429", "500"} <= set(operation["responses"]), path
        scopes = operation["x-scopes"]
        assert ("security" in operation) is bool(scopes), path
        if scopes:
            assert operation["security"] == [{"Bearer": scopes}]
            assert {"401", "403"} <= set(operation["responses"]), path


def test_nothing_below_the_prefix_is_left_out_of_the_description():
    found = []

    def walk(patterns: list[Any], prefix: str) -> None:
        for one in patterns:
            if isinstance(one, URLResolver):
                walk(one.url_patterns, prefix + str(one.pattern))
            elif isinstance(one, URLPattern) and prefix.startswith("api/v1/"):
                found.append(one.name)

    walk(get_resolver().url_patterns, "")
    described = {DESCRIPTION["paths"][path][method]["operationId"] for method, path in OPERATIONS}
    assert set(found) - {"openapi-json", "api-root"} <= described | {"followed"}
    assert len(OPERATIONS) == 16
