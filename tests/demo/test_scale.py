"""Copies for trials of size: as whole as what they were made from, found, opened and worked on like any case."""

import io
from datetime import datetime, time
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localdate, make_aware, now

from accounts.models import District
from casework import references
from casework.calendar import calendar_of
from casework.models import Action, Case, CaseScope, Deadline, Letter, Message, Person, Task
from casework.queries import find_cases
from casework.record import chain_is_whole
from casework.sealing import unseal, unseal_bytes
from casework.sequencer import new_key, read_key, sequence
from casework.states import CLOSED
from casework.verifying import verify_all
from demo import scale
from demo.district import SINCE, _before, _positions, _teller
from demo.people import Cast, everybody
from demo.stories import in_federation_review, just_sent, refused, taken_in, withdrawn
from flows.actions.claim import claim
from tests.ledger.test_verify import settled
from tests.web.signing_in import signed_in

pytestmark = pytest.mark.django_db
MANY = 200
TOLD = ((in_federation_review, 3, 4), (just_sent, 0, 1), (taken_in, 22, 17), (refused, 8, 18), (withdrawn, 20, 5))


@pytest.fixture
def cast() -> Cast:
    """A small demonstration: five of its stories, of five people."""
    district = District.objects.get(code="minhang")
    calendar, on = calendar_of(district.pk), localdate()
    made = everybody(district, SINCE, make_aware(datetime.combine(_before(calendar, on, 60), time(9))))
    _positions(district)
    for story, days, place in TOLD:
        story(_teller(made, place, calendar, on, days))
    return made


def grown(count: int = MANY, **more: Any) -> int:
    return scale.grow(District.objects.get(code="minhang"), count, SINCE, **more)


def test_copies_are_whole_found_and_worked_on(cast: Cast, settings: Any, subtests: pytest.Subtests):
    before = set(Case.objects.values_list("pk", flat=True))
    made = grown(chunk=80)
    copies = list(Case.objects.exclude(pk__in=before).select_related("person__key"))
    assert made == sum(case.record_number for case in copies)
    for look in (
        they_differ_and_lie_in_the_years_of_the_policy, every_chain_is_whole_and_every_row_has_its_own, they_open_for_everybody, they_are_found,
        one_can_be_worked_on, the_ledger_takes_and_verifies_them, more_can_be_added,
    ):  # fmt: skip
        with subtests.test(look.__name__):
            look(cast, copies, settings)


def they_differ_and_lie_in_the_years_of_the_policy(cast: Cast, copies: list[Case], settings: Any):
    assert len(copies) == MANY
    assert sum(case.state != CLOSED for case in copies) == MANY // scale.OPEN_ONE_IN
    assert len({case.reference for case in copies}) == len({case.person_id for case in copies}) == MANY
    assert len({case.submission_key for case in copies}) == MANY
    for case in copies:
        assert references.read(case.shown_reference) == case.reference
        assert SINCE <= localdate(case.opened_at) == case.as_of <= localdate()
        assert case.reference[2:4] == f"{localdate(case.opened_at):%y}"
    assert len({localdate(case.opened_at).year for case in copies if case.state == CLOSED}) == localdate().year - 2023
    person = copies[0].person
    assert person is not None
    assert unseal(person.key, person.number) == scale.number_of_copy(person.pk)
    assert unseal_bytes(person.key, person.certificate or b"").decode().startswith(scale.number_of_copy(person.pk))


def every_chain_is_whole_and_every_row_has_its_own(cast: Cast, copies: list[Case], settings: Any):
    for case in copies:
        actions = list(Action.objects.filter(subject_kind="case", subject_id=case.pk).order_by("number"))
        assert chain_is_whole(actions)
        assert actions[-1].hash == case.record_hash == case.history.order_by("-history_id")[0].record_hash
        assert len(actions) == case.record_number
    ours = {case.pk for case in copies}
    for model in (Task, Deadline, CaseScope, Message):
        assert ours <= set(model._default_manager.values_list(scale.COPIED[model], flat=True))
    for before, after in Task.previous.through.objects.values_list("from_task__process", "to_task__process"):
        assert before == after
    assert not Deadline.objects.exclude(task=None).exclude(task__process=F("case")).exists()
    for letter in Letter.objects.filter(case__in=ours).select_related("case"):
        assert letter.number.startswith(letter.case.shown_reference)


