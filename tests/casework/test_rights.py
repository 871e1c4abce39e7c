"""Rights: derived from posts in force by one function; Django's has_perm asks the same judge; ties bar."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from guardian.shortcuts import assign_perm, get_perms

from accounts.actor import ANONYMOUS, CLOCK, Actor
from accounts.models import Deputy, Post, Role
from casework import access
from casework.access import ActionSpec, Backend, StepRights
from casework.models import Action, RefusedAttempt
from casework.sealing import unseal
from flows.actions.appoint import appoint, end_post
from flows.actions.claim import claim
from flows.actions.declare_relation import declare_relation
from flows.actions.refuse import refuse
from flows.errors import NotAllowed
from tests.factories import NOW, Cast, department, officer, story

pytestmark = pytest.mark.django_db


def test_guardians_rows_follow_the_posts():
    by = officer("federation", Role.REVIEWER)
    assert set(get_perms(by.user, department("federation"))) == {
        "view_cases", "handle_review", "handle_confirm", "handle_publicity", "handle_assignment",
    }  # fmt: skip
    administrator = Post.objects.filter(role=Role.ADMINISTRATOR).get()
    boss = Actor("officer", user=administrator.user, post=administrator, proved_at=NOW)
    end_post(post=by.post, until=date(2026, 11, 1), by=boss, now=NOW)
    assert get_perms(by.user, department("federation")) == []
    assert Action.objects.filter(subject_kind="post", subject_id=by.post.pk).count() == 2


def test_has_perm_asks_the_posts_and_guardians_row_alone_never_says_yes():
    by = officer("federation", Role.REVIEWER)
    assert by.user.has_perm("accounts.handle_review", department("federation"))
    assert not by.user.has_perm("accounts.handle_review", department("hrss"))
    assert not by.user.has_perm("accounts.handle_approval", department("federation"))
    assign_perm("accounts.handle_approval", by.user, department("federation"))
    assert not by.user.has_perm("accounts.handle_approval", department("federation"))
    with pytest.raises(PermissionDenied):
        Backend().has_perm(by.user, "accounts.handle_review", None)
    assert Backend().has_perm(by.user, "auth.add_group") is False


def test_a_post_of_tomorrow_or_yesterday_gives_nothing():
    told = story()
    task = told.task()
    for since, until in ((date(2026, 11, 3), None), (date(2024, 3, 1), date(2026, 11, 1))):
        by = officer("federation", Role.INTAKE, since, until)
        with pytest.raises(NotAllowed, match="no_post"):
            claim(case_id=told.case.pk, task_id=task.pk, by=by, now=NOW)


@pytest.mark.parametrize("role", ["federation", "head", "civil_affairs", "town", "finance", "supervisor"])
def test_only_the_right_role_of_the_right_department_claims(role: str):
    told = story()
    with pytest.raises(NotAllowed, match="other_department|other_role"):
        claim(case_id=told.case.pk, task_id=told.task().pk, by=told.cast[role], now=NOW)
    assert RefusedAttempt.objects.filter(case_id=told.case.pk, verb="claim").count() == 1


def test_nobody_signs_two_steps_of_one_case():
    told = story().to("federation_review")
    intake = told.cast["intake"]
    both = Post.objects.create(
        district=intake.post.district,
        user=intake.user,
        department=intake.post.department,
        role=Role.REVIEWER,
        since=date(2024, 3, 1),
    )
    with pytest.raises(NotAllowed, match="signed_already"):
        claim(
            case_id=told.case.pk,
            task_id=told.task().pk,
            by=Actor("officer", user=intake.user, post=both, proved_at=NOW),
            now=NOW,
        )


def test_declared_kin_bar_an_officer():
    told = story()
    by = told.cast["intake"]
    declare_relation(kind="kin", number=unseal(told.case.person.key, told.case.person.number), by=by, now=NOW)
    with pytest.raises(NotAllowed, match="kin"):
        claim(case_id=told.case.pk, task_id=told.task().pk, by=by, now=NOW)


def test_who_registered_a_case_does_not_sign_it():
    told = story()
    by = told.cast["intake"]
    told.case.registrar = by.user
    told.case.save()
    with pytest.raises(NotAllowed, match="registrar"):
        claim(case_id=told.case.pk, task_id=told.task().pk, by=by, now=NOW)


def test_a_deputy_acts_for_the_principal_and_for_the_named_steps_only():
    told = story()
    principal, user = told.cast["intake"], officer("hrss", Role.REVIEWER).user
    deputy = Deputy.objects.create(
        district=principal.post.district,
        principal=principal.post,
        user=user,
        since=date(2026, 11, 1),
        until=date(2026, 11, 30),
    )
    acting = Actor("officer", user=user, post=principal.post, deputy_for=deputy, proved_at=NOW)
    claim(case_id=told.case.pk, task_id=told.task().pk, by=acting, now=NOW)
    record = Action.objects.get(subject_kind="case", subject_id=told.case.pk, event="claimed")
    assert (record.user_id, record.acts_for_kind, record.acts_for_id) == (user.pk, "officer", principal.user_id)
    deputy.step_kinds = ["review"]
    assert access.may(acting, "accept", task=told.task(), on=NOW.date()).reason == "deputy_for_other_steps"
    assert access.may(acting, "accept", task=told.task(), on=NOW.date() + timedelta(days=60)).reason == "no_post"


def test_only_an_administrator_appoints_and_never_themselves():
    cast = Cast()
    by = cast["intake"]
    for user, who in ((by.user, by), (cast["federation"].user, by)):
        with pytest.raises(NotAllowed, match="only_an_administrator"):
            appoint(
                user=user, department=department("hrss"), role=Role.APPROVER, since=date(2026, 1, 1), by=who, now=NOW
            )
    administrator = Post.objects.filter(role=Role.ADMINISTRATOR).select_related("user").get()
    boss = Actor("officer", user=administrator.user, post=administrator, proved_at=NOW)
    with pytest.raises(NotAllowed):
        appoint(
            user=boss.user, department=department("hrss"), role=Role.APPROVER, since=date(2026, 1, 1), by=boss, now=NOW
        )


def test_the_clock_and_people_without_a_name_sign_nothing():
    told = story().to("government_approval")
    given = {**told.claimed(), "reason": "x"}
    for by in (CLOCK, ANONYMOUS):
        with pytest.raises(NotAllowed):
            refuse(**{**given, "by": by})


def test_an_invented_step_is_judged_without_any_flow(monkeypatch: pytest.MonkeyPatch):
    told = story()
    task = told.task()
    monkeypatch.setitem(access.STEPS, task.step_key, StepRights(task.step_key, "intake", frozenset({"invent"})))
    monkeypatch.setitem(access.ACTIONS, "invent", ActionSpec("invent", holder="department"))
    assert access.may(told.cast["intake"], "invent", task=task, on=NOW.date())
    assert access.may(told.cast["hrss"], "invent", task=task, on=NOW.date()).reason == "other_department"
    assert access.may(told.cast["intake"], "accept", task=task, on=NOW.date()).reason == "not_at_this_step"
