"""The policy as pure Python: clauses, dated parameters, one measure per application type, ``assess``.

Imports no Django. ``policy.measure(code)`` and ``policy.measures()`` are functions; the modules of the same names are
reached by ``from policy.measure import Measure`` and ``from policy.measures.<code> import …``.
"""

from policy.assessment import Assessment, Trace, assess
from policy.errors import FormError, MeasureError, ParameterError, UnknownType
from policy.parameters import Parameters
from policy.registry import further_kinds, is_assessed, measure, measures
from policy.text import T

__all__ = [
    "Assessment",
    "FormError",
    "MeasureError",
    "ParameterError",
    "Parameters",
    "T",
    "Trace",
    "UnknownType",
    "assess",
    "further_kinds",
    "is_assessed",
    "measure",
    "measures",
]
