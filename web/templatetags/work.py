"""Keys of vacancies, profiles, fairs and plans in words."""

from collections.abc import Sequence
from typing import Any

from django import template

from policy import T
from services import lists
from services.models import Vacancy
from web.templatetags.look import joined, say

register = template.Library()


@register.filter
def list_word(key: str, table: str) -> str:
    """A key in the words of `services/lists.py`."""
    words = getattr(lists, table).get(key)
    return str(say(words)) if words else str(key)


@register.filter
def list_words(keys: Sequence[str], table: str) -> str:
    """Several keys, one after the other."""
    return str(joined([list_word(key, table) for key in keys]))


@register.filter
def list_text(key: str, table: str) -> Any:
    """A key as its T, for a tag or a placeholder."""
    return getattr(lists, table)[key]


_RANGE = T("每月 {low} 到 {high} 元", "{low} to {high} yuan a month")
_SUM = T("每月 {sum} 元", "{sum} yuan a month")
_AGREED = T("面谈", "to be agreed")


@register.filter
def pay(one: Vacancy) -> str:
    """What a vacancy pays a month."""
    low, high = one.pay_from, one.pay_to
    if low and high and low != high:
        return str(say(_RANGE.fill(low=f"{low:,}", high=f"{high:,}")))
    if low or high:
        return str(say(_SUM.fill(sum=f"{low or high:,}")))
    return str(say(_AGREED))
