"""Acts beside signing on their pages: offered where they may be done, done once, refused with the reason, nothing lost."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import Role
from casework.assessment import find
from casework.models import AccessGrant, Comment, DecisionChange, Recusal, Relation, Signature, Suspension
from flows.actions.add_signer import add_signer
from flows.actions.recuse import challenge
from tests.factories import NOW, Story, department, events, officer, story
from tests.flows.anywhere import sent
from tests.web.signing_in import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def told() -> Story:
    told = story().to("federation_review")
    told.claimed()
    return told


def address(told: Story, verb: str = "") -> str:
    return f"/work/cases/{told.case.shown_reference}/" + (f"do/{verb}/" if verb else "")


def handler(told: Story) -> Client:
    return signed_in(told.cast["federation"])


def do(client: Client, told: Story, verb: str, **fields: Any) -> Any:
    return client.post(address(told, verb), {"task": told.task().pk, **fields})


def test_the_case_page_links_what_may_be_done_and_nothing_else(told: Story):
    mine = handler(told).get(address(told)).content.decode()
    for verb in ("transfer", "delegate", "add_signer", "copy_to", "suspend", "recuse", "comment"):
        assert f"/do/{verb}/" in mine, verb
    for verb in ("remove_signer", "resume", "urge", "retract", "propose_change", "countersign", "inspect"):
        assert f"/do/{verb}/" not in mine, verb
    other = signed_in(told.cast["intake"]).get(address(told)).content.decode()
    assert "/do/transfer/" not in other
    assert "/do/comment/" in other


def test_an_act_that_may_not_be_done_says_why_on_its_page_and_changes_nothing_when_sent(told: Story):
    stranger = signed_in(told.cast["intake"])
    assert "这件由您的同事签收了" in stranger.get(
        address(told, "transfer")
    ).content.decode() or "您的岗位不办这一步" in (stranger.get(address(told, "transfer")).content.decode())
    answer = do(stranger, told, "suspend", ground="force_majeure", waits_for="x")
    assert answer.status_code == 403
    assert not Suspension.objects.exists()


def test_an_unknown_act_is_not_there(told: Story):
    assert handler(told).get(address(told, "approve")).status_code == 404


def test_handing_over_goes_to_the_colleague(told: Story):
    colleague = officer("federation", Role.REVIEWER)
    answer = do(handler(told), told, "transfer", to=colleague.user_id, reason="休假")
    assert answer.status_code == 302
    assert told.task().owner_id == colleague.user_id


def test_what_is_missing_is_said_at_its_field_and_nothing_typed_is_lost(told: Story):
    answer = do(handler(told), told, "transfer", to="", reason="我写的理由")
    page = answer.content.decode()
    assert answer.status_code == 400
    assert 'href="#f-to"' in page
    assert "我写的理由" in page


def test_a_colleague_gives_the_opinion_that_was_asked_for_from_their_list(told: Story):
    asked = officer("hrss", Role.REVIEWER)
    do(handler(told), told, "delegate", to=asked.user_id, question="协会是政府办的吗")
    client = signed_in(asked)
    assert told.case.shown_reference in client.get("/work/inbox/?view=asked").content.decode()
    page = client.get(address(told)).content.decode()
    assert "协会是政府办的吗" in page
    assert do(client, told, "give_opinion", opinion="不是政府办的").status_code == 302
    assert Signature.objects.get().outcome == "given"
    assert "不是政府办的" in handler(told).get(address(told)).content.decode()


def test_a_pause_is_shown_to_all_and_resumed_from_the_page(told: Story):
    client = handler(told)
    assert do(client, told, "suspend", ground="expert_opinion", waits_for="鉴定", until="").status_code == 302
    page = client.get(address(told)).content.decode()
    assert "中止办理" in page
    assert "/do/resume/" in page
    mine = signed_in(told.by).get(f"/my/cases/{told.case.shown_reference}/").content.decode()
    assert "先停一停" in mine
    assert do(client, told, "resume", reason="鉴定到了").status_code == 302
    assert events(told.case)[-1] == "resumed"


def test_who_steps_aside_lands_on_the_inbox_and_sees_the_case_no_more(told: Story):
    client = handler(told)
    answer = do(client, told, "recuse", ground="kin", text="是亲戚")
    assert answer["Location"] == "/work/inbox/"
    assert f"{told.case.shown_reference}：" in client.get("/work/inbox/").content.decode()
    assert client.get(address(told)).status_code == 404


def test_a_barred_officer_is_told_before_anything_of_the_case_is_shown(told: Story):
    by = officer("federation", Role.REVIEWER)
    Relation.objects.create(
        district=told.case.district, user=by.user, kind="kin", number_index=told.by.on_behalf_of.number_index, declared_at=NOW
    )  # fmt: skip
    client = signed_in(by)
    for page in (address(told), address(told) + "history/", address(told) + "deadlines/", address(told) + "looks/"):
        answer = client.get(page)
        assert answer.status_code == 403
        assert "这件您要回避" in answer.content.decode()
        assert told.by.on_behalf_of.name not in answer.content.decode()
    evidence = told.case.evidence.first()
    assert client.get(f"/files/{evidence.pk}/").status_code == 403


def test_the_inbox_says_whom_a_duty_bars_instead_of_offering_the_case():
    told = story().to("federation_review")
    by = told.cast["federation"]
    Relation.objects.create(
        district=told.case.district, user=by.user, kind="kin", number_index=told.by.on_behalf_of.number_index, declared_at=NOW
    )  # fmt: skip
    page = signed_in(by).get("/work/inbox/?view=department").content.decode()
    assert "您要回避" in page
    assert "签收并打开" not in page


def test_a_comment_for_the_applicant_is_read_by_them_and_withdrawn_by_its_writer(told: Story):
    client = handler(told)
    do(client, told, "comment", text="请带奖状原件", audience="applicant")
    tracking = f"/my/cases/{told.case.shown_reference}/"
    assert "请带奖状原件" in signed_in(told.by).get(tracking).content.decode()
    made = Comment.objects.get()
    assert client.post(f"{address(told)}comments/{made.pk}/withdraw/").status_code == 302
    assert "请带奖状原件" not in signed_in(told.by).get(tracking).content.decode()
    assert "已撤回" in client.get(address(told)).content.decode()


def test_a_note_of_the_applicant_is_read_on_the_case_page_and_withdrawn_by_them(told: Story):
    theirs, tracking = signed_in(told.by), f"/my/cases/{told.case.shown_reference}/"
    assert f"{tracking}do/comment/" in theirs.get(tracking).content.decode()
    assert theirs.post(f"{tracking}do/comment/", {"text": " "}).status_code == 400
    assert theirs.post(f"{tracking}do/comment/", {"text": "我的电话换了"}).status_code == 302
    assert "我的电话换了" in theirs.get(tracking).content.decode()
    page = handler(told).get(address(told)).content.decode()
    assert "我的电话换了" in page
    assert "申请人留言" in page
    head = page.split('class="split split--bench case-grid"')[0]  # above everything that is signed on
    assert "我的电话换了" in head
    assert 'href="#sign"' in page
    made = Comment.objects.get()
    assert theirs.post(f"{tracking}notes/{made.pk}/withdraw/").status_code == 302
    assert "我的电话换了" not in theirs.get(tracking).content.decode()


def test_the_head_decides_a_challenge_on_its_page(told: Story):
    asked = challenge(case_id=told.case.pk, by=told.by, now=told.now, ground="conflict", text="以前吵过架")
    head = signed_in(officer("federation", Role.HEAD))
    assert told.case.shown_reference[:4] in head.get("/work/workload/").content.decode()
    page = f"/work/challenges/{asked.pk}/"
    assert "以前吵过架" in head.get(page).content.decode()
    assert head.post(page, {"do": "uphold", "answer": ""}).status_code == 400
    assert head.post(page, {"do": "uphold", "answer": "换人"}).status_code == 302
    assert Recusal.objects.get().outcome == "upheld"


def test_an_applicant_urges_and_challenges_on_the_tracking_page(told: Story):
    client, page = signed_in(told.by), f"/my/cases/{told.case.shown_reference}/"
    assert "/do/urge/" in client.get(page).content.decode()
    assert client.post(f"{page}do/urge/").status_code == 302
    again = client.post(f"{page}do/urge/")
    assert again.status_code == 400
    assert "可以再催" in again.content.decode()
    assert client.post(f"{page}do/challenge/", {"ground": "kin", "text": "是亲戚"}).status_code == 302
    assert "等负责人答复" in client.get(page).content.decode()
    assert client.get(f"{page}do/confirm/").status_code == 200  # says that it can't be done here


def test_a_look_is_asked_for_by_reference_and_opens_the_case():
    told = story().to("federation_review")
    client = signed_in(officer("finance", Role.PAYER))
    assert client.get(address(told)).status_code == 404
    fields = {"ref": told.case.shown_reference, "duty": "appeal", "reason": "办理复议，要核对"}
    assert client.post("/work/look/", {**fields, "ref": "MH26-0000"}).status_code == 400
    assert client.post("/work/look/", fields).status_code == 302
    assert AccessGrant.objects.count() == 1
    assert client.get(address(told)).status_code == 200
    looked = signed_in(told.cast["intake"]).get(address(told) + "looks/").content.decode()
    assert "办理复议，要核对" in looked


def test_a_correction_of_the_decision_goes_to_the_second_approver():
    walk = sent("flexible_employment_subsidy").to("payment")
    by, second = officer("federation", Role.APPROVER), officer("finance", Role.APPROVER)
    page = f"/work/cases/{walk.case.shown_reference}/do/propose_change/"
    fields = {"text": "金额更正", "reason": "少算一个月", "seconder": department("finance").pk, "amount": "100"}
    assert signed_in(by).post(page, {**fields, "reason": ""}).status_code == 400
    assert signed_in(by).post(page, fields).status_code == 302
    change = DecisionChange.objects.get()
    signing = f"/work/changes/{change.pk}/"
    assert "少算一个月" in signed_in(second).get(signing).content.decode()
    assert signed_in(officer("hrss", Role.APPROVER)).get(signing).status_code == 404
    assert signed_in(second).post(signing, {"do": "reject", "reason": ""}).status_code == 400
    assert signed_in(second).post(signing, {"do": "approve", "reason": ""}).status_code == 302
    change.refresh_from_db()
    assert change.outcome == "approved"


def test_a_departure_from_the_sum_is_proposed_on_its_page_and_stands_beside_the_rules_sum():
    walk = sent("flexible_employment_subsidy").to("federation_review")
    walk.given()
    second, client = officer("federation", Role.HEAD), signed_in(walk.who())
    case = f"/work/cases/{walk.case.shown_reference}/"
    assert "/do/depart/" in client.get(case).content.decode()
    lines = [item.key for item in find(walk.task().process).items][:1]
    fields = {"task": walk.task().pk, "lines": lines, "amount": "100", "reason": "少缴了一个月", "to": second.user_id}
    refused = client.post(f"{case}do/depart/", {**fields, "amount": "一百块", "reason": ""})
    assert refused.status_code == 400
    assert "一百块" in refused.content.decode()
    assert client.post(f"{case}do/depart/", fields).status_code == 302
    page = signed_in(second).get(case).content.decode()
    assert "改算等签" in page
    assert "少缴了一个月" in page
    assert "/do/give_opinion/" in page
    admission = sent("direct_admission").to("federation_review")
    admission.given()
    page = signed_in(admission.who()).get(f"/work/cases/{admission.case.shown_reference}/").content.decode()
    assert "/do/depart/" not in page


def test_a_visit_says_what_comes_first_and_the_second_signs_its_record():
    walk = sent("self_employment_subsidy").to("site_visit")
    given, second = walk.given(), walk.who("second")
    address = f"/work/cases/{walk.case.shown_reference}/"
    first, other = signed_in(walk.who()), signed_in(second)
    assert "第一步：请另一位一起签" in first.get(address).content.decode()
    add_signer(**given, to=second.user_id, kind="parallel", question="请一起核查")
    waits = first.get(address).content.decode()
    assert "等对方签了，再交核查记录" in waits
    assert "第一步" not in waits
    assert "签这份核查记录" in other.get(address).content.decode()
    page = other.get(f"{address}do/give_opinion/").content.decode()
    assert "签这份核查记录" in page
    assert "案件还由原来的人办" not in page
    signed = {"task": walk.task().pk, "outcome": "agreed", "opinion": ""}
    assert other.post(f"{address}do/give_opinion/", signed).status_code == 302
    assert "写核查记录，交上去" in first.get(address).content.decode()


def test_countersigning_and_inspecting_stand_as_buttons_for_who_may():
    walk = sent("self_employment_subsidy").to("site_visit")
    walk.given()
    page = signed_in(walk.who()).get(f"/work/cases/{walk.case.shown_reference}/").content.decode()
    assert "/do/inspect/" in page
    assert "/do/attach_record/" in page
    alone = signed_in(walk.who()).post(
        f"/work/cases/{walk.case.shown_reference}/do/inspect/",
        {"task": walk.task().pk, "found": "yes", "record": "去看过"},
    )
    assert alone.status_code == 400
    assert "核查要两个人" in alone.content.decode()
    note = sent("interpretation_note")
    approver = signed_in(officer("hrss", Role.APPROVER))
    page = approver.get(f"/work/cases/{note.case.shown_reference}/").content.decode()
    assert "/do/countersign/" in page
    assert "3 个部门都要同意" in page
