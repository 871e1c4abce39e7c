"""Who is let in by the API and what each token opens; every address with every kind of token; tokens as they are kept."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localdate, now

from accounts.models import ApiToken, Scope
from accounts.tokens import digest
from casework.models import Action
from flows.actions.open_interface import issue_token, open_client, revoke_token
from flows.errors import Invalid, NotAllowed, NotThere, ProofNeeded
from flows.management.commands.rights import held_on
from tests.factories import NOW, department, officer, person, story
from tests.web.api.asking import ALL, Asker, administrator, application, asker, entrusted
from tests.web.signing_in import signed_in

pytestmark = pytest.mark.django_db
ABSENT = "MH26-AAAA-AAAA-AA"
# Every address that a token opens, with the scopes that it takes.
PRIVATE = [
    ("post", "cases", {Scope.SUBMIT}), ("get", "cases", {Scope.FOLLOW}), ("get", "cases/{}", {Scope.FOLLOW}),
    ("post", "cases/{}/withdrawal", {Scope.SUBMIT}), ("get", "cases/{}/correction", {Scope.FOLLOW}),
    ("post", "cases/{}/correction", {Scope.SUBMIT}), ("get", "department/cases", {Scope.READ}),
    ("get", "department/cases/{}", {Scope.READ}), ("get", "events", {Scope.EVENTS, Scope.FOLLOW}),
]  # fmt: skip
PUBLIC = (
    "types",
    "types/direct_admission",
    "types/direct_admission/-/schema",
    "chains",
    "chains/direct_admission/-/1",
    "rules",
    "figures",
)


def plain(response: Any) -> tuple[Any, ...]:
    """All of an answer but the request's own id."""
    return response.status_code, response.content, {k: v for k, v in response.headers.items() if k != "X-Request-Id"}


@pytest.mark.parametrize(("method", "path", "scopes"), PRIVATE)
def test_without_a_good_token_every_address_answers_alike(method: str, path: str, scopes: set[str]):
    portal = asker()
    told = story(who=person("独名示例"))
    entrusted(portal, told.by)
    revoked, over = asker(client=portal.client), asker(client=portal.client)
    revoke_token(token_id=revoked.token.pk, by=administrator(), now=NOW)
    ApiToken.objects.filter(pk=over.token.pk).update(since=localdate() - timedelta(9), until=localdate() - timedelta(1))
    tried = []
    for reference in (told.case.shown_reference, ABSENT):
        address = f"/api/v1/{path.format(reference)}"
        for header in (
            "",
            "Bearer",
            "Bearer x",
            "Basic eDp5",
            f"Bearer {revoked.secret}",
            f"Bearer {over.secret}",
            f"Bearer {portal.token.digest}",
        ):
            given = {"HTTP_AUTHORIZATION": header} if header else {}
            tried.append(getattr(Client(), method)(address, **given))
        tried.append(getattr(signed_in(told.by), method)(address))
        tried.append(getattr(signed_in(told.cast["intake"]), method)(address))
    assert {plain(one)[:2] for one in tried} == {plain(tried[0])[:2]}
    assert tried[0].status_code == 401
    assert tried[0]["WWW-Authenticate"].startswith("Bearer")
    assert all(plain(one)[2] == plain(tried[0])[2] for one in tried)


@pytest.mark.parametrize(("method", "path", "scopes"), PRIVATE)
def test_each_address_takes_its_scopes_and_no_other(method: str, path: str, scopes: set[str]):
    told = story(who=person("独名示例"))
    client = asker().client
    for scope in ALL:
        portal = asker(scope, client=client)
        if not scopes <= {scope}:
            foreign = portal.ask(method, path.format(told.case.shown_reference), {} if method == "post" else None)
            absent = portal.ask(method, path.format(ABSENT), {} if method == "post" else None)
            assert plain(foreign) == plain(absent)
            assert (foreign.status_code, foreign.json()["type"]) == (403, "/api/#not-allowed"), scope
    portal = asker(*scopes, client=client)
    assert portal.ask(method, path.format(ABSENT), {} if method == "post" else None).status_code not in (401, 403)


@pytest.mark.parametrize("path", PUBLIC)
def test_what_is_public_takes_no_token_and_says_the_same_with_one(path: str):
    alone = Client().get(f"/api/v1/{path}")
    assert alone.status_code == 200, alone.content.decode()
    assert plain(asker().get(path)) == plain(alone)
    assert alone["Cache-Control"] == "public, max-age=300"
    known = Client().get(f"/api/v1/{path}", HTTP_IF_NONE_MATCH=f'"x", {alone["ETag"]}')
    assert (known.status_code, known.content, known["ETag"]) == (304, b"", alone["ETag"])


