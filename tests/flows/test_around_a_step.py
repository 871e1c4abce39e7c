"""What people do around a step: hand it over, ask others, pause, take back, step aside, look in, comment, urge."""

from datetime import date, timedelta
from typing import Any

import pytest

from accounts.actor import Actor
from accounts.models import Deputy, Role
from casework import access
from casework.duties import KeptAway
from casework.models import (
    AccessGrant,
    Action,
    CaseScope,
    Comment,
    Deadline,
    Message,
    Recusal,
    RefusedAttempt,
    Signature,
    Suspension,
    Task,
    Urge,
)
from casework.queries import case_for
from casework.record import said
from casework.sealing import unseal
from casework.sight import visible_to
from flows.actions.add_signer import add_signer, delegate, remove_signer
from flows.actions.approve import approve
from flows.actions.claim import claim
from flows.actions.comment import comment, withdraw_comment
from flows.actions.copy_to import copy_to
from flows.actions.depute import cancel_absence, end_deputy, note_absence, set_deputy
from flows.actions.give_opinion import give_opinion
from flows.actions.recuse import challenge, decide_challenge, recuse
from flows.actions.request_access import request_access
from flows.actions.retract import retract
from flows.actions.suspend import resume, suspend
from flows.actions.transfer import transfer
from flows.actions.urge import urge
from flows.actions.withdraw import withdraw
from flows.errors import AlreadyDone, Invalid, NotAllowed, ProofNeeded
from flows.sweep import sweep
from tests.factories import NOW, Story, department, events, judged, officer, story

pytestmark = pytest.mark.django_db


def at_review() -> tuple[Story, dict[str, Any]]:
    """A case at the federation's review, claimed there."""
    told = story().to("federation_review")
    return told, told.claimed()


def agree(told: Story, given: dict[str, Any]) -> None:
    approve(**given, judgements=judged(told.case, told.task().step_name))


# --- transfer


def test_a_transferred_case_is_the_colleagues_who_signs_in_their_own_name():
    told, given = at_review()
    colleague = officer("federation", Role.REVIEWER)
    transfer(**given, to=colleague.user_id, reason="休假")
    assert told.task().owner_id == colleague.user_id
    with pytest.raises(NotAllowed, match="not_the_handler"):
        agree(told, given)
    agree(told, {**given, "by": colleague})
    assert Action.objects.filter(subject_id=told.case.pk, event="agreed").get().user_id == colleague.user_id
    assert Message.objects.filter(case=told.case, event="task_transferred").get().user_id == colleague.user_id


def test_the_head_transfers_and_a_duty_binds_the_colleague_too():
    told = story().to("federation_review")
    task, head = told.task(), officer("federation", Role.HEAD)
    given = {"case_id": told.case.pk, "task_id": task.pk, "by": head, "now": told.now}
    colleague = officer("federation", Role.REVIEWER)
    transfer(**given, to=colleague.user_id, reason="安排")
    assert told.task().owner_id == colleague.user_id
    intake = told.cast["intake"]
    from flows.actions.appoint import appoint
    from tests.factories import _administrator

    appoint(
        user=intake.user, department=department("federation"), role=Role.REVIEWER, since=date(2024, 3, 1),
        by=_administrator(), now=NOW,
    )  # fmt: skip
    with pytest.raises(NotAllowed, match="colleague_barred"):
        transfer(**given, to=intake.user_id, reason="安排")


@pytest.mark.parametrize(("to", "reason", "wrong"), [(0, "休假", "to"), (None, "  ", "reason")])
def test_a_transfer_to_nobody_or_without_a_reason_is_said_so(to: Any, reason: str, wrong: str):
    _, given = at_review()
    with pytest.raises(Invalid) as error:
        transfer(**given, to=officer("federation", Role.REVIEWER).user_id if to is None else to, reason=reason)
    assert wrong in error.value.errors


def test_another_departments_head_transfers_nothing():
    told = story().to("federation_review")
    given = {"case_id": told.case.pk, "task_id": told.task().pk, "by": officer("hrss", Role.HEAD), "now": told.now}
    with pytest.raises(NotAllowed, match="other_department"):
        transfer(**given, to=officer("federation", Role.REVIEWER).user_id, reason="安排")
    assert RefusedAttempt.objects.filter(verb="transfer").count() == 1


