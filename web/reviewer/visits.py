"""A visit of two (核查): how far it has come, and what the second officer is asked, in the words of that step."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from casework.models import Signature, Task
from flows.actions.add_signer import KINDS
from policy import T
from web.acts import Act

_VISITS: Final = {"agreed": "agreed", "": "asked", "refused": "refused"}


def visit_of(task: Task | None, asked: Sequence[Signature]) -> str:
    """How far the visit has come: `ask` the second, `asked`, `agreed`, `refused`; empty where the step is no visit."""
    if task is None or task.kind != "inspect":
        return ""
    outcomes = {one.outcome for one in asked if one.kind in KINDS and one.outcome != "void"}
    return next((said for one, said in _VISITS.items() if one in outcomes), "ask")


def at_a_visit(act: Act, task: Task | None, asked: Signature | None) -> Act:
    """The act in the words of this step: who was `asked` to sign at a visit signs its record."""
    if task is None or task.kind != "inspect" or asked is None or asked.kind == "delegate":
        return act
    return replace(
        act, title=T("签这份核查记录", "Sign the record of this visit"),
        what=T("您和经办人一起去核查的，在这里一起签。签一次，写上您的名字；核查记录由经办人写、由经办人交。", "You went there together with the handler and sign with them, once, in your name. The handler writes the record and hands it in."),
        button=T("签", "Sign"), done=T("签好了，经办人可以交记录了。", "Signed; the handler can hand the record in."),
    )  # fmt: skip
