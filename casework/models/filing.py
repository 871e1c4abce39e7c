"""What an applicant hands in: drafts, answers, evidence, corrections."""

import uuid

from django.db import models
from django.db.models import Q

from accounts.models import Department, User
from casework.models.base import Row
from casework.models.case import Case
from casework.models.person import Organisation, Person, SubjectKey


class Draft(Row):
    """An application not yet sent (草稿): no case. Answers sealed, `revision` against lost updates, kept 90 days.

    It is for a person, an organisation, a department, or for nobody known; `own_key` seals it for the last two. `town`
    is the town-level office of a case that is no person's. `period` is what a prepared one is for, else empty.
    """

    user = models.ForeignKey(User, models.PROTECT, related_name="drafts")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="drafts")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="drafts", db_index=False)
    applicant_department = models.ForeignKey(Department, models.PROTECT, null=True, related_name="+", db_index=False)
    own_key = models.ForeignKey(SubjectKey, models.SET_NULL, null=True, related_name="+", db_index=False)
    town = models.ForeignKey(Department, models.PROTECT, null=True, related_name="+", db_index=False)
    measure = models.CharField(max_length=60)
    purpose = models.CharField(max_length=30, blank=True)
    period = models.CharField(max_length=64, blank=True)
    submission_key = models.UUIDField(default=uuid.uuid4, unique=True)
    answers = models.BinaryField()
    revision = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    expires_on = models.DateField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["district", "user", "person", "measure", "purpose", "period"],
                condition=Q(person__isnull=False),
                name="one_draft_per_person_and_measure",
            ),
            models.CheckConstraint(
                condition=Q(person=None, organisation=None)
                | Q(person=None, applicant_department=None)
                | Q(organisation=None, applicant_department=None),
                name="draft_for_one_applicant",
            ),
        ]

    def __str__(self) -> str:
        return f"draft {self.pk}"

    @property
    def key(self) -> SubjectKey | None:
        who = self.person or self.organisation
        return who.key if who is not None else self.own_key


class AnswerSet(Row):
    """All answers at one submission, sealed and immutable; a correction is a new one."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="answer_sets")
    number = models.PositiveSmallIntegerField()
    answers = models.BinaryField()
    submitted_at = models.DateTimeField()
    submitted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "number"], name="one_answer_set_per_number")]

    def __str__(self) -> str:
        return f"answers {self.number} of {self.case_id}"


OBJECTION_PAPER = "objection_paper"


class Evidence(Row):
    """One file (材料): its kind read from its bytes, its content sealed on disk under a random name.

    It belongs to exactly one of draft and case, but for a mandate's paper and what comes with an objection, which is
    no part of what the applicant filed. It is never overwritten: a better one replaces it and both stay.
    """

    draft = models.ForeignKey(Draft, models.PROTECT, null=True, blank=True, related_name="evidence")
    case = models.ForeignKey(Case, models.PROTECT, null=True, blank=True, related_name="evidence")
    mandate_file = models.BooleanField(default=False)
    code = models.CharField(max_length=40)
    key = models.ForeignKey(SubjectKey, models.SET_NULL, null=True, related_name="+")
    stored_as = models.CharField(max_length=64, unique=True)
    digest = models.CharField(max_length=64)
    content_index = models.CharField(max_length=64, blank=True)
    media_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    pages = models.PositiveSmallIntegerField(default=1)
    name = models.BinaryField()
    description = models.BinaryField()
    uploaded_at = models.DateTimeField()
    uploaded_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    replaces = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="replaced_by")
    removed_at = models.DateTimeField(null=True, blank=True)
    original_seen_at = models.DateTimeField(null=True, blank=True)
    original_seen_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)

    class Meta:
        verbose_name_plural = "evidence"
        constraints = [
            models.CheckConstraint(
                condition=Q(draft__isnull=False, case__isnull=True)
                | Q(draft__isnull=True, case__isnull=False)
                | Q(draft__isnull=True, case__isnull=True, mandate_file=True)
                | Q(draft__isnull=True, case__isnull=True, code=OBJECTION_PAPER),
                name="evidence_of_draft_or_case",
            )
        ]
        indexes = [
            models.Index(
                fields=["district", "content_index"], condition=~Q(content_index=""), name="evidence_by_content"
            )
        ]

    def __str__(self) -> str:
        return f"evidence {self.pk}"

    @property
    def is_picture(self) -> bool:
        return self.media_type.startswith("image/")


class CorrectionRequest(Row):
    """One request to put things right (补正), naming everything at once; the applicant's clock runs meanwhile."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="correction_requests")
    step = models.CharField(max_length=40)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    expired_at = models.DateTimeField(null=True, blank=True)
    answers_before = models.ForeignKey(AnswerSet, models.PROTECT, null=True, related_name="+", db_index=False)
    answers_after = models.ForeignKey(AnswerSet, models.PROTECT, null=True, related_name="+", db_index=False)
    answers = models.BinaryField(null=True)
    revision = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(answered_at=None, expired_at=None), name="one_open_correction"
            )
        ]

    def __str__(self) -> str:
        return f"correction {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.answered_at is None and self.expired_at is None


class CorrectionItem(Row):
    """One thing to correct: a fact, a piece of evidence, or something in the officer's own words."""

    request = models.ForeignKey(CorrectionRequest, models.PROTECT, related_name="items")
    kind = models.CharField(max_length=8)
    target = models.CharField(max_length=60)
    note = models.BinaryField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=["fact", "evidence"]), name="correction_item_kind"),
            models.UniqueConstraint(fields=["request", "kind", "target"], name="one_item_per_target"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.target}"