# --- opinions


@pytest.mark.parametrize("kind", ["before", "parallel"])
def test_a_signer_added_before_or_beside_holds_the_signature_until_they_have_signed(kind: str):
    told, given = at_review()
    asked = officer("hrss", Role.REVIEWER)
    add_signer(**given, to=asked.user_id, kind=kind, question="奖项级别对吗")
    with pytest.raises(NotAllowed, match="opinion_open"):
        agree(told, given)
    assert visible_to(asked).filter(pk=told.case.pk).exists()
    give_opinion(**{**given, "by": asked}, outcome="agreed", opinion="对")
    agree(told, given)
    assert told.task().step_name == "civil_affairs_review"


def test_a_signer_added_after_signs_at_the_next_step_before_its_handler():
    told, given = at_review()
    asked = officer("federation", Role.HEAD)
    add_signer(**given, to=asked.user_id, kind="after", question="请再看一眼")
    with pytest.raises(NotAllowed, match="not_asked"):
        give_opinion(**{**given, "by": asked}, outcome="agreed", opinion="")
    agree(told, given)
    following = told.claimed()
    with pytest.raises(NotAllowed, match="opinion_open"):
        agree(told, following)
    give_opinion(**{**following, "by": asked}, outcome="refused", opinion="级别写错了")
    agree(told, following)  # it was asked for, not to decide


def test_a_delegation_comes_back_with_an_opinion_and_the_task_stays():
    told, given = at_review()
    asked = officer("federation", Role.REVIEWER)
    delegate(**given, to=asked.user_id, question="这家协会是政府办的吗")
    give_opinion(**{**given, "by": asked}, outcome="given", opinion="不是")
    signature = Signature.objects.get(task=told.task())
    assert (signature.outcome, unseal(told.case.person.key, signature.opinion)) == ("given", "不是")
    assert told.task().owner_id == given["by"].user_id
    with pytest.raises(NotAllowed, match="not_asked"):
        give_opinion(**{**given, "by": asked}, outcome="given", opinion="再说一遍")


def test_who_asked_takes_the_question_back_and_nobody_else():
    told, given = at_review()
    asked = officer("hrss", Role.REVIEWER)
    row = add_signer(**given, to=asked.user_id, kind="before", question="看看")
    with pytest.raises(AlreadyDone, match="asked_already"):
        add_signer(**given, to=asked.user_id, kind="before", question="看看")
    remove_signer(**given, signature_id=row.pk)
    with pytest.raises(AlreadyDone):
        remove_signer(**given, signature_id=row.pk)
    with pytest.raises(NotAllowed, match="not_asked"):
        give_opinion(**{**given, "by": asked}, outcome="agreed", opinion="")
    agree(told, given)


def test_a_return_ends_the_questions_of_the_step():
    from flows.actions.return_to import return_to

    told = story().to("civil_affairs_review")
    given = told.claimed()
    row = add_signer(**given, to=officer("hrss", Role.REVIEWER).user_id, kind="before", question="看看")
    return_to(**given, to="federation_review", reason="请再看")
    row.refresh_from_db()
    assert row.outcome == "void"


def test_kin_are_not_asked_for_an_opinion():
    from casework.models import Relation

    told, given = at_review()
    asked = officer("hrss", Role.REVIEWER)
    Relation.objects.create(
        district=told.case.district, user=asked.user, kind="kin", number_index=told.by.on_behalf_of.number_index,
        declared_at=NOW,
    )  # fmt: skip
    with pytest.raises(NotAllowed, match="colleague_barred"):
        add_signer(**given, to=asked.user_id, kind="before", question="看看")
    with pytest.raises(KeptAway, match="kin"):
        case_for(officer_like(asked, told), told.case.shown_reference)


def officer_like(by: Actor, told: Story) -> Actor:
    CaseScope.objects.get_or_create(
        district=told.case.district, case=told.case, department=by.post.department, role="handled"
    )
    return by


# --- copies, comments, urging


