"""Applicants and the keys that what they tell us is sealed under."""

import uuid
from datetime import date

from django.db import models
from django.db.models import Q
from django.db.models.expressions import RawSQL
from simple_history.models import HistoricalRecords

from accounts.models import Department, User
from casework.models.base import Row


class KeyRotation(Row):
    """One renewal of a key of the installation (密钥轮换): of what wraps the subjects' keys, or of the blind indexes; and
    the mark of the key that it came to. A row in each district, so that one that moves away knows its keys."""

    FIELDS, INDEXES = "fields", "indexes"

    kind = models.CharField(max_length=8)
    mark = models.CharField(max_length=16)
    rows = models.PositiveIntegerField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(kind__in=["fields", "indexes"]), name="key_rotation_kind")]

    def __str__(self) -> str:
        return f"{self.kind} to {self.mark}"


class SubjectKey(Row):
    """The key of one person, organisation, officer, objector or reporter: AES-256, wrapped by the master key.

    Erasing somebody's data is deleting this row: what is sealed under it can never be read again.
    """

    KINDS = ("person", "organisation", "officer", "objector", "reporter")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=12)
    wrapped = models.BinaryField()
    master_version = models.PositiveSmallIntegerField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["person", "organisation", "officer", "objector", "reporter"]),
                name="subject_key_kind",
            )
        ]

    def __str__(self) -> str:
        return str(self.id)


class Applicant(Row):
    """What persons and organisations share: a key, a name, a number that is found by its blind index."""

    key = models.ForeignKey(SubjectKey, models.SET_NULL, null=True, related_name="+")
    name = models.CharField(max_length=120)
    number = models.BinaryField()
    number_index = models.CharField(max_length=64)
    number_tail_index = models.CharField(max_length=64, db_index=True)
    index_version = models.PositiveSmallIntegerField(default=1)
    telephone = models.CharField(max_length=30, blank=True)
    address = models.CharField(max_length=200, blank=True)
    town = models.ForeignKey(Department, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        abstract = True


class Person(Applicant):
    """A natural person who applies (申请人); they need no account. `town` is where they live, None outside."""

    certificate = models.BinaryField(null=True)
    certificate_index = models.CharField(max_length=64, blank=True, db_index=True)
    certificate_tail_index = models.CharField(max_length=64, blank=True)
    certificate_kind = models.CharField(max_length=1, blank=True)
    certificate_level = models.CharField(max_length=1, blank=True)
    certificate_until = models.DateField(null=True, blank=True)
    history = HistoricalRecords()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["district", "number_index"], name="one_person_per_number")]
        indexes = [models.Index(fields=["district", "name"], name="person_by_name")]

    def __str__(self) -> str:
        return f"person {self.pk}"

    def certificate_in_force(self, on: date) -> bool | None:
        """Whether the disability certificate (残疾人证) is valid on the day; None where we do not know of one."""
        if not self.certificate_index:
            return None
        return self.certificate_until is None or self.certificate_until >= on


class Organisation(Applicant):
    """A unit that applies (单位): its number is the unified social credit code (统一社会信用代码)."""

    history = HistoricalRecords()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["district", "number_index"], name="one_organisation_per_number")]

    def __str__(self) -> str:
        return f"organisation {self.pk}"


class MandateQuerySet(models.QuerySet["Mandate"]):
    def in_force(self, on: date | RawSQL) -> "MandateQuerySet":
        """The mandates that hold on the day. One that was ended by hand holds no longer on the day of its end."""
        return self.filter(
            Q(until=None) | Q(until__gt=on) | Q(until=on, ended_at=None), since__lte=on, user__is_active=True
        )


class Mandate(Row):
    """An account acts for a person or an organisation (授权): for oneself, as guardian, agent or staff.

    `role` is what staff may do for their unit: manager (单位管理员), applicant (经办人) or reader (查看人); a person's
    mandates have none. `ended_at` is the moment at which it was ended before its day.
    """

    MANAGER, APPLICANT, READER = "manager", "applicant", "reader"
    ROLES = (MANAGER, APPLICANT, READER)

    user = models.ForeignKey(User, models.PROTECT, related_name="mandates")
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="mandates")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="mandates")
    capacity = models.CharField(max_length=10)
    role = models.CharField(max_length=10, blank=True)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    evidence = models.ForeignKey("casework.Evidence", models.PROTECT, null=True, blank=True, related_name="+")

    objects = MandateQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=False, organisation__isnull=True)
                | Q(person__isnull=True, organisation__isnull=False),
                name="mandate_for_one_applicant",
            ),
            models.CheckConstraint(
                condition=Q(capacity__in=["self", "guardian", "agent", "staff"]), name="mandate_capacity"
            ),
            models.CheckConstraint(
                condition=Q(capacity="staff", role__in=["manager", "applicant", "reader"])
                | (~Q(capacity="staff") & Q(role="")),
                name="mandate_role",
            ),
            models.UniqueConstraint(
                fields=["district", "user", "person", "capacity"],
                condition=Q(until__isnull=True, person__isnull=False),
                name="one_standing_mandate",
            ),
            models.UniqueConstraint(
                fields=["district", "user", "organisation"],
                condition=Q(until__isnull=True, organisation__isnull=False),
                name="one_standing_mandate_of_a_unit",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} as {self.acts_as}"

    @property
    def acts_as(self) -> str:
        """As whom the account acts: its role in a unit, else its capacity. `casework/acting.py` says what each may."""
        return self.role or self.capacity


class Invitation(Row):
    """A code with which somebody takes a mandate up (授权码): good for some days, once. Kept as a digest alone.

    A unit's manager invites in a role; a person invites an agent, without one.
    """

    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="invitations")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="invitations")
    role = models.CharField(max_length=10, blank=True)
    digest = models.CharField(max_length=64)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    mandate = models.OneToOneField(Mandate, models.PROTECT, null=True, blank=True, related_name="invitation")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["district", "digest"], name="one_invitation_per_code"),
            models.CheckConstraint(
                condition=Q(person__isnull=False, organisation__isnull=True, role="")
                | Q(person__isnull=True, organisation__isnull=False, role__in=["manager", "applicant", "reader"]),
                name="invitation_for_one_applicant",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | Q(mandate=None), name="invitation_used_or_withdrawn"
            ),
        ]

    def __str__(self) -> str:
        return f"invitation {self.pk}"

    @property
    def whom(self) -> Person | Organisation:
        """For whom it lets somebody act."""
        who = self.person or self.organisation
        assert who is not None
        return who


class Relation(Row):
    """What an officer declared: kin, a former employer, or an officer of the same household (亲属、原工作单位、同住).

    Kin and former employers bar them from a case (回避); of one household only one signs a case. `label` is what the
    officer calls them, sealed.
    """

    user = models.ForeignKey(User, models.PROTECT, related_name="relations")
    kind = models.CharField(max_length=16)
    number_index = models.CharField(max_length=64, blank=True)
    officer = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    key = models.ForeignKey(SubjectKey, models.SET_NULL, null=True, related_name="+", db_index=False)
    label = models.BinaryField(null=True)
    declared_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=(Q(kind__in=["kin", "former_employer"], officer=None) & ~Q(number_index=""))
                | Q(kind="household", number_index="", officer__isnull=False),
                name="relation_kind",
            ),
            models.UniqueConstraint(
                fields=["district", "user", "kind", "number_index", "officer"],
                condition=Q(ended_at__isnull=True),
                name="one_relation",
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.kind}"
