"""Check a case of a sample (复核) with the sheet, by a supervisor who signed nothing in it; and take the results away."""

from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError, transaction

from accounts.actor import Actor
from casework import access
from casework.access import ActionSpec
from casework.record import write_on
from casework.sealing import new_key, seal
from casework.sight import SUPERVISION
from flows.errors import AlreadyDone, Invalid, NotAllowed, NotThere
from oversight.guarding import LONGEST, allowed
from oversight.models import Sample, SampleCase, SampleCheck
from oversight.samples import sampled_of, why_not_check
from oversight.sheet import ANSWERS, SHEET
from policy import T

SPEC = access.register_action(ActionSpec("check_sample", needs="any_case", holder="supervisors"))


def check_sample(
    *, sample_id: int, place: int, answers: Mapping[str, str], remark: str, by: Actor, now: datetime
) -> SampleCheck:  # fmt: skip
    """The sheet, filled in once and for all. A “no” needs a remark. Raises NotThere, NotAllowed, AlreadyDone, Invalid."""
    post = allowed(by, "check_sample", now)
    with transaction.atomic():
        sampled = sampled_of(SampleCase.objects.filter(district_id=post.district_id), sample_id, place)
        if sampled is None:
            raise NotThere
        if reason := why_not_check(by, sampled.case):
            raise NotAllowed(reason)
        if SampleCheck.objects.filter(sampled=sampled).exists():
            raise AlreadyDone("case_checked")
        said = _understood(answers, remark.strip())
        key = (sampled.case.key or new_key("officer", sampled.district_id)) if remark.strip() else None
        assert by.user is not None
        made = SampleCheck(
            district_id=sampled.district_id, sampled=sampled, answers=said, by=by.user, acted_as=post, at=now,
            remark=seal(sampled.case.key, remark.strip()) if remark.strip() and sampled.case.key else None,
        )  # fmt: skip
        try:  # no row is locked: nobody changes these tables, so nobody may lock them
            with transaction.atomic():
                made.save(force_insert=True)
        except IntegrityError as error:  # somebody else checked it in the same moment
            raise AlreadyDone("case_checked") from error
        write_on(
            sampled.sample, "sample_checked", by, now, details={"case": sampled.case_id, "answers": said},
            sealed={"opinion": remark.strip()}, key=key,
        )  # fmt: skip
        return made


def _understood(answers: Mapping[str, str], remark: str) -> dict[str, str]:
    wrong = {
        one.code: T("请选一项。", "Please choose one.") for one in SHEET if answers.get(one.code, "") not in ANSWERS
    }
    if not remark and "no" in (answers.get(one.code) for one in SHEET):
        wrong["remark"] = T("有“不是”的，请写明哪里不对。", "Where the answer is no, please say what is wrong.")
    if len(remark) > LONGEST:
        wrong["remark"] = T("最多 {most} 个字。", "{most} characters at most.").fill(most=LONGEST)
    if wrong:
        raise Invalid(**wrong)
    return {one.code: answers[one.code] for one in SHEET}


def export_sample(*, one: Sample, by: Actor, now: datetime, what: str) -> None:
    """Note that supervision takes a sample's results or frame away; the file is written by the caller afterwards."""
    if by.post is None or by.post.district_id != one.district_id or not by.has_role(*SUPERVISION):
        raise NotAllowed("only_supervision_does")
    with transaction.atomic():
        write_on(one, "exported", by, now, details={"what": what})
