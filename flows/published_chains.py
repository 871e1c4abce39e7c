"""Every chain as data and in words: what the command, the golden file, the docs, the drawings and the pages share."""

import json
from collections.abc import Iterator
from datetime import date
from typing import Final

from casework.access import STEPS
from casework.deadlines import NoClock
from casework.deadlines import length_of as length_by_parameter
from flows.engine import CaseFlow, chains, label_of
from flows.steps import Countersign, Party, Publicity, Step
from policy import T, measure
from policy.labels import amount
from policy.parameters import Parameters
from policy.text import Lines

PURPOSES: Final = {
    "project": T("项目入库", "into the reserve"), "allocation": T("分活", "sharing out"),
    "government_employee": T("政府雇员", "government employees"), "community_worker": T("社区工作者", "community workers"),
}  # fmt: skip

# What the holder of a step may do there, by the verbs that it registers with `casework.access`.
ACTS: Final = {
    "claim": T("签收", "take it on"), "release": T("放回", "give it back"), "transfer": T("转给同事", "hand it to a colleague"),
    "delegate": T("请人出意见（委派）", "ask for an opinion"), "add_signer": T("加签", "ask another to sign too"),
    "remove_signer": T("减签", "take that back"), "suspend": T("中止", "pause the case"), "recuse": T("回避", "step aside"),
    "accept": T("受理", "accept"), "decline": T("不予受理", "not accept"), "request_correction": T("请申请人补正", "ask for a correction"),
    "lapse": T("没有补材料，终止", "end it where no correction came"), "see_original": T("核对原件", "see the original"),
    "approve": T("同意或者批准", "agree or grant"), "advise_against": T("不同意，往下报", "advise against"),
    "return_to": T("退回前面的步骤", "return it to an earlier step"), "establish": T("查明情况", "establish a fact"),
    "check_register": T("再查登记系统", "ask a register again"), "confirm_fact": T("核实一项情况", "confirm a fact"),
    "depart": T("改算金额（要第二个人签）", "depart from the sum (a second person signs)"),
    "refuse": T("不予批准", "refuse"), "name_party": T("写上承办单位", "name the organisation"),
    "countersign": T("会签", "countersign"), "inspect": T("交核查记录", "hand in the inspection"),
    "attach_record": T("附核查照片或文件", "add a picture of the visit"),
    "collect": T("记下收到的款", "note money that came in"),
    "deliver": T("交结果", "hand in what was done"), "publish": T("公示", "publish"), "end_notice": T("结束公示", "end the notice"),
    "dismiss": T("异议不成立", "dismiss an objection"), "uphold": T("异议成立", "uphold an objection"),
    "assign": T("安排岗位", "assign a position"), "confirm": T("确认", "confirm"), "contradict": T("不能确认", "contradict"),
    "resubmit": T("补正提交", "send the correction"),
}  # fmt: skip

_NO_LENGTH: Final = T("没有定期限", "no time limit yet")
_MONTH, _MONTHS = T("1 个月", "1 month"), T("{n} 个月", "{n} months")
_DECIDES: Final = T("⚑ 决定", "⚑ decides")
_BACK: Final = T("可以回到“{to}”", "may go back to “{to}”")
_WHERE: Final = T("{who}{what}", "{what}, {who}")
_TITLE: Final = T("{title}（{purpose}）", "{title} ({purpose})")
_HEAD: Final = T("{title}，第 {version} 版", "{title}, version {version}")
_LINE: Final = T("{what}：{who}，{more}", "{what}: {who}; {more}")


def as_published() -> dict[str, object]:
    """Names, order, holders and the deciding step of every chain: what is never edited once it is published."""
    return {
        key(chain): {
            "class": chain.__name__,
            "steps": [
                [step.name, type(step).__name__, f"{step.by.kind}:{step.by.code}", step.days, step.months, step.back_to, step.outcome]
                + ([[party.code for party in step.parties], step.need] if isinstance(step, Countersign) else [])
                for step in chain.steps
            ],
            "decides": next(step.name for step in chain.steps if step.decides),
        }
        for chain in chains()
    }  # fmt: skip


def canonical() -> str:
    """The same as JSON: `manage.py chains --json` and the golden file."""
    return json.dumps(as_published(), ensure_ascii=False, indent=1) + "\n"


def key(chain: type[CaseFlow]) -> str:
    """`measure/purpose/version`, by which a chain is known."""
    return f"{chain.measure}/{chain.purpose}/{chain.version}"


def title(chain: type[CaseFlow]) -> T:
    """What the chain is for: the measure, and the purpose where it has several."""
    named = measure(chain.measure, chain.purpose).title
    if not chain.purpose:
        return named
    return _TITLE.fill(title=named, purpose=PURPOSES[chain.purpose])


def heading(chain: type[CaseFlow]) -> T:
    """The title and the version."""
    return _HEAD.fill(title=title(chain), version=chain.version)


def holders(step: Step) -> tuple[Party, ...]:
    """Who holds the step: several where departments sign together."""
    return step.parties if isinstance(step, Countersign) else (step.by,)


def holder(step: Step) -> T:
    """The same in words."""
    words = [party.words for party in holders(step)]
    return T("、".join(one.zh for one in words), ", ".join(one.en for one in words), filled=True)


def where(step: Step) -> T:
    """The step with its holder: a chain may have several reviews."""
    return _WHERE.fill(who=holder(step), what=step.words)


def length(step: Step, parameters: Parameters, on: date) -> T:
    """How long the step has, by its months or by the parameter of the day; a notice by how long it stands."""
    if step.months:
        return _MONTHS.fill(n=step.months) if step.months > 1 else _MONTH
    try:
        found = length_by_parameter(parameters, "notice" if isinstance(step, Publicity) else step.days, on)
    except NoClock:
        return _NO_LENGTH
    return amount(f"clock.{step.days}", str(found.number), found.unit)


def told(chain: type[CaseFlow], step: Step, parameters: Parameters, on: date) -> T:
    """One step in a line: what, who, how long, and what is special about it."""
    return _LINE.fill(what=step.words, who=holder(step), more=Lines(_more(chain, step, parameters, on)))


def _more(chain: type[CaseFlow], step: Step, parameters: Parameters, on: date) -> Iterator[T]:
    yield length(step, parameters, on)
    if isinstance(step, Countersign):
        yield step.rule
    if step.decides:
        yield _DECIDES
    if step.back_to:
        yield _BACK.fill(to=where(next(one for one in chain.steps if one.name == step.back_to)))


def acts_of(chain: type[CaseFlow], step: Step) -> list[T]:
    """What the holder may do at the step, by its registered rights, in words, in the order of the table."""
    allowed = STEPS[f"{label_of(chain)}.{step.name}"].verbs
    return [words for verb, words in ACTS.items() if verb in allowed]
