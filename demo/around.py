"""The demonstration beside direct admission: other measures on their chains, and what people do around a step."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.utils.timezone import localdate

from accounts.models import Department
from casework.judgements import Judged, sheet
from casework.models import Case, Organisation, Task
from demo.people import Cast
from demo.stories import paper
from flows.actions.accept import accept
from flows.actions.add_signer import add_signer, delegate
from flows.actions.approve import approve
from flows.actions.attach import attach
from flows.actions.claim import claim
from flows.actions.comment import comment
from flows.actions.countersign import countersign
from flows.actions.depute import note_absence, set_deputy
from flows.actions.draft import save_about, save_draft, start_draft
from flows.actions.give_account import give_account
from flows.actions.make_batch import make_batch
from flows.actions.read_results import read_results
from flows.actions.recuse import challenge
from flows.actions.register import known_organisation
from flows.actions.release_batch import release_batch, take_bank_file
from flows.actions.remark import add_remark
from flows.actions.submit import submit
from flows.actions.suspend import suspend
from flows.actions.transfer import transfer
from flows.actions.urge import urge
from flows.drills.bank import answer, pay_out
from flows.engine import step_of
from flows.settling import settle
from funds.models import Fund, PaymentBatch
from policy import measure
from policy.examples import last_month

At = Callable[[int, int], datetime]
_PAID = {"paid_on_time": True, "paid_in_full": True}
_RESIDENT = {"district_resident": True, "certificate_valid": True}
READ_FOR = timedelta(minutes=5)  # from taking a case on to signing it
UNIT = ("91310112MA1GTEXA0D", "示例科技有限公司（示例）")


class Office:
    """Tells a case of any measure: each act seven minutes after the one before."""

    def __init__(self, cast: Cast, start: datetime, latest: datetime) -> None:
        self.cast, self.moment, self.latest = cast, start, latest

    @property
    def now(self) -> datetime:
        self.moment = min(self.moment + timedelta(minutes=7), self.latest)
        return self.moment

    def sent(self, code: str, place: int, facts: dict[str, Any], purpose: str = "") -> Case:
        by = self.cast.applicant(place, self.now)
        who = by.on_behalf_of
        made = start_draft(code=code, purpose=purpose, by=by, now=self.now, person=who)
        town = who.town_id or Department.objects.get(district=who.district, code="town_meilong").pk
        save_about(
            draft_id=made.pk,
            by=by,
            now=self.now,
            telephone=who.telephone or "10600009999",
            address=who.address or "示例路 9 号",
            town_id=town,
        )
        save_draft(draft_id=made.pk, by=by, now=self.now, facts=facts)
        for one in measure(code, purpose).evidence_asked(facts):
            if one.required and not one.held_by_office:
                title = one.title.zh
                attach(
                    by=by,
                    now=self.now,
                    code=one.code,
                    name=f"{title}.png",
                    content=paper(title),
                    draft=made,
                    description=f"{title}（示例）",
                )
        return submit(draft_id=made.pk, by=by, now=self.now)

    def handed_in(
        self, code: str, purpose: str, facts: dict[str, Any], *, unit: Organisation, place: int, papers: Sequence[str] = ()
    ) -> Case:  # fmt: skip
        """What a unit hands in by its manager, the applicant at this place."""
        by = replace(self.cast.applicant(place, self.now), on_behalf_of=unit, acts_as="manager")
        made = start_draft(code=code, purpose=purpose, by=by, now=self.now, organisation=unit)
        town = Department.objects.get(district_id=unit.district_id, code="town_meilong").pk
        telephone = f"106000{place:05d}"
        save_about(draft_id=made.pk, by=by, now=self.now, telephone=telephone, address="示例路 6 号", town_id=town)
        save_draft(draft_id=made.pk, by=by, now=self.now, facts=facts)
        for one in papers:
            attach(
                by=by, now=self.now, code=one, name="示例.png", content=paper("示例"), draft=made, description="示例"
            )
        return submit(draft_id=made.pk, by=by, now=self.now)

    def given(self, case: Case, login: str) -> dict[str, Any]:
        """The open task, claimed by this officer: the keywords of an action there."""
        task, now = self.task(case), self.now
        by = self.cast.officer(login, now)
        if task.owner_id is None:
            claim(case_id=case.pk, task_id=task.pk, by=by, now=max(task.created, now - READ_FOR))
        return {"case_id": case.pk, "task_id": task.pk, "by": by, "now": now}

    def task(self, case: Case) -> Task:
        task = Task.objects.filter(process=case, finished=None).exclude(kind="").get()
        task.process = Case.objects.select_related("person__key", "organisation__key", "own_key").get(pk=case.pk)
        return task

    def agreed(self, case: Case, login: str) -> None:
        given, task = self.given(case, login), self.task(case)
        code = step_of(task).by.code if task.kind == "review" else ""
        why = "看过材料，可以认定。（示例）"
        judged = {
            one.rule.rule: Judged("met", why if one.needs_reason("met") else "") for one in sheet(task.process, code)[0]
        }
        approve(**given, judgements=judged if task.kind == "review" else {}, opinion="同意。（示例）")


def flexible(months: int, on: datetime) -> dict[str, Any]:
    """The last months' insurance, paid on time."""
    day, rows = localdate(on), []
    for _ in range(months):
        month = last_month(day)
        rows.append({"month": month, **_PAID})
        day = day.replace(year=int(month[:4]), month=int(month[5:]), day=1)
    return {**_RESIDENT, "flexible_employment_registered": True, "months": rows}


