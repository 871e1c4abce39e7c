"""What is done beside the steps of a report of fraud: the payments to the reported unit are held, and go on again."""

from collections.abc import Mapping
from typing import Final

from django import forms

from casework.models import CaseParty
from flows.actions.hold_claims import LONGEST, REPORTED, hold_claims, lift_hold
from flows.actions.report import CODE
from policy import T
from web.acts import Act, Place
from web.public.controls import text


def _holds(place: Place) -> bool:
    return place.case.holds.filter(lifted_at=None).exists()


def _may_be_held(place: Place) -> bool:
    """A unit is named, the report is not unfounded, and no hold of it stands."""
    if place.case.measure != CODE or place.case.outcome == "unfounded":
        return False
    return CaseParty.objects.filter(case=place.case, role=REPORTED).exists() and not _holds(place)


def _is_held(place: Place) -> bool:
    return place.case.measure == CODE and place.case.outcome != "unfounded" and _holds(place)


def _why(place: Place) -> Mapping[str, forms.Field]:
    return {
        "reason": text(T("理由", "Reason"), T("写在这件举报里，单位看不到。", "It stays with this report; the unit does not read it."),
                       T("请写理由。", "Please give the reason."), lines=3, max_length=LONGEST),
    }  # fmt: skip


HOLDING: Final = (
    Act(
        "hold_claims", T("暂缓拨付这家单位的款", "Hold the payments to this unit"),
        T("这家单位所有申请的款先不进批次，没放行的批次也会拿出来。申请照常办。单位会收到消息：款先不拨，有话可以说。", "No sum of this unit goes into a batch, and a batch that is not released leaves it out. Its applications go on. The unit is told that payment waits and how to be heard."),
        T("暂缓", "Hold them"), T("暂缓了。查明不属实的，自己恢复。", "Held. If the report is found unfounded, this ends by itself."),
        lambda said, given: hold_claims(**given, reason=said["reason"]), _why, at_task=False, danger=True,
        offered=_may_be_held,
    ),
    Act(
        "lift_hold", T("恢复拨付这家单位的款", "Let the payments to this unit go on"),
        T("这家单位的款可以照常进批次。单位会收到消息。", "Sums of this unit go into batches again. The unit is told."),
        T("恢复", "Lift the hold"), T("恢复了。", "Lifted."),
        lambda said, given: lift_hold(**given, reason=said["reason"]), _why, at_task=False, offered=_is_held,
    ),
)  # fmt: skip
