"""A report that is handed in twice at the same moment, in real threads."""

import uuid

import pytest

from accounts.actor import ANONYMOUS
from casework.models import Case
from flows.actions.report import report
from flows.drills.races import Two
from tests.factories import NOW, district


@pytest.mark.usefixtures("committed")
def test_a_report_that_two_hand_in_at_the_same_moment_is_one():
    here, key = district(), uuid.uuid4()
    facts = {"what": "wages", "unit_name": "示例公司", "story": "示例"}

    def hand_in() -> Case:
        return report(district=here, by=ANONYMOUS, now=NOW, facts=facts, submission_key=key)[0]

    two = Two()
    try:
        cases = two.meet(hand_in, hand_in)
    finally:
        two.end()
    assert [type(one) for one in cases] == [Case, Case]
    assert cases[0].pk == cases[1].pk
    assert Case.objects.filter(submission_key=key).count() == 1
