"""Sentences and words of supervision."""

from typing import Any

from django import template
from django.utils.safestring import SafeString

from oversight import hits
from oversight.sheet import ANSWERS
from policy import T
from web.templatetags.look import t

register = template.Library()


@register.filter
def hit_sentence(found: hits.Found) -> SafeString:
    """What the pattern found, in a sentence; names in Chinese say so."""
    says = found.pattern.says
    return t(says.zh, says.en, **found.values)


@register.filter
def result_word(key: str) -> T:
    """What somebody who looked at a hit came to."""
    return hits.RESULTS[key]


@register.filter
def answer_word(key: Any) -> T | str:
    """An answer of the sheet."""
    return ANSWERS.get(key, "")
