"""Object to a public notice (异议): anyone may, by name or not, there or at a counter."""

import uuid
from datetime import datetime

from accounts.actor import Actor
from casework import access, deadlines, files, references, states
from casework.access import ActionSpec
from casework.evidence import read_upload
from casework.models import Evidence, Notice, Objection, SubjectKey
from casework.models.filing import OBJECTION_PAPER
from casework.outbox import to_department
from casework.sealing import keyed_digest, new_key, seal
from flows import engine
from flows.conclude import note
from flows.errors import AlreadyDone, Invalid
from policy import T

SPEC = access.register_action(
    ActionSpec("object_to", needs="open_task", holder="anyone", states=frozenset({states.PUBLICITY}))
)
MOST = 2000


def object_to(
    *, notice_id: int, by: Actor, now: datetime, text: str, who: str = "", contact: str = "", at_counter: bool = False,
    submission_key: uuid.UUID | None = None, name: str = "", content: bytes = b"",
) -> Objection:  # fmt: skip
    """The objection, with a code by which the objector reads the answer. The same key twice gives the same objection.

    `name` and `content` are a picture or a paper that shows it. Raises `casework.evidence.BadFile`.
    Raises AlreadyDone("notice_over") after the last day, Invalid without a text. The notice can't end while it is open.
    """
    notice = Notice.objects.get(pk=notice_id)
    with engine.at_work(case_id=notice.case_id, task_id=notice.task_id, by=by, verb="object_to", now=now) as work:
        sent_key = submission_key or uuid.uuid4()
        if sent := Objection.objects.filter(submission_key=sent_key).first():
            return sent
        if notice.ended_at or not notice.starts_on <= work.today <= notice.ends_on:
            raise AlreadyDone("notice_over")
        _check(text)
        key = new_key("objector", work.case.district_id)
        objection = Objection.objects.create(
            district_id=work.case.district_id, notice=notice, code=references.new("WT", work.today), key=key,
            named=bool(who.strip()), who=seal(key, {"name": who.strip(), "contact": contact.strip()}),
            text=seal(key, text.strip()), received_at=now, received_how="counter" if at_counter else "online",
            received_by_id=by.user_id if at_counter else None, submission_key=sent_key,
            evidence=_paper(work, key, name, content) if content else None,
        )  # fmt: skip
        length = deadlines.length_of(work.parameters, "objection_answer", work.today)
        if not work.case.deadlines.filter(kind=deadlines.OBJECTION, ended_at=None).exists():
            deadlines.start(work.case, deadlines.OBJECTION, length, work.today, work.calendar, work.at)
        note(
            work, "objected", details={"objection": objection.pk}, sealed={"text": text.strip()}, key=key,
            raises_version=True, tell=(to_department(work.case, work.at.department_id, "objected", now),),
        )  # fmt: skip
        return objection


def _paper(work: engine.Work, key: SubjectKey, name: str, content: bytes) -> Evidence:
    """Sealed under the objector's key; it names nobody who sent it."""
    checked = read_upload(name, content)
    return Evidence.objects.create(
        district_id=work.case.district_id, code=OBJECTION_PAPER, key=key, stored_as=files.put(key, checked.content),
        digest=keyed_digest(key, checked.content), media_type=checked.media_type, size=len(checked.content),
        pages=checked.pages, name=seal(key, checked.name), description=seal(key, ""), uploaded_at=work.now,
        uploaded_by_id=work.by.user_id if work.by.is_officer else None,
    )  # fmt: skip


def _check(text: str) -> None:
    if not text.strip():
        raise Invalid(text=T("请写下您有什么异议。", "Please write what you object to."))
    if len(text) > MOST:
        raise Invalid(
            text=T("最多写 {most} 个字。请写短一些。", "At most {most} characters. Please shorten it.").fill(most=MOST)
        )