@pytest.mark.parametrize(
    ("method", "path", "status", "kind"),
    [("get", "nothing", 404, "not-there"), ("get", "types/nothing", 404, "not-there"), ("get", "types/direct_admission/x/schema", 404, "not-there"),
     ("get", "chains/direct_admission/-/99", 404, "not-there"), ("get", "chains/direct_admission/-/x", 422, "not-understood"),
     ("delete", "cases", 405, "no-such-method"), ("post", "types", 405, "no-such-method"), ("get", "", 404, "not-there")],
)  # fmt: skip
def test_every_error_is_a_problem_in_the_readers_language(method: str, path: str, status: int, kind: str):
    for language, title in (("zh-CN,zh;q=0.9", "zh-Hans"), ("en-GB,en;q=0.8", "en"), ("fr", "zh-Hans")):
        answer = getattr(Client(), method)(f"/api/v1/{path}", HTTP_ACCEPT_LANGUAGE=language)
        assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
        assert answer["Content-Language"] == title
        said = answer.json()
        assert (said["type"], said["status"]) == (f"/api/#{kind}", status)
        assert said["title"].isascii() is (title == "en")
    if status == 405:
        assert answer["Allow"]


def test_an_error_of_ours_is_a_problem_too(monkeypatch: pytest.MonkeyPatch):
    def broken(*args: Any) -> None:
        raise RuntimeError("独名示例")

    monkeypatch.setattr("web.api.registers.board", broken)
    answer = Client(raise_request_exception=False).get("/api/v1/figures")
    assert (answer.status_code, answer.json()["type"]) == (500, "/api/#wrong")
    assert "独名" not in answer.content.decode()


class TestHowOften:
    def test_a_token_is_told_to_wait(self, settings: Any):
        settings.API_PER_MINUTE = 2
        portal, other = asker(), asker(name="另一平台")
        assert [portal.get("cases").status_code for _ in range(3)] == [200, 200, 429]
        answer = portal.get("cases")
        assert answer.json()["type"] == "/api/#too-many"
        assert int(answer["Retry-After"]) > 0
        assert other.get("cases").status_code == 200

    def test_whoever_tries_secrets_is_told_to_wait_and_good_tokens_go_on(self, settings: Any):
        settings.API_PER_MINUTE_PUBLIC = 3
        portal = asker()
        tried = [Client().get("/api/v1/cases", HTTP_AUTHORIZATION=f"Bearer mh_{n}").status_code for n in range(5)]
        assert tried == [401, 401, 401, 429, 429]
        assert Client().get("/api/v1/rules").status_code == 429
        assert portal.get("cases").status_code == 200


class TestADepartment:
    def test_it_reads_what_reached_it_without_anybodys_data(self):
        told = story(who=person("独名示例")).to("civil_affairs_review")
        theirs = asker(Scope.READ, code="civil_affairs", name="民政系统")
        reference = told.case.shown_reference
        rows = theirs.get("department/cases").json()["cases"]
        assert [one["reference"] for one in rows] == [reference]
        answer = theirs.get(f"department/cases/{reference}")
        said = answer.json()
        assert [one["event"] for one in said["record"]][:2] == ["submitted", "claimed"]
        assert said["department"]["zh"] == told.case.department.name
        text = answer.content.decode() + theirs.get("department/cases").content.decode()
        people = [by.user.display_name for by in told.cast.people.values() if by.user]
        for secret in ("独名示例", "示例路", "021-0000-0000", "看过材料", *people):
            assert secret not in text

    def test_every_case_that_it_opens_leaves_a_look(self):
        from casework.models import Look

        told = story().to("civil_affairs_review")
        theirs = asker(Scope.READ, code="civil_affairs", name="民政系统")
        theirs.get(f"department/cases/{told.case.shown_reference}")
        look = Look.objects.get(case_id=told.case.pk)
        assert (look.user_id, look.page) == (theirs.client.account_id, "api")
        assert look.department == theirs.client.department

    @pytest.mark.parametrize("code", ["hrss", "town_qibao", "finance", "sasac"])
    def test_what_has_not_reached_it_is_not_there(self, code: str):
        told = story(who=person("独名示例")).to("civil_affairs_review")
        theirs = asker(code=code, name="别的系统")
        assert theirs.get("department/cases").json()["cases"] == []
        foreign = theirs.get(f"department/cases/{told.case.shown_reference}")
        assert foreign.status_code == 404
        assert plain(foreign) == plain(theirs.get(f"department/cases/{ABSENT}"))

    def test_it_does_nothing_to_a_case_that_it_only_reads(self):
        told = story().to("civil_affairs_review")
        theirs = asker(code="civil_affairs", name="民政系统")
        for path in ("withdrawal", "correction"):
            answer = theirs.post(f"cases/{told.case.shown_reference}/{path}", {}, if_match="*")
            assert answer.status_code == 404

    def test_the_judge_lets_it_do_nothing(self):
        from casework.access import ACTIONS, HOLDERS, may
        from casework.interfaces import reading

        told = story().to("civil_affairs_review")
        by = reading(asker(code="civil_affairs", name="民政系统").client, localdate(NOW))
        allowed = {
            verb for verb in ACTIONS
            if ACTIONS[verb].holder in HOLDERS and may(by, verb, task=told.task(), on=localdate(NOW))
        }  # fmt: skip
        assert allowed == set()


