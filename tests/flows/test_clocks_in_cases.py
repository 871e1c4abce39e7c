"""Clocks of real cases: over Spring Festival, years without data, pauses across holidays, a figure changed on the way."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from accounts.actor import Actor
from accounts.models import Role
from casework.models import Deadline, Explanation, Holiday, Message, Notice, Task
from flows.actions.calendar import enter_year
from flows.actions.explain import explain
from flows.actions.publish import publish
from flows.actions.request_correction import Asked, request_correction
from flows.actions.resubmit import resubmit
from flows.actions.save_correction import save_correction
from flows.actions.suspend import resume, suspend
from flows.errors import AlreadyDone, Invalid, NotAllowed, ProofNeeded
from flows.rules import Entered
from flows.sweep import sweep
from tests.factories import NOW, SHANGHAI, Story, _administrator, district, officer, story
from tests.flows.test_rules import published_by

pytestmark = pytest.mark.django_db


def at(day: date, hour: int = 10) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=SHANGHAI)


def admin() -> Actor:
    """An administrator who has just proved who they are."""
    by = _administrator()
    return Actor("officer", user=by.user, post=by.post, proved_at=NOW + timedelta(days=400))


def decision(told: Story) -> Deadline:
    return Deadline.objects.get(case=told.case, kind="decision")


def test_the_days_of_an_intake_pass_over_spring_festival_with_its_worked_saturdays():
    told = story(now=at(date(2026, 2, 11)))  # Wednesday: Thu 12, Fri 13, Sat 14 (worked), then 24 and 25
    assert told.task().due == date(2026, 2, 25)
    assert sweep(at(date(2026, 2, 25)))["accepted"] == 0
    assert sweep(at(date(2026, 2, 26)))["accepted"] == 1
    assert told.task().step_name == "federation_review"
    assert decision(told).began_on == date(2026, 2, 26)
    assert decision(told).due == date(2026, 3, 25)  # Sat 28 February is worked


def test_deemed_acceptance_is_recorded_as_such_and_done_once_however_many_sweeps_run():
    told = story(now=at(date(2026, 11, 2)))
    late = at(date(2026, 11, 10))
    assert sweep(late)["accepted"] == 1
    assert sweep(late)["accepted"] == 0
    from casework.models import Action

    assert Action.objects.get(subject_id=told.case.pk, event="accepted").outcome == "deemed"


def test_a_pause_across_a_holiday_takes_out_its_days_once():
    told = story(now=at(date(2026, 9, 21))).to("federation_review")
    given, before = told.claimed(), told.task().due
    assert before == date(2026, 9, 29)  # Fri 25 is Mid-Autumn
    suspend(**{**given, "now": at(date(2026, 9, 28))}, ground="force_majeure", waits_for="通知")
    resume(**{**given, "now": at(date(2026, 10, 12))})
    assert told.task().due == date(2026, 10, 13)  # one day was left; the week of holidays is not counted twice
    clock = Deadline.objects.get(task=told.task(), kind="review")
    assert [(one.old_due, one.new_due, one.reason) for one in clock.changes.all()] == [
        (before, date(2026, 10, 13), "suspended")
    ]


def test_a_correction_over_new_year_stops_the_decision_and_gives_the_step_what_was_left():
    told = story(now=at(date(2025, 12, 22))).to("federation_review")
    given = told.claimed()
    before = decision(told).due
    request_correction(**{**given, "now": at(date(2025, 12, 24))}, items=[Asked("fact", "place", "请照奖状写名次")])
    request = told.case.correction_requests.get()
    later = at(date(2026, 1, 7))
    save_correction(request_id=request.pk, by=told.by, now=later, facts={"place": 1})
    resubmit(case_id=told.case.pk, task_id=told.task().pk, by=told.by, now=later)
    assert decision(told).due > before
    pause = decision(told).pauses.get()
    assert (pause.since, pause.until) == (date(2025, 12, 25), date(2026, 1, 7))


def test_a_pause_inside_a_correction_leaves_the_correction_its_days():
    """The head pauses nothing while the applicant has the case; the clock of a correction runs in calendar days."""
    told = story(now=at(date(2026, 11, 2))).to("federation_review")
    given = told.claimed()
    request_correction(**given, items=[Asked("fact", "place", "请再看")])
    with pytest.raises((AlreadyDone, NotAllowed)):
        suspend(**given, ground="applicants_wish", waits_for="x")


def test_a_notice_that_was_paused_runs_its_full_days():
    told = story(now=at(date(2026, 11, 2))).to("public_notice")
    given = told.claimed()
    publish(**given, surname="示", ground="national_competition", award="示例")
    ends = Notice.objects.get(case=told.case).ends_on
    suspend(**given, ground="other_decision", waits_for="法院")
    later = given["now"] + timedelta(days=7)
    resume(**{**given, "now": later})
    notice = Notice.objects.get(case=told.case)
    assert notice.ends_on == ends + timedelta(days=7)
    assert sweep(at(notice.ends_on))["notice_ended"] == 0
    assert sweep(at(notice.ends_on + timedelta(days=1)))["notice_ended"] == 1


# --- a year without data


def test_a_date_in_a_year_without_data_is_provisional_and_counted_anew_once_the_year_is_entered():
    told = story(now=at(date(2026, 12, 30)))
    clock = Deadline.objects.get(case=told.case, kind="intake")
    assert (clock.due, clock.provisional) == (date(2027, 1, 6), True)
    days = {date(2027, 1, 1): (False, "元旦"), date(2027, 1, 4): (False, "元旦"), date(2027, 1, 9): (True, "元旦调休")}
    now = at(date(2026, 12, 31))
    assert enter_year(year=2027, days=days, by=admin(), now=now) == 3
    assert enter_year(year=2027, days=days, by=admin(), now=now) == 0
    assert sweep(now)["recounted"] == 1
    assert sweep(now)["recounted"] == 0
    clock.refresh_from_db()
    assert (clock.due, clock.provisional) == (date(2027, 1, 8), False)
    assert told.task().due == clock.due
    assert clock.changes.get().reason == "calendar"


def test_a_day_put_right_moves_the_running_dates_and_no_others():
    told = story(now=at(date(2026, 11, 2)))
    other = story(now=at(date(2026, 11, 20)))
    standing = {one.day: (one.works, one.name) for one in Holiday.objects.filter(day__year=2026)}
    now = at(date(2026, 11, 3))
    enter_year(year=2026, days={**standing, date(2026, 11, 5): (False, "示例假日")}, by=admin(), now=now)
    assert sweep(now, case_id=told.case.pk)["recounted"] == 1
    assert told.task().due == date(2026, 11, 10)
    assert sweep(now, case_id=other.case.pk)["recounted"] == 0


@pytest.mark.parametrize(
    "days",
    [
        {}, {date(2026, 1, 1): (False, "元旦")}, {date(2027, 1, 4): (True, "星期一")}, {date(2027, 1, 2): (False, "星期六")},
        {date(2027, 1, 1): (False, " ")},
    ],
)  # fmt: skip
def test_a_year_that_can_not_be_right_is_refused(days: dict[date, Any]):
    with pytest.raises(Invalid):
        enter_year(year=2027, days=days, by=admin(), now=at(date(2026, 12, 1)))


def test_only_an_administrator_who_has_just_proved_themselves_keeps_the_calendar():
    days = {date(2027, 1, 1): (False, "元旦")}
    with pytest.raises(NotAllowed):
        enter_year(year=2027, days=days, by=officer("federation", Role.HEAD), now=at(date(2026, 12, 1)))
    by = _administrator()
    stale = Actor("officer", user=by.user, post=by.post, proved_at=at(date(2026, 11, 1)))
    with pytest.raises(ProofNeeded):
        enter_year(year=2027, days=days, by=stale, now=at(date(2026, 12, 1)))


# --- a figure changed on the way


def test_a_running_clock_keeps_the_length_that_it_began_with():
    told = story(now=at(date(2026, 11, 2))).to("federation_review")
    due = told.task().due
    new = Entered(
        "clock.review", date(2026, 11, 4), None, "示例文件", "改为三个工作日", value="3", unit="working", source="示例"
    )
    published_by((officer("federation", Role.ADMINISTRATOR), officer("federation", Role.ADMINISTRATOR)), new)
    assert told.task().due == due
    told.now = at(date(2026, 11, 5))
    told.sign()
    clock = Deadline.objects.get(task=told.task())
    assert (clock.length, clock.due) == (3, date(2026, 11, 10))


# --- cards and explanations


def test_a_red_card_asks_the_late_department_for_an_explanation_once():
    told = story(now=at(date(2026, 11, 2))).to("federation_review")
    late = at(date(2026, 11, 12))
    done = sweep(late)
    assert done["red_card"] == 1
    assert sweep(late)["red_card"] == 0
    asked = Explanation.objects.get(case=told.case)
    assert asked.department.code == "federation"
    assert Message.objects.filter(case=told.case, event="red_card", audience="supervisor").count() == 1
    with pytest.raises(NotAllowed):
        explain(explanation_id=asked.pk, by=officer("hrss", Role.REVIEWER), now=late, text="x")
    by = officer("federation", Role.REVIEWER)
    with pytest.raises(Invalid):
        explain(explanation_id=asked.pk, by=by, now=late, text=" ")
    explain(explanation_id=asked.pk, by=by, now=late, text="同事病假，今天办好")
    with pytest.raises(AlreadyDone, match="explained"):
        explain(explanation_id=asked.pk, by=by, now=late, text="再写一次")


def test_every_step_of_every_chain_has_a_length():
    from casework.published import parameters
    from flows.engine import chains

    figures = parameters(district().pk)
    for chain in chains():
        for step in chain.steps:
            assert step.months or figures.value(f"clock.{step.days}", date(2026, 11, 2)), step.name
    assert Task._meta.get_field("due").null is False
