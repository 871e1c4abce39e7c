"""Job fairs: noted by the federation, one stand a unit, people register once, outcomes once the day has come."""

from dataclasses import replace
from datetime import timedelta

import pytest

from accounts.models import Role
from casework.models import Action
from casework.sealing import unseal
from flows.errors import AlreadyDone, Invalid, NotAllowed, NotThere
from services.actions.hold_fair import FairWish, add_stand, cancel_fair, cancel_visit, note_fair, note_visit, visit_fair
from services.models import FairVisitor, JobFair
from tests.factories import NOW, applicant, department, officer
from tests.services.serving import federation, of_unit, unit

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


def wish(**more: object) -> FairWish:
    plain = FairWish(
        title="秋季招聘会（示例）", day=TODAY + timedelta(days=7), opens="9:00–12:00", town=department("town_qibao").pk,
        place="示例路 2 号", access="坡道、手语翻译",
    )  # fmt: skip
    return replace(plain, **more)  # type: ignore[arg-type]


def fair() -> JobFair:
    return note_fair(wish=wish(), by=federation(), now=NOW)


def test_noted_once_by_the_federation_alone():
    made = fair()
    assert Action.objects.get(subject_kind="jobfair", subject_id=made.pk).event == "fair_noted"
    with pytest.raises(AlreadyDone, match="fair_noted_already"):
        fair()
    for by in (officer("hrss", Role.REVIEWER), officer("town_qibao", Role.INTAKE), applicant(), of_unit(unit())):
        with pytest.raises(NotAllowed):
            note_fair(wish=wish(title="别的（示例）"), by=by, now=NOW)


@pytest.mark.parametrize(
    ("field", "value"),
    [("title", ""), ("opens", " "), ("place", ""), ("access", ""), ("town", 0), ("day", TODAY - timedelta(days=1)), ("day", TODAY + timedelta(days=900))],
)  # fmt: skip
def test_bad_input_is_told_at_its_field(field: str, value: object):
    with pytest.raises(Invalid) as wrong:
        note_fair(wish=wish(**{field: value}), by=federation(), now=NOW)
    assert set(wrong.value.errors) == {field}


def test_a_unit_has_one_stand_and_numbers_go_up():
    one, by = fair(), federation()
    first, second = unit(), unit()
    made = [add_stand(fair_id=one.pk, organisation_id=who.pk, by=by, now=NOW) for who in (first, second, first)]
    assert [stand.number for stand in made] == [1, 2, 1]
    with pytest.raises(NotThere):
        add_stand(fair_id=one.pk, organisation_id=second.pk + 9, by=by, now=NOW)


def test_somebody_registers_once_with_needs_that_are_sealed_and_may_come_back():
    one, by = fair(), applicant()
    given = {"fair_id": one.pk, "person_id": by.on_behalf_of.pk, "by": by, "now": NOW}
    made = visit_fair(needs=["sign_language"], **given)
    assert visit_fair(needs=[], **given) == made
    assert unseal(by.on_behalf_of.key, made.needs) == ["sign_language"]
    cancel_visit(**given)
    cancel_visit(**given)
    assert visit_fair(needs=[], **given).outcome == "registered"
    assert FairVisitor.objects.count() == 1
    with pytest.raises(NotAllowed):
        visit_fair(needs=[], **{**given, "by": applicant()})
    with pytest.raises(Invalid):
        visit_fair(needs=["gold"], **given)


def test_a_fair_that_is_over_or_cancelled_takes_nobody():
    one, by = fair(), applicant()
    given = {"fair_id": one.pk, "person_id": by.on_behalf_of.pk, "needs": [], "by": by}
    with pytest.raises(AlreadyDone, match="fair_is_over"):
        visit_fair(now=NOW + timedelta(days=8), **given)
    cancel_fair(fair_id=one.pk, by=federation(), now=NOW)
    cancel_fair(fair_id=one.pk, by=federation(), now=NOW)
    with pytest.raises(AlreadyDone, match="fair_is_over"):
        visit_fair(now=NOW, **given)


def test_an_outcome_is_noted_by_the_federation_from_the_day_on():
    one, by, fed = fair(), applicant(), federation()
    stand = add_stand(fair_id=one.pk, organisation_id=unit().pk, by=fed, now=NOW)
    made = visit_fair(fair_id=one.pk, person_id=by.on_behalf_of.pk, needs=[], by=by, now=NOW)
    given = {"fair_id": one.pk, "visitor_id": made.pk, "outcome": "agreed", "stand_id": stand.pk}
    with pytest.raises(Invalid):
        note_visit(by=fed, now=NOW, **given)
    later = NOW + timedelta(days=7)
    done = note_visit(by=fed, now=later, **given)
    assert (done.outcome, done.stand) == ("agreed", stand)
    for wrong in ({"outcome": "registered"}, {"outcome": "x"}):
        with pytest.raises(Invalid):
            note_visit(by=fed, now=later, **{**given, **wrong})
    with pytest.raises(NotThere):
        note_visit(by=fed, now=later, **{**given, "stand_id": stand.pk + 9})
    with pytest.raises(NotAllowed):
        note_visit(by=officer("hrss", Role.REVIEWER), now=later, **given)