def test_a_copy_gives_reading_and_never_a_task():
    told, given = at_review()
    reader = officer("finance", Role.PAYER)
    assert not visible_to(reader).filter(pk=told.case.pk).exists()
    copy_to(**given, department_id=department("finance").pk, reason="请先知道")
    assert visible_to(reader).filter(pk=told.case.pk).exists()
    assert not Task.objects.filter(process=told.case, department=department("finance")).exists()
    with pytest.raises(AlreadyDone, match="sees_it_already"):
        copy_to(**given, department_id=department("finance").pk, reason="再抄送")


def test_a_comment_is_never_edited_and_a_withdrawn_one_stays():
    from django.db import InternalError, ProgrammingError, transaction

    told, given = at_review()
    by = given["by"]
    made = comment(case_id=told.case.pk, by=by, now=NOW, text="请注意日期", audience="applicant")
    with pytest.raises((InternalError, ProgrammingError)), transaction.atomic():
        Comment.objects.filter(pk=made.pk).update(text=b"x")
    with pytest.raises(NotAllowed, match="written_by_another"):
        withdraw_comment(case_id=told.case.pk, by=told.cast["intake"], now=NOW, comment_id=made.pk)
    withdraw_comment(case_id=told.case.pk, by=by, now=NOW, comment_id=made.pk)
    withdraw_comment(case_id=told.case.pk, by=by, now=NOW, comment_id=made.pk)
    assert events(told.case).count("comment_withdrawn") == 1
    assert Comment.objects.get(pk=made.pk).withdrawn_at is not None
    assert Message.objects.filter(case=told.case, event="commented", audience="applicant").exists()


def test_a_comment_raises_no_version_and_reaches_only_who_may_see_the_case():
    told, given = at_review()
    version = told.case.version
    comment(case_id=told.case.pk, by=given["by"], now=NOW, text="内部")
    told.task()
    assert told.case.version == version
    with pytest.raises(NotAllowed, match="other_department"):
        comment(case_id=told.case.pk, by=officer("hrss", Role.REVIEWER), now=NOW, text="看不到的人")


def test_an_applicant_writes_to_the_departments_once_and_the_handler_is_told():
    told, given = at_review()
    for seconds in (0, 2):  # a double click
        comment(case_id=told.case.pk, by=told.by, now=NOW + timedelta(seconds=seconds), text="我搬家了，地址要改吗")
    made = Comment.objects.get(case=told.case)
    assert (made.department_id, made.audience) == (None, "applicant")
    message = Message.objects.get(case=told.case, event="commented")
    assert (message.audience, message.user_id) == ("department", given["by"].user_id)
    assert events(told.case).count("commented") == 1
    with pytest.raises(NotAllowed, match="not_the_applicant"):
        comment(case_id=told.case.pk, by=story().by, now=NOW, text="别人的案件")
    withdraw_comment(case_id=told.case.pk, by=told.by, now=NOW, comment_id=made.pk)
    withdraw(case_id=told.case.pk, by=told.by, now=NOW)
    with pytest.raises(AlreadyDone, match="case_closed"):
        comment(case_id=told.case.pk, by=told.by, now=NOW, text="办完以后")


def test_an_applicant_urges_once_in_five_working_days_and_supervision_at_any_time():
    told, given = at_review()
    urge(case_id=told.case.pk, by=told.by, now=told.now)
    with pytest.raises(Invalid) as again:
        urge(case_id=told.case.pk, by=told.by, now=told.now + timedelta(days=6))  # 4 working days on
    assert "urge" in again.value.errors
    urge(case_id=told.case.pk, by=told.by, now=told.now + timedelta(days=7))
    for _ in range(2):
        urge(case_id=told.case.pk, by=officer("supervision", Role.SUPERVISOR), now=told.now)
    with pytest.raises(NotAllowed, match="only_supervision_does"):
        urge(case_id=told.case.pk, by=given["by"], now=told.now)
    assert Urge.objects.filter(case=told.case).count() == 4
    audiences = set(Message.objects.filter(case=told.case, event="urged").values_list("audience", flat=True))
    assert audiences == {"department", "head"}


# --- pauses