def happen(cast: Cast, at: At, latest: datetime) -> None:
    """Everything of this page, in one working day that lies a few days back."""
    start = at(9, 0)
    _paid(Office(cast, start, latest))
    _back(Office(cast, start, latest))
    _due(Office(cast, start, latest))
    _visited(Office(cast, start, latest))
    _asked(Office(cast, start, latest))
    _paused(Office(cast, start, latest))
    _signed_together(Office(cast, start, latest))
    _planned(Office(cast, start, latest))


def _paid(office: Office) -> None:
    """A subsidy for flexible work, from the town's desk to the payment; another waits at the desk."""
    case = office.sent("flexible_employment_subsidy", 3, flexible(2, office.moment))
    accept(**office.given(case, "meilong-intake"), opinion="材料齐全。（示例）")
    office.agreed(case, "fed-review-1")
    office.agreed(case, "fed-approve-1")
    _with_account(office, case, 3)
    finance = {
        "payer": office.cast.officer("finance-1", office.now),
        "second": office.cast.officer("finance-approve", office.now),
    }
    pay_out(case.pk, **finance, now=office.now)
    waiting = office.sent("flexible_employment_subsidy", 16, flexible(1, office.moment))
    urge(case_id=waiting.pk, by=office.cast.applicant(16, office.now), now=office.now)


def _back(office: Office) -> None:
    """A batch that came back from the bank: one payment went through, one bounced."""
    for place, days in ((0, 200), (3, 150)):
        _granted(office, place, flexible(1, office.moment - timedelta(days=days)), has_account=True)
    batch = _batch(office)
    second = office.cast.officer("finance-approve", office.now)
    release_batch(batch_id=batch.pk, by=second, now=office.now)
    payer = office.cast.officer("finance-1", office.now)
    for _ in take_bank_file(batch_id=batch.pk, by=payer, now=office.now):
        pass
    said = answer(batch, lambda item: "bounced" if item.number == 1 else "paid")
    read_results(batch_id=batch.pk, content=said, by=payer, now=office.now)
    settle(batch, lambda: office.now)


def _due(office: Office) -> None:
    """Two sums granted: one in a batch that waits for its release, of the other the account is still missing."""
    _granted(office, 0, flexible(1, office.moment), has_account=True)
    _granted(office, 3, flexible(1, office.moment - timedelta(days=100)), has_account=False)
    _batch(office)


def _granted(office: Office, place: int, facts: dict[str, Any], *, has_account: bool) -> None:
    case = office.sent("flexible_employment_subsidy", place, facts)
    accept(**office.given(case, "meilong-intake"), opinion="材料齐全。（示例）")
    office.agreed(case, "fed-review-1")
    office.agreed(case, "fed-approve-1")
    if has_account:
        _with_account(office, case, place)


def _with_account(office: Office, case: Case, place: int) -> None:
    by, now = office.cast.applicant(place, office.now), office.now
    given = {"number": "6222000000000000004", "holder": "示例户名", "bank": "示例银行梅陇支行"}
    give_account(case_id=case.pk, by=by, now=now, told="matches", **given)


def _batch(office: Office) -> PaymentBatch:
    fund = Fund.objects.get(year=office.moment.year, source="levy")
    return make_batch(fund_id=fund.pk, by=office.cast.officer("finance-1", office.now), now=office.now)


