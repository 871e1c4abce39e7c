"""The demonstration's cases: each a short story, told through the actions that people would take.

A story begins some working days before the day of the demonstration; `Teller` moves its own clock from act to act.
"""

import io
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.timezone import make_aware
from PIL import Image, ImageDraw, ImageFont

from accounts.actor import Actor
from casework.calendar import Calendar
from casework.judgements import Judged, sheet
from casework.models import Case, Draft, Notice, Objection, Position, Task
from demo.people import Cast
from flows.actions.accept import accept
from flows.actions.advise_against import advise_against
from flows.actions.answer_objection import dismiss, uphold
from flows.actions.approve import approve
from flows.actions.assign import assign
from flows.actions.attach import attach
from flows.actions.claim import claim
from flows.actions.confirm import confirm, contradict
from flows.actions.decline import decline
from flows.actions.draft import save_about, save_draft, start_draft
from flows.actions.establish import establish
from flows.actions.lapse import lapse
from flows.actions.object_to import object_to
from flows.actions.publish import publish
from flows.actions.refuse import refuse
from flows.actions.request_correction import Asked, request_correction
from flows.actions.resubmit import resubmit
from flows.actions.return_to import return_to
from flows.actions.save_correction import save_correction
from flows.actions.see_original import see_original
from flows.actions.submit import submit
from flows.actions.withdraw import withdraw
from flows.engine import step_of
from flows.sweep import sweep

COMPETITION = {
    "ground": "national_competition", "event_name": "全国残疾人职业技能竞赛（示例）", "organisers": "示例部、示例行业协会",
    "awarded_on": "2025-09-18", "place": 1, "organiser_is_government": True, "statement": "用读屏软件办公。（示例）",
}  # fmt: skip
ABROAD = {
    "ground": "international_competition", "event_name": "国际残疾人展能节（示例）", "organisers": "示例国际组织",
    "awarded_on": "2024-11-02", "place": 3, "statement": None,
}  # fmt: skip
TITLE = {
    "ground": "honorary_title", "title_name": "自强模范（示例）", "conferred_by": "上海市示例局", "awarded_on": "2025-05-18",
    "title_level": "municipal", "statement": "需要手语翻译。（示例）",
}  # fmt: skip
CONTRIBUTION = {
    "ground": "special_contribution", "contribution": "教会三百位盲人使用手机，多家媒体报道。（示例）", "statement": None,
}  # fmt: skip
UNSURE = {**COMPETITION, "organiser_is_government": None}
SECOND = {**COMPETITION, "place": 2}

PAPERS = {
    "national_competition": ("award_document", "organiser_document"),
    "international_competition": ("award_document", "organiser_document"),
    "honorary_title": ("award_document",),
    "special_contribution": ("supporting_material",),
}
HANDLERS = {
    "federation_intake": "fed-intake-1", "federation_review": "fed-review-1", "civil_affairs_review": "civil-1",
    "hrss_review": "hrss-1", "government_approval": "gov-1", "public_notice": "civil-2", "assignment": "civil-2",
}  # fmt: skip
SECOND_ROUND = {"federation_review": "fed-review-2", "civil_affairs_review": "civil-3", "hrss_review": "hrss-2"}


