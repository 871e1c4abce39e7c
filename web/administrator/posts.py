"""The fields for a post (任职), as a new officer's page and a known one's ask them."""

from collections.abc import Mapping

from django import forms
from django.http import HttpRequest
from django.utils.timezone import localdate

from accounts.models import Department, Role
from casework.wording import ROLES
from policy import T
from web.acts import choice
from web.forms import Understood
from web.reading import read_date
from web.templatetags.look import plain_day, say


def post_fields(request: HttpRequest) -> Mapping[str, forms.Field]:
    """Department, role and first day."""
    departments = Department.objects.filter(district_id=request.actor.post.district_id).order_by("pk")
    return {
        "department": choice(
            T("部门", "Department"), [(one.code, one.title) for one in departments], T("请选部门。", "Please choose the department.")
        ),
        "role": choice(
            T("做什么", "Role"), [(role, say(ROLES[role])) for role in Role.values], T("请选做什么。", "Please choose the role.")
        ),
        "since": day(T("从哪天起", "First day"), initial=localdate()),
    }  # fmt: skip


def day(label: T, hint: T | None = None, initial: object = None) -> forms.Field:
    """One day, as people write it."""
    return Understood(
        read=read_date, write=plain_day, label=say(label), help_text=say(hint) if hint else "", error=T("请写日期。", "Please give the day."),
        initial=plain_day(initial) if initial else None,
        widget=forms.TextInput(attrs={"class": "input input--short", "autocomplete": "off"}),
    )  # fmt: skip
