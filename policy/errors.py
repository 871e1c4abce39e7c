"""What can be wrong with an input, said to the person who gave it."""

from __future__ import annotations

from policy.text import T


class FormError(Exception):
    """A value has the wrong form. ``field`` is its path (``months[0].month``), ``message`` says what to do."""

    def __init__(self, field: str, message: T) -> None:
        super().__init__(f"{field}: {message.en}")
        self.field = field
        self.message = message


class UnknownType(FormError):
    """The policy has no application type of this name."""

    def __init__(self, code: str) -> None:
        message = T(
            "没有“{code}”这个事项。请核对事项的名称。", "unknown type: {code}. Please check the name of the type."
        )
        super().__init__("type", message.fill(code=code))
        self.code = code


class MeasureError(Exception):
    """A measure's declaration contradicts itself; raised when the measure is loaded."""


class ParameterError(ValueError):
    """The parameters cannot be read: a bad value, a bad date, or two periods of one name that overlap."""