def _visited(office: Office) -> None:
    """A sole trader's claim, waiting for the second inspector's signature on the visit."""
    person = {
        "name": "示例店主",
        "disabled": True,
        "role": "owner",
        **_PAID,
        "paid": "2600.50",
        "hrss_subsidy": "350.25",
    }
    facts = {
        **_RESIDENT, "licence_in_district": True, "trading": True,
        "months": [{"month": last_month(localdate(office.moment)), "people": [person]}],
    }  # fmt: skip
    case = office.sent("self_employment_subsidy", 16, facts)
    accept(**office.given(case, "meilong-intake"), opinion="材料齐全。（示例）")
    given = office.given(case, "meilong-visit-1")
    second = office.cast.officer("meilong-visit-2", office.now)
    add_signer(**given, to=second.user_id, kind="parallel", question="一起去看过，请签。（示例）")


def _asked(office: Office) -> None:
    """At a review: an opinion asked for, a note to the applicant, a challenge; another handed to a colleague."""
    case = office.sent("admission_award", 12, {**_RESIDENT, "level": "junior_college", "full_time": True, "admitted_on": (localdate(office.moment) - timedelta(days=30)).isoformat()})  # fmt: skip
    accept(**office.given(case, "xinhong-intake"), opinion="材料齐全。（示例）")
    given = office.given(case, "fed-review-2")
    delegate(
        **given, to=office.cast.officer("fed-review-3", office.now).user_id, question="这个学校算全日制吗？（示例）"
    )
    comment(
        case_id=case.pk,
        by=given["by"],
        now=office.now,
        text="请把录取通知书原件带来看一眼。（示例）",
        audience="applicant",
    )
    challenge(
        case_id=case.pk,
        by=office.cast.applicant(12, office.now),
        now=office.now,
        ground="conflict",
        text="以前和经办人有过矛盾。（示例）",
    )
    other = office.sent("tuition_subsidy", 12, {**_RESIDENT, "school_kind": "adult_higher", "school_year": "2025-2026", "tuition_paid": "9800.00", "city_aid": "3300.00"})  # fmt: skip
    accept(**office.given(other, "xinhong-intake"), opinion="材料齐全。（示例）")
    given = office.given(other, "fed-review-3")
    to = office.cast.officer("fed-review-1", office.now).user_id
    transfer(**given, to=to, reason="明天起休假。（示例）")


def _paused(office: Office) -> None:
    """A review that stands still until an expert has spoken."""
    facts = {"goal": "find_work", **{name: None for name in ("skills", "wishes", "accommodations")}}
    case = office.sent("employment_service", 5, facts)
    given = office.given(case, "qibao-intake")
    suspend(**given, ground="expert_opinion", waits_for="劳动能力评估结论（示例）")


def _signed_together(office: Office) -> None:
    """An interpretation for three departments to sign at once: one has, two have not."""
    by = office.cast.officer("fed-review-2", office.now)
    made = start_draft(code="interpretation_note", by=by, now=office.now, department=by.post.department)
    save_about(draft_id=made.pk, by=by, now=office.now, telephone="", address="", town_id=None)
    save_draft(draft_id=made.pk, by=by, now=office.now, facts={"what": "“当年”按自然年理解。（示例）"})
    case = submit(draft_id=made.pk, by=by, now=office.now)
    task = office.task(case)
    countersign(
        case_id=case.pk,
        task_id=task.pk,
        by=office.cast.officer("hrss-approve", office.now),
        now=office.now,
        agrees=True,
        opinion="同意。（示例）",
    )


def _planned(office: Office) -> None:
    """An absence with its deputy, phrases for the review, a unit that is known."""
    head, away, now = (
        office.cast.officer("fed-head", office.now),
        office.cast.officer("fed-review-3", office.now),
        office.now,
    )
    first = localdate(office.latest)
    until = first + timedelta(days=9)
    note_absence(user=away.user, since=first, until=until, kind="leave", by=away, now=now)
    set_deputy(
        principal=away.post,
        user=office.cast.officer("fed-review-1", now).user,
        since=first,
        until=until,
        by=head,
        now=now,
    )
    for text in ("材料齐全，符合规定。", "请补充原件核对后再审。"):
        add_remark(by=head, now=now, kind="review", text=text)
    by = office.cast.officer("fed-intake-1", now)
    known_organisation(district=by.post.district, number=UNIT[0], name=UNIT[1], by=by, now=now)
