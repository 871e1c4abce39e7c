"""Reports of fraud (举报): who reported, kept apart from what was reported."""

from django.db import models
from django.db.models import Q

from accounts.models import Post, User
from casework.models.base import Row
from casework.models.case import Case
from casework.models.person import Organisation, SubjectKey


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


class ClaimHold(Row):
    """What a reported unit is owed is not paid meanwhile (暂缓拨付). `reason` is sealed under the key of the report's case.

    It ends when it is lifted, or when the report turns out unfounded (`casework/holds.py`).
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="holds")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    reason = models.BinaryField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    held_as = models.ForeignKey(Post, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["district", "case", "organisation"], condition=Q(lifted_at=None), name="one_open_hold"
            )
        ]

    def __str__(self) -> str:
        return f"hold of {self.case_id}"
