"""The pages of patterns, reviews and samples: who may see and do what, with statements that do not grow."""

import hashlib
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Role
from casework.models import Action, Case, Relation
from casework.record import said as words_of
from casework.sealing import unseal
from flows.errors import AlreadyDone, NotAllowed
from oversight.actions.find_hits import find_hits
from oversight.actions.mark_hit import mark_hit
from oversight.actions.open_review import open_review
from oversight.models import PatternHit, Sample, SampleCase, SampleCheck
from oversight.sheet import SHEET
from tests.factories import NOW, Cast, department, district, events, officer, person, story
from tests.oversight.telling import another, found, hits, signed
from tests.web.signing_in import signed_in

pytestmark = pytest.mark.django_db
EVENING = NOW.replace(hour=19)
PAGES = ("/patterns/", "/patterns/out_of_hours/", "/patterns/reviews/", "/samples/")
YES = {one.code: "yes" for one in SHEET}


def evening(signer: Any = None, who: Any = None) -> PatternHit:
    """A hit: somebody signed in the evening."""
    case = another(story().case, who)
    signed(case, "granted", signer or officer("district_government", "approver"), EVENING, "government_approval")
    find_hits(district=district(), by=officer("supervision", "supervisor"), now=NOW + timedelta(days=1))
    return hits("out_of_hours")[-1]