def they_open_for_everybody(cast: Cast, copies: list[Case], settings: Any):
    officer, supervisor = signed_in(cast.officers["fed-review-1"]), signed_in(cast.officers["supervisor"])
    seen = {(case.measure, case.state, case.outcome): case for case in copies}.values()
    for case in seen:
        reached = case.scopes.filter(department__code="federation").exists()
        address = f"/work/cases/{case.shown_reference}/"
        assert officer.get(address).status_code == (200 if reached else 404)
        assert supervisor.get(address).status_code == 200
        assert supervisor.get(f"{address}history/").status_code == 200
        assert case.shown_reference in supervisor.get(f"/audit/?ref={case.shown_reference}").content.decode()


def they_are_found(cast: Cast, copies: list[Case], settings: Any):
    by = cast.officer("supervisor", now())
    for case in copies[::25]:
        assert case.person is not None
        number = scale.number_of_copy(case.person.pk)
        assert find_cases(by, case.shown_reference) == [case]
        assert find_cases(by, number) == [case]
        assert case in find_cases(by, number[-4:])
        assert case in find_cases(by, case.person.name)


def one_can_be_worked_on(cast: Cast, copies: list[Case], settings: Any):
    client = signed_in(cast.officers["fed-intake-1"])
    mine = Task.objects.filter(process__in=copies, process__state="submitted", finished=None, owner=None)
    assert len(client.get("/work/inbox/?view=department").context["rows"]) >= min(25, mine.count())
    task = mine[0]
    claim(case_id=task.process_id, task_id=task.pk, by=cast.officer("fed-intake-1", now()), now=now())
    actions = list(Action.objects.filter(subject_kind="case", subject_id=task.process_id).order_by("number"))
    assert actions[-1].event == "claimed"
    assert chain_is_whole(actions)


def the_ledger_takes_and_verifies_them(cast: Cast, copies: list[Case], settings: Any):
    settled()
    new_key(settings.LEDGER_KEY_FILE)
    assert sequence(read_key()).taken == Action.objects.count()
    assert verify_all().findings == []


def more_can_be_added(cast: Cast, copies: list[Case], settings: Any):
    """Copies are no patterns; and a chunk has as many statements, however many cases it holds."""
    counts = []
    for many in (20, 60):
        with CaptureQueriesContext(connection) as asked:
            grown(many)
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert Person.objects.count() == Person.objects.values("number_index").distinct().count()


def test_where_there_is_nothing_to_copy_it_says_so():
    with pytest.raises(CommandError, match="nothing to copy"):
        call_command("demo", scale=10, stdout=io.StringIO())


@pytest.mark.parametrize("count", [0, -5])
def test_a_count_is_needed(count: int):
    with pytest.raises(CommandError, match="How many"):
        call_command("demo", scale=count, stdout=io.StringIO())


def test_production_has_no_copies(settings: Any):
    settings.DEMONSTRATION = False
    with pytest.raises(CommandError, match="in production"):
        call_command("demo", scale=10, stdout=io.StringIO())


def test_triggers_are_on_again_and_other_users_are_refused(cast: Cast):
    district = District.objects.get(code="minhang")
    scale.grow(district, 20, SINCE)
    with connection.cursor() as cursor:
        cursor.execute("SHOW session_replication_role")
        assert cursor.fetchone() == ("origin",)
        cursor.execute("CREATE ROLE scale_nobody NOSUPERUSER; SET LOCAL ROLE scale_nobody")
        with pytest.raises(scale.NotItsOwner):
            scale.grow(district, 1, SINCE)
        cursor.execute("RESET ROLE; DROP ROLE scale_nobody")
