"""The sheet (复核表) that a sampled case is checked with: declared questions, each yes, no or not applicable."""

from dataclasses import dataclass
from typing import Final

from policy import T


@dataclass(frozen=True)
class Question:
    """One question; its `hint` says where to look."""

    code: str
    words: T
    hint: T


SHEET: Final = (
    Question("papers", T("材料齐吗？", "Are the papers complete?"), T("案件页的材料，对照这个事项要的。", "The papers on the case's page, against what the measure asks for.")),
    Question("rule", T("照规则判断的吗？", "Was the rule followed?"), T("逐条的判断；和规则不同的，理由讲得通。", "The judgement of each clause; where it differs from the rules, the reason holds.")),
    Question("sum", T("金额对吗？", "Is the sum right?"), T("算法和批的数；没有金额的选不适用。", "The working and what was granted; not applicable where there is no sum.")),
    Question("letter", T("文书对吗？", "Is the letter right?"), T("结果、理由、条款、救济途径。", "Outcome, reasons, clauses, and how to appeal.")),
    Question("time", T("按时办的吗？", "Was it in time?"), T("案件的期限页。", "The page of the case's dates.")),
    Question("duties", T("职责分开了吗？", "Were duties kept apart?"), T("历史页：每一步由谁签，该回避的回避了。", "The history: who signed each step, and who stepped aside.")),
)  # fmt: skip
ANSWERS: Final[dict[str, T]] = {"yes": T("是", "Yes"), "no": T("不是", "No"), "na": T("不适用", "Not applicable")}
