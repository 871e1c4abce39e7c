"""Note a vacancy, change it, close it (登记、改、关闭招聘岗位): by the unit's people or an officer of the federation.

A recorded recruitment plan of a state-owned enterprise (type 5) becomes a vacancy with one press: `publish_plan`.
"""

from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.timezone import localdate

from accounts.actor import Actor
from accounts.models import Department
from casework import access
from casework.access import ActionSpec
from casework.models import Organisation
from casework.record import write_on
from flows.errors import AlreadyDone, Invalid, NotThere
from policy import T
from services import lists
from services.access import allowed
from services.jobs import planned_posts, plans_to_publish
from services.matching import known
from services.models import Vacancy

NOTE = access.register_action(ActionSpec("note_vacancy", needs="any_case", holder="units_or_services"))
LONGEST_OPEN = 366  # days
PLAN_DAYS = 90  # that a published plan stays open
MOST_PAY = 1_000_000


@dataclass(frozen=True)
class VacancyWish:
    """What a vacancy says; pay in whole yuan a month."""

    title: str
    field: str
    number: int
    town: int
    open_until: date
    hours: tuple[str, ...] = ()
    pay_from: int | None = None
    pay_to: int | None = None
    place: str = ""
    must: tuple[str, ...] = ()
    useful: tuple[str, ...] = ()
    education: str = ""
    conditions: str = ""
    accommodations: tuple[str, ...] = ()


def note_vacancy(*, organisation_id: int, wish: VacancyWish, by: Actor, now: datetime) -> Vacancy:
    """The vacancy, public at once. The same one twice within a minute is one. Raises Invalid, NotAllowed, NotThere."""
    unit = Organisation.objects.filter(pk=organisation_id).first()
    if unit is None:
        raise NotThere
    by = allowed(by, "note_vacancy", now, unit)
    check(wish, unit.district_id, localdate(now))
    with transaction.atomic():
        Organisation.objects.select_for_update(no_key=True).get(pk=unit.pk)
        minute = now - timedelta(minutes=1)
        same = unit.vacancies.filter(
            title=wish.title, open_until=wish.open_until, town_id=wish.town, made_at__gt=minute, made_by_id=by.user_id
        ).first()
        if same is not None:
            return same
        made = Vacancy.objects.create(
            district_id=unit.district_id, organisation=unit, made_by_id=by.user_id, made_at=now, **_columns(wish)
        )
        write_on(made, "vacancy_noted", by, now, details=_details(made))
        return made


def change_vacancy(*, vacancy_id: int, wish: VacancyWish, by: Actor, now: datetime) -> Vacancy:
    """What an open vacancy says is put right; the record names what changed. Raises Invalid, NotAllowed, NotThere,
    AlreadyDone where it is closed."""
    with transaction.atomic():
        vacancy, by = locked_vacancy(vacancy_id, by, "note_vacancy", now)
        check(wish, vacancy.district_id, localdate(now))
        columns = _columns(wish)
        changed = [name for name, value in columns.items() if getattr(vacancy, name) != value]
        if changed:
            for name in changed:
                setattr(vacancy, name, columns[name])
            vacancy.save(update_fields=changed)
            write_on(vacancy, "vacancy_changed", by, now, details={**_details(vacancy), "changed": changed})
        return vacancy


def close_vacancy(*, vacancy_id: int, why: str, by: Actor, now: datetime) -> None:
    """The vacancy is public no more. Raises Invalid, NotAllowed, NotThere, AlreadyDone."""
    if why not in lists.CLOSED:
        raise Invalid(why=T("请选为什么关闭。", "Please choose why it is closed."))
    with transaction.atomic():
        vacancy, by = locked_vacancy(vacancy_id, by, "note_vacancy", now)
        vacancy.state, vacancy.closed_why, vacancy.closed_at = Vacancy.CLOSED, why, now
        vacancy.save(update_fields=["state", "closed_why", "closed_at"])
        write_on(vacancy, "vacancy_closed", by, now, details={**_details(vacancy), "why": why})


