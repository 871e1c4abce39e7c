"""Every line of `docs/api.md` that a developer may copy is true: each curl is asked here, in order of the page."""

import json
import re
import shlex
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client

from flows.actions.request_correction import Asked, request_correction
from tests.factories import Story, story
from tests.web.api.asking import Asker, asker, entrusted, number_of, papers
from web.api.problems import KINDS
from web.api.words import SCOPES

pytestmark = pytest.mark.django_db
PAGE = (Path(__file__).resolve().parents[3] / "docs" / "api.md").read_text(encoding="utf-8")
REFERENCE = "MH26-7K3P-9QXD-4T"


def curls() -> list[list[str]]:
    """The commands, each as its words, without what follows a #."""
    joined = PAGE.replace("\\\n", " ")
    return [shlex.split(line, comments=True)[1:] for line in joined.splitlines() if line.startswith("    curl ")]


def asked(words: list[str], secret: str, reference: str, version: int, body: str) -> Any:
    """What the command gets."""
    method, headers, content, address = "get", {}, None, ""
    rest = iter(words)
    for word in rest:
        if word == "-X":
            method = next(rest).lower()
        elif word == "-H":
            name, _, value = next(rest).partition(": ")
            headers[name] = value.replace("$TOKEN", secret)
        elif word == "-d":
            content = next(rest)
        elif word != "-i":
            address = word
    assert address.startswith("$API/"), address
    if "Idempotency-Key" in headers:
        headers["Idempotency-Key"] = "a-key-of-the-page"
    if "If-Match" in headers:
        headers["If-Match"] = f'"{version}"'
    parts = urlsplit(address.replace("$API/", "/api/v1/").replace(REFERENCE, reference))
    given = {
        f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items() if name != "Content-Type"
    }
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    if method == "post":
        return Client().post(
            target, body if content == "@application.json" else content, content_type="application/json", **given
        )
    return Client().get(target, **given)


def test_every_command_of_the_page_does_what_it_says():
    told: Story = story()
    portal: Asker = asker()
    entrusted(portal, told.by)
    request_correction(**told.claimed(), items=[Asked("fact", "place", "请核对名次")])
    body = json.loads(re.search(r'^    (\{"type": "direct_admission",\n.*?\n)\n', PAGE, re.M | re.S)[1])  # type: ignore[index]
    body["applicant"]["number"] = number_of(told.by)
    body["papers"][0]["content"] = papers("supporting_material")[0]["content"]
    statuses = []
    for words in curls():
        told.case.refresh_from_db()
        answer = asked(words, portal.secret, told.case.shown_reference, told.case.version, json.dumps(body))
        assert answer.status_code in (200, 201), (words, answer.content.decode())
        statuses.append(answer.status_code)
    assert len(statuses) > 12
    assert statuses.count(201) == 1


def test_the_page_names_what_there_is():
    assert set(re.findall(r"`((?:cases|events):[a-z]+)`", PAGE)) == set(SCOPES)
    named = set(re.findall(r"`([a-z]+-[a-z-]+)`", PAGE)) & {*KINDS, "key-used", "not-understood", "no-mandate"}
    assert named == {"key-used", "not-understood", "no-mandate"} <= set(KINDS)
    assert f"{len(SCOPES)}" == "4"
