"""The record: who did what, append-only and linked; looks; attempts that were refused."""

from django.db import models
from django.db.models import Func, Q

from accounts.models import Department, Post, User
from casework.models.base import Row


class Xid8Field(models.Field):  # type: ignore[type-arg]
    """PostgreSQL's 64-bit transaction number; the sequencer reads by it."""

    def db_type(self, connection: object) -> str:
        return "xid8"


class Action(Row):
    """Who did what, as whom, to what, when, on which version (记录). Insert-only; a trigger refuses all else.

    Everything but `sealed`, `key_id` and `xid` is in the hash. No personal data in clear: opinions, reasons and values
    stand in `sealed` under the subject's key as {field: [salt, value]}, with salted commitments in `commitments`.
    Nothing points at an action, and its own references carry no constraint.
    """

    schema = models.PositiveSmallIntegerField()
    subject_kind = models.CharField(max_length=20)
    subject_id = models.BigIntegerField()
    number = models.PositiveIntegerField()
    event = models.CharField(max_length=32)
    actor_kind = models.CharField(max_length=10)
    user = models.ForeignKey(User, models.DO_NOTHING, null=True, related_name="+", db_constraint=False, db_index=False)
    post = models.ForeignKey(Post, models.DO_NOTHING, null=True, related_name="+", db_constraint=False, db_index=False)
    role = models.CharField(max_length=16, blank=True)
    acts_for_kind = models.CharField(max_length=12, blank=True)
    acts_for_id = models.BigIntegerField(null=True)
    department = models.ForeignKey(
        Department, models.DO_NOTHING, null=True, related_name="+", db_constraint=False, db_index=False
    )
    step = models.CharField(max_length=40, blank=True)
    step_opened_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=24, blank=True)
    clause = models.CharField(max_length=20, blank=True)
    measure = models.CharField(max_length=60, blank=True)
    policy_version = models.CharField(max_length=20, blank=True)
    amount = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    case_version = models.PositiveIntegerField(null=True)
    state = models.CharField(max_length=12, blank=True)
    person_index = models.CharField(max_length=64, blank=True)
    request_id = models.CharField(max_length=36, blank=True)
    proved_at = models.DateTimeField(null=True)
    details = models.JSONField(default=dict)
    at = models.DateTimeField()
    commitments = models.JSONField(default=dict)
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    sealed = models.BinaryField(null=True)
    key_id = models.UUIDField(null=True)
    xid = Xid8Field(db_default=Func(function="pg_current_xact_id"), editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["district", "subject_kind", "subject_id", "number"], name="one_record_per_number"
            ),
            models.CheckConstraint(
                condition=Q(actor_kind__in=["officer", "applicant", "clock", "anonymous"]), name="action_actor_kind"
            ),
        ]
        indexes = [
            models.Index(fields=["district", "-at", "-id"], name="action_by_time"),
            models.Index(fields=["user", "-at", "-id"], name="action_by_user"),
            models.Index(fields=["department", "-at", "-id"], name="action_by_department"),
            models.Index(fields=["event", "-at", "-id"], name="action_by_event"),
            models.Index(fields=["step", "-at", "-id"], name="action_by_step"),
            models.Index(fields=["xid", "id"], name="action_by_xid"),  # the sequencer's
            # Rare values of the audit's other conditions; frequent ones are met soon on the way down `action_by_time`.
            models.Index(fields=["person_index", "-at", "-id"], condition=~Q(person_index=""), name="action_by_person"),
            models.Index(fields=["clause", "-at", "-id"], condition=~Q(clause=""), name="action_by_clause"),
            models.Index(
                fields=["acts_for_id", "-at", "-id"], condition=Q(acts_for_kind="officer"), name="action_by_principal"
            ),
            models.Index(fields=["amount"], condition=Q(amount__isnull=False), name="action_by_amount"),
            models.Index(
                fields=["policy_version", "-at", "-id"], condition=~Q(policy_version=""), name="action_by_version"
            ),
            models.Index(fields=["measure", "-at", "-id"], condition=~Q(measure=""), name="action_by_measure"),
        ]

    def __str__(self) -> str:
        return f"{self.subject_kind} {self.subject_id} #{self.number} {self.event}"


class Look(Row):
    """Who saw which case, file or unmasked number, and from which page (查阅记录). Append-only."""

    case_id = models.BigIntegerField(db_index=True)
    user = models.ForeignKey(User, models.DO_NOTHING, related_name="+", db_constraint=False)
    department = models.ForeignKey(
        Department, models.DO_NOTHING, null=True, related_name="+", db_constraint=False, db_index=False
    )
    what = models.CharField(max_length=10)
    detail = models.BigIntegerField(null=True)
    page = models.CharField(max_length=40)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(what__in=["case", "file", "number", "letter", "export", "reporter"]), name="look_what"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id} saw {self.what} of {self.case_id}"


class RefusedAttempt(Row):
    """Somebody tried what they may not (被拒绝的操作); written after the rollback."""

    verb = models.CharField(max_length=32)
    reason = models.CharField(max_length=40)
    user_id = models.BigIntegerField(null=True)
    post_id = models.BigIntegerField(null=True)
    case_id = models.BigIntegerField(null=True, db_index=True)
    task_id = models.BigIntegerField(null=True)
    request_id = models.CharField(max_length=36, blank=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.verb}: {self.reason}"