def publish_plan(*, case_id: int, by: Actor, now: datetime) -> Vacancy:
    """The posts that a recorded plan keeps, as a vacancy of its unit; what else it says is changed afterwards.

    Raises NotThere where there is no such plan, AlreadyDone, NotAllowed.
    """
    case = plans_to_publish(by).filter(pk=case_id).first()
    if case is None or case.organisation is None:
        raise NotThere
    unit = case.organisation
    by = allowed(by, "note_vacancy", now, unit)
    number = planned_posts(case)
    town = case.town_id or unit.town_id or _first_town(case.district_id)
    if number < 1:
        raise NotThere
    try:
        with transaction.atomic():
            made = Vacancy.objects.create(
                district_id=case.district_id, organisation=unit, case=case, made_by_id=by.user_id, made_at=now,
                title=str(PLANNED.zh), field="other", number=number, town_id=town,
                open_until=localdate(now) + timedelta(days=PLAN_DAYS),
            )  # fmt: skip
            write_on(made, "vacancy_noted", by, now, details={**_details(made), "case": case.pk})
            return made
    except IntegrityError:
        raise AlreadyDone("plan_published") from None


PLANNED = T("招聘计划里给残疾人留的岗位", "posts that the recruitment plan keeps")


def locked_vacancy(vacancy_id: int, by: Actor, verb: str, now: datetime) -> tuple[Vacancy, Actor]:
    """The open vacancy, locked, for somebody who may do this to it, and the actor as the record names it."""
    found = Vacancy.objects.select_for_update(of=("self",)).select_related("organisation").filter(pk=vacancy_id).first()
    if found is None:
        raise NotThere
    by = allowed(by, verb, now, found.organisation)
    if found.state != Vacancy.OPEN:
        raise AlreadyDone("vacancy_closed")
    return found, by


def check(wish: VacancyWish, district_id: int, today: date) -> None:
    """Every mistake at its field. Raises Invalid."""
    wrong: dict[str, T] = {}
    if not wish.title.strip():
        wrong["title"] = T("请写岗位名称。", "Please name the post.")
    if wish.field not in lists.FIELDS:
        wrong["field"] = T("请选是哪一类工作。", "Please choose the kind of work.")
    if not 1 <= wish.number <= 999:
        wrong["number"] = T("请写招几个人，1 到 999。", "Please say how many people, 1 to 999.")
    if not today <= wish.open_until <= today + timedelta(days=LONGEST_OPEN):
        wrong["open_until"] = T("截止日要在今天到一年以内。", "The last day lies within a year from today.")
    if not Department.objects.filter(pk=wish.town, district_id=district_id, kind=Department.TOWN).exists():
        wrong["town"] = T("请选工作在哪个镇或街道。", "Please choose the town where the work is.")
    if wish.education not in lists.EDUCATION:
        wrong["education"] = T("请选学历要求。", "Please choose the education asked.")
    for name, words in (("hours", lists.HOURS), ("must", lists.SKILLS), ("useful", lists.SKILLS), ("accommodations", lists.ACCOMMODATIONS)):  # fmt: skip
        if not known(getattr(wish, name), words):
            wrong[name] = T("请从列表里选。", "Please choose from the list.")
    wrong |= _pay(wish)
    if wrong:
        raise Invalid(**wrong)


def _pay(wish: VacancyWish) -> dict[str, T]:
    low, high = wish.pay_from, wish.pay_to
    if any(one is not None and not 1 <= one <= MOST_PAY for one in (low, high)):
        return {"pay_from": T("请写每月多少元，整数。", "Please give whole yuan a month.")}
    if low is not None and high is not None and high < low:
        return {"pay_to": T("“到”不能比“从”少。", "“To” can't be less than “from”.")}
    return {}


def _columns(wish: VacancyWish) -> dict[str, Any]:
    said = {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(wish).items()}
    town = said.pop("town")
    return {**said, "town_id": town}


def _details(vacancy: Vacancy) -> dict[str, Any]:
    """What the record says of a vacancy: it is public, and nobody's personal data."""
    return {
        "organisation": vacancy.organisation_id, "title": vacancy.title, "number": vacancy.number,
        "until": vacancy.open_until.isoformat(),
    }  # fmt: skip


def _first_town(district_id: int) -> int:
    towns = Department.objects.filter(district_id=district_id, kind=Department.TOWN).order_by("pk")
    return int(towns.values_list("pk", flat=True)[0])
