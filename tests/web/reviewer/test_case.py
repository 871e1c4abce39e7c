"""The case page: what it shows, what signing does, what is kept when something is wrong."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.actor import ANONYMOUS
from accounts.models import Role
from casework import published
from casework.judgements import Judged
from casework.models import Letter, Look
from casework.wording import paper_titles
from flows.actions.advise_against import advise_against
from flows.actions.object_to import object_to
from flows.actions.publish import publish
from flows.actions.refuse import refuse
from flows.actions.reopen import reopen
from flows.actions.return_to import return_to
from flows.actions.serve import serve
from policy import measure
from tests.factories import CONTRIBUTION, NATIONAL, Story, events, judged, officer, picture, position, story
from tests.flows.anywhere import Walk, sent
from tests.web.signing_in import signed_in

pytestmark = pytest.mark.django_db


def address(told: Story, part: str = "") -> str:
    return f"/work/cases/{told.case.shown_reference}/{part}"


def handled(step: str, facts: dict[str, Any] | None = None) -> tuple[Story, Client]:
    told = story(facts).to(step)
    by = told.claimed()["by"]
    return told, signed_in(by)


def signing(told: Story, client: Client, **fields: Any) -> Any:
    seen = told.case.__class__.objects.get(pk=told.case.pk).version
    return client.post(address(told, "sign/"), {"task": told.task().pk, "seen": seen, **fields})


def judgements(told: Story, step: str) -> dict[str, str]:
    return {f"j-{rule}": one.outcome for rule, one in judged(told.case, step).items()}


def test_the_sheet_has_every_clause_with_what_the_rules_found():
    told, client = handled("federation_review")
    page = client.get(address(told)).content.decode()
    for words in ("名次够", "由政府部门举办", "残疾人证有效", "看过证书原件", "在政策有效期内", "系统：符合"):
        assert words in page
    assert page.count("checked") >= 3  # where the rules are sure, one press agrees


def test_where_the_rules_are_unsure_nothing_is_chosen():
    told, client = handled("federation_review", {**NATIONAL, "organiser_is_government": None})
    page = client.get(address(told)).content.decode()
    assert "系统说不准" in page
    chosen = re.findall(r'name="j-direct_admission\.organiser"[^>]*checked', page)
    assert chosen == []


def test_agreeing_signs_and_leads_to_the_next_piece_of_work():
    told, client = handled("federation_review")
    answer = signing(told, client, do="approve", opinion="同意", **judgements(told, "federation_review"))
    assert answer.status_code == 302
    assert events(told.case)[-1] == "agreed"


def test_a_clause_without_a_judgement_is_named_and_what_was_typed_stays():
    told, client = handled("federation_review", {**NATIONAL, "organiser_is_government": None})
    given = judgements(told, "federation_review")
    del given["j-direct_admission.organiser"]
    answer = signing(told, client, do="approve", opinion="我写的意见", **given)
    page = answer.content.decode()
    assert answer.status_code == 400
    assert 'href="#j-direct_admission.organiser"' in page
    assert "我写的意见" in page
    assert events(told.case)[-1] == "claimed"


def test_somebody_elses_change_is_shown_before_signing_and_nothing_is_overwritten():
    told, client = handled("federation_review")
    seen = told.case.version
    told.case.__class__.objects.filter(pk=told.case.pk).update(version=seen + 5)
    answer = client.post(
        address(told, "sign/"),
        {
            "task": told.task().pk,
            "seen": seen,
            "do": "approve",
            "opinion": "我写的意见",
            **judgements(told, "federation_review"),
        },
    )
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "有人改过这件" in page
    assert "我写的意见" in page
    assert f'name="seen" value="{seen + 5}"' in page
    assert events(told.case)[-1] == "claimed"


def test_a_signature_twice_is_one():
    told, client = handled("federation_review")
    task, given = told.task().pk, judgements(told, "federation_review")
    data = {"task": task, "do": "approve", **given}
    assert client.post(address(told, "sign/"), data).status_code == 302
    again = client.post(address(told, "sign/"), data)
    assert again.status_code == 409
    page = again.content.decode()
    assert "已经办过了" in page
    assert "已经有人" not in page  # it was oneself
    assert f'href="{address(told)}"' in page
    assert events(told.case).count("agreed") == 1


def proved_long_ago() -> tuple[Story, Client]:
    """An officer whose last proof is 16 minutes old; their password is a-long-password-9."""
    told, _ = handled("federation_review")
    by = told.cast["federation"]
    assert by.user is not None
    by.user.set_password("a-long-password-9")
    by.user.save()
    client = signed_in(by)
    session = client.session
    session["proved_at"] = (timezone.now() - timedelta(minutes=16)).isoformat()
    session.save()
    return told, client


def test_signing_asks_for_the_password_again_after_fifteen_minutes():
    told, client = proved_long_ago()
    given = judgements(told, "federation_review")
    assert "您的密码" in client.get(address(told)).content.decode()
    wrong = signing(told, client, do="approve", opinion="我写的意见", password="x", **given)
    assert wrong.status_code == 400
    assert "我写的意见" in wrong.content.decode()
    assert 'value="x"' not in wrong.content.decode()
    assert signing(told, client, do="approve", password="a-long-password-9", **given).status_code == 302


def test_a_negative_opinion_and_the_reason_of_a_return_stand_first():
    told = story().to("civil_affairs_review")
    advise_against(
        **told.claimed(), opinion="协会办的", judgements=judged(told.case, "civil_affairs_review", "not_met")
    )
    by = told.claimed()["by"]
    assert "协会办的" in signed_in(by).get(address(told)).content.decode()
    return_to(**told.claimed(), to="federation_review", reason="请补看原件")
    page = signed_in(told.cast["federation"]).get(address(told)).content.decode()
    assert "退回来的" in page
    assert "请补看原件" in page
    assert "退回或者重办以前" in page


def test_who_may_not_sign_is_told_why():
    told = story().to("federation_review")
    page = signed_in(told.cast["intake"]).get(address(told)).content.decode()
    assert "您的岗位不办这一步" in page
    told, _ = handled("federation_review")
    page = signed_in(told.cast["federation2"]).get(address(told)).content.decode()
    assert "您的同事签收了" in page


def test_no_finding_is_asked_that_the_ground_does_not_need():
    told = story().to("federation_review")
    told.claimed()
    assert "要您书面认定的" not in signed_in(told.cast["federation"]).get(address(told)).content.decode()


def test_the_federation_establishes_a_special_contribution():
    told, client = handled("federation_review", CONTRIBUTION)
    assert "书面认定" in client.get(address(told)).content.decode()
    given = {"task": told.task().pk, "fact": "contribution_confirmed", "value": "yes"}
    assert client.post(address(told, "establish/"), {**given, "reason": ""}).status_code == 400
    assert client.post(address(told, "establish/"), {**given, "reason": "走访过"}).status_code == 302
    assert "系统：符合" in client.get(address(told)).content.decode()
    assert events(told.case)[-1] == "established"


def test_the_original_is_noted_once():
    told, client = handled("federation_intake")
    evidence = told.case.evidence.first()
    assert evidence is not None
    for _ in range(2):
        client.post(address(told, "original/"), {"task": told.task().pk, "evidence": evidence.pk})
    assert events(told.case).count("original_seen") == 1
    title = paper_titles(measure("direct_admission"))[evidence.code].zh
    assert f"核对了原件：{title}。" in client.get(address(told, "history/")).content.decode()


def test_how_a_letter_was_served_is_said_to_officers_as_it_is_to_the_applicant():
    told = story().to("government_approval")
    refuse(**told.claimed(), reason="不符合（示例）")
    letter = Letter.objects.decisions().get(case=told.case)
    serve(letter_id=letter.pk, by=told.by, now=told.now, how="account")
    page = signed_in(told.cast["government"]).get(address(told)).content.decode()
    assert "在账号里打开了" in page
    assert "您在账号里打开" not in page


def test_a_correction_is_asked_for_from_a_list():
    told, client = handled("federation_intake")
    page = client.get(address(told, "correction/")).content.decode()
    assert "i-awarded_on" in page
    assert client.post(address(told, "correction/"), {"i-awarded_on": "1", "n-awarded_on": ""}).status_code == 400
    answer = client.post(
        address(told, "correction/"), {"i-awarded_on": "1", "n-awarded_on": "请再看日期", "task": told.task().pk}
    )
    assert answer.status_code == 302
    assert events(told.case)[-1] == "correction_requested"
    page = client.get(answer["Location"]).content.decode()
    assert f"{told.case.shown_reference}：补正通知发出了" in page


def test_what_was_written_at_an_item_that_is_not_ticked_is_not_dropped():
    told, client = handled("federation_intake")
    sent_there = {
        "i-awarded_on": "1",
        "n-awarded_on": "请再看日期",
        "n-event_name": "请照证书写",
        "task": told.task().pk,
    }
    answer = client.post(address(told, "correction/"), sent_there)
    page = answer.content.decode()
    assert answer.status_code == 400
    assert re.search(r'<a href="#i-event_name">[^<]*却没有勾上', page)
    assert re.search(r'id="x-event_name">.*?却没有勾上', page)
    assert ">请照证书写</textarea>" in page
    assert ">请再看日期</textarea>" in page
    assert re.search(r'id="i-awarded_on"[^>]* checked', page)
    assert events(told.case)[-1] != "correction_requested"
    assert client.post(address(told, "correction/"), {**sent_there, "n-event_name": " "}).status_code == 302


@pytest.mark.parametrize(
    ("step", "fields", "event"),
    [
        ("federation_intake", {"do": "accept"}, "accepted"),
        ("federation_intake", {"do": "decline", "opinion": "不归我们", "responsible": "示例办"}, "not_accepted"),
        ("hrss_review", {"do": "return_to", "to": "federation_review", "opinion": "请再看"}, "returned"),
        ("government_approval", {"do": "approve"}, "granted"),
        ("government_approval", {"do": "refuse", "opinion": "不符合"}, "refused"),
        ("public_notice", {"do": "publish", "surname": "示", "ground": "honorary_title", "award": "示例"}, "published"),
        ("town_confirmation", {"do": "confirm"}, "confirmed"),
        ("town_confirmation", {"do": "contradict", "opinion": "接收不了"}, "contradicted"),
        ("hrss_review", {"do": "release"}, "released"),
    ],
)
def test_every_act_of_the_panel(step: str, fields: dict[str, str], event: str):
    told, client = handled(step)
    assert signing(told, client, **fields).status_code == 302
    assert events(told.case)[-1] == event


@pytest.mark.parametrize(
    ("code", "step", "yes", "no"),
    [
        ("skills_training_match", "hrss_confirmation", "确认，交给区残联", "不能确认，退回区残联"),
        ("public_sector_quota", "establishment_confirmation", "确认，交给区残联", "不能确认，退回"),
    ],
)
def test_a_confirmation_is_worded_for_what_is_confirmed(code: str, step: str, yes: str, no: str):
    walk = sent(code).to(step)
    by = walk.given()["by"]
    page = signed_in(by).get(f"/work/cases/{walk.case.shown_reference}/").content.decode()
    assert yes in page
    assert no in page
    assert "到岗" not in page
    assert "重新安排" not in page


SCHOOL = "tuition_subsidy.school_kind"


def test_whoever_decides_finds_what_the_reviewer_held_otherwise_than_the_rules():
    walk = sent("tuition_subsidy").to("federation_review")
    judged = {**walk.judgements(), SCHOOL: Judged("not_met", "学校不在名单里（示例）")}
    advise_against(**walk.given(), judgements=judged, opinion="不符合（示例）")
    assert chosen_at(walk) == ("not_met", "学校不在名单里（示例）")
    refuse(**walk.given(), reason="不符合（示例）")
    administrator = officer("federation", Role.ADMINISTRATOR)
    reopen(
        case_id=walk.case.pk, by=administrator, now=walk.now, to="federation_approval", reason="复议决定（示例）",
        name="决定书.jpg", content=picture(),
    )  # fmt: skip
    walk.cast.people.clear()
    assert chosen_at(walk) == ("met", "")  # of the round that was set aside nothing is taken over


def chosen_at(walk: Walk) -> tuple[str, str]:
    """What is chosen of the school's clause at the decision, and the reason beside it."""
    page = signed_in(walk.given()["by"]).get(f"/work/cases/{walk.case.shown_reference}/").content.decode()
    chosen = re.findall(rf'name="j-{re.escape(SCHOOL)}" value="(\w+)" checked', page)
    reason = re.findall(rf'name="r-{re.escape(SCHOOL)}" rows="2">(.*?)</textarea>', page)
    return chosen[0], reason[0]


