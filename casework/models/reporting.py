"""Reports of fraud (举报): who reported, kept apart from what was reported."""

from django.db import models

from casework.models.base import Row
from casework.models.case import Case
from casework.models.person import SubjectKey


class Reporter(Row):
    """Who reported (举报人), sealed under a key of their own, so that neither the case nor its file holds a name.

    `code_index` is the blind index of the code under which the reporter reads the answer; `who` holds name and contact,
    empty where they gave none. Only triage unseals it (`flows/actions/show_reporter.py`), and each look is noted.
    """

    case = models.OneToOneField(Case, models.PROTECT, related_name="reporter")
    code_index = models.CharField(max_length=64)
    key = models.ForeignKey(SubjectKey, models.SET_NULL, null=True, related_name="+", db_index=False)
    who = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["district", "code_index"], name="one_report_per_code")]

    def __str__(self) -> str:
        return f"reporter of {self.case_id}"
