"""What is not yours answers as what does not exist: in status, headers, text, and in what is asked of the database.

A difference in time would come from another number of statements, or from another statement: they are compared, since
times are never compared in a test.
"""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, get_resolver

from accounts.models import Scope
from casework import references
from casework.models import Case
from flows.actions.publish import publish
from tests.districts import HOST, people_of, second
from tests.factories import CAST, NOW, Cast, Story, applicant, draft, person, story
from tests.web.api.asking import asker
from tests.web.api.test_letting_in import PRIVATE
from tests.web.signing_in import signed_in
from tests.web.test_access import ALWAYS, REACHED

pytestmark = pytest.mark.django_db
ABSENT = references.shown(references.of("MH", NOW.date(), 77))
OWN = re.compile(
    r"nonce=\"[^\"]*\"|[A-Za-z0-9]{64}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9a-f]{32}"
)
Answer = tuple[int, str, dict[str, str], list[str]]


def answered(ask: Any, reference: str) -> Answer:
    """Status, text, headers and statements; without the reference or address that was asked for, tokens, request numbers."""
    with CaptureQueriesContext(connection) as captured:
        answer = ask(reference)
    own = reference if reference.startswith("MH") else answer.wsgi_request.path
    text = OWN.sub("", answer.content.decode().replace(own, "REF"))
    headers = {
        name: OWN.sub("", value.replace(own, "REF")) for name, value in answer.headers.items()
        if name not in ("X-Request-Id", "Date", "Server-Timing")
    }  # fmt: skip
    statements = [re.sub(r"'[^']*'|\d+", "?", one["sql"]) for one in captured]
    return answer.status_code, text, headers, statements


def alike(ask: Any, theirs: str, absent: str) -> int:
    """Whether both answer the same; the status."""
    ask(absent)  # whatever a process keeps from the first look
    one, other = answered(ask, theirs), answered(ask, absent)
    assert one[0] == other[0]
    assert one[1] == other[1]
    assert one[2] == other[2]
    assert one[3] == other[3]
    return one[0]


def of_a_case() -> Iterator[str]:
    """Every address with a reference in it and no other key."""
    for one in get_resolver().url_patterns:
        path = str(one.pattern)
        if isinstance(one, URLPattern) and re.findall(r"<[^>]*>", path) in (["<str:reference>"], ["<reference>"]):
            yield "/" + re.sub(r"<[^>]*>", "{}", path)


ADDRESSES = sorted(of_a_case())


def test_there_are_addresses_of_cases():
    assert len(ADDRESSES) > 20
    assert "/work/cases/{}/" in ADDRESSES
    assert "/my/cases/{}/" in ADDRESSES


@pytest.fixture
def told() -> Story:
    """A case that has come to the third department: never reached the fourth, another town, or finance."""
    return story(who=person("独名示例")).to("hrss_review")


OUT_OF_REACH = sorted({*CAST} - REACHED["hrss_review"] - ALWAYS)


@pytest.mark.parametrize("role", OUT_OF_REACH)
def test_an_officers_look_for_a_case_out_of_reach_is_as_for_none(role: str, told: Story):
    client = signed_in(told.cast[role])
    for address in ADDRESSES:
        for method in (client.get, client.post):
            status = alike(lambda one, at=address, do=method: do(at.format(one)), told.case.shown_reference, ABSENT)
            assert status in (302, 404, 405), (address, status)


def test_a_strangers_and_nobodys_look_is_as_for_none(told: Story):
    for client in (signed_in(applicant()), Client()):
        for address in ADDRESSES:
            for method in (client.get, client.post):
                status = alike(lambda one, at=address, do=method: do(at.format(one)), told.case.shown_reference, ABSENT)
                assert status in (302, 404, 405), (address, status)


def test_keys_of_files_letters_and_drafts_are_as_of_none():
    told = story(who=person("独名示例")).to("public_notice")
    evidence, letter = told.case.evidence.first(), told.case.letters.first()
    assert evidence is not None
    assert letter is not None
    made = draft(applicant())
    addresses = (("/files/{}/", evidence.pk), ("/letters/{}.pdf", letter.number), ("/my/drafts/{}/", made.pk))
    for client in (signed_in(applicant()), signed_in(told.cast["finance"])):
        for address, key in addresses:
            absent = re.sub(r"\d+$", lambda found: "9" * len(found[0]), str(key))
            status = alike(lambda one, at=address, by=client: by.get(at.format(one)), str(key), absent)
            assert status == 404, address


def test_a_case_of_another_district_is_as_none(settings: Any):
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, HOST]
    with people_of(second()):
        theirs = story(who=person("别区独名示例")).to("public_notice")
        publish(**theirs.claimed(), surname="别", ground="national_competition", award="示例赛")
    absent = references.shown(references.of(theirs.case.reference[:2], NOW.date(), 77))
    ours = Cast()
    for role in sorted(CAST):
        client = signed_in(ours[role])
        for address in ("/work/cases/{}/", "/work/cases/{}/history/", "/my/cases/{}/"):
            status = alike(
                lambda one, at=address, by=client: by.get(at.format(one)), theirs.case.shown_reference, absent
            )
            assert status == 404, (role, address)


@pytest.mark.parametrize("code", ["civil_affairs", "district_government"])
def test_a_system_asks_for_a_case_out_of_reach_as_for_none(code: str):
    told = story(who=person("独名示例"))
    assert Case.objects.filter(scopes__department__code=code).count() == 0
    portal = asker(Scope.FOLLOW, Scope.READ, Scope.SUBMIT, code=code)
    for method, path, _ in PRIVATE:
        if "{}" in path:
            body = {"reason": "示例"} if method == "post" else None
            status = alike(
                lambda one, at=path, do=method, said=body: portal.ask(do, at.format(one), said, if_match='"1"'),
                told.case.shown_reference, ABSENT,
            )  # fmt: skip
            assert status in (404, 422), path