def statements(client: Any, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_a_supervisor_finds_looks_marks_and_reviews_and_an_auditor_only_reads():
    cast, client = Cast(), signed_in(Cast()["supervisor"])
    auditor = signed_in(officer("supervision", "auditor"))
    signer = officer("hrss", "reviewer")
    case = another(story(who=person("独名示例")).case)
    signed(case, "agreed", signer, EVENING)
    signed(another(case), "agreed", cast["hrss"], EVENING)
    assert "还没有找过" in client.get("/patterns/").content.decode()
    assert auditor.post("/patterns/").status_code == 403
    found(NOW + timedelta(days=1))
    first, second = hits("out_of_hours")
    listed = client.get("/patterns/out_of_hours/").content.decode()
    assert signer.user.display_name in listed
    assert "独名示例" not in listed
    address = f"/patterns/hits/{first.pk}/"
    page = client.get(address).content.decode()
    assert f"/work/cases/{case.shown_reference}/history/" in page
    assert "独名示例" not in page
    read = auditor.get(address).content.decode()
    assert signer.user.display_name in read
    assert 'name="result"' not in read
    assert auditor.post(address, {"result": "nothing", "reason": "示例"}).status_code == 403
    assert client.post(address, {"result": "nothing", "reason": " "}).status_code == 400
    assert client.post(address, {"result": "nothing", "reason": "看过历史，赶期限。（示例）"}).status_code == 302
    assert client.post(address, {"result": "nothing", "reason": "再来一次"}).status_code == 302  # twice by accident
    assert client.post(address, {"result": "explained", "reason": "改主意"}).status_code == 400
    [record] = Action.objects.filter(event="hit_marked")
    assert (record.subject_id, record.details["result"], record.sealed is not None) == (first.pk, "nothing", True)
    assert "看过历史" not in str(record.details)
    assert "看过历史，赶期限" in client.get(address).content.decode()
    # the other becomes a review
    reason = "两个人都说不清，查一查。（示例）"
    opened = client.post(f"/patterns/hits/{second.pk}/", {"result": "review", "reason": reason})
    review = Case.objects.get(measure="audit_review")
    assert opened["Location"] == f"/work/cases/{review.shown_reference}/"
    assert client.post(f"/patterns/hits/{second.pk}/", {"result": "review", "reason": "又一次"}).status_code == 302
    assert client.post(f"/patterns/hits/{second.pk}/", {"result": "nothing", "reason": "又一次"}).status_code == 400
    assert Case.objects.filter(measure="audit_review").count() == 1
    assert (review.step, review.state, review.department.code) == ("supervision_review", "in_review", "supervision")
    what = unseal(review.own_key, review.answer_sets.get().answers)["facts"]["what"]
    assert all(words in what for words in (reason, "不在上班时间签的", cast["hrss"].user.display_name))
    assert events(review) == ["submitted", "accepted"]
    for reader in (client, auditor, signed_in(officer("supervision", "reviewer"))):
        assert "查一查" in reader.get(opened["Location"]).content.decode()
    assert review.shown_reference in auditor.get("/patterns/reviews/").content.decode()
    assert "没有要看的" in client.get("/patterns/out_of_hours/").content.decode()
    assert "看过历史" not in client.get("/patterns/out_of_hours/?show=all").content.decode()


def test_nobody_judges_what_is_about_them_or_about_their_kin():
    cast, kin = Cast(), person()
    hit = evening(who=kin)
    supervisor = cast["supervisor"]
    PatternHit.objects.filter(pk=hit.pk).update(users=[supervisor.user_id])
    given = {"hit_id": hit.pk, "reason": "示例", "by": supervisor, "now": NOW}
    with pytest.raises(NotAllowed, match="hit_is_about_you"):
        mark_hit(**given, result="nothing")
    PatternHit.objects.filter(pk=hit.pk).update(users=[])
    Relation.objects.create(
        district=district(), user=supervisor.user, kind="kin", number_index=kin.number_index, declared_at=NOW
    )
    for act in (lambda: mark_hit(**given, result="nothing"), lambda: open_review(**given)):
        with pytest.raises(NotAllowed, match="kin"):
            act()
    assert "亲属" in signed_in(supervisor).get(f"/patterns/hits/{hit.pk}/").content.decode()
    other = officer("supervision", "supervisor")
    assert mark_hit(**{**given, "by": other}, result="follow_up").result == "follow_up"
    with pytest.raises(AlreadyDone):
        mark_hit(**{**given, "by": officer("supervision", "supervisor")}, result="follow_up")
    assert open_review(**{**given, "by": other}).reviewed_hit.pk == hit.pk
    record = Action.objects.filter(event="hit_marked").first()
    assert words_of(record, kin.key) == {"reason": "示例"}  # of one case: dies with its applicant


@pytest.mark.parametrize("role", ["intake", "hrss", "head", "government", "finance", "administrator"])
def test_other_officers_find_none_of_the_pages(role: str):
    by = officer("federation", Role.ADMINISTRATOR) if role == "administrator" else Cast()[role]
    client = signed_in(by)
    for address in (*PAGES, "/patterns/hits/1/", "/samples/1/", "/samples/1/1/"):
        assert client.get(address).status_code == 404, address
        assert client.post(address).status_code in (404, 405), address


def test_a_sample_is_drawn_by_the_seed_frozen_checked_and_counted_by_department():
    cast = Cast()
    client, auditor = signed_in(cast["supervisor"]), signed_in(officer("supervision", "auditor"))
    case = story(who=person("独名示例")).case
    decided = [another(case) for _ in range(7)]
    for n, each in enumerate(decided):
        at = NOW if n < 6 else NOW - timedelta(days=30)
        signed(each, "granted", cast["government"] if n < 4 else cast["civil_affairs"], at, "government_approval")
        each.outcome, each.decided_at = "granted", at
        each.save()
    asked = {"since": "2026-11-01", "until": "2026-11-03", "size": "4"}
    assert auditor.post("/samples/", asked).status_code == 403
    assert client.post("/samples/", {**asked, "size": "0"}).status_code == 400
    assert client.post("/samples/", {**asked, "since": "2026-11-04", "until": "2026-11-03"}).status_code == 400
    assert client.post("/samples/", {**asked, "until": "2024-03-01", "since": "2024-03-01"}).status_code == 400
    assert client.post("/samples/", asked).status_code == 302
    assert client.post("/samples/", asked).status_code == 302  # twice by accident is one sample
    [sample] = Sample.objects.all()
    page = auditor.get(f"/samples/{sample.pk}/").content.decode()
    assert sample.seed in page
    # anyone draws it again with the frame and hashlib alone
    frame = auditor.post(f"/samples/{sample.pk}/frame.txt").content.decode()
    assert sorted(one.shown_reference for one in decided[:6]) == frame.split("\n")
    assert hashlib.sha256(frame.encode()).hexdigest() == sample.frame_digest
    again = sorted(frame.split("\n"), key=lambda one: hashlib.sha256((sample.seed + one).encode()).hexdigest())[:4]
    drawn = list(SampleCase.objects.filter(sample=sample).order_by("place"))
    assert [one.case.shown_reference for one in drawn] == again
    record = Action.objects.get(event="sample_drawn")
    assert (record.details["seed"], record.details["frame"]) == (sample.seed, sample.frame_digest)
    with pytest.raises(Exception, match="insert-only"), connection.cursor() as cursor:  # noqa: PT012
        cursor.execute("SAVEPOINT frozen")
        try:
            cursor.execute("UPDATE oversight_sample SET seed = 'x'")
        finally:
            cursor.execute("ROLLBACK TO SAVEPOINT frozen")
    # checked once, with a remark where something is wrong, by nobody who signed in it
    address = f"/samples/{sample.pk}/1/"
    assert 'name="papers"' in client.get(address).content.decode()
    assert 'name="papers"' not in auditor.get(address).content.decode()
    assert auditor.post(address, YES).status_code == 403
    assert client.post(address, {**YES, "sum": ""}).status_code == 400
    assert client.post(address, {**YES, "sum": "no"}).status_code == 400
    assert (
        client.post(address, {**YES, "sum": "no", "letter": "na", "remark": "少算了一个月。（示例）"}).status_code
        == 302
    )
    assert client.post(address, YES).status_code == 400  # twice by accident
    [check] = SampleCheck.objects.all()
    assert check.answers == {**YES, "sum": "no", "letter": "na"}
    assert "少算了一个月" in auditor.get(address).content.decode()
    assert "少算了一个月" not in str(Action.objects.get(event="sample_checked").details)
    signed(drawn[1].case, "agreed", cast["supervisor"], NOW, "federation_review")
    assert "您签过这一件" in client.get(f"/samples/{sample.pk}/2/").content.decode()
    assert client.post(f"/samples/{sample.pk}/2/", YES).status_code == 403
    # results by department, taken away with a record
    page = client.get(f"/samples/{sample.pk}/").content.decode()
    assert "0/1" in page
    assert "独名示例" not in page
    lines = auditor.post(f"/samples/{sample.pk}/results.csv").content.decode("utf-8-sig").splitlines()
    assert len(lines) == 1 + 4
    assert drawn[0].case.shown_reference in lines[1]
    taken = Action.objects.filter(event="exported", subject_kind="sample")
    assert sorted(one.details["what"] for one in taken) == ["frame", "results"]
    assert department("civil_affairs").title


def test_statements_of_the_pages_do_not_grow():
    cast, client = Cast(), signed_in(Cast()["supervisor"])
    case = story().case

    def more(n: int, day: int) -> None:
        for _ in range(n):
            by, each = officer("district_government", "approver"), another(case)
            signed(each, "granted", by, EVENING)
            each.outcome, each.decided_at = "granted", EVENING
            each.save()
        found(NOW + timedelta(days=day))
        for hit in hits("out_of_hours")[-n:]:
            open_review(hit_id=hit.pk, reason="示例", by=cast["supervisor"], now=NOW)
        client.post("/samples/", {"since": "2026-11-01", "until": "2026-11-03", "size": str(day)})

    more(1, 1)
    pages = (*PAGES, "/patterns/out_of_hours/?show=all")
    few = {address: statements(client, address) for address in pages}
    first = Sample.objects.get().pk
    small = statements(client, f"/samples/{first}/")
    more(4, 2)
    for address in pages:
        assert statements(client, address) <= few[address], address
    assert statements(client, f"/samples/{Sample.objects.last().pk}/") <= small


def test_pages_go_on_where_the_last_ended(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("web.supervisor.patterns.PAGE", 2)
    monkeypatch.setattr("oversight.hits.page.__kwdefaults__", {"size": 2})
    case = story().case
    for _ in range(3):
        signed(another(case), "agreed", officer("hrss", "reviewer"), EVENING)
    found(NOW + timedelta(days=1))
    client = signed_in(Cast()["supervisor"])
    page = client.get("/patterns/out_of_hours/").content.decode()
    assert page.count("/patterns/hits/") == 2
    link = page.split('href="?after')[-1].split('"')[0].replace("&amp;", "&")
    assert client.get(f"/patterns/out_of_hours/?after{link}").content.decode().count("/patterns/hits/") == 1
