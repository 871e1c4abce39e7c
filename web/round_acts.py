"""Giving up a post that was granted (放弃录用): the person's own act, and the leading department's on their word."""

from collections.abc import Mapping
from typing import Final

from django import forms

from casework import states
from policy import T
from recruitment.actions.decline_post import LONGEST, decline_post
from recruitment.turns import MEASURE
from web.acts import Act, Place
from web.public.controls import text


def _is_granted_a_post(place: Place) -> bool:
    return place.case.measure == MEASURE and place.case.state in (states.PUBLICITY, states.APPROVED)


def _why(place: Place) -> Mapping[str, forms.Field]:
    return {"reason": text(T("为什么", "Why"), None, None, lines=3, max_length=LONGEST, required=False)}


def _word(place: Place) -> Mapping[str, forms.Field]:
    return {
        "reason": text(
            T("本人怎么说的", "What the person said"),
            T("写明哪天、怎么说的；没有来报到的，写明怎么联系的。", "When and how they said so; or how you tried to reach who did not come."),
            T("请写明本人怎么说的，哪天说的。", "Please say how and when the person said so."), lines=3, max_length=LONGEST,
        )
    }  # fmt: skip


MINE: Final = Act(
    "decline_post", T("放弃录用", "Give the post up"),
    T("这个岗位就不给您了，名额给下一名，这一件办完。以后的批次还可以报。", "The post then goes to the next in rank and this case ends. You may apply in later rounds."),
    T("放弃", "Give it up"), T("您放弃了录用。", "You gave the post up."),
    lambda said, given: decline_post(**given, reason=said["reason"]), _why, at_task=False, danger=True,
    offered=_is_granted_a_post,
)  # fmt: skip
NOTED: Final = Act(
    "note_declined", T("记下本人放弃录用", "Note that the person gave the post up"),
    T("这一件办完，名额给下一名。申请人会收到消息。", "The case ends and the next in rank moves up. The applicant gets a message."),
    T("记下", "Note it"), T("记下了，下一名已经递补。", "Noted; the next in rank has moved up."),
    lambda said, given: decline_post(**given, reason=said["reason"]), _word, at_task=False, danger=True,
    offered=_is_granted_a_post,
)  # fmt: skip