def test_a_paused_case_stands_still_and_goes_on_with_what_was_left():
    told, given = at_review()
    due, decision = told.task().due, Deadline.objects.get(case=told.case, kind="decision")
    suspend(**given, ground="expert_opinion", waits_for="鉴定结论")
    assert told.task().due == due
    assert told.case.state == "suspended"
    with pytest.raises(AlreadyDone, match="not_in_this_state"):
        agree(told, given)
    later = told.now + timedelta(days=14)  # ten working days
    resume(**{**given, "now": later})
    task = told.task()
    assert told.case.state == "in_review"
    assert (task.due - due).days == 14
    decision.refresh_from_db()
    assert decision.changes.get().reason == "suspended"
    agree(told, {**given, "now": later})


@pytest.mark.parametrize(
    ("ground", "waits_for", "until", "wrong"),
    [("", "鉴定", None, "ground"), ("expert_opinion", " ", None, "until"), ("expert_opinion", "", NOW.date(), "until")],
)
def test_a_pause_needs_a_ground_and_an_end(ground: str, waits_for: str, until: Any, wrong: str):
    _, given = at_review()
    with pytest.raises(Invalid) as error:
        suspend(**given, ground=ground, waits_for=waits_for, until=until)
    assert wrong in error.value.errors


def test_the_clock_resumes_after_the_last_day():
    told, given = at_review()
    suspend(**given, ground="force_majeure", until=NOW.date() + timedelta(days=3))
    sweep(NOW + timedelta(days=3))
    told.task()
    assert told.case.state == "suspended"
    assert sweep(NOW + timedelta(days=4))["resumed"] == 1
    told.task()
    assert told.case.state == "in_review"
    assert Suspension.objects.get(case=told.case).ended_at is not None
    assert sweep(NOW + timedelta(days=4))["resumed"] == 0


def test_a_paused_case_is_not_urged_nor_warned_of():
    told, given = at_review()
    suspend(**given, ground="applicants_wish", waits_for="申请人来电")
    done = sweep(NOW + timedelta(days=60))
    assert not {"warned", "yellow_card", "red_card"} & set(done)
    with pytest.raises(AlreadyDone):
        urge(case_id=told.case.pk, by=told.by, now=NOW)


# --- taking back


def test_the_last_signer_takes_back_while_nobody_has_taken_on_the_next_step():
    told, given = at_review()
    agree(told, given)
    following = told.task()
    retract(case_id=told.case.pk, task_id=following.pk, by=given["by"], now=told.now, reason="写错了")
    task = told.task()
    assert (task.step_name, task.owner_id, told.case.state) == ("federation_review", given["by"].user_id, "in_review")
    agree(told, told.claimed())
    assert told.task().step_name == "civil_affairs_review"


def test_nobody_else_takes_it_back_and_nobody_after_the_next_has_begun():
    told, given = at_review()
    agree(told, given)
    again = {"case_id": told.case.pk, "task_id": told.task().pk, "now": told.now, "reason": "写错了"}
    with pytest.raises(NotAllowed, match="not_the_last_signer"):
        retract(**again, by=told.cast["intake"])
    told.claimed()
    with pytest.raises(AlreadyDone, match="next_step_begun"):
        retract(**again, by=given["by"])


def test_a_decision_is_never_taken_back():
    told = story().to("government_approval")
    given = told.claimed()
    approve(**given, opinion="同意")
    with pytest.raises((NotAllowed, AlreadyDone)):
        retract(case_id=told.case.pk, task_id=told.task().pk, by=given["by"], now=told.now, reason="后悔了")


# --- stepping aside


def test_who_steps_aside_loses_the_case_and_a_colleague_goes_on():
    told, given = at_review()
    recuse(**given, ground="interest", text="认识申请人")
    task = told.task()
    assert task.owner_id is None
    assert not visible_to(given["by"]).filter(pk=told.case.pk).exists()
    with pytest.raises(NotAllowed, match="recused"):
        claim(case_id=told.case.pk, task_id=task.pk, by=given["by"], now=told.now)
    told.claimed(officer("federation", Role.REVIEWER))
    assert Message.objects.filter(case=told.case, event="recused", audience="head").exists()


