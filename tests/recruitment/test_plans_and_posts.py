"""A plan's sharing changed by hand, its round opened once, its posts written within the reserved numbers and published."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils.translation import override

from accounts.models import Role
from casework.models import Action, Position
from casework.sealing import unseal
from flows.actions.approve import approve
from flows.errors import AlreadyDone, Invalid, NotAllowed, NotThere, ProofNeeded, Stale
from recruitment.actions.change_sharing import UNIT, change_sharing
from recruitment.actions.open_round import open_round
from recruitment.actions.publish_round import publish_round
from recruitment.actions.set_post import set_post
from recruitment.models import Round, RoundUnit, SharingChange
from recruitment.queries import plans_of, published_rounds, rounds_of, sharing_of
from tests.factories import NOW, department, officer
from tests.flows.anywhere import Walk, sent
from tests.recruitment.rounds import FIRST, SECOND, opened, plan, published, wish

pytestmark = pytest.mark.django_db
OTHERS = [
    ("civil_affairs", Role.REVIEWER), ("federation", Role.REVIEWER), ("hrss", Role.INTAKE), ("supervision", Role.SUPERVISOR),
]  # fmt: skip


def changed(walk: Walk, by: Any = None, **changes: Any) -> SharingChange:
    given: dict[str, Any] = {
        "case_id": walk.case.pk, "by": by or walk.by, "now": NOW, "allocation": {FIRST: 2, SECOND: 0},
        "reason": "乙局今年没有合适的岗位。（示例）",
    }  # fmt: skip
    return change_sharing(**(given | changes))


class TestSharing:
    def test_the_working_is_shown_and_stands_until_it_is_changed(self):
        found = sharing_of(plan().task().process)
        assert found is not None
        assert (found.reserved, found.stands) == (2, {FIRST: 1, SECOND: 1})
        assert [(str(line.quota), line.whole, line.got_one_more) for line in found.lines] == [
            ("6/5", 1, False), ("4/5", 0, True),
        ]  # fmt: skip

    def test_a_change_keeps_the_total_is_recorded_with_its_reason_and_is_what_the_round_opens_with(self):
        walk = plan()
        version = walk.case.version
        made = changed(walk)
        walk.task()
        assert walk.case.version > version  # whoever had the page open signs nothing unseen
        assert unseal(walk.case.key, made.reason) == "乙局今年没有合适的岗位。（示例）"
        record = Action.objects.get(subject_kind="case", subject_id=walk.case.pk, event="sharing_changed")
        assert record.details == {"before": {FIRST: 1, SECOND: 1}, "after": {FIRST: 2, SECOND: 0}}
        assert record.commitments["reason"]
        one = open_round(case_id=walk.through().pk, by=walk.by, now=NOW)
        assert list(one.units.values_list("name", "planned", "reserved")) == [(FIRST, 60, 2), (SECOND, 40, 0)]

    def test_mistakes_stand_at_their_units(self):
        walk = plan(rows=[{"unit": FIRST, "posts": 100}, {"unit": SECOND, "posts": 1}])
        for allocation, where in (
            ({FIRST: 2, SECOND: 1}, "total"), ({FIRST: 0, SECOND: 2}, f"{UNIT}{SECOND}"),
            ({FIRST: 3, SECOND: -1}, f"{UNIT}{SECOND}"), ({FIRST: 2}, "total"), ({FIRST: 2, SECOND: 0}, "total"),
        ):  # fmt: skip
            with pytest.raises(Invalid) as wrong:
                changed(walk, allocation=allocation)
            assert list(wrong.value.errors) == [where], allocation
        for reason in ("", " ", "长" * 1001):
            with pytest.raises(Invalid) as wrong:
                changed(walk, reason=reason, allocation={FIRST: 1, SECOND: 1})
            assert list(wrong.value.errors) == ["reason"]
        assert not SharingChange.objects.exists()

    @pytest.mark.parametrize(("code", "role"), OTHERS)
    def test_only_the_department_whose_plan_it_is_changes_it(self, code: str, role: str):
        with pytest.raises(NotAllowed, match="only_the_leaders"):
            changed(plan(), by=officer(code, role))

    def test_not_once_the_plan_is_decided_nor_on_what_is_no_plan_nor_without_proof(self):
        walk = plan()
        with pytest.raises(Stale):
            changed(walk, seen=0)
        with pytest.raises(ProofNeeded):
            changed(walk, now=NOW + timedelta(days=900))
        walk.through()
        with pytest.raises(AlreadyDone):
            changed(walk)
        other = sent("interpretation_note", now=NOW)
        with pytest.raises(NotAllowed):
            changed(other, by=walk.by)

    def test_who_signs_the_plan_after_a_change_signs_what_stands(self):
        walk = plan().to("hrss_approval")
        given = walk.given()
        seen = walk.case.version
        changed(walk)
        with pytest.raises(Stale):
            approve(**given, judgements=walk.judgements(), opinion="", seen=seen)


class TestOpening:
    def test_once_a_plan(self):
        told = opened()
        assert (told.one.year, told.one.number, told.one.shown) == (2026, 1, "GY26-1")
        with pytest.raises(AlreadyDone):
            open_round(case_id=told.one.plan_id, by=told.leader, now=NOW)
        with pytest.raises(IntegrityError), transaction.atomic():
            Round.objects.create(
                district_id=told.one.district_id, plan_id=told.one.plan_id, kind=told.one.kind, year=2026, number=9,
                department_id=told.one.department_id, opened_by_id=told.leader.user_id, opened_at=NOW,
            )  # fmt: skip
        assert opened().one.number == 2
        assert opened("community_worker").one.shown == "SG26-1"

    def test_not_before_the_plan_is_recorded_and_by_its_department_alone(self):
        walk = plan()
        with pytest.raises(NotAllowed, match="case_open"):
            open_round(case_id=walk.case.pk, by=walk.by, now=NOW)
        case = walk.through()
        for code, role in OTHERS:
            with pytest.raises(NotAllowed, match="only_the_leaders"):
                open_round(case_id=case.pk, by=officer(code, role), now=NOW)
        assert list(plans_of(walk.by)) == [case]
        assert list(plans_of(officer("civil_affairs", Role.HEAD))) == []

    def test_a_unit_never_gets_more_than_it_plans_in_the_database_either(self):
        one = opened().one
        with pytest.raises(IntegrityError), transaction.atomic():
            RoundUnit.objects.filter(round=one, name=FIRST).update(reserved=61)


class TestPosts:
    def test_within_the_reserved_number_of_the_unit(self):
        told = opened()
        made = set_post(**told.given(), wish=wish(told.one, FIRST))
        assert made.code == "GY26-1-01"
        with pytest.raises(Invalid) as wrong:
            set_post(**told.given(), wish=wish(told.one, FIRST))
        assert list(wrong.value.errors) == ["vacancies"]
        again = set_post(**told.given(), wish=wish(told.one, FIRST, title="书记员（示例）"), post_id=made.pk)
        assert (again.pk, again.title) == (made.pk, "书记员（示例）")
        assert again.department == told.leader.post.department

    def test_without_an_english_title_the_chinese_stands_on_both_pages(self):
        told = opened()
        made = set_post(**told.given(), wish=wish(told.one, FIRST, title_en=""))
        with override("en"):
            assert made.shown_title == made.title

    @pytest.mark.parametrize(
        ("changes", "where"),
        [
            ({"title": " "}, "title"), ({"conditions": ""}, "conditions"), ({"place": ""}, "place"),
            ({"vacancies": 0}, "vacancies"), ({"unit_id": 0}, "unit"), ({"opens_on": None}, "opens_on"), ({"closes_on": None}, "closes_on"),
            ({"closes_on": NOW.date() - timedelta(days=1)}, "closes_on"), ({"closes_on": NOW.date() + timedelta(days=400)}, "closes_on"),
            ({"title": "长" * 81}, "title"),
        ],
    )  # fmt: skip
    def test_a_mistake_stands_at_its_field(self, changes: dict[str, Any], where: str):
        told = opened()
        with pytest.raises(Invalid) as wrong:
            set_post(**told.given(), wish=wish(told.one, FIRST, **changes))
        assert list(wrong.value.errors) == [where]

    def test_a_community_workers_post_is_at_a_town(self):
        told = opened("community_worker")
        with pytest.raises(Invalid) as wrong:
            set_post(**told.given(), wish=wish(told.one, FIRST, town_id=None))
        assert list(wrong.value.errors) == ["town"]
        assert set_post(**told.given(), wish=wish(told.one, FIRST)).department == department("town_meilong")

    def test_they_are_published_together_and_then_stay(self):
        told = opened()
        set_post(**told.given(), wish=wish(told.one, FIRST))
        with pytest.raises(Invalid, match="posts"):
            publish_round(**told.given())
        assert not published_rounds(told.one.district_id).exists()
        set_post(**told.given(), wish=wish(told.one, SECOND))
        publish_round(**told.given())
        assert list(published_rounds(told.one.district_id)) == [told.one]
        with pytest.raises(AlreadyDone, match="round_published"):
            publish_round(**told.given())
        with pytest.raises(AlreadyDone, match="round_published"):
            set_post(**told.given(), wish=wish(told.one, FIRST))
        assert list(Position.objects.filter(of_round__isnull=False).values_list("code", flat=True).order_by("code")) == [
            "GY26-1-01-1", "GY26-1-02-1",
        ]  # fmt: skip

    @pytest.mark.parametrize(("code", "role"), OTHERS)
    def test_for_the_leading_department_alone(self, code: str, role: str):
        told, by = opened(), officer(code, role)
        for act, more in ((set_post, {"wish": wish(told.one, FIRST)}), (publish_round, {})):
            with pytest.raises(NotAllowed, match="only_the_leaders"):
                act(**told.given(by), **more)
        assert rounds_of(by).exists() == (role == Role.SUPERVISOR)
        with pytest.raises(NotThere):
            publish_round(round_id=0, by=told.leader, now=NOW)


def test_every_act_is_in_the_rounds_record():
    told = published()
    events = Action.objects.filter(subject_kind="round", subject_id=told.one.pk).order_by("number")
    assert list(events.values_list("event", flat=True)) == [
        "round_opened", "round_post_set", "round_post_set", "round_published",
    ]  # fmt: skip