@dataclass
class Teller:
    """Tells one applicant's case. `wait(n)` lets n working days pass; every act happens at the story's moment."""

    cast: Cast
    place: int
    calendar: Calendar
    today: date
    latest: datetime  # nothing happens after this moment
    day: date
    case: Case = field(init=False)
    draft: Draft = field(init=False)
    minute: int = 0

    @property
    def now(self) -> datetime:
        """The story's moment; each act comes seven minutes after the one before."""
        self.minute += 7
        moment = datetime.combine(self.day, time(9, 10)) + timedelta(minutes=self.minute % 420)
        return min(make_aware(moment), self.latest)

    @property
    def who(self) -> Actor:
        return self.cast.applicant(self.place, self.now)

    def wait(self, working_days: int) -> "Teller":
        self.day = min(self.calendar.add(self.day, working_days), self.today)
        return self

    def drafted(self, facts: dict[str, Any], complete: bool = True) -> "Teller":
        by = self.who
        person = by.on_behalf_of
        self.draft = start_draft(person=person, code="direct_admission", by=by, now=self.now)
        some = facts if complete else {"ground": facts["ground"], "event_name": facts["event_name"]}
        save_draft(draft_id=self.draft.pk, by=by, now=self.now, facts=some)
        if complete:
            save_about(
                draft_id=self.draft.pk, by=by, now=self.now, telephone=person.telephone or "1060000 9999",
                address=person.address or "示例路 99 号", town_id=person.town_id,
            )  # fmt: skip
            for code in PAPERS[facts["ground"]]:
                attach(
                    by=by, now=self.now, code=code, name=f"{NAMES[code]}.png", content=paper(NAMES[code]), draft=self.draft,
                    description=f"{NAMES[code]}（示例），没有真实内容。",
                )  # fmt: skip
        return self

    def sent(self, facts: dict[str, Any]) -> "Teller":
        self.drafted(facts)
        self.case = submit(draft_id=self.draft.pk, by=self.who, now=self.now)
        return self

    def task(self) -> Task:
        self.case = Case.objects.select_related("person__key").get(pk=self.case.pk)
        task = Task.objects.filter(process=self.case, finished=None).get()
        task.process = self.case
        return task

    def handler(self) -> str:
        task = self.task()
        if task.step_name == "town_confirmation":
            code = str(task.department.code if task.department else "").removeprefix("town_")
            return f"town-{code}" if code != "xinzhuang_industrial" else "town-industrial"
        return (
            SECOND_ROUND.get(task.step_name, HANDLERS[task.step_name])
            if self.case.round > 1
            else HANDLERS[task.step_name]
        )

    def claimed(self) -> dict[str, Any]:
        """The open task, claimed by its handler: the keywords of every action there."""
        by = self.cast.officer(self.handler(), self.now)
        task = self.task()
        if task.owner_id is None:
            claim(case_id=self.case.pk, task_id=task.pk, by=by, now=self.now)
        return {"case_id": self.case.pk, "task_id": task.pk, "by": by, "now": self.now}

    def later(self, given: dict[str, Any]) -> dict[str, Any]:
        """The same at the story's next moment, proved again."""
        at = self.now
        return {**given, "by": self.cast.officer(given["by"].user.login, at), "now": at}

    def judged(self, against: str = "", reason: str = "") -> dict[str, Judged]:
        """Every clause met, but the one named by `against`."""
        told = {}
        for clause in sheet(self.case, step_of(self.task()).by.code)[0]:
            if clause.rule.rule == against:
                told[against] = Judged("not_met", reason)
            else:
                why = "看过原件和主办单位的文件，可以认定。（示例）" if clause.needs_reason("met") else ""
                told[clause.rule.rule] = Judged("met", why)
        return told

    def accepted(self) -> "Teller":
        given = self.claimed()
        for one in self.case.evidence.filter(code="award_document"):
            see_original(**self.later(given), evidence_id=one.pk)
        accept(**self.later(given), opinion="材料齐全，原件核对无误。（示例）")
        return self

    def agreed(self) -> "Teller":
        given, step = self.claimed(), self.task().step_name
        judgements = self.judged() if step.endswith("review") else {}
        approve(**given, judgements=judgements, opinion="奖项属实，同意。（示例）")
        return self

    def through(self, *steps: str, days: int = 1) -> "Teller":
        """Signed at each step in turn, `days` working days apart."""
        for step in steps:
            assert self.task().step_name == step, (step, self.task().step_name)
            self.accepted() if step == "federation_intake" else self.agreed()
            self.wait(days)
        return self

    def decided(self, days: int = 1) -> "Teller":
        return self.through(*REVIEWED, "government_approval", days=days)

    def published(self) -> Notice:
        given = self.claimed()
        answers = {"ground": "national_competition", "award": "全国残疾人职业技能竞赛（示例）第一名"}
        return publish(**given, surname=self.who.on_behalf_of.name[0], **answers)

    def ended(self, notice: Notice) -> "Teller":
        """The clock ends the notice the day after its last."""
        self.day = min(notice.ends_on + timedelta(days=1), self.today)
        sweep(self.now)
        return self

    def objected(self, notice: Notice, text: str) -> Objection:
        self.wait(1)
        return object_to(notice_id=notice.pk, by=Actor("anonymous"), now=self.now, text=text)

    def assigned(self, town: str) -> "Teller":
        given = self.claimed()
        free = Position.objects.filter(department__code=town, case=None).order_by("code")[0]
        assign(**given, position_id=free.pk, opinion="和本人商量过。（示例）")
        return self

    def corrected(self, **facts: Any) -> "Teller":
        """The applicant answers the correction with these facts and a new paper where one was asked."""
        asked = self.case.correction_requests.get(answered_at=None, expired_at=None)
        by = self.who
        if facts:
            save_correction(request_id=asked.pk, by=by, now=self.now, facts=facts)
        for item in asked.items.filter(kind="evidence"):
            attach(
                by=by, now=self.now, code=item.target, name=f"{NAMES[item.target]}（新）.png", content=paper(NAMES[item.target] + " 2"),
                correction=asked, description="重新拍的，看得清章。（示例）",
            )  # fmt: skip
        resubmit(case_id=self.case.pk, task_id=self.task().pk, by=by, now=self.now)
        return self


