"""Two people at once, in real threads on PostgreSQL: one wins, the other is told, nothing happens twice."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import close_old_connections, connection, transaction

from accounts.actor import CLOCK
from casework.models import Action, Case, Draft, Letter, Message, Rating, Task
from flows.actions.approve import approve
from flows.actions.claim import claim
from flows.actions.rate import ask_rating, rate
from flows.actions.refuse import refuse
from flows.actions.render_letter import render_letter
from flows.actions.return_to import return_to
from flows.actions.serve import serve
from flows.actions.submit import submit
from flows.actions.withdraw import withdraw
from flows.drills.kept import rounds
from flows.errors import AlreadyDone, Busy, FlowError
from tests.factories import NOW, Cast, applicant, draft, events, judged, officer, story

ROUNDS = 30
pytestmark = pytest.mark.usefixtures("committed")


def meet(*acts: Callable[[], Any]) -> list[Any]:
    """Run the acts at the same moment; what each returned or raised."""
    gate, results = threading.Barrier(len(acts)), [None] * len(acts)

    def run(number: int, act: Callable[[], Any]) -> None:
        close_old_connections()
        gate.wait()
        try:
            results[number] = act()
        except FlowError as error:
            results[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def won(results: list[Any]) -> int:
    return sum(not isinstance(result, FlowError) for result in results)


def open_tasks(case: Case) -> int:
    return Task.objects.filter(process=case, finished=None).exclude(kind="").count()


@pytest.fixture
def cast() -> Cast:
    return Cast()


def told_to(step: str, cast: Cast) -> Any:
    told = story()
    told.cast = cast
    return told.to(step)


def test_a_double_approval_signs_once(cast: Cast):
    told = told_to("federation_review", cast)
    given = told.claimed()
    judgements = judged(told.case, "federation_review")
    for _ in rounds(ROUNDS):
        results = meet(*[lambda: approve(**given, judgements=judgements)] * 2)  # noqa: B023
        assert won(results) == 1
        assert [type(one) for one in results if isinstance(one, FlowError)] == [AlreadyDone]
        assert events(told.case).count("agreed") == 1
        assert open_tasks(told.case) == 1


def test_an_approval_meets_a_return_and_one_happens(cast: Cast):
    told = told_to("civil_affairs_review", cast)
    given = told.claimed()
    judgements = judged(told.case, "civil_affairs_review")
    for _ in rounds(ROUNDS):
        results = meet(
            lambda: approve(**given, judgements=judgements),  # noqa: B023
            lambda: return_to(**given, to="federation_review", reason="请再看"),  # noqa: B023
        )
        assert won(results) == 1
        assert open_tasks(told.case) == 1
        assert told.task().step_name in ("hrss_review", "federation_review")


def test_a_double_submit_of_one_draft_makes_one_case():
    by = applicant()
    made = draft(by)
    key = made.submission_key
    for _ in rounds(ROUNDS):
        results = meet(*[lambda: submit(draft_id=made.pk, by=by, now=NOW)] * 2)  # noqa: B023
        assert Case.objects.filter(submission_key=key).count() == 1
        assert not Draft.objects.filter(pk=made.pk).exists()
        case = Case.objects.get(submission_key=key)
        assert won(results) >= 1
        assert events(case) == ["submitted"]


def test_two_claims_have_one_handler(cast: Cast):
    rival = officer("federation", "reviewer")
    told = told_to("federation_review", cast)
    task = told.task()
    for _ in rounds(ROUNDS):
        results = meet(
            *[
                lambda by=by: claim(case_id=told.case.pk, task_id=task.pk, by=by, now=told.now)  # noqa: B023
                for by in (cast["federation"], rival)
            ]
        )
        assert won(results) == 1
        assert [one.reason for one in results if isinstance(one, FlowError)] == ["taken"]
        assert events(told.case).count("claimed") == 2  # intake's and this one


def test_before_the_decision_either_one_wins_or_the_withdrawal_follows(cast: Cast):
    told = told_to("hrss_review", cast)
    given = told.claimed()
    judgements = judged(told.case, "hrss_review")
    for _ in rounds(ROUNDS):
        results = meet(
            lambda: approve(**given, judgements=judgements),  # noqa: B023
            lambda: withdraw(case_id=told.case.pk, by=told.by, now=told.now),  # noqa: B023
        )
        assert not isinstance(results[1], FlowError)
        case = Case.objects.get(pk=told.case.pk)
        assert (case.state, case.outcome) == ("closed", "withdrawn")
        assert events(case)[-1] == "withdrawn"
        assert open_tasks(case) == 0


def test_at_the_deciding_step_exactly_one_wins(cast: Cast):
    told = told_to("government_approval", cast)
    given = told.claimed()
    for _ in rounds(ROUNDS):
        results = meet(
            lambda: approve(**given, opinion="同意"),  # noqa: B023
            lambda: withdraw(case_id=told.case.pk, by=told.by, now=told.now),  # noqa: B023
        )
        assert won(results) == 1
        case = Case.objects.get(pk=told.case.pk)
        assert (case.state, case.outcome) in (("publicity", "granted"), ("closed", "withdrawn"))
        assert len({"granted", "withdrawn"} & set(events(case))) == 1


def test_the_record_of_a_case_has_no_gap_after_a_race(cast: Cast):
    told = told_to("federation_review", cast)
    given = told.claimed()
    judgements = judged(told.case, "federation_review")
    meet(*[lambda: approve(**given, judgements=judgements)] * 4)
    numbers = list(
        Action.objects.filter(subject_kind="case", subject_id=told.case.pk)
        .order_by("number")
        .values_list("number", flat=True)
    )
    assert numbers == list(range(1, len(numbers) + 1))


def test_who_waits_too_long_for_a_case_is_told_and_nothing_happened(cast: Cast):
    told = told_to("federation_review", cast)
    given = told.claimed()
    judgements = judged(told.case, "federation_review")
    locked, over = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            Case.objects.select_for_update(no_key=True).get(pk=told.case.pk)
            locked.set()
            over.wait(10)
        connection.close()

    def sign() -> Any:
        locked.wait(10)
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '200ms'")
        try:
            return approve(**given, judgements=judgements)
        finally:
            over.set()

    holder = threading.Thread(target=hold)
    holder.start()
    results = meet(sign)
    holder.join()
    assert [type(one) for one in results] == [Busy]
    assert "agreed" not in events(told.case)


def test_two_sweeps_ask_once_how_it_went_and_a_double_answer_is_one(cast: Cast):
    told = told_to("government_approval", cast)
    refuse(**told.claimed(), reason="不符合")
    letter = Letter.objects.decisions().get(case=told.case)
    render_letter(letter_id=letter.pk, by=CLOCK, now=told.now)
    serve(letter_id=letter.pk, by=told.by, now=told.now, how="account")
    given = {"case_id": told.case.pk, "now": told.now}
    for _ in rounds(ROUNDS):
        results = meet(*[lambda: ask_rating(**given, by=CLOCK)] * 2)
        assert won(results) == 1
        assert [type(one) for one in results if isinstance(one, FlowError)] == [AlreadyDone]
        assert Message.objects.filter(case=told.case, event="rating_asked", audience="applicant").count() == 1
    ask_rating(**given, by=CLOCK)
    for _ in rounds(ROUNDS):
        results = meet(lambda: rate(**given, by=told.by, level=5), lambda: rate(**given, by=told.by, level=1))
        assert won(results) == 2
        assert events(told.case).count("rated") == 2  # both are on record; the later one stands
        assert Rating.objects.get(case=told.case).level in (1, 5)
