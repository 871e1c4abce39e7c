"""Publish a campaign (宣传活动) of one's department, in both languages; withdraw it. A head does."""

from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate

from accounts.actor import Actor
from accounts.models import Department
from casework.models import Campaign
from casework.record import write_on
from flows.errors import Invalid, NotThere
from flows.officers import headed_by
from policy import T

LONGEST = 4000
_EMPTY = T("请写这一项。", "Please fill this in.")


def publish_campaign(
    *, by: Actor, now: datetime, title: str, title_en: str, text: str, text_en: str, starts_on: date, ends_on: date,
    place: str = "",
) -> Campaign:  # fmt: skip
    """It stands on the public page until its last day. The same one twice is one. Raises Invalid, NotAllowed."""
    department = headed_by(by, now)
    given = {"title": title, "title_en": title_en, "text": text, "text_en": text_en}
    wrong = {name: _EMPTY for name, value in given.items() if not value.strip() and name not in ("title_en", "text_en")}
    for name in ("text", "text_en"):
        if len(given[name]) > LONGEST:
            wrong[name] = T("最多 {n} 个字。", "At most {n} characters.").fill(n=LONGEST)
    if ends_on < starts_on:
        wrong["ends_on"] = T("最后一天不能在第一天以前。", "The last day can't lie before the first.")
    elif ends_on < localdate(now):
        wrong["ends_on"] = T("这个活动已经过去了。", "This is over already.")
    if wrong:
        raise Invalid(**wrong)
    said = {name: value.strip() for name, value in given.items()} | {
        "place": place.strip(),
        "starts_on": starts_on,
        "ends_on": ends_on,
    }
    with transaction.atomic():
        Department.objects.select_for_update(no_key=True).get(pk=department.pk)
        if standing := Campaign.objects.filter(department=department, withdrawn_at=None, **said).first():
            return standing
        made = Campaign.objects.create(
            district_id=department.district_id, department=department, by_id=by.user_id, at=now, **said
        )
        write_on(
            made, "campaign_published", by, now, details={"from": starts_on.isoformat(), "to": ends_on.isoformat()}
        )
        return made


def withdraw_campaign(*, by: Actor, now: datetime, campaign_id: int) -> None:
    """It is shown no more; a second time is no error. Raises NotThere."""
    department = headed_by(by, now)
    with transaction.atomic():
        found = Campaign.objects.select_for_update().filter(pk=campaign_id, department=department).first()
        if found is None:
            raise NotThere
        if found.withdrawn_at is None:
            found.withdrawn_at = now
            found.save(update_fields=["withdrawn_at"])
            write_on(found, "campaign_withdrawn", by, now)
