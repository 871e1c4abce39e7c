"""What registers of other offices answered, whether they answer, and where each fact of a case comes from."""

from django.db import models
from django.db.models import Q

from accounts.models import User
from casework.models.base import Row
from casework.models.case import Case
from casework.models.person import Person

REGISTER_CODES = ("identity", "disability_certificate", "social_insurance", "bank_account")


class RegisterState(Row):
    """Whether a register answers (登记系统状态). `reason` is why it did not, a key without personal data.

    While `open_until` lies ahead nobody asks it: it has failed too often in a row.
    """

    register = models.CharField(max_length=30)
    last_answer_at = models.DateTimeField(null=True, blank=True)
    failing_since = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField(default=0)
    reason = models.CharField(max_length=20, blank=True)
    open_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["district", "register"], name="one_state_per_register"),
            models.CheckConstraint(condition=Q(register__in=REGISTER_CODES), name="register_state_of"),
            models.CheckConstraint(
                condition=Q(failing_since=None, failures=0, open_until=None)
                | Q(failing_since__isnull=False, failures__gt=0),
                name="register_failing",
            ),
        ]

    def __str__(self) -> str:
        return self.register


class RegisterAnswer(Row):
    """What a register said of a person (登记系统的回答), sealed; None where it does not know them. The newest stands."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="register_answers")
    register = models.CharField(max_length=30)
    answer = models.BinaryField(null=True)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    valid_until = models.DateField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(register__in=REGISTER_CODES), name="register_answer_of")]
        indexes = [models.Index(fields=["person", "register", "-asked_at"], name="answers_of_a_person")]

    def __str__(self) -> str:
        return f"{self.register}, {self.asked_at:%Y-%m-%d}"


class FactOrigin(Row):
    """Where the answer to one question of a case comes from (事实来源).

    told: a source says the same. differs: it says something else, sealed in `said`. waiting: its register did not
    answer, the fact is to be confirmed (待核实). unknown: the register does not know the person. confirmed: an officer
    has confirmed it, for the reason in the record.
    """

    TOLD, DIFFERS, WAITING, UNKNOWN, CONFIRMED = "told", "differs", "waiting", "unknown", "confirmed"

    case = models.ForeignKey(Case, models.PROTECT, related_name="origins")
    fact = models.CharField(max_length=60)
    source = models.CharField(max_length=30)
    state = models.CharField(max_length=10)
    said = models.BinaryField(null=True)
    told_on = models.DateField(null=True, blank=True)
    confirmed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["district", "case", "fact"], name="one_origin_per_fact"),
            models.CheckConstraint(
                condition=Q(state__in=["told", "differs", "waiting", "unknown", "confirmed"]), name="origin_state"
            ),
            models.CheckConstraint(
                condition=Q(state="confirmed", confirmed_at__isnull=False)
                | (~Q(state="confirmed") & Q(confirmed_at=None, confirmed_by=None)),
                name="origin_confirmed",
            ),
        ]
        indexes = [models.Index(fields=["district", "source"], condition=Q(state="waiting"), name="origins_to_confirm")]

    def __str__(self) -> str:
        return f"{self.fact}: {self.state}"
