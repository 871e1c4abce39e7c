"""The end of a round: a post is given in the order of its ranking, from its own positions, and to nobody beside it."""

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Role
from casework.models import Action, Case, CaseParty, Letter, Message, Notice, Position
from flows.actions.answer_objection import uphold
from flows.actions.approve import approve
from flows.actions.assign import assign
from flows.actions.confirm import contradict
from flows.actions.object_to import object_to
from flows.actions.refuse import refuse
from flows.errors import AlreadyDone, Invalid, NotAllowed
from flows.giving import positions_for
from policy import T
from recruitment.actions.decline_post import decline_post
from recruitment.actions.end_round import end_round
from recruitment.actions.publish_proposed import publish_proposed, surname_of
from recruitment.models import PostPosition
from recruitment.report import outcomes_of
from recruitment.turns import standings_of
from tests.factories import applicant, officer, position, story
from tests.flows.anywhere import Walk, organisation
from tests.recruitment.rounds import FIRST, SECOND, Told, published
from web.templatetags.look import position_place

pytestmark = pytest.mark.django_db
ONE_POST = [{"unit": FIRST, "posts": 60}, {"unit": SECOND, "posts": 5}]  # one place, at the first unit


def round_of(number: int, rows: list[dict[str, Any]] | None = None) -> tuple[Told, list[Walk]]:
    """A round with its results out, and its candidates, the best first; nobody is checked."""
    told = published(rows=rows or ONE_POST)
    walks = [told.accepted() for _ in range(number)]
    told.seated().scored(*[(str(90 - place), "80") for place in range(number)]).released()
    for walk in walks:
        walk.now = told.now
    return told, walks


def granted(walk: Walk) -> str:
    """Whether the department can grant it now: empty, or the Chinese words of why not."""
    try:
        if walk.to("leader_approval").task().step_name == "leader_approval":
            walk.sign()
    except Invalid as wrong:
        said: T = wrong.errors["outcome"]
        return said.zh
    return ""


def moved_up() -> list[int]:
    """The cases whose applicant was told that it is their turn now, in order."""
    return list(Message.objects.filter(event="moved_up").order_by("pk").values_list("case", flat=True))


def turns(told: Told, on: date | None = None) -> list[str]:
    told.one.refresh_from_db()
    return [
        standing.turn(each, on or told.now.date())
        for standing in standings_of(told.one)
        for each in standing.candidates
    ]


class TestWhoseTurnItIs:
    def test_only_who_is_in_the_places_and_passed_the_check_is_granted_and_a_post_is_filled_once(self):
        told, (first, second, third) = round_of(3)
        assert turns(told) == ["check_due", "next", "next"]
        assert "体检" in granted(first)
        assert "第 2 名" in granted(second)
        told.checked(first)
        assert turns(told)[0] == "decision_due"
        assert granted(first) == ""
        assert turns(told) == ["notice_due", "full", "full"]
        assert "名额已经满了" in granted(second)
        decline_post(case_id=first.case.pk, by=first.by, now=told.now)
        assert Case.objects.get(pk=first.case.pk).outcome == "withdrawn"
        assert not Letter.objects.filter(case=first.case, kind="granted", void_at=None).exists()
        assert Message.objects.filter(case=first.case, event="post_declined").count() == 1
        assert turns(told) == ["check_due", "next", "left"]
        assert moved_up() == [second.case.pk]
        told.checked(second, passed=False)
        assert moved_up() == [second.case.pk, third.case.pk]
        assert "退出排名" in granted(second)
        told.checked(third)
        assert granted(third) == ""
        assert [one.figures for one in outcomes_of(told.one)] == [(1, 0, 1, 0, 0)]

    def test_nobody_before_the_results_nor_who_was_absent_and_who_is_refused_makes_room(self):
        told = published(rows=ONE_POST)
        first, second, absent = (told.accepted() for _ in range(3))
        told.seated().scored(("90", "90"), ("80", "80"), ("70", None))
        assert "成绩还没有公布" in granted(first)
        told.released()
        assert "不在排名里" in granted(absent)
        refuse(**first.given(), reason="示例理由")
        told.checked(second)
        assert granted(second) == ""
        assert turns(told)[:2] == ["notice_due", "left"]

    def test_an_upheld_objection_lets_the_next_move_up_and_the_case_is_not_granted_again(self):
        told, (first, second) = round_of(2)
        told.checked(first)
        first.to("leader_approval")
        with pytest.raises(Invalid) as unnamed:
            approve(**first.given(), judgements=first.judgements(), opinion="同意")
        assert "用人单位" in unnamed.value.errors["outcome"].zh
        assert granted(first) == ""
        done = publish_proposed(round_id=told.one.pk, by=told.leader, now=told.now)
        notice = Notice.objects.get(case=first.case)
        assert (done.count, done.left) == (1, {})
        assert (notice.surname, notice.ground, notice.award) == (
            first.case.person.name[:1], "reserved_post", f"{told.posts()[0].code} 文员（示例）",
        )  # fmt: skip
        with pytest.raises(NotAllowed, match="nobody_to_publish"):
            publish_proposed(round_id=told.one.pk, by=told.leader, now=told.now)
        later = told.now.replace(day=notice.starts_on.day, month=notice.starts_on.month)
        made = object_to(notice_id=notice.pk, by=applicant(), now=later, text="示例异议")
        with pytest.raises(NotAllowed, match="objection_open"):
            decline_post(case_id=first.case.pk, by=first.by, now=later)
        uphold(objection_id=made.pk, by=officer("hrss", Role.APPROVER), now=later, answer="成立")
        assert turns(told) == ["check_due", "set_aside"]
        told.checked(second)
        assert granted(second) == ""
        first.cast.people.clear()
        assert "退出排名" in granted(first)

    def test_the_post_names_its_unit_by_itself_where_it_is_known(self):
        told = published(rows=[{"unit": FIRST, "posts": 100}])
        walks = [told.accepted() for _ in range(2)]
        told.seated().scored(("90", "80"), ("89", "80")).released()
        for walk in walks:
            walk.now = told.now
            told.checked(walk)
            walk.to("leader_approval")
        unit = organisation(FIRST)
        for walk in walks:
            approve(**walk.given(), judgements=walk.judgements(), opinion="同意")
            party = CaseParty.objects.get(case=walk.case, role="unit")
            assert party.organisation_id == unit.pk
            assert Action.objects.filter(subject_kind="case", subject_id=walk.case.pk, event="party_named").count() == 1
            # Each record is one row of the case's history, this one too.
            assert walk.case.history.filter(history_change_reason="party_named").count() == 1
            organisation(FIRST)  # of two with one name, the one that was named before

    def test_others_neither_publish_nor_note_that_somebody_gave_up_nor_end_it(self):
        told, (first,) = round_of(1)
        for by in (officer("civil_affairs", Role.REVIEWER), officer("federation", Role.REVIEWER)):
            for act, given in (
                (publish_proposed, {"round_id": told.one.pk}), (end_round, {"round_id": told.one.pk}),
                (decline_post, {"case_id": first.case.pk, "reason": "示例"}),
            ):  # fmt: skip
                with pytest.raises(NotAllowed, match="only_the_leaders"):
                    act(**given, by=by, now=told.now)
        with pytest.raises(NotAllowed, match="not_granted_a_post"):
            decline_post(case_id=first.case.pk, by=told.leader, now=told.now, reason="示例")
        with pytest.raises(NotAllowed, match="not_the_applicant"):
            decline_post(case_id=first.case.pk, by=applicant(), now=told.now)

    def test_a_surname_of_two_characters_is_shown_whole(self):
        assert [surname_of(name) for name in ("欧阳示例", "王示例", "东方")] == ["欧阳", "王", "东"]