def test_a_judgement_where_the_rules_were_unsure_differs_from_nothing():
    told = story({**NATIONAL, "organiser_is_government": None}).to("civil_affairs_review")
    page = signed_in(told.claimed()["by"]).get(address(told)).content.decode()
    assert "系统说不准" in page
    assert "与系统不同" not in page
    walk = sent("tuition_subsidy").to("federation_review")
    held = {**walk.judgements(), SCHOOL: Judged("not_met", "学校不在名单里（示例）")}
    advise_against(**walk.given(), judgements=held, opinion="不符合（示例）")
    page = signed_in(walk.given()["by"]).get(f"/work/cases/{walk.case.shown_reference}/").content.decode()
    assert page.count("与系统不同") == 1


def test_a_start_of_work_is_worded_as_one():
    told, client = handled("town_confirmation")
    page = client.get(address(told)).content.decode()
    assert "确认，人已到岗" in page
    assert "接收不了，退回重新安排" in page


def test_a_position_is_assigned():
    told, client = handled("assignment")
    free = position()
    assert signing(told, client, do="assign", position="").status_code == 400
    assert signing(told, client, do="assign", position=free.pk).status_code == 302
    free.refresh_from_db()
    assert free.case_id == told.case.pk


def test_an_objection_is_dismissed_on_its_page():
    told = story().to("public_notice")
    notice = publish(**told.claimed(), surname="示", ground="honorary_title", award="示例")
    moment = told.now.replace(year=notice.starts_on.year, month=notice.starts_on.month, day=notice.starts_on.day)
    made = object_to(notice_id=notice.pk, by=ANONYMOUS, now=moment, text="请核实这件事")
    client = signed_in(told.cast["civil_affairs2"])
    page = client.get(f"/work/objections/{made.pk}/").content.decode()
    assert "请核实这件事" in page
    assert client.post(f"/work/objections/{made.pk}/", {"do": "dismiss", "answer": ""}).status_code == 400
    assert client.post(f"/work/objections/{made.pk}/", {"do": "dismiss", "answer": "属实"}).status_code == 302
    signer = signed_in(told.cast["civil_affairs"]).get(f"/work/objections/{made.pk}/").content.decode()
    assert "属实" in signer