def test_an_applicant_challenges_and_the_head_decides():
    told, given = at_review()
    head = officer("federation", Role.HEAD)
    asked = challenge(case_id=told.case.pk, by=told.by, now=told.now, ground="conflict", text="以前吵过架")
    with pytest.raises(AlreadyDone, match="challenged_already"):
        challenge(case_id=told.case.pk, by=told.by, now=told.now, ground="conflict", text="再说一次")
    decide = {"recusal_id": asked.pk, "now": told.now, "answer": "换一位同事办"}
    with pytest.raises(NotAllowed, match="other_department"):
        decide_challenge(**decide, by=officer("hrss", Role.HEAD), upheld=True)
    decide_challenge(**decide, by=head, upheld=True)
    assert told.task().owner_id is None
    assert Recusal.objects.get(pk=asked.pk).outcome == "upheld"
    with pytest.raises(AlreadyDone, match="challenge_decided"):
        decide_challenge(**decide, by=head, upheld=False)
    with pytest.raises(NotAllowed, match="recused"):
        claim(case_id=told.case.pk, task_id=told.task().pk, by=given["by"], now=told.now)


def test_a_dismissed_challenge_changes_nothing_but_is_answered():
    told, given = at_review()
    asked = challenge(case_id=told.case.pk, by=told.by, now=told.now, ground="other", text="感觉不公平")
    decide_challenge(
        recusal_id=asked.pk, by=officer("federation", Role.HEAD), now=told.now, upheld=False, answer="没有这样的情况"
    )
    assert told.task().owner_id == given["by"].user_id
    assert Message.objects.filter(case=told.case, event="challenge_dismissed", audience="applicant").exists()
    agree(told, given)


def test_a_handler_who_is_challenged_may_step_aside_without_the_head():
    told, given = at_review()
    asked = challenge(case_id=told.case.pk, by=told.by, now=told.now, ground="kin", text="是亲戚")
    recuse(**given, ground="kin", text="是的")
    asked.refresh_from_db()
    assert (asked.outcome, Recusal.objects.count()) == ("upheld", 1)


def test_an_unclaimed_step_is_challenged_and_the_head_says_who_is_meant():
    told = story().to("federation_review")
    asked = challenge(case_id=told.case.pk, by=told.by, now=told.now, ground="kin", text="林同志是亲戚")
    head, meant = officer("federation", Role.HEAD), officer("federation", Role.REVIEWER)
    decide = {"recusal_id": asked.pk, "by": head, "now": told.now, "upheld": True, "answer": "同意"}
    with pytest.raises(Invalid):
        decide_challenge(**decide)
    decide_challenge(**decide, user_id=meant.user_id)
    with pytest.raises(NotAllowed, match="recused"):
        claim(case_id=told.case.pk, task_id=told.task().pk, by=meant, now=told.now)


# --- looking in


def test_a_look_is_given_for_a_day_with_a_reason_and_told_to_head_and_supervision():
    told, _ = at_review()
    by = officer("finance", Role.PAYER)
    with pytest.raises(Invalid):
        request_access(case_id=told.case.pk, by=by, now=NOW, duty="appeal", reason="看")
    grant = request_access(case_id=told.case.pk, by=by, now=NOW, duty="appeal", reason="办理复议，要核对决定")
    assert (grant.until - grant.since) == timedelta(hours=24)
    audiences = set(Message.objects.filter(case=told.case, event="access_granted").values_list("audience", flat=True))
    assert audiences == {"head", "supervisor"}
    with pytest.raises(NotAllowed, match="sees_it_already"):
        request_access(
            case_id=told.case.pk, by=officer("federation", Role.REVIEWER), now=NOW, duty="appeal", reason="已经能看到"
        )


def test_a_look_ends_by_itself(time_machine: Any):
    told, _ = at_review()
    by = officer("finance", Role.PAYER)
    time_machine.move_to(NOW)
    request_access(case_id=told.case.pk, by=by, now=NOW, duty="inquiry", reason="答复申请人来电")
    assert visible_to(by).filter(pk=told.case.pk).exists()
    time_machine.move_to(NOW + timedelta(hours=25))
    assert not visible_to(by).filter(pk=told.case.pk).exists()
    assert AccessGrant.objects.count() == 1


