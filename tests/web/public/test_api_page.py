"""The page of the API says all that the description says, in both languages."""

import pytest
from django.test import Client

from web.api.app import api
from web.api.problems import KINDS

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_operation_and_every_problem_stands_there(language: str):
    client = Client()
    client.cookies["language"] = language
    page = client.get("/api/").content.decode()
    for path, methods in api.get_openapi_schema()["paths"].items():
        for method, operation in methods.items():
            assert f"{method.upper()} {path}" in page
            zh, _, en = operation["summary"].partition(" · ")
            assert (en if language == "en" else zh) in page.replace("&#x27;", "'")
    for name, kind in KINDS.items():
        assert f'id="{name}"' in page
        assert (kind.title.en if language == "en" else kind.title.zh) in page.replace("&#x27;", "'")
    assert "<script" not in page.partition("<main")[2]
