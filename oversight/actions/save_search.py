"""Keep a search of the audit under a name, and forget it (保存查询): one's own, recorded nowhere but in its row."""

from datetime import datetime
from typing import Final

from django.db import transaction

from accounts.actor import Actor
from accounts.models import Role
from flows.errors import Invalid, NotAllowed, NotThere
from oversight.models import SavedSearch
from policy import T

MOST: Final = 30


def save_search(*, name: str, query: str, by: Actor, now: datetime) -> SavedSearch:
    """The search under that name; the same name again takes the new conditions. Raises NotAllowed, Invalid."""
    if by.post is None or by.user is None or not by.has_role(Role.SUPERVISOR, Role.AUDITOR):
        raise NotAllowed("only_supervision")
    name = " ".join(name.split())
    if not name or len(name) > 40:
        raise Invalid(name=T("请给它起个名字，最多 40 个字。", "Please give it a name of at most 40 characters."))
    if not query or len(query) > 1000:
        raise Invalid(name=T("先写一个条件，再保存。", "Give a condition first, then save it."))
    with transaction.atomic():
        mine = SavedSearch.objects.filter(user=by.user, district_id=by.post.district_id)
        if mine.exclude(name=name).count() >= MOST:
            raise Invalid(name=T("最多存 30 个。请先删一个。", "At most 30 are kept. Please delete one first."))
        saved, _ = mine.update_or_create(
            name=name, defaults={"query": query, "saved_at": now}, create_defaults={
                "district_id": by.post.district_id, "user": by.user, "query": query, "saved_at": now,
            },
        )  # fmt: skip
        return saved


def forget_search(*, search_id: int, by: Actor) -> None:
    """It is gone; once more is no error. Raises NotThere for somebody else's."""
    found = SavedSearch.objects.filter(pk=search_id).first()
    if found is None:
        return
    if found.user_id != by.user_id:
        raise NotThere
    found.delete()
