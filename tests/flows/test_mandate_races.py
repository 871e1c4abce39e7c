"""Two at once about who acts for whom, in real threads: a unit keeps a manager, a code is good once."""

import pytest

from casework.models import Mandate
from flows.actions.change_mandate import change_role, end_mandate
from flows.actions.invite import invite
from flows.actions.take_mandate import take_mandate
from flows.errors import Invalid, NotThere
from tests.factories import NOW, applicant
from tests.flows.anywhere import organisation, staff
from tests.flows.test_races import meet, won

ROUNDS = 10
pytestmark = pytest.mark.usefixtures("committed")


def managers(unit: object) -> int:
    return Mandate.objects.in_force(NOW.date()).filter(organisation=unit, role="manager").count()


def test_two_managers_who_end_each_other_leave_one():
    for _ in range(ROUNDS):
        unit = organisation()
        one, two = staff(unit), staff(unit)
        first, second = (Mandate.objects.get(user=by.user).pk for by in (one, two))
        results = meet(
            lambda: end_mandate(mandate_id=second, by=one, now=NOW),  # noqa: B023
            lambda: end_mandate(mandate_id=first, by=two, now=NOW),  # noqa: B023
        )
        assert won(results) == 1
        assert [type(error) for error in results if error is not None] == [NotThere]  # they act for it no longer
        assert managers(unit) == 1


def test_two_managers_who_step_down_at_once_leave_one():
    for _ in range(ROUNDS):
        unit = organisation()
        one, two = staff(unit), staff(unit)
        first, second = (Mandate.objects.get(user=by.user).pk for by in (one, two))
        results = meet(
            lambda: change_role(mandate_id=first, role="reader", by=one, now=NOW),  # noqa: B023
            lambda: end_mandate(mandate_id=second, by=two, now=NOW),  # noqa: B023
        )
        assert won(results) == 1
        assert managers(unit) == 1


@pytest.mark.parametrize("whose", ["unit", "person"])
def test_one_code_used_twice_at_once_counts_once(whose: str):
    for _ in range(ROUNDS):
        unit, person = organisation(), applicant()
        whom, by, role = (unit, staff(unit), "reader") if whose == "unit" else (person.on_behalf_of, person, "")
        _, code = invite(whom=whom, role=role, by=by, now=NOW)
        one, two = applicant(), applicant()
        results = meet(*[lambda who=who: take_mandate(code=code, by=who, now=NOW) for who in (one, two)])  # noqa: B023
        assert won(results) == 1
        assert sum(isinstance(result, Invalid) for result in results) == 1
        assert Mandate.objects.filter(user__in=(one.user, two.user)).exclude(capacity="self").count() == 1


def test_two_codes_of_one_unit_used_by_one_account_at_once_give_one_mandate():
    for _ in range(ROUNDS):
        unit, new = organisation(), applicant()
        manager = staff(unit)
        codes = [invite(whom=unit, role=role, by=manager, now=NOW)[1] for role in ("reader", "applicant")]
        results = meet(*[lambda code=code: take_mandate(code=code, by=new, now=NOW) for code in codes])  # noqa: B023
        assert won(results) == 1
        assert Mandate.objects.filter(user=new.user, organisation=unit).count() == 1
