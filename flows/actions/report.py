"""Report fraud or a violation (举报), by name or not; read the answer and write to the office under a code.

What was reported is the case; who reported is kept apart, under a key of their own (`casework/models/reporting.py`).
"""

import re
import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.db import IntegrityError, transaction

from accounts.actor import Actor
from accounts.models import District
from casework import access
from casework.access import ActionSpec
from casework.evidence import BadFile
from casework.filing import ABOUT, missing_from
from casework.models import Case, Comment, Reporter
from casework.outbox import to_department, to_handler
from casework.queries import open_task
from casework.sealing import fixed_index, new_key, seal, unseal
from flows import engine
from flows.actions.attach import keep_file
from flows.actions.begin import begin
from flows.actions.comment import AT_ONCE, LONGEST
from flows.conclude import conclude, note
from flows.errors import AlreadyDone, Invalid, NotThere
from policy import T, measure

CODE: Final = "employment_fraud_report"
PROOF: Final = "proof"
IDENTITY: Final = "contact"  # the fact of the measure that is never kept with the case
REPLY = access.register_action(ActionSpec("reply_to_office", needs="any_case", holder="anyone"))


def report(
    *, district: District, by: Actor, now: datetime, facts: Mapping[str, Any], submission_key: uuid.UUID, name: str = "",
    contact: str = "", files: Sequence[tuple[str, bytes]] = (), language: str = settings.LANGUAGE_CODE,
) -> tuple[Case, str]:  # fmt: skip
    """The case, and the reporter's code of twelve digits. The same key twice gives the same case and the same code.

    `facts` are the measure's but for the contact. Raises Invalid with what is missing, `casework.evidence.BadFile` with the
    name of the file that is not taken.
    """
    answers = {"facts": {name: value for name, value in facts.items() if name != IDENTITY}, ABOUT: True}
    if missing := missing_from(measure(CODE), answers, ()):
        raise Invalid(**missing)
    if (sent := _sent(submission_key)) is None:
        try:
            with transaction.atomic():
                return _opened(district, by, now, answers, submission_key, name, contact, files, language)
        except IntegrityError as error:  # the same form, or the same sweep, was faster
            if "submission_key" not in str(error):
                raise
            sent = Case.objects.get(submission_key=submission_key)
    return sent, code_of(submission_key)


def _sent(submission_key: uuid.UUID) -> Case | None:
    return Case.objects.filter(submission_key=submission_key).first()


def _opened(
    district: District, by: Actor, now: datetime, answers: Mapping[str, Any], submission_key: uuid.UUID, name: str,
    contact: str, files: Sequence[tuple[str, bytes]], language: str,
) -> tuple[Case, str]:  # fmt: skip
    work, _ = begin(
        district=district, measure=CODE, answers=answers, submission_key=submission_key, by=by, now=now, language=language,
        submitted_by_id=None, own_key=new_key("reporter", district.pk), anonymous=True,
    )  # fmt: skip
    case = work.case
    for name_of_file, content in files:
        try:
            keep_file(case, PROOF, name_of_file, content, by=by, now=now)
        except BadFile as bad:
            raise BadFile(bad.reason, name_of_file) from bad
    note_reporter(case, name=name, contact=contact)
    conclude(
        work, "submitted", details={"chain": engine.chain_of(case).__name__, "answers": 1},
        tell=(to_department(case, case.department_id, "task_opened", now),),
    )  # fmt: skip
    return case, code_of(submission_key)


def note_reporter(case: Case, *, name: str, contact: str) -> Reporter:
    """Who reported, under a key of their own. The caller has the transaction, and has left it out of the answers."""
    key = new_key("reporter", case.district_id)
    return Reporter.objects.create(
        district_id=case.district_id, case=case, key=key, code_index=_code_index(code_of(case.submission_key)),
        who=seal(key, {"name": name.strip(), "contact": contact.strip()}),
    )  # fmt: skip


def code_of(submission_key: uuid.UUID) -> str:
    """The code of a report, by the key that its form was sent with: so that a form sent twice shows the same."""
    return f"{int(fixed_index(f'report {submission_key}')[:15], 16) % 10**12:012d}"


def found_by(code: str) -> Reporter:
    """The report of a code as it was typed. Raises NotThere, for a wrong code as for an unknown one."""
    digits = re.sub(r"\D", "", code)
    found = Reporter.objects.select_related("case__own_key", "case__district").filter(code_index=_code_index(digits))
    if len(digits) != 12 or (one := found.first()) is None:
        raise NotThere
    return one


def reply_to_office(*, code: str, by: Actor, now: datetime, text: str) -> Comment:
    """The reporter writes to whoever handles the report. The same words again at once are the ones that are there.

    Raises NotThere, Invalid, AlreadyDone where the report is closed.
    """
    found = found_by(code)
    with engine.at_work(case_id=found.case_id, by=by, verb="reply_to_office", now=now) as work:
        if not work.case.is_open:
            raise AlreadyDone("case_closed")
        if not text.strip() or len(text) > LONGEST:
            raise Invalid(text=_WORDS.fill(n=LONGEST))
        last = Comment.objects.filter(case=work.case, by=None).order_by("-pk").first()
        if last is not None and now - last.at < AT_ONCE and unseal(work.case.key, last.text) == text.strip():
            return last
        made = Comment.objects.create(
            district_id=work.case.district_id, case=work.case, by=None, audience="applicant",
            text=seal(work.case.key, text.strip()), at=now,
        )  # fmt: skip
        task = open_task(work.case)
        note(
            work, "commented", details={"comment": made.pk, "audience": "applicant"}, sealed={"text": text},
            tell=(to_handler(work.case, task, "commented", now) if task else None,),
        )  # fmt: skip
        return made


_WORDS: Final = T("请写您想说的话，最多 {n} 个字。", "Please write what you want to say, {n} characters at most.")


def _code_index(digits: str) -> str:
    return fixed_index(f"report code {digits}")
