"""The exact text that somebody signs (签署原文): the page shows it before, the record keeps it sealed afterwards."""

from collections.abc import Mapping

from accounts.actor import Actor
from casework.models import Case, Task
from casework.references import shown
from casework.telling import act_words, step_words
from casework.wording import ROLES
from policy import measure

_LABELS = {"opinion": "意见", "reason": "理由", "answer": "答复", "record": "核查记录", "judgements": "逐条判断"}


def signed_text(case: Case, task: Task | None, by: Actor, event: str, said: Mapping[str, str]) -> str:
    """What the signature says, one statement a line, in Chinese: the case, the step, who signs as whom, what, and words.

    `said` are the texts written with it, by field: opinion, reason, judgements and so on.
    """
    lines = [
        f"案件：{shown(case.reference)}，{measure(case.measure, case.purpose).title.zh}",
        f"步骤：{step_words(case, task.step_name).in_('zh') if task is not None and task.kind else '—'}",
        f"签署人：{_signer(by)}",
        f"签署：{act_words(case, event).zh}",
        f"政策版本：{case.policy_version}；申请日：{case.as_of.isoformat()}",
    ]
    lines += [f"{_LABELS[name]}：{text.strip()}" for name, text in said.items() if name in _LABELS and text.strip()]
    return "\n".join(lines)


def _signer(by: Actor) -> str:
    if by.post is None or by.user is None:
        return "—"
    place = f"{by.post.department.name}·{ROLES[by.post.role].zh}"
    acts_for = f"，代{by.post.user.display_name}" if by.deputy_for is not None else ""
    return f"{place}，{by.user.display_name}{acts_for}"