REVIEWED = ("federation_intake", "federation_review", "civil_affairs_review", "hrss_review")
NAMES = {"award_document": "获奖证书", "organiser_document": "成绩公告", "supporting_material": "媒体报道"}
FONT = Path(__file__).resolve().parent.parent / "casework" / "letters" / "fonts"


@cache
def paper(title: str) -> bytes:
    """A picture of a sample paper that says that it is one."""
    image = Image.new("RGB", (840, 600), "#ffffff")
    draw = ImageDraw.Draw(image)
    draw.rectangle((20, 20, 820, 580), outline="#6f7780", width=4)
    files = sorted(FONT.glob("*.otf")) + sorted(FONT.glob("*.ttf"))
    big, small = (
        ImageFont.truetype(str(files[0]), size) if files else ImageFont.load_default(size) for size in (64, 30)
    )
    draw.text((420, 200), title if files else "SAMPLE", fill="#14181c", font=big, anchor="mm")
    draw.text((420, 340), "示例 SAMPLE" if files else "SAMPLE", fill="#9b1515", font=small, anchor="mm")
    draw.text((420, 420), "没有真实内容" if files else "no real content", fill="#3d454e", font=small, anchor="mm")
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def begun(story: Teller) -> None:
    """A draft, half filled in."""
    story.drafted(COMPETITION, complete=False)


def just_sent(story: Teller) -> None:
    story.sent(TITLE)


def in_intake(story: Teller) -> None:
    story.sent(COMPETITION).wait(1).claimed()


def in_federation_review(story: Teller) -> None:
    story.sent(UNSURE).wait(1).accepted().wait(1).claimed()


def contribution_waits(story: Teller) -> None:
    """A special contribution: the federation has to establish it in writing."""
    story.sent(CONTRIBUTION).wait(1).accepted()


def contribution_established(story: Teller) -> None:
    story.sent(CONTRIBUTION).wait(1).accepted().wait(1)
    establish(
        **story.claimed(), fact="contribution_confirmed", value=True, reason="走访过，报道属实，影响较大。（示例）"
    )
    story.agreed()


def in_civil_affairs(story: Teller) -> None:
    story.sent(ABROAD).wait(1).through(*REVIEWED[:2])
    story.claimed()


def late_in_hrss(story: Teller) -> None:
    """Late: HR&SS took the case on and did not finish it in time."""
    story.sent(COMPETITION).wait(1).through(*REVIEWED[:3])
    story.claimed()
    story.day = story.today
    sweep(story.now)


def before_the_government(story: Teller) -> None:
    story.sent(TITLE).wait(1).through(*REVIEWED)


def advised_against(story: Teller) -> None:
    """Civil affairs advised against it; HR&SS reads that first."""
    story.sent(UNSURE).wait(1).through(*REVIEWED[:2])
    given = story.claimed()
    advise_against(
        **given,
        opinion="主办单位里有行业协会，不能认定是政府举办。（示例）",
        judgements=story.judged("direct_admission.organiser", "两家联合主办。（示例）"),
    )


def waits_for_correction(story: Teller) -> None:
    story.sent(COMPETITION).wait(1).accepted().wait(1)
    request_correction(
        **story.claimed(),
        items=[
            Asked("evidence", "organiser_document", "请补一份能看出主办单位的文件。证书上的章不太清楚。（示例）"),
            Asked("fact", "awarded_on", "请再看一下证书上的日期。（示例）"),
        ],
    )


def corrected(story: Teller) -> None:
    """Corrected: asked at the review, answered two days later, old and new side by side."""
    waits_for_correction(story)
    story.wait(2).corrected(awarded_on="2025-09-19")


def returned(story: Teller) -> None:
    """Returned: HR&SS sent it back to the federation."""
    story.sent(TITLE).wait(1).through(*REVIEWED[:3])
    return_to(**story.claimed(), to="federation_review", reason="荣誉文件缺文号，请补看原件。（示例）")


def on_notice(story: Teller) -> None:
    story.sent(COMPETITION).wait(1).decided()
    story.published()


def objected_to(story: Teller) -> None:
    """Objected to: the notice stands while the objection is examined."""
    story.sent(COMPETITION).wait(1).decided()
    notice = story.published()
    story.objected(notice, "听说这个比赛是协会办的，请核实。（示例）")


