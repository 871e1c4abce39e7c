""" "May I apply?": asks as little as possible. The answer itself is ``assess`` on the facts so far."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from policy.assessment import UNDETERMINED, assess
from policy.facts import APPLICANT, Fact
from policy.parameters import Parameters
from policy.registry import measure


def next_question(code: str, facts: Mapping[str, object], as_of: date, parameters: Parameters) -> Fact | None:
    """The next fact to ask the applicant for; None when nothing that they can say changes the answer.

    A fact that stands in ``facts`` with None was asked and answered "I am not sure"; it is not asked again. Raises
    FormError where an answer has the wrong form.
    """
    found = assess(code, as_of, facts, None, parameters)
    if found.outcome != UNDETERMINED:
        return None
    needed = {name.split("[")[0].split(".")[0] for name in found.missing}
    return next(
        (
            fact
            for fact in measure(code).facts
            if fact.name in needed and fact.name not in facts and fact.asked_of == APPLICANT
        ),
        None,
    )
