"""How pages say sums and the words of funds and payments."""

from decimal import Decimal

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from funds import wording
from web.templatetags.look import say

register = template.Library()


@register.filter
def yuan(value: Decimal | None) -> SafeString | str:
    """A sum with two decimals and commas; the column or the sentence says that it is yuan."""
    return "" if value is None else format_html('<span class="num">{}</span>', f"{value:,.2f}")


@register.filter
def difference(value: Decimal) -> SafeString | str:
    """A change of a sum with its sign; nothing where there is none."""
    return format_html('<span class="num">{}</span>', f"{value:+,.2f}".replace("-", "\u2212")) if value else ""


@register.filter
def money_word(key: str, table: str) -> str:
    """A key in the words of `funds/wording.py`."""
    words = getattr(wording, table).get(key)
    return str(say(words)) if words else key
