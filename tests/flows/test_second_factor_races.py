"""The same code twice at the same moment, in real threads: one of them counts."""

from datetime import timedelta

import pytest

from casework.models import Action, SecondFactor
from casework.second_factor import code_at, new_secret, step_of
from flows.actions.set_up_second_factor import set_up_second_factor
from flows.actions.use_second_factor import use_code, use_recovery_code
from tests.factories import NOW, officer
from tests.flows.test_races import meet, won

ROUNDS = 10
pytestmark = pytest.mark.usefixtures("committed")


def test_one_code_used_twice_at_once_counts_once():
    by, secret = officer("federation", "intake"), new_secret()
    set_up_second_factor(secret=secret, code=code_at(secret, step_of(NOW)), replaces=None, by=by, now=NOW)
    for number in range(1, ROUNDS + 1):
        now = NOW + timedelta(minutes=number)
        results = meet(*[lambda: use_code(code=code_at(secret, step_of(now)), by=by, now=now)] * 2)  # noqa: B023
        assert won(results) == 1


def test_one_recovery_code_used_twice_at_once_counts_once():
    by, secret = officer("federation", "intake"), new_secret()
    codes = set_up_second_factor(secret=secret, code=code_at(secret, step_of(NOW)), replaces=None, by=by, now=NOW)
    for code in codes:
        assert won(meet(*[lambda: use_recovery_code(code=code, by=by, now=NOW)] * 2)) == 1  # noqa: B023
    assert SecondFactor.objects.get().recovery_left == 0
    assert Action.objects.filter(event="recovery_code_used").count() == len(codes)


def test_two_first_devices_at_once_are_one():
    for _ in range(ROUNDS):
        by, secret = officer("federation", "intake"), new_secret()
        code = code_at(secret, step_of(NOW))
        results = meet(
            *[lambda: set_up_second_factor(secret=secret, code=code, replaces=None, by=by, now=NOW)] * 2  # noqa: B023
        )
        assert won(results) == 1
