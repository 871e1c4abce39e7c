"""What officers do around a step: ask others to sign, pause, comment, step aside, look in, put a decision right."""

from django.db import models
from django.db.models import F, Q

from accounts.models import Department, Post, User
from casework.models.base import Row
from casework.models.case import Case
from casework.models.clocks import Deadline
from casework.models.judging import Assessment
from casework.models.outcome import Letter
from casework.models.person import Organisation
from casework.models.task import Task


class Signature(Row):
    """One party's signature inside a task: a round of countersigning (会签), a signer added (加签), a delegation (委派).

    `department` signs in a round; `user` gives an added or delegated opinion. `kind` before, parallel and delegate must
    be closed before the handler signs; `after` moves on to the next task and holds that. A new task is a new round.
    """

    KINDS = ("countersign", "before", "parallel", "after", "delegate")

    task = models.ForeignKey(Task, models.PROTECT, related_name="signatures")
    kind = models.CharField(max_length=12)
    department = models.ForeignKey(Department, models.PROTECT, related_name="+", db_index=False)
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    asked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    asked_at = models.DateTimeField()
    question = models.BinaryField(null=True)
    waits = models.BooleanField(default=False)
    outcome = models.CharField(max_length=10, blank=True)
    opinion = models.BinaryField(null=True)
    signed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["countersign", "before", "parallel", "after", "delegate"]), name="signature_kind"
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=["", "agreed", "refused", "given", "void"]), name="signature_outcome"
            ),
            models.CheckConstraint(
                condition=Q(outcome="", closed_at=None) | (~Q(outcome="") & Q(closed_at__isnull=False)),
                name="signature_closed_with_an_outcome",
            ),
            models.CheckConstraint(
                condition=Q(kind="countersign", user=None) | (~Q(kind="countersign") & Q(user__isnull=False)),
                name="signature_of_a_party_or_a_person",
            ),
            models.UniqueConstraint(fields=["task", "department"], condition=Q(kind="countersign"), name="one_signature_per_party"),
            models.UniqueConstraint(
                fields=["task", "user"], condition=Q(closed_at=None, user__isnull=False), name="one_open_question_per_person"
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["user", "asked_at"], condition=Q(closed_at=None), name="asked_of_a_person"),
            models.Index(fields=["department", "asked_at"], condition=Q(closed_at=None), name="asked_of_a_department"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} in {self.task_id}"

    @property
    def is_open(self) -> bool:
        return self.closed_at is None


class CaseParty(Row):
    """An organisation that a step of the case is for (承办单位): the provider of a service, the unit of a post."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="parties", db_index=False)
    role = models.CharField(max_length=20)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    named_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    named_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "role"], name="one_party_per_role")]

    def __str__(self) -> str:
        return f"{self.role} of {self.case_id}"


class Suspension(Row):
    """A case paused (中止) on a ground of the list, until a day or an event."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="suspensions", db_index=False)
    ground = models.CharField(max_length=24)
    waits_for = models.BinaryField(null=True)
    until = models.DateField(null=True, blank=True)
    since = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(ended_at=None), name="one_suspension_at_a_time"),
        ]
        indexes = [
            models.Index(fields=["case", "id"], name="suspensions_of_a_case"),
            models.Index(fields=["until"], condition=Q(ended_at=None), name="suspensions_to_end"),
        ]

    def __str__(self) -> str:
        return f"{self.ground} since {self.since:%Y-%m-%d}"


class Comment(Row):
    """A remark on a case (批注), for the departments or also for the applicant. Never edited; withdrawn ones stay.

    The applicant's own (留言) have no department, and both sides read them; a reporter's have no writer either.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="comments")
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    department = models.ForeignKey(Department, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    audience = models.CharField(max_length=12)
    text = models.BinaryField()
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(audience__in=["departments", "applicant"]), name="comment_audience")
        ]

    def __str__(self) -> str:
        return f"comment {self.pk}"


class Urge(Row):
    """Somebody asked to hurry (催办): the applicant, or a supervisor."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="urges")
    by_kind = models.CharField(max_length=10)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=Q(by_kind__in=["applicant", "officer"]), name="urge_by_kind")]

    def __str__(self) -> str:
        return f"urge {self.pk}"


