"""The API for applicants: handed in once, followed, corrected and withdrawn, by whoever they entrusted and nobody else."""

from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client

from casework.filing import given_contact
from casework.models import Case, HandedIn, Mandate, Person
from casework.references import read
from casework.sealing import unseal
from flows.actions.change_mandate import end_mandate
from flows.actions.request_correction import Asked, request_correction
from tests.factories import NATIONAL, NOW, Story, applicant, events, person, story
from tests.web.api.asking import KEY, Asker, application, asker, entrusted, number_of, papers
from tests.web.signing_in import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def portal() -> Asker:
    return asker()


def test_an_application_becomes_one_case_however_often_it_is_sent(portal: Asker):
    by, _ = entrusted(portal)
    first = portal.hand_in(application(by))
    assert first.status_code == 201, first.content.decode()
    assert first.json()["state"] == "submitted"
    case = Case.objects.get(reference=read(first.json()["reference"]))
    assert first["ETag"] == f'"{case.version}"'
    assert first["Location"] == f"/api/v1/cases/{case.shown_reference}"
    again = portal.hand_in(application(by))
    assert (again.status_code, again.json()) == (201, first.json())
    assert again["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first
    assert Case.objects.count() == 1
    other = portal.hand_in(application(by, facts=NATIONAL | {"place": 2}))
    assert (other.status_code, other.json()["type"]) == (422, "/api/#key-used")
    assert portal.hand_in(application(by), key="another-key-of-it").status_code == 201
    assert Case.objects.count() == 2


def test_the_record_says_that_an_agent_handed_it_in_and_for_whom(portal: Asker):
    by, _ = entrusted(portal)
    portal.hand_in(application(by))
    case = Case.objects.get()
    act = case_record(case)[0]
    assert (act.event, act.user_id, act.role) == ("submitted", portal.client.account_id, "agent")
    assert (act.acts_for_kind, act.acts_for_id) == ("person", by.on_behalf_of.pk)
    assert case.evidence.count() == 2


def test_how_the_applicant_is_reached_changes_with_it_as_with_one_from_the_pages(portal: Asker):
    by, _ = entrusted(portal)
    portal.hand_in(application(by))
    contact = {"telephone": "021-0000-0009", "address": "示例路 1 号", "town": "town_meilong"}
    assert portal.hand_in(application(by, contact=contact), key="another-key-of-it").status_code == 201
    first, case = Case.objects.order_by("pk")
    who = Person.objects.get(pk=by.on_behalf_of.pk)
    assert who.telephone == "021-0000-0009"
    assert case_record(case)[0].details["contact"] == ["telephone"]
    told = {one.pk: given_contact(unseal(who.key, one.answer_sets.get().answers)) for one in (first, case)}
    assert [told[one.pk].telephone for one in (first, case)] == ["021-0000-0000", "021-0000-0009"]


def case_record(case: Case) -> list[Any]:
    from casework.models import Action

    return list(Action.objects.filter(subject_kind="case", subject_id=case.pk).order_by("number"))


def test_who_gave_no_mandate_and_who_is_unknown_are_answered_alike(portal: Asker):
    stranger, ended = applicant(person("独名示例")), applicant()
    _, mandate = entrusted(portal, ended)
    end_mandate(mandate_id=mandate.pk, by=ended, now=NOW)
    answers = [
        portal.hand_in(application(stranger)),
        portal.hand_in(application(ended)),
        portal.hand_in(application(stranger, applicant={"number": "99999919900101999X"})),
    ]
    assert {(one.status_code, one.content) for one in answers} == {(403, answers[0].content)}
    assert answers[0].json()["type"] == "/api/#no-mandate"
    assert Case.objects.count() == HandedIn.objects.count() == 0


WRONG = [
    ({"facts": NATIONAL | {"place": -1}}, {"facts.place"}),
    ({"facts": NATIONAL | {"place": 10**30}}, {"facts.place"}),
    ({"facts": NATIONAL | {"awarded_on": "2099-01-01"}}, {"facts.awarded_on"}),
    ({"facts": NATIONAL | {"awarded_on": "18.9.2025"}}, {"facts.awarded_on"}),
    ({"facts": NATIONAL | {"ground": "friendship"}}, {"facts.ground"}),
    ({"facts": NATIONAL | {"nothing": 1}}, {"facts.nothing"}),
    ({"facts": NATIONAL | {"title_name": "示例"}}, {"facts.title_name"}),
    ({"facts": {}}, {"facts.ground"}),
    ({"papers": []}, {"papers.award_document", "papers.organiser_document"}),
    ({"papers": papers("nothing")}, {"papers"}),
    ({"papers": [{"code": "award_document", "name": "a", "content": "###"}]}, {"papers[0].content"}),
    ({"papers": [{"code": "award_document", "name": "a", "content": "aGVsbG8="}]}, {"papers"}),
    ({"contact": {"telephone": "x", "address": " ", "town": "nowhere"}}, {"contact.telephone", "contact.address", "contact.town"}),
    ({"type": "no_such"}, {"type"}),
    ({"type": "employment_fraud_report"}, {"type"}),
    ({"type": "post_application", "purpose": "government_employee"}, {"type"}),
    ({"nothing": 1}, {"nothing"}),
    ({"applicant": {}}, {"applicant.number"}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "fields"), WRONG, ids=lambda one: ",".join(sorted(one)) if isinstance(one, set) else ""
)
def test_what_is_wrong_is_named_field_by_field_and_nothing_is_made(
    portal: Asker, changed: dict[str, Any], fields: set[str]
):
    by, _ = entrusted(portal)
    before = Person.objects.get(pk=by.on_behalf_of.pk).address
    answer = portal.hand_in(application(by, **changed))
    assert answer.status_code == 422, answer.content.decode()
    assert answer["Content-Type"] == "application/problem+json"
    assert fields <= {one["field"] for one in answer.json()["errors"]}, answer.json()
    assert Case.objects.count() == HandedIn.objects.count() == 0
    assert Person.objects.get(pk=by.on_behalf_of.pk).address == before


def test_a_failed_application_may_be_sent_again_put_right_with_the_same_key(portal: Asker, settings: Any):
    by, _ = entrusted(portal)
    assert portal.hand_in(application(by, papers=papers("award_document"))).status_code == 422
    assert not [one for one in settings.EVIDENCE_DIR.rglob("*") if one.is_file()]  # the file went with the refusal
    assert portal.hand_in(application(by)).status_code == 201


@pytest.mark.parametrize(
    ("key", "status", "kind"),
    [("", 400, "key-missing"), ("short", 422, "not-understood"), ("x" * 65, 422, "not-understood"), ("键" * 10, 422, "not-understood")],
)  # fmt: skip
def test_without_a_good_key_nothing_is_handed_in(portal: Asker, key: str, status: int, kind: str):
    by, _ = entrusted(portal)
    answer = portal.hand_in(application(by), key=key)
    assert (answer.status_code, answer.json()["type"]) == (status, f"/api/#{kind}")
    assert Case.objects.count() == 0


def test_an_applicant_whom_somebody_holds_locked_for_too_long_is_tried_again_later(
    portal: Asker, monkeypatch: pytest.MonkeyPatch
):
    class TimedOut(Exception):
        pgcode = "55P03"

    def locked(*args: Any) -> None:
        raise OperationalError from TimedOut()

    by, _ = entrusted(portal)
    with monkeypatch.context() as patched:
        patched.setattr("flows.actions.hand_in.lock_whom", locked)
        answer = portal.hand_in(application(by))
        assert (answer.status_code, answer.json()["type"]) == (503, "/api/#busy")
        assert HandedIn.objects.count() == 0
    assert portal.hand_in(application(by)).status_code == 201


def test_a_body_that_is_no_json_and_one_that_is_too_large(portal: Asker, monkeypatch: pytest.MonkeyPatch):
    header = {"HTTP_AUTHORIZATION": f"Bearer {portal.secret}", "HTTP_IDEMPOTENCY_KEY": KEY}
    answer = Client().post("/api/v1/cases", "{", content_type="application/json", **header)
    assert (answer.status_code, answer.json()["type"]) == (400, "/api/#bad-request")
    monkeypatch.setattr("web.api.surroundings.LARGEST", 10)
    answer = Client().post("/api/v1/cases", {"a": "b" * 20}, content_type="application/json", **header)
    assert (answer.status_code, answer.json()["type"]) == (413, "/api/#too-large")


class TestFollowing:
    @pytest.fixture
    def told(self, portal: Asker) -> Story:
        told = story()
        entrusted(portal, told.by)
        return told

    def test_it_says_what_the_applicants_page_says(self, portal: Asker, told: Story):
        answer = portal.get(f"cases/{told.case.shown_reference}")
        assert answer.status_code == 200, answer.content.decode()
        page = signed_in(told.by).get(f"/my/cases/{told.case.shown_reference}/").content.decode()
        said = answer.json()
        for words in (said["headline"], *(said[name]["text"] for name in ("where", "who", "do", "next"))):
            assert words["zh"] in page
            assert words["en"]
        assert answer["ETag"] == f'"{told.case.version}"'
        assert answer["Cache-Control"] == "no-store"

    def test_lenient_references_are_read(self, portal: Asker, told: Story):
        assert portal.get(f"cases/{told.case.reference.lower()}").status_code == 200

    @pytest.mark.parametrize("path", ["", "/correction"])
    def test_what_is_not_entrusted_is_not_there_like_what_does_not_exist(self, portal: Asker, told: Story, path: str):
        other = story(who=person("独名示例"))
        foreign = portal.get(f"cases/{other.case.shown_reference}{path}")
        absent = portal.get(f"cases/MH26-AAAA-AAAA-AA{path}")
        assert (foreign.status_code, foreign.content) == (absent.status_code, absent.content) == (404, absent.content)
        assert without_id(foreign) == without_id(absent)

    def test_it_ends_with_the_mandate(self, portal: Asker, told: Story):
        mandate = Mandate.objects.get(user=portal.client.account)
        end_mandate(mandate_id=mandate.pk, by=told.by, now=NOW)
        assert portal.get(f"cases/{told.case.shown_reference}").status_code == 404
        assert portal.get("cases").json() == {"cases": [], "next": None}

    def test_the_list_goes_page_by_page(self, portal: Asker, told: Story):
        for key in ("first-key-of-it", "second-key-of-it"):
            assert portal.hand_in(application(told.by), key=key).status_code == 201
        first = portal.get("cases?limit=2").json()
        second = portal.get(f"cases?limit=2&after={first['next'].replace('+', '%2B')}").json()
        found = [one["reference"] for one in first["cases"] + second["cases"]]
        assert len(found) == len(set(found)) == 3
        assert second["next"] is None
        assert portal.get("cases?state=closed").json()["cases"] == []
        for wrong in ("after=x", "after=2026-01-01T00:00:00%2B08:00.-1", "limit=0", "limit=101", "state=nowhere"):
            assert portal.get(f"cases?{wrong}").status_code == 422, wrong

    def test_a_withdrawal_names_the_version_that_it_means(self, portal: Asker, told: Story):
        path = f"cases/{told.case.shown_reference}/withdrawal"
        assert portal.post(path, {}).json()["type"] == "/api/#version-missing"
        stale = portal.post(path, {}, if_match='"999"')
        assert (stale.status_code, stale.json()["type"]) == (412, "/api/#stale")
        told.case.refresh_from_db()
        assert told.case.is_open
        tag = portal.get(f"cases/{told.case.shown_reference}")["ETag"]
        done = portal.post(path, {"reason": "示例"}, if_match=tag)
        assert (done.status_code, done.json()["state"]) == (200, "closed")
        told.case.refresh_from_db()
        assert done["ETag"] == f'"{told.case.version}"' != tag
        again = portal.post(path, {}, if_match=done["ETag"])
        assert (again.status_code, again.json()["type"]) == (409, "/api/#already-done")
        assert events(told.case)[-1] == "withdrawn"

    def test_any_version_is_meant_by_a_star(self, portal: Asker, told: Story):
        assert portal.post(f"cases/{told.case.shown_reference}/withdrawal", {}, if_match="*").status_code == 200


class TestCorrecting:
    @pytest.fixture
    def told(self, portal: Asker) -> Story:
        told = story()
        entrusted(portal, told.by)
        asked = [Asked("fact", "place", "请核对名次"), Asked("evidence", "award_document", "请传清楚的")]
        request_correction(**told.claimed(), items=asked)
        return told

    def test_what_was_asked_is_told_and_handed_in(self, portal: Asker, told: Story):
        path = f"cases/{told.case.shown_reference}/correction"
        asked = portal.get(path)
        assert [(one["kind"], one["name"], one["note"]) for one in asked.json()["items"]] == [
            ("fact", "place", "请核对名次"), ("evidence", "award_document", "请传清楚的"),
        ]  # fmt: skip
        body = {"facts": {"place": 2}, "papers": papers("award_document", shade=90)}
        assert portal.post(path, body).status_code == 428
        assert portal.post(path, body, if_match='"1"').status_code == 412
        missing = portal.post(path, {"facts": {"place": 2}}, if_match=asked["ETag"])
        assert missing.status_code == 422
        assert "papers.award_document" in {one["field"] for one in missing.json()["errors"]}
        done = portal.post(path, body, if_match=asked["ETag"])
        assert (done.status_code, done.json()["state"]) == (200, "submitted"), done.content.decode()
        assert portal.post(path, body, if_match=done["ETag"]).status_code == 409
        assert portal.get(path).status_code == 409
        assert events(told.case)[-1] == "resubmitted"

    def test_a_paper_that_nobody_knows_is_refused(self, portal: Asker, told: Story):
        path = f"cases/{told.case.shown_reference}/correction"
        answer = portal.post(path, {"papers": papers("award_document", "x")}, if_match="*")
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "papers[1].code")


def without_id(response: Any) -> dict[str, str]:
    return {name: value for name, value in response.headers.items() if name != "X-Request-Id"}


def test_numbers_stand_in_no_answer(portal: Asker):
    by, _ = entrusted(portal)
    made = portal.hand_in(application(by))
    told = portal.get(f"cases/{made.json()['reference']}")
    for answer in (made, told, portal.get("cases"), portal.hand_in(application(by, facts={"x": 1}), key="other-key-1")):
        assert number_of(by) not in answer.content.decode()
        assert by.on_behalf_of.name not in answer.content.decode()
