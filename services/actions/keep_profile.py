"""Keep a job seeker's profile and switch it on or off (求职登记): by the person, or whoever acts for them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.actor import Actor
from accounts.models import Department
from casework import access
from casework.access import ActionSpec
from casework.models import Person
from casework.record import write_on
from casework.sealing import seal
from flows.errors import Invalid, NotThere
from policy import T
from services import lists
from services.access import allowed
from services.matching import known
from services.models import JobSeeker

KEEP = access.register_action(ActionSpec("keep_profile", needs="any_case", holder="units_or_services"))
LONGEST = 1000


@dataclass(frozen=True)
class ProfileWish:
    """What a profile says; `pay` the least wished a month in whole yuan."""

    skills: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    hours: tuple[str, ...] = ()
    education: str = ""
    town: int | None = None
    needs: tuple[str, ...] = ()
    pay: int | None = None
    words: str = ""


def keep_profile(*, person_id: int, wish: ProfileWish, by: Actor, now: datetime) -> JobSeeker:
    """The profile as it is wished, made or changed; it is on. Raises Invalid, NotAllowed, NotThere."""
    with transaction.atomic():
        person = _locked(person_id)
        by = allowed(by, "keep_profile", now, person)
        check(wish, person)
        private = {
            "needs": list(wish.needs),
            "pay": wish.pay,
            "words": wish.words.strip(),
            "kind": person.certificate_kind,
        }
        columns: dict[str, Any] = {
            "skills": list(wish.skills), "fields": list(wish.fields), "hours": list(wish.hours), "education": wish.education,
            "town_id": wish.town, "private": seal(person.key, private), "changed_by_id": by.user_id, "changed_at": now,
            "is_on": True,
        }  # fmt: skip
        profile, made = JobSeeker.objects.update_or_create(
            district_id=person.district_id, person=person, defaults=columns
        )
        write_on(profile, "profile_made" if made else "profile_changed", by, now, details={"person": person.pk})
        return profile


def switch_profile(*, person_id: int, on: bool, by: Actor, now: datetime) -> None:
    """The person looks for work, or does no more: nobody is matched while it is off. The same again is no error."""
    with transaction.atomic():
        person = _locked(person_id)
        by = allowed(by, "keep_profile", now, person)
        profile = JobSeeker.objects.filter(person=person).first()
        if profile is None:
            raise NotThere
        if profile.is_on != on:
            profile.is_on, profile.changed_by_id, profile.changed_at = on, by.user_id, now
            profile.save(update_fields=["is_on", "changed_by", "changed_at"])
            write_on(profile, "profile_on" if on else "profile_off", by, now, details={"person": person.pk})


def check(wish: ProfileWish, person: Person) -> None:
    """Every mistake at its field. Raises Invalid."""
    wrong: dict[str, T] = {}
    for name, words in (("skills", lists.SKILLS), ("fields", lists.FIELDS), ("hours", lists.HOURS), ("needs", lists.ACCOMMODATIONS)):  # fmt: skip
        if not known(getattr(wish, name), words):
            wrong[name] = T("请从列表里选。", "Please choose from the list.")
    if not wish.skills and not wish.fields:
        wrong["skills"] = T("请至少选一样会做的，或者想做的。", "Please choose something you know or wish to do.")
    if wish.education not in lists.EDUCATION:
        wrong["education"] = T("请选学历。", "Please choose your education.")
    if wish.pay is not None and not 1 <= wish.pay <= 1_000_000:
        wrong["pay"] = T("请写每月多少元，整数。", "Please give whole yuan a month.")
    towns = Department.objects.filter(district_id=person.district_id, kind=Department.TOWN)
    if wish.town is not None and not towns.filter(pk=wish.town).exists():
        wrong["town"] = T("请选一个镇或街道。", "Please choose a town.")
    if len(wish.words) > LONGEST:
        wrong["words"] = T("最多 {most} 个字。", "At most {most} characters.").fill(most=LONGEST)
    if wrong:
        raise Invalid(**wrong)


def _locked(person_id: int) -> Person:
    found = (
        Person.objects.select_for_update(of=("self",), no_key=True).select_related("key").filter(pk=person_id).first()
    )
    if found is None:
        raise NotThere
    return found
