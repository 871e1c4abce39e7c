"""Vacancies, job seekers, and the introductions between them."""

from django.db import models
from django.db.models import F, Q

from accounts.models import Department, User
from casework.models import Case, Organisation, Person, SubjectKey
from casework.models.base import Row


class Vacancy(Row):
    """A post that an employer offers (招聘岗位), public until its last day or until it is closed with a reason.

    `must` are skills without which nobody can do it, `useful` others; `conditions` says in words what else is asked.
    `case` is the recorded recruitment plan that it comes from.
    """

    OPEN, CLOSED = "open", "closed"

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="vacancies")
    case = models.ForeignKey(Case, models.PROTECT, null=True, blank=True, related_name="vacancies")
    title = models.CharField(max_length=60)
    field = models.CharField(max_length=20)
    number = models.PositiveSmallIntegerField()
    pay_from = models.PositiveIntegerField(null=True, blank=True)
    pay_to = models.PositiveIntegerField(null=True, blank=True)
    hours = models.JSONField(default=list, blank=True)
    town = models.ForeignKey(Department, models.PROTECT, related_name="+")
    place = models.CharField(max_length=120, blank=True)
    must = models.JSONField(default=list, blank=True)
    useful = models.JSONField(default=list, blank=True)
    education = models.CharField(max_length=10, blank=True)
    conditions = models.CharField(max_length=500, blank=True)
    accommodations = models.JSONField(default=list, blank=True)
    open_until = models.DateField()
    state = models.CharField(max_length=8, default=OPEN)
    closed_why = models.CharField(max_length=10, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    introduced = models.PositiveSmallIntegerField(default=0)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "vacancies"
        indexes = [
            models.Index(fields=["district", "state", "open_until", "id"], name="vacancy_by_last_day"),
            models.Index(fields=["town", "open_until"], condition=Q(state="open"), name="vacancy_by_town"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["district", "case"], condition=Q(case__isnull=False), name="one_vacancy_per_plan"
            ),
            models.CheckConstraint(
                condition=Q(state="open", closed_why="", closed_at=None)
                | (Q(state="closed", closed_at__isnull=False) & ~Q(closed_why="")),
                name="vacancy_state",
            ),
            models.CheckConstraint(condition=Q(number__gte=1), name="vacancy_number"),
            models.CheckConstraint(
                condition=Q(pay_from=None) | Q(pay_to=None) | Q(pay_to__gte=F("pay_from")), name="vacancy_pay"
            ),
        ]

    def __str__(self) -> str:
        return f"vacancy {self.pk}"


class JobSeeker(Row):
    """A resident's own profile (求职登记), on or off. What tells of a disability or a person is sealed under their key:
    `private` holds wishes in words, accommodations needed, the least pay wished, the kind on the certificate.
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="profiles", db_index=False)
    is_on = models.BooleanField(default=True)
    skills = models.JSONField(default=list, blank=True)
    fields = models.JSONField(default=list, blank=True)
    hours = models.JSONField(default=list, blank=True)
    education = models.CharField(max_length=10, blank=True)
    town = models.ForeignKey(Department, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    private = models.BinaryField()
    changed_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["district", "person"], name="one_profile_per_person")]
        indexes = [models.Index(fields=["district", "is_on", "id"], name="seekers_who_look")]

    def __str__(self) -> str:
        return f"seeker {self.pk}"


class Introduction(Row):
    """A seeker and a vacancy brought together (推荐): the employer sees a number and skills, and who it is only while
    the person's consent stands. `number` counts within the vacancy. `note` is the employer's word, sealed.
    """

    OPEN = ("offered", "consented", "invited")
    SHOWN = ("consented", "invited", "employed")  # the employer sees who it is

    vacancy = models.ForeignKey(Vacancy, models.PROTECT, related_name="introductions")
    seeker = models.ForeignKey(JobSeeker, models.PROTECT, related_name="introductions")
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, default="offered")
    offered_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    offered_at = models.DateTimeField()
    consented_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    employed_on = models.DateField(null=True, blank=True)
    key = models.ForeignKey(SubjectKey, models.SET_NULL, null=True, related_name="+", db_index=False)
    note = models.BinaryField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["district", "vacancy", "seeker"], name="one_introduction"),
            models.UniqueConstraint(fields=["vacancy", "number"], name="one_number_per_introduction"),
            models.CheckConstraint(
                condition=Q(state__in=[
                    "offered", "consented", "declined", "withdrawn", "invited", "employed", "not_taken",
                ]),
                name="introduction_state",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["consented", "invited", "employed"]) | Q(consented_at__isnull=False),
                name="introduction_consent",
            ),
            models.CheckConstraint(
                condition=Q(state="employed", employed_on__isnull=False) | (~Q(state="employed") & Q(employed_on=None)),
                name="introduction_employed_on",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"introduction {self.pk}"

    @property
    def shown(self) -> str:
        """The number under which the employer knows the person before they have consented."""
        return f"A{self.number}"

    @property
    def shows_the_person(self) -> bool:
        return self.state in self.SHOWN
