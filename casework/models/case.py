"""A case: one application. The viewflow process is the case: one row, one lock, one version."""

import uuid
from typing import Any

from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords
from viewflow.workflow.models import AbstractProcess

from accounts.models import Department, User
from casework import references, states
from casework.models.base import Row
from casework.models.person import Organisation, Person, SubjectKey
from ledger.canonical import FIRST


class Case(AbstractProcess, Row):
    """One application (案件).

    `flow_class` pins the chain and its version; `as_of` is the day of application and survives corrections; `version`
    rises with answers, evidence, judgements, amount, step and state. `department` has it now; `town` is the case's town.
    """

    reference = models.CharField(max_length=references.LENGTH)
    submission_key = models.UUIDField(default=uuid.uuid4, unique=True)
    measure = models.CharField(max_length=60)
    purpose = models.CharField(max_length=30, blank=True)
    policy_version = models.CharField(max_length=20)
    as_of = models.DateField()
    language = models.CharField(max_length=10, default="zh-hans")

    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="cases")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="cases")
    applicant_department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    anonymous = models.BooleanField(default=False)
    own_key = models.ForeignKey(SubjectKey, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False)
    registrar = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)

    state = models.CharField(max_length=12, default=states.SUBMITTED)
    state_before = models.CharField(max_length=12, blank=True)
    last_event = models.CharField(max_length=24, default="submitted")
    outcome = models.CharField(max_length=12, blank=True)
    amount = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    step = models.CharField(max_length=40, blank=True)
    department = models.ForeignKey(Department, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    town = models.ForeignKey(Department, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    opened_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    version = models.PositiveIntegerField(default=1)
    round = models.PositiveSmallIntegerField(default=1)
    record_number = models.PositiveIntegerField(default=0)
    record_hash = models.CharField(max_length=64, default=FIRST)
    history = HistoricalRecords()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["district", "reference"], name="one_case_per_reference"),
            models.CheckConstraint(condition=Q(state__in=states.STATES), name="case_state"),
            models.CheckConstraint(condition=Q(outcome__in=("", *states.OUTCOMES)), name="case_outcome"),
            models.CheckConstraint(
                condition=~Q(state="closed") | (Q(closed_at__isnull=False) & ~Q(outcome="")),
                name="closed_with_an_outcome",
            ),
            models.CheckConstraint(
                condition=Q(
                    person__isnull=False, organisation__isnull=True, applicant_department__isnull=True, anonymous=False
                )
                | Q(person__isnull=True, organisation__isnull=False, applicant_department__isnull=True, anonymous=False)
                | Q(person__isnull=True, organisation__isnull=True, applicant_department__isnull=False, anonymous=False)
                | Q(person__isnull=True, organisation__isnull=True, applicant_department__isnull=True, anonymous=True),
                name="case_has_one_applicant",
            ),
        ]
        indexes = [
            models.Index(fields=["district", "-opened_at", "-id"], name="case_by_opening"),
            models.Index(fields=["town", "state"], name="case_by_town"),
            models.Index(fields=["department", "state"], name="case_by_department"),
            models.Index(fields=["registrar"], condition=Q(registrar__isnull=False), name="case_registered_for"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def shown_reference(self) -> str:
        return references.shown(self.reference)

    @property
    def applicant(self) -> Any:
        """The person, organisation or department that applied; None where nobody is known."""
        return self.person or self.organisation or self.applicant_department

    @property
    def key(self) -> SubjectKey | None:
        """What the case is sealed under: its applicant's key, or its own where a department or nobody known applied."""
        who = self.person or self.organisation
        return who.key if who is not None else self.own_key

    @property
    def applicant_name(self) -> str:
        """The applicant's name; empty where nobody is known."""
        return str(self.applicant.name) if self.applicant is not None else ""

    @property
    def is_open(self) -> bool:
        return self.state != states.CLOSED


class CaseScope(Row):
    """A department that may see a case: it gets the row when its first task of the case opens, and keeps it.

    `role` says why: handled, asked (a signature or an opinion) or copied (抄送).
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="scopes", db_index=False)
    department = models.ForeignKey(Department, models.PROTECT, related_name="+", db_index=False)
    role = models.CharField(max_length=20, default="handled")
    since = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "department", "role"], name="one_scope")]
        indexes = [models.Index(fields=["department", "case"], name="scope_by_department")]

    def __str__(self) -> str:
        return f"{self.case_id} for {self.department_id}"
