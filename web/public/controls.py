"""The controls of the public forms, in the reader's language: made per request, as their words depend on it."""

from typing import Any

from django import forms

from policy import T
from web.forms import Said
from web.templatetags.look import say


def text(
    label: T, hint: T | None = None, error: T | None = None, *, size: str = "", lines: int = 0, **kwargs: Any
) -> Said:
    """A line of text, or several. `size` is "short" or "long"; what else is given goes to the field and its control."""
    attrs = {"class": f"input input--{size}" if size else "input", "autocomplete": kwargs.pop("autocomplete", "off")}
    attrs |= {name: kwargs.pop(name) for name in ("inputmode", "spellcheck", "autocapitalize") if name in kwargs}
    widget = forms.Textarea(attrs={**attrs, "rows": lines}) if lines else forms.TextInput(attrs=attrs)
    return Said(label=say(label), help_text=say(hint) if hint else "", error=error, widget=widget, **kwargs)