def objection_fails(story: Teller) -> None:
    story.sent(COMPETITION).wait(1).decided()
    notice = story.published()
    objection = story.objected(notice, "名次好像不对，请核实。（示例）")
    examiner = story.cast.officer("civil-3", story.now)
    dismiss(objection_id=objection.pk, by=examiner, now=story.now, answer="已向主办单位核对，名次属实。（示例）")
    story.ended(notice)


def objection_succeeds(story: Teller) -> None:
    """An upheld objection: the decision is set aside, people who have not signed begin again."""
    story.sent(COMPETITION).wait(1).decided()
    notice = story.published()
    objection = story.objected(notice, "主办单位不是政府部门。（示例）")
    other = story.cast.officer("gov-2", story.now)
    uphold(
        objection_id=objection.pk, by=other, now=story.now, answer="主办单位需要重新核实，决定撤销，重新审核。（示例）"
    )


def to_be_assigned(story: Teller) -> None:
    story.sent(TITLE).wait(1).decided()
    story.ended(story.published())


def to_be_taken_in(story: Teller) -> None:
    to_be_assigned(story)
    story.wait(1).assigned("town_meilong")


def taken_in(story: Teller) -> None:
    to_be_assigned(story)
    story.wait(1).assigned("town_pujiang").wait(2)
    confirm(**story.claimed(), opinion="已经到岗。（示例）")


def contradicted(story: Teller) -> None:
    """The town could not take the person in: another position is being found."""
    to_be_assigned(story)
    story.wait(1).assigned("town_gumei").wait(1)
    contradict(**story.claimed(), reason="电梯在改造，暂时接收不了。（示例）")


def refused(story: Teller) -> None:
    story.sent(SECOND).wait(1).through("federation_intake")
    for _ in range(3):
        against = story.judged("direct_admission.place", "第 2 名，不是第 1 名。（示例）")
        advise_against(**story.claimed(), opinion="全国性比赛要第一名。（示例）", judgements=against)
        story.wait(1)
    refuse(**story.claimed(), reason="文件要求全国性比赛第一名，您得的是第二名。（示例）")


def refused_against_the_rules(story: Teller) -> None:
    """Refused though the rules found everything met: the organiser had written meanwhile."""
    story.sent(COMPETITION).wait(1).through("federation_intake")
    for _ in range(3):
        against = story.judged("direct_admission.place", "主办单位来函更正：是第 2 名。（示例）")
        advise_against(**story.claimed(), opinion="以主办单位的来函为准。（示例）", judgements=against)
        story.wait(1)
    refuse(**story.claimed(), reason="主办单位来函更正，您得的是第二名。（示例）")


def declined(story: Teller) -> None:
    story.sent(TITLE).wait(1)
    decline(
        **story.claimed(), reason="您申请的其实是专项招录。（示例）", responsible="区民政局社区工作者招录办公室（示例）"
    )


def withdrawn(story: Teller) -> None:
    story.sent(ABROAD).wait(2)
    withdraw(case_id=story.case.pk, by=story.who, now=story.now, reason="找到别的工作了。（示例）")


def deemed_accepted(story: Teller) -> None:
    """Nobody answered in five working days: accepted by the clock."""
    story.sent(COMPETITION).wait(6)
    sweep(story.now)


def lapsed(story: Teller) -> None:
    """A correction that never came: two reminders, given back, closed by the handler."""
    waits_for_correction(story)
    asked_on = story.day
    for days in (16, 28, 31):
        story.day = min(asked_on + timedelta(days=days), story.today)
        sweep(story.now)
    lapse(**story.claimed(), reason="两次提醒后没有补来材料。（示例）")


Story = Callable[[Teller], None]

# The story, and how many working days before the demonstration's day it begins.
STORIES: tuple[tuple[Story, int], ...] = (
    (in_civil_affairs, 4), (just_sent, 0), (in_intake, 2), (returned, 6), (in_federation_review, 3),
    (waits_for_correction, 3), (corrected, 6), (before_the_government, 6), (advised_against, 5), (contribution_waits, 2),
    (contribution_established, 4), (on_notice, 8), (objected_to, 8), (objection_fails, 16), (objection_succeeds, 9),
    (to_be_assigned, 15), (to_be_taken_in, 16), (taken_in, 22), (refused, 8), (late_in_hrss, 14),
)  # fmt: skip
# Second cases of people whose first ended.
MORE: tuple[tuple[Story, int, int], ...] = (
    (withdrawn, 20, 1), (declined, 30, 2), (lapsed, 40, 5), (deemed_accepted, 7, 18), (contradicted, 18, 3), (begun, 1, 7),
    (refused_against_the_rules, 25, 6),
)  # fmt: skip