def test_a_picture_that_the_page_shows_is_told_from_a_file_that_was_opened():
    told, client = handled("federation_intake")
    file = f"/files/{told.case.evidence.first().pk}/"
    client.get(file, headers={"Sec-Fetch-Dest": "image"})
    assert "材料，案件页上的图" in client.get(address(told, "looks/")).content.decode()
    client.get(file, headers={"Sec-Fetch-Dest": "document"})
    pages = Look.objects.filter(case_id=told.case.pk, what="file").order_by("pk").values_list("page", flat=True)
    assert list(pages) == ["preview", "file"]


def test_every_look_is_kept():
    told, client = handled("federation_review")
    client.get(address(told))
    client.post(address(told, "number/"))
    evidence = told.case.evidence.first()
    assert evidence is not None
    client.get(f"/files/{evidence.pk}/")
    assert set(Look.objects.filter(case_id=told.case.pk).values_list("what", flat=True)) == {"case", "number", "file"}


def test_the_number_is_masked_until_it_is_asked_for():
    told, client = handled("federation_review")
    from casework.sealing import unseal

    person = told.case.person
    number = unseal(person.key, person.number)
    assert number not in client.get(address(told)).content.decode()
    assert number in client.post(address(told, "number/")).content.decode()
    assert client.get(address(told, "number/"))["Location"] == address(told)


