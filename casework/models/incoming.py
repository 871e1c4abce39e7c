"""Records that come in from other offices (外来记录): insured months, enrolments, certificates, results; and their imports."""

from django.db import models
from django.db.models import Q

from accounts.models import User
from casework.models.base import Row
from casework.models.person import SubjectKey

RECORD_KINDS = ("insured_month", "enrolment", "admission", "training", "competition", "certification", "wages")


class RecordImport(Row):
    """One file of records (一次导入), checked first and taken whole or not at all.

    staging: its rows are being put aside. ready: all are there, none counts yet. wrong: cells are to be put right,
    sealed in `problems`. done: they count. dropped, withdrawn: they do not, or no longer.
    """

    STAGING, READY, WRONG, DONE, DROPPED, WITHDRAWN = "staging", "ready", "wrong", "done", "dropped", "withdrawn"
    STATES = (STAGING, READY, WRONG, DONE, DROPPED, WITHDRAWN)

    kind = models.CharField(max_length=20)
    state = models.CharField(max_length=10)
    total = models.PositiveIntegerField(default=0)
    staged = models.PositiveIntegerField(default=0)
    new = models.PositiveIntegerField(default=0)
    replaced = models.PositiveIntegerField(default=0)
    known = models.PositiveIntegerField(default=0)
    problem_count = models.PositiveIntegerField(default=0)
    key = models.ForeignKey(SubjectKey, models.SET_NULL, null=True, related_name="+", db_index=False)
    problems = models.BinaryField(null=True)
    made_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    made_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=RECORD_KINDS), name="record_import_kind"),
            models.CheckConstraint(
                condition=Q(state__in=["staging", "ready", "wrong", "done", "dropped", "withdrawn"]),
                name="record_import_state",
            ),
        ]
        indexes = [models.Index(fields=["district", "-made_at", "-id"], name="imports_by_time")]

    def __str__(self) -> str:
        return f"{self.kind}, {self.state}"


class IncomingRecord(Row):
    """One record of a person or a unit (外来记录), known here or not: found by the blind index, sealed under their key.

    `row_key` is the digest of what it is about (a month, a school year, a certificate …), `digest` of all that it says.
    `in_force` is false until its import was taken, and after it was replaced or withdrawn.
    """

    number_index = models.CharField(max_length=64)
    key = models.ForeignKey(SubjectKey, models.SET_NULL, null=True, related_name="+")
    kind = models.CharField(max_length=20)
    row_key = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    facts = models.BinaryField()
    batch = models.ForeignKey(RecordImport, models.PROTECT, related_name="records")
    received_on = models.DateField()
    in_force = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["district", "number_index", "kind", "row_key"],
                condition=Q(in_force=True),
                name="one_record_in_force",
            ),
            models.UniqueConstraint(
                fields=["district", "batch", "number_index", "row_key"], name="one_record_per_import"
            ),
            models.CheckConstraint(condition=Q(kind__in=RECORD_KINDS), name="record_kind"),
        ]
        indexes = [models.Index(fields=["number_index", "kind"], name="records_of_a_number")]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
