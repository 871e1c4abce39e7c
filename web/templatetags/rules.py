"""How pages say the rules: a figure with its unit, a period, where it comes from."""

from datetime import date
from typing import Any

from django import template
from django.utils.safestring import SafeString

from policy import T
from policy.labels import EXTRA, amount, is_reading, is_share, label, source_words
from policy.parameters import POLICY, Period
from web.templatetags.look import day, english, own, plain_day, say, t

register = template.Library()
VERSIONS = T("政策版本", "versions of the policy")
OPEN, CLOSED = T("{first}起", "from {first}"), T("{first}到 {last}", "{first} to {last}")


@register.filter
def named(name: str) -> str:
    """The name of a figure in words, beginning with a capital where the language has them."""
    words = str(say(VERSIONS if name == POLICY else label(name)))
    return words[:1].upper() + words[1:] if english() else words


@register.filter
def figure(one: Any) -> Any:
    """What a row or an entry says: a figure with its unit, or a version's code."""
    code = getattr(one, "code", "")
    return code or say(amount(one.name, one.value, one.unit))


@register.filter
def period(one: Period) -> SafeString:
    """From the first day to the last, or from the first day on."""
    first = day(one.first, "year")
    if one.last is None:
        return t(OPEN.zh, OPEN.en, first=first)
    return t(CLOSED.zh, CLOSED.en, first=first, last=day(one.last, "year"))


@register.filter
def source_of(one: Any) -> Any:
    """Where a figure comes from; what the office wrote itself stands in its own language."""
    words = source_words(one.source)
    return say(words) if isinstance(words, T) else own(words)


@register.filter
def reading(one: Any) -> bool:
    return is_reading(getattr(one, "source", ""), getattr(one, "extra", {}) or {})


@register.filter
def parts_of(one: Any) -> list[tuple[str, Any]]:
    """What a figure says beside its value, in words."""
    found = {}
    for group, value in (getattr(one, "extra", {}) or {}).items():
        for key, inner in value.items() if isinstance(value, dict) else [(group, value)]:
            found[key] = say(amount(one.name, inner)) if group == "parts" and is_share(one.name) else said(inner)
    return [(str(say(words)), found[key]) for key, words in EXTRA.items() if key in found]


def said(value: Any) -> str:
    """A part's value: days in words, the rest as it stands."""
    try:
        return plain_day(date.fromisoformat(str(value)))
    except ValueError:
        return str(value)
