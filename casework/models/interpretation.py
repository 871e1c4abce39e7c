"""Interpretation notes (解释, 五4): what three departments together read a clause to mean. Never changed."""

from django.db import models
from django.db.models import Q

from accounts.models import Department, Post, User
from casework.models.base import Row


class Interpretation(Row):
    """A note as drafted: the clause that it reads, the measures that it touches (their codes), its words.

    With a `quote`, exact words of the clause, it touches the rules alone that rest on these words.

    It is in force once federation, HR&SS and civil affairs have signed it, until a later note in force `replaces` it.
    """

    number = models.CharField(max_length=12)
    clause = models.CharField(max_length=20)
    measures = models.JSONField(default=list)
    quote = models.CharField(max_length=200, blank=True)
    text = models.TextField(max_length=4000)
    text_en = models.TextField(max_length=8000)
    replaces = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="replaced_by")
    drafted_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    drafted_as = models.ForeignKey(Post, models.PROTECT, related_name="+", db_index=False)
    drafted_at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["district", "number"], name="one_interpretation_per_number")]

    def __str__(self) -> str:
        return self.number


class InterpretationSignature(Row):
    """One department's signature under a note, or its refusal with a reason; one each, never changed."""

    note = models.ForeignKey(Interpretation, models.PROTECT, related_name="signatures")
    department = models.ForeignKey(Department, models.PROTECT, related_name="+", db_index=False)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    post = models.ForeignKey(Post, models.PROTECT, related_name="+", db_index=False)
    agrees = models.BooleanField()
    reason = models.CharField(max_length=1000, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["note", "department"], name="one_signature_per_department"),
            models.UniqueConstraint(fields=["note", "by"], name="one_signature_per_person"),
            models.CheckConstraint(condition=Q(agrees=True) | ~Q(reason=""), name="a_refusal_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.note_id} by {self.department_id}"