class TestPositions:
    def test_the_posts_own_position_is_assigned_and_none_beside_it_and_who_does_not_come_makes_room(self):
        told, (first, second) = round_of(2)
        told.checked(first)
        first.to("assignment")
        own, free = PostPosition.objects.get().position, position()
        assert list(positions_for(first.case)) == [own]
        with pytest.raises(Invalid, match="position"):
            assign(**first.given(), position_id=free.pk)
        first.sign()
        assert Position.objects.get(pk=own.pk).case_id == first.case.pk
        assert position_place(own) == FIRST
        assert position_place(free) == free.department.title
        assert turns(told) == ["start_awaited", "full"]
        contradict(**first.given(), reason="没有来报到（示例）")
        with pytest.raises(Invalid, match="reason"):
            decline_post(case_id=first.case.pk, by=told.leader, now=first.now, reason=" ")
        decline_post(case_id=first.case.pk, by=told.leader, now=first.now, reason="电话里说不来了（示例）")
        assert Position.objects.get(pk=own.pk).case_id is None
        told.checked(second)
        second.through()
        assert Position.objects.get(pk=own.pk).case_id == second.case.pk
        assert [one.figures for one in outcomes_of(told.one)] == [(1, 1, 0, 0, 0)]
        assert end_round(round_id=told.one.pk, by=told.leader, now=second.now) == 0
        with pytest.raises(AlreadyDone, match="round_is_over"):
            end_round(round_id=told.one.pk, by=told.leader, now=second.now)

    def test_a_direct_admission_takes_no_position_of_a_running_round_and_after_it_what_was_left(self):
        told, (first,) = round_of(1)
        own = PostPosition.objects.get().position
        admitted = story().to("assignment")
        with pytest.raises(Invalid, match="position"):
            assign(**admitted.claimed(), position_id=own.pk)
        with pytest.raises(IntegrityError, match="running round"), transaction.atomic():
            Position.objects.filter(pk=own.pk).update(is_offered=True, case=admitted.case)
        with pytest.raises(NotAllowed, match="round_has_open_cases"):
            end_round(round_id=told.one.pk, by=told.leader, now=told.now)
        refuse(**first.to("leader_approval").given(), reason="示例理由")
        assert [one.figures for one in outcomes_of(told.one)] == [(1, 0, 0, 0, 1)]
        assert end_round(round_id=told.one.pk, by=told.leader, now=told.now) == 1
        assign(**admitted.claimed(), position_id=own.pk)
        assert Position.objects.get(pk=own.pk).case_id == admitted.case.pk
        assert [one.places for one in standings_of(told.one)] == [0]

    def test_the_database_offers_no_given_position_in_a_round_and_gives_an_applicant_no_other(self):
        told, (first,) = round_of(1)
        free = position()
        with pytest.raises(IntegrityError, match="position of that post"), transaction.atomic():
            Position.objects.filter(pk=free.pk).update(case=first.case)
        post = told.posts()[0]
        with pytest.raises(IntegrityError, match="not offered in a round"), transaction.atomic():
            PostPosition.objects.create(district=post.district, post=post, position=free)


def test_two_places_are_given_to_the_first_two_in_any_order():
    told, walks = round_of(3, rows=[{"unit": FIRST, "posts": 100}])
    places = told.posts()[0].vacancies
    for walk in walks[:places]:
        told.checked(walk)
    assert [granted(walk) for walk in reversed(walks[:places])] == [""] * places
    assert all(granted(walk) for walk in walks[places:])