def statements(portal: Asker, path: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert portal.get(path).status_code == 200
    return len(captured)


@pytest.mark.parametrize("path", ["cases", "department/cases"])
def test_a_list_takes_the_same_few_statements_however_long_it_is(path: str):
    portal = asker()
    by, _ = entrusted(portal)
    portal.hand_in(application(by), key="first-key-of-it")
    portal.get(path)
    few = statements(portal, path)
    for key in ("second-key-of-it", "third-key-of-it"):
        portal.hand_in(application(by), key=key)
    assert statements(portal, path) == few <= 8


def test_following_one_case_takes_few_statements():
    portal = asker()
    by, _ = entrusted(portal)
    reference = portal.hand_in(application(by)).json()["reference"]
    portal.get("cases")
    assert statements(portal, f"cases/{reference}") <= 12
    assert statements(portal, f"department/cases/{reference}") <= 12


class TestTokens:
    def test_only_a_digest_is_kept_and_the_record_has_no_secret(self):
        portal = asker()
        assert portal.token.digest == digest(portal.secret)
        assert portal.secret.startswith("mh_")
        assert len(portal.secret) > 40
        acts = Action.objects.filter(subject_kind__in=("apiclient", "apitoken")).order_by("pk")
        assert [one.event for one in acts] == ["interface_opened", "token_issued"]
        assert portal.secret not in str([one.__dict__ for one in acts])

    def test_the_day_of_the_last_use_is_kept_and_written_once_a_day(self):
        portal = asker()
        portal.get("cases")
        portal.token.refresh_from_db()
        assert portal.token.last_used_on == localdate()

    def test_who_held_a_token_on_a_day_is_told_with_the_posts(self):
        portal, day = asker(Scope.READ, code="hrss"), localdate(NOW)
        line = next(one for one in held_on(day) if "示例平台" in one).split("\t")
        assert (line[0], line[2], line[5]) == ("hrss", portal.client.account.login, Scope.READ)
        assert not [one for one in held_on(day - timedelta(1)) if "示例平台" in one]
        revoke_token(token_id=portal.token.pk, by=administrator(), now=NOW)
        assert not [one for one in held_on(day) if "示例平台" in one]

    def test_revoked_twice_is_recorded_once(self):
        portal = asker()
        for _ in range(2):
            revoke_token(token_id=portal.token.pk, by=administrator(), now=NOW)
        acts = Action.objects.filter(subject_kind="apitoken").values_list("event", flat=True)
        assert sorted(acts) == ["token_issued", "token_revoked"]

    @pytest.mark.parametrize("role", ["intake", "head", "reviewer"])
    def test_only_administrators_keep_them(self, role: str):
        portal, by = asker(), officer("federation", role)
        for act in (
            lambda: open_client(department=department("hrss"), name="a", name_en="a", by=by, now=NOW),
            lambda: issue_token(client_id=portal.client.pk, label="a", scopes=[Scope.READ], by=by, now=NOW),
            lambda: revoke_token(token_id=portal.token.pk, by=by, now=NOW),
        ):
            with pytest.raises(NotAllowed):
                act()

    def test_a_fresh_proof_is_asked_for(self):
        portal, by = asker(), administrator()
        late = now() + timedelta(days=900)
        with pytest.raises(ProofNeeded):
            issue_token(client_id=portal.client.pk, label="a", scopes=[Scope.READ], by=by, now=late)

    @pytest.mark.parametrize(
        ("given", "field"),
        [({"label": ""}, "label"), ({"scopes": []}, "scopes"), ({"scopes": ["cases:decide"]}, "scopes"), ({"until": localdate(NOW) - timedelta(1)}, "until")],
    )  # fmt: skip
    def test_what_is_wrong_is_said_at_its_field(self, given: dict[str, Any], field: str):
        portal = asker()
        with pytest.raises(Invalid) as error:
            issue_token(
                **{
                    "client_id": portal.client.pk,
                    "label": "示例",
                    "scopes": [Scope.READ],
                    "by": administrator(),
                    "now": NOW,
                }
                | given
            )
        assert set(error.value.errors) == {field}

    def test_what_is_not_there_is_not_there(self):
        with pytest.raises(NotThere):
            issue_token(client_id=0, label="a", scopes=[Scope.READ], by=administrator(), now=NOW)
        with pytest.raises(NotThere):
            revoke_token(token_id=0, by=administrator(), now=NOW)

    def test_one_name_is_one_client(self):
        asker(name="示例平台")
        with pytest.raises(Invalid):
            open_client(department=department("hrss"), name="示例平台", name_en="a", by=administrator(), now=NOW)

    def test_nobody_signs_in_with_a_clients_account(self):
        portal: Asker = asker()
        account = portal.client.account
        assert not account.has_usable_password()
        assert not account.mandates.exists()
        assert not account.posts.exists()


def test_the_applicant_reads_that_a_system_of_the_department_looked():
    told = story().to("civil_affairs_review")
    theirs = asker(Scope.READ, code="civil_affairs", name="民政系统")
    theirs.get(f"department/cases/{told.case.shown_reference}")
    page = signed_in(told.by).get("/my/privacy/")
    said = page.content.decode()
    assert theirs.client.department.name in said
    assert "系统（接口）" in said
