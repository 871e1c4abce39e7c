"""Words of recruitment rounds in the templates."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

from django import template

from web import round_words
from web.templatetags.look import in_words

register = template.Library()


@register.filter
def round_word(key: str, table: str) -> Any:
    """The words of a key of `web/round_words.py`."""
    return in_words(getattr(round_words, table)[key])


@register.filter
def marks(value: Decimal | None) -> str:
    """A score without needless zeros; the word for who did not come."""
    if value is None:
        return str(in_words(round_words.ABSENT))
    return f"{value:.2f}".rstrip("0").rstrip(".")


@register.filter
def fraction(value: Fraction) -> str:
    """An exact number: 2, 12/13, 1 + 5/13."""
    whole, rest = divmod(value.numerator, value.denominator)
    part = f"{rest}/{value.denominator}"
    if not rest:
        return str(whole)
    return f"{whole} + {part}" if whole else part