@pytest.mark.parametrize(
    "fields", [{"do": "x"}, {}, {"do": "approve", "seen": "x" * 99}, {"do": "approve", "task": "9" * 30}]
)
def test_a_strange_post_is_no_500(fields: dict[str, str]):
    told, client = handled("federation_review")
    assert client.post(address(told, "sign/"), fields).status_code in (400, 404, 409)


@pytest.mark.parametrize("opinion", ["长" * 10_000, "\x00", "<script>alert(1)</script>"])
def test_any_opinion_is_kept_or_refused_with_a_sentence(opinion: str):
    told, client = handled("government_approval")
    answer = signing(told, client, do="refuse", opinion=opinion)
    assert answer.status_code in (302, 400)
    assert "<script>alert" not in client.get(address(told)).content.decode()


def test_the_whole_history_is_there_with_differences_and_links():
    told = story().to("hrss_review")
    page = signed_in(told.cast["supervisor"]).get(address(told, "history/")).content.decode()
    assert "条记录相扣" in page
    assert "同意" in page
    assert "<del>" in page
    assert "<ins>" in page


def test_the_page_takes_as_many_statements_with_a_long_history(
    django_assert_max_num_queries: Any, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(
        published, "STALE_SECONDS", 0
    )  # each request asks whether they changed, however slow the machine
    told, client = handled("hrss_review")
    client.get(address(told))
    with django_assert_max_num_queries(39) as few:
        client.get(address(told))
    most = len(few)
    return_to(**told.claimed(), to="federation_review", reason="请再看")
    told.to("hrss_review")
    by = told.claimed()["by"]
    client = signed_in(by)
    client.get(address(told))
    with django_assert_max_num_queries(most):
        client.get(address(told))


def test_what_was_written_is_still_there_after_noting_the_original_or_looking_at_the_number():
    told, client = handled("federation_intake")
    evidence = told.case.evidence.first()
    assert evidence is not None
    typed = {"task": told.task().pk, "seen": told.case.version, "opinion": "写了一半的意见"}
    for part, more in (("original/", {"evidence": evidence.pk}), ("number/", {})):
        assert "写了一半的意见" in client.post(address(told, part), {**typed, **more}).content.decode()


def test_after_signing_the_case_that_was_signed_is_named():
    told, client = handled("federation_intake")
    answer = client.post(address(told, "sign/"), {"task": told.task().pk, "do": "accept"}, follow=True)
    assert f"{told.case.shown_reference}：受理好了" in answer.content.decode()


def test_who_does_not_hold_the_case_sees_no_form_to_sign():
    told = story().to("public_notice")
    told.claimed()
    page = signed_in(told.cast["civil_affairs2"]).get(address(told)).content.decode()
    assert "您现在不能签" in page
    assert 'id="f-opinion"' not in page


def test_a_notice_is_not_offered_to_be_ended_before_its_last_day():
    told = story().to("public_notice")
    told.now = timezone.now()
    client = signed_in(told.claimed()["by"])
    publish(**told.claimed(), surname="示", ground="honorary_title", award="示例")
    assert 'value="end_notice"' not in client.get(address(told)).content.decode()


def test_the_town_sees_which_position_and_how_to_reach_the_person():
    told, client = handled("town_confirmation")
    page = client.get(address(told)).content.decode()
    assert told.case.position.code in page
    assert told.case.person.telephone in page


def test_words_stay_as_they_were_written():
    told, client = handled("government_approval")
    said = "公告（人社部）：主办；“政府”，对！"
    signing(told, client, do="refuse", opinion=said)
    page = signed_in(told.cast["supervisor"]).get(address(told, "history/")).content.decode()
    assert said in page


def test_what_changed_follows_the_record_whatever_the_clock_said():
    told = story().to("federation_review")
    later = told.now + timedelta(days=30)
    from flows.sweep import sweep

    sweep(later, told.case.pk)  # warnings dated a month ahead
    told.sign()
    page = signed_in(told.cast["supervisor"]).get(address(told, "history/")).content.decode()
    assert page.count("<del>收到，等受理</del>") == 1


def test_an_address_that_is_only_sent_to_leads_to_the_case():
    told, client = handled("federation_review")
    for part in ("sign/", "claim/", "original/", "establish/"):
        assert client.get(address(told, part))["Location"] == address(told)


def test_an_officers_error_page_is_the_workbenchs():
    told = story()
    page = signed_in(told.cast["hrss"]).get(address(told)).content.decode()
    assert "残疾人就业工作台" in page


def test_a_password_is_not_guessed_at_the_signature():
    told, client = proved_long_ago()
    for _ in range(8):
        assert "密码不对" in signing(told, client, do="approve", password="x").content.decode()
    page = signing(told, client, do="approve", password="a-long-password-9", opinion="我写的意见").content.decode()
    assert "密码错了太多次" in page
    assert "我写的意见" in page