def test_a_look_gives_no_right_to_act():
    told, given = at_review()
    by = officer("hrss", Role.REVIEWER)
    request_access(case_id=told.case.pk, by=by, now=NOW, duty="audit", reason="例行检查这一类案件")
    with pytest.raises(NotAllowed, match="other_department"):
        agree(told, {**given, "by": by})


# --- deputies


def deputy_of(principal: Actor, **more: Any) -> Actor:
    user = officer(principal.post.department.code, Role.REVIEWER).user
    made = set_deputy(
        principal=principal.post, user=user, since=NOW.date(), until=NOW.date() + timedelta(days=5), by=principal,
        now=NOW, **more,
    )  # fmt: skip
    return Actor("officer", user=user, post=principal.post, deputy_for=made, proved_at=NOW + timedelta(days=400))


def test_a_deputy_signs_and_the_record_says_for_whom():
    told = story().to("federation_review")
    deputy = deputy_of(told.cast["federation"])
    agree(told, told.claimed(deputy))
    signed = Action.objects.filter(subject_id=told.case.pk, event="agreed").get()
    assert (signed.user_id, signed.acts_for_kind, signed.acts_for_id) == (
        deputy.user_id, "officer", told.cast["federation"].user_id,
    )  # fmt: skip
    assert "，代" in said(signed, told.by.on_behalf_of.key)["signed"]


def test_a_deputy_does_what_the_principal_has_claimed():
    told, given = at_review()
    agree(told, {**given, "by": deputy_of(given["by"])})
    assert told.task().step_name == "civil_affairs_review"


def test_a_deputys_mandate_has_its_kinds_of_step_and_its_days():
    told = story().to("federation_review")
    principal = told.cast["federation"]
    deputy = deputy_of(principal, step_kinds=["confirm"])
    with pytest.raises(NotAllowed, match="deputy_for_other_steps"):
        told.claimed(deputy)
    end_deputy(deputy=deputy.deputy_for, by=principal, now=NOW)
    end_deputy(deputy=deputy.deputy_for, by=principal, now=NOW)
    ended = Deputy.objects.select_related("principal").get(pk=deputy.deputy_for.pk)
    assert not ended.is_in_force(NOW.date())


def test_one_deputy_a_day_of_the_same_department_set_by_themselves_or_the_head():
    told = story().to("federation_review")
    principal = told.cast["federation"]
    days = {"since": NOW.date(), "until": NOW.date() + timedelta(days=2), "now": NOW}
    colleague, other = officer("federation", Role.REVIEWER), officer("hrss", Role.REVIEWER)
    with pytest.raises(NotAllowed, match="only_oneself_or_the_head"):
        set_deputy(principal=principal.post, user=colleague.user, by=colleague, **days)
    with pytest.raises(Invalid):
        set_deputy(principal=principal.post, user=other.user, by=principal, **days)
    head = officer("federation", Role.HEAD)
    first = set_deputy(principal=principal.post, user=colleague.user, by=head, **days)
    assert set_deputy(principal=principal.post, user=colleague.user, by=head, **days) == first
    with pytest.raises(Invalid):
        set_deputy(principal=principal.post, user=officer("federation", Role.REVIEWER).user, by=head, **days)


def test_an_absence_is_noted_once_and_cancelled():
    who, head = officer("federation", Role.REVIEWER), officer("federation", Role.HEAD)
    days = {"since": NOW.date(), "until": NOW.date() + timedelta(days=3)}
    first = note_absence(user=who.user, kind="leave", by=who, now=NOW, **days)
    assert note_absence(user=who.user, kind="leave", by=head, now=NOW, **days) == first
    cancel_absence(absence=first, by=head, now=NOW)
    first.refresh_from_db()
    assert first.cancelled_at is not None
    with pytest.raises(Invalid):
        note_absence(
            user=who.user, kind="leave", by=who, now=NOW, since=NOW.date(), until=NOW.date() - timedelta(days=1)
        )


# --- proof


def test_signing_with_an_old_proof_is_refused_by_the_action_itself():
    told, given = at_review()
    old = Actor("officer", user=given["by"].user, post=given["by"].post, proved_at=told.now - timedelta(minutes=16))
    with pytest.raises(ProofNeeded):
        agree(told, {**given, "by": old})
    assert access.proof_is_due(old, "approve", told.now)
    assert "agreed" not in events(told.case)