class Recusal(Row):
    """An officer steps aside (回避), or the applicant asks that they do; a head decides on what the applicant asks.

    `user` is whom it bars; empty while the head has not said whom an applicant meant. Upheld, it holds for the case.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="recusals")
    step = models.CharField(max_length=40)
    department = models.ForeignKey(Department, models.PROTECT, related_name="+", db_index=False)
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="recusals")
    asked_by_applicant = models.BooleanField(default=False)
    ground = models.CharField(max_length=20)
    text = models.BinaryField()
    asked_at = models.DateTimeField()
    outcome = models.CharField(max_length=10, blank=True)
    answer = models.BinaryField(null=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(outcome__in=["", "upheld", "dismissed"]), name="recusal_outcome"),
            models.UniqueConstraint(
                fields=["case", "user"], condition=Q(outcome="upheld"), name="one_recusal_per_person"
            ),
            models.UniqueConstraint(fields=["case", "department"], condition=Q(outcome=""), name="one_open_challenge"),
        ]
        indexes = [
            models.Index(fields=["department", "asked_at"], condition=Q(outcome=""), name="challenges_to_decide")
        ]

    def __str__(self) -> str:
        return f"recusal {self.pk}"

    @property
    def is_open(self) -> bool:
        return not self.outcome


class AccessGrant(Row):
    """A look at a case by somebody outside its departments (查阅), with a duty and a reason, for a day."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="access_grants", db_index=False)
    user = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    post = models.ForeignKey(Post, models.PROTECT, related_name="+", db_index=False)
    duty = models.CharField(max_length=20)
    reason = models.BinaryField()
    since = models.DateTimeField()
    until = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(until__gt=F("since")), name="access_ends_after_it_begins"),
        ]
        indexes = [
            models.Index(fields=["user", "until"], name="access_of_a_person"),
            models.Index(fields=["case", "id"], name="access_to_a_case"),
        ]

    def __str__(self) -> str:
        return f"access of {self.user_id} to {self.case_id}"


class DecisionChange(Row):
    """A decision put right (更正): proposed by an approver, signed by a second one of another department."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="decision_changes")
    old_letter = models.ForeignKey(Letter, models.PROTECT, null=True, related_name="+", db_index=False)
    new_letter = models.ForeignKey(Letter, models.PROTECT, null=True, related_name="+", db_index=False)
    old_amount = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    new_amount = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    text = models.BinaryField()
    reason = models.BinaryField()
    proposed_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    proposed_as = models.ForeignKey(Post, models.PROTECT, related_name="+", db_index=False)
    proposed_at = models.DateTimeField()
    seconder = models.ForeignKey(Department, models.PROTECT, related_name="+", db_index=False)
    outcome = models.CharField(max_length=10, blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome__in=["", "approved", "rejected", "withdrawn"]), name="decision_change_outcome"
            ),
            models.UniqueConstraint(fields=["case"], condition=Q(outcome=""), name="one_open_decision_change"),
            models.CheckConstraint(
                condition=Q(decided_by=None) | Q(outcome="withdrawn") | ~Q(decided_by=F("proposed_by")),
                name="decision_change_by_two",
            ),
        ]
        indexes = [models.Index(fields=["seconder", "id"], condition=Q(outcome=""), name="decision_changes_to_sign")]

    def __str__(self) -> str:
        return f"change {self.pk} of {self.case_id}"


class SumDeparture(Row):
    """Another sum than the rules' (改算), proposed by a handler, for the `lines` named by their keys.

    It stands once `signature`, the second person's, agrees, and as long as `assessment` is the newest of the round.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="departures")
    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="+", db_index=False)
    round = models.PositiveSmallIntegerField()
    signature = models.OneToOneField(Signature, models.PROTECT, related_name="departure")
    old_amount = models.DecimalField(max_digits=14, decimal_places=2)
    new_amount = models.DecimalField(max_digits=14, decimal_places=2)
    lines = models.JSONField(default=list, blank=True)
    reason = models.BinaryField()
    proposed_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    proposed_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(new_amount__gte=0), name="departure_is_a_sum"),
            models.CheckConstraint(condition=~Q(new_amount=F("old_amount")), name="departure_departs"),
        ]

    def __str__(self) -> str:
        return f"departure {self.pk} of {self.case_id}"


class Explanation(Row):
    """Why a date was missed (书面说明): asked for with a red card, or by a supervisor; written by the department."""

    deadline = models.OneToOneField(Deadline, models.PROTECT, related_name="explanation")
    case = models.ForeignKey(Case, models.PROTECT, related_name="explanations")
    department = models.ForeignKey(Department, models.PROTECT, related_name="+", db_index=False)
    asked_at = models.DateTimeField()
    text = models.BinaryField(null=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["department", "asked_at"], condition=Q(at=None), name="explanations_to_write")]

    def __str__(self) -> str:
        return f"explanation {self.pk}"


class Remark(Row):
    """A phrase that a department's officers use again and again for a kind of step (常用语)."""

    department = models.ForeignKey(Department, models.PROTECT, related_name="remarks", db_index=False)
    kind = models.CharField(max_length=16)
    text = models.CharField(max_length=300)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["department", "kind", "text"], condition=Q(removed_at=None), name="one_remark"
            )
        ]

    def __str__(self) -> str:
        return f"remark {self.pk}"
