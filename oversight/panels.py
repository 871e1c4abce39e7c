"""The panels of the dashboards (看板), each declared once: what it counts, in which columns, and what its share says."""

from typing import Final

from casework.wording import EVENTS, OUTCOMES, RATINGS
from oversight import panel_sql as sql
from oversight.figures import Panel
from policy import T

_STEP, _MEASURE, _TOWN = T("步骤", "Step"), T("事项", "Measure"), T("镇、街道", "Town")
_CASES: Final = {"done": T("件", "Cases")}
_OUTCOMES: Final = {
    **{key: OUTCOMES[key] for key in ("granted", "refused", "not_accepted", "lapsed", "withdrawn")}, "other": T("其他", "other"),
}  # fmt: skip
_BACK: Final = {event: EVENTS[event] for event in sql.SENT_BACK}
_SATISFIED: Final = ("5", "4", "3")
_SATISFIED_WORDS: Final = T("满意的（前三档）", "Satisfied (upper three)")
_RATED: Final = T(
    "决定以后请申请人评一次。少于 5 件的不算比例。",
    "Applicants are asked once after the decision. No share is worked out of fewer than 5.",
)

_ALL: Final = (
    Panel(
        "clocks", T("期限", "Clocks"), T("这段时间里停下来的期限：一件在一步的期限都没过，才算按时；“一共”里一件只算一次，有一步过期就算过期。", "Clocks that ended in the period. A case is in time at a step where it kept every clock there; in all, each case counts once, as late where it was late anywhere."),
        _STEP, "step", {"kept": T("按时", "in time"), "late": T("过期", "late")}, sql.CLOCKS_KEPT, ("kept",), T("按时的", "In time"), worst="late",
    ),
    Panel(
        "times", T("每一步用几天", "Time per step"), T("这段时间里办完的步骤，从接到到办完，按自然日数。一半的不超过中位数，十分之九的不超过后一个数。", "Steps that ended in the period, from arrival to end, in calendar days: half took no longer than the median, nine of ten no longer than the other."),
        _STEP, "step", _CASES, sql.STEP_TIMES, value="days",
    ),
    Panel(
        "returns", T("退回和补正", "Returns and corrections"), T("在哪一步退回、没有确认、请申请人补正、取回，或者异议成立。点开能看到每一件的理由。", "At which step cases were returned, contradicted, sent for a correction, taken back, or an objection was upheld. The lists tell the reasons."),
        _STEP, "step", _BACK, sql.RETURNS,
    ),
    Panel(
        "corrections", T("请申请人补什么", "What had to be corrected"), T("补正要的是哪些材料、哪些情况。", "Which papers and which answers applicants were asked to put right."),
        T("材料或者情况", "Paper or answer"), "item", {"asked": T("件", "Cases")}, sql.CORRECTIONS,
    ),
    Panel(
        "measures", T("各事项的结果", "Outcomes by measure"), T("这段时间里有了结果的案件，和批准的金额。", "Cases with an outcome in the period, and the sums granted."),
        _MEASURE, "measure", _OUTCOMES, sql.BY_MEASURE, ("granted",), T("批准的", "Granted"), "yuan",
    ),
    Panel(
        "towns", T("各镇、街道的结果", "Outcomes by town"), T("同样的案件，按镇、街道分。", "The same cases by town."),
        _TOWN, "town", _OUTCOMES, sql.BY_TOWN, ("granted",), T("批准的", "Granted"), "yuan",
    ),
    Panel(
        "load", T("每个人手上的件", "Officers' load"), T("现在在办的和过期的，不看起止日期；办完的是这段时间里的。", "What is open and late now, whatever the period; done are those of the period."),
        T("经办人", "Officer"), "officer", {"done": T("办完", "done"), "open": T("在办", "open"), "late": T("过期", "late")}, sql.LOAD, is_of_now=True,
    ),
    Panel("satisfaction", T("满意度：按部门", "Satisfaction by department"), _RATED, T("作决定的部门", "Department that decided"), "department", RATINGS, sql.RATED_DEPARTMENTS, _SATISFIED, _SATISFIED_WORDS),
    Panel("satisfaction_steps", T("满意度：按步骤", "Satisfaction by step"), _RATED, T("作决定的步骤", "Step that decided"), "step", RATINGS, sql.RATED_STEPS, _SATISFIED, _SATISFIED_WORDS),
    Panel("satisfaction_months", T("满意度：按月", "Satisfaction by month"), _RATED, T("月份", "Month"), "month", RATINGS, sql.RATED_MONTHS, _SATISFIED, _SATISFIED_WORDS),
    Panel(
        "money", T("资金", "Funds"), T("这段时间里批下来的款，各从哪笔资金出，付到哪里了。", "Sums granted in the period: from which fund, and how far they are."),
        T("资金", "Fund"), "fund", {"paid": T("已拨付", "paid"), "held": T("待拨付", "to be paid"), "ended": T("不再拨付", "ended")}, sql.MONEY, ("paid",), T("已拨付的", "Paid"), "yuan",
    ),
)  # fmt: skip
PANELS: Final[dict[str, Panel]] = {panel.code: panel for panel in _ALL}
