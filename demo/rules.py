"""What the two administrators of the demonstration did: one proposal that waits, one rejected, one withdrawn."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime

from casework.models import RuleProposal
from demo.people import Cast
from flows.actions.backtest_rule import carry_out, start_backtest
from flows.actions.decide_rule import reject_rule
from flows.actions.propose_rule import propose_rule, withdraw_rule
from flows.rules import Entered

FLOOR = Entered(
    "contribution_base_floor", date(2027, 7, 1), date(2028, 6, 30), "示例：上海市〔2027〕0号通知",
    "新的缴费年度，从七月起。数字是虚构的。", value="7700", source="示例：上海市 2027 缴费年度",
)  # fmt: skip
NOTICE = Entered(
    "clock.notice", date(2027, 1, 1), None, "示例：区里的〔2026〕0号文件", "想把公示改成七个工作日。", value="7",
    unit="working", source="示例文件第三条", extra={"reading": True},
)  # fmt: skip
REJECTED = "文件第三条说的是五个工作日，和提案不一样。"


def propose(cast: Cast, at: Callable[[int, int], datetime]) -> None:
    """`at(hour, minute)` is a moment of the day on which they did it."""
    if RuleProposal.objects.exists():
        return
    first, second = (lambda now: cast.officer("admin", now)), (lambda now: cast.officer("admin-2", now))
    wrong = propose_rule(new=NOTICE, by=first(at(9, 5)), now=at(9, 5))
    reject_rule(proposal_id=wrong.pk, by=second(at(9, 40)), now=at(9, 40), answer=REJECTED)
    typo = propose_rule(new=replace(FLOOR, value="77000"), by=second(at(10, 0)), now=at(10, 0))
    withdraw_rule(proposal_id=typo.pk, by=second(at(10, 2)), now=at(10, 2))
    propose_rule(new=FLOOR, by=first(at(10, 10)), now=at(10, 10))


def back_test(cast: Cast, now: datetime) -> None:
    """The proposal that waits, tried on the cases of the demonstration."""
    waits = RuleProposal.objects.filter(state="proposed").order_by("pk").first()
    if waits is not None and not waits.backtests.exists():
        carry_out(start_backtest(proposal_id=waits.pk, by=cast.officer("admin", now), now=now).pk)
