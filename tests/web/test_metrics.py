"""Metrics and logs: asked for with a token alone, by the names of pages, with the request's id and no value of a request."""

import json
import logging
from typing import Any

import pytest
from django.test import Client

from config.logs import JsonLines, request_id
from tests.factories import story

pytestmark = pytest.mark.django_db


def test_nobody_reads_metrics_without_the_token(client: Client, settings: Any):
    assert client.get("/metrics").status_code == 404
    settings.METRICS_TOKEN = "示例-token"
    assert client.get("/metrics", headers={"Authorization": "Bearer other"}).status_code == 404
    answer = client.get("/metrics", headers={"Authorization": "Bearer 示例-token"})
    assert answer.status_code == 200


def test_they_count_by_page_and_tell_how_the_work_stands_and_name_no_case(client: Client, settings: Any):
    settings.METRICS_TOKEN = "token"
    case = story().case
    client.get(f"/my/cases/{case.shown_reference}/")
    body = client.get("/metrics", headers={"Authorization": "Bearer token"}).content.decode()
    assert 'minhang_requests_total{method="GET",route="tracking",status="' in body
    assert 'minhang_cases_open{state="submitted"}' in body
    assert "minhang_messages_waiting" in body
    assert case.reference not in body
    assert case.shown_reference not in body


def test_a_line_of_the_log_has_the_requests_id_and_no_address(caplog: Any, client: Client):
    case = story().case
    with caplog.at_level(logging.INFO, logger="web.requests"):
        answer = client.get(f"/my/cases/{case.shown_reference}/?number=310112")
    [record] = [one for one in caplog.records if one.name == "web.requests"]
    token = request_id.set(answer["X-Request-Id"])
    try:
        line = json.loads(JsonLines().format(record))
    finally:
        request_id.reset(token)
    assert line["request"] == answer["X-Request-Id"]
    assert (line["method"], line["status"]) == ("GET", answer.status_code)
    assert case.shown_reference not in str(line)
    assert "310112" not in str(line)


def test_an_error_is_told_by_kind_and_place_and_never_by_its_words():
    try:
        raise ValueError("姓名 示例甲")
    except ValueError as error:
        record = logging.getLogger("django.request").makeRecord(
            "django.request", logging.ERROR, __file__, 1, "Internal Server Error: /my/cases/MH25/", (),
            (type(error), error, error.__traceback__),
        )  # fmt: skip
    line = json.loads(JsonLines().format(record))
    assert (line["error"], line["words"]) == ("ValueError", "request failed")
    assert line["where"]
    assert "示例甲" not in str(line)
    assert "MH25" not in str(line)
