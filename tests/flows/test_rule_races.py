"""Two administrators at once, in real threads: published once, proposed once, never two figures on one day."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from casework import published
from casework.models import Parameter, ParameterEnd, RuleProposal
from casework.published import parameters
from flows.actions.backtest_rule import carry_out, start_backtest
from flows.actions.decide_rule import publish_rule
from flows.actions.propose_rule import propose_rule
from flows.errors import AlreadyDone, FlowError
from tests.factories import NOW
from tests.flows.test_races import meet, won
from tests.flows.test_rules import FLOOR, NOTICE, administrator, insert, published_by

pytestmark = pytest.mark.usefixtures("committed")


def test_two_publish_at_once_and_it_is_published_once():
    people = [administrator() for _ in range(3)]
    made = propose_rule(new=NOTICE, by=people[0], now=NOW)
    carry_out(start_backtest(proposal_id=made.pk, by=people[0], now=NOW).pk)
    results = meet(*[lambda by=by: publish_rule(proposal_id=made.pk, by=by, now=NOW) for by in people[1:]])
    assert won(results) == 1
    assert [type(one) for one in results if isinstance(one, FlowError)] == [AlreadyDone]
    assert (ParameterEnd.objects.count(), Parameter.objects.filter(name="clock.notice").count()) == (1, 2)


def test_a_double_click_proposes_once():
    by = administrator()
    results = meet(*[lambda: propose_rule(new=FLOOR, by=by, now=NOW)] * 2)
    assert won(results) == 2
    assert RuleProposal.objects.count() == 1


def test_two_inserts_at_once_never_overlap():
    def act(name: str, since: date) -> bool:
        try:
            with transaction.atomic():
                insert(since, name=name)
        except IntegrityError:
            return False
        return True

    for number in range(10):
        name = f"race.number_{number}"
        first, second = date(2027, 1, 1), date(2027, 6, 1)
        results = meet(lambda: act(name, first), lambda: act(name, second))  # noqa: B023
        assert sorted(results) == [False, True]


def test_another_process_reads_anew(monkeypatch: pytest.MonkeyPatch):
    people = [administrator() for _ in range(2)]
    assert parameters().value("clock.notice", date(2027, 1, 1)) == 5
    kept = published._kept
    published_by((people[0], people[1]), NOTICE)
    monkeypatch.setattr(published, "_kept", kept)  # as a process that did not publish
    monkeypatch.setattr(published, "STALE_SECONDS", 0)
    assert parameters().value("clock.notice", date(2027, 1, 1)) == 7
