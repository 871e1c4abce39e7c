"""What is not enjoyed twice (不重复享受, 五1): what granted cases have taken, and benefits from outside this system."""

from django.db import models
from django.db.models import F, Q

from accounts.models import User
from casework.models.base import Row
from casework.models.case import Case


class ExclusionKey(Row):
    """A month, a year, an object … that a granted case has taken; no other case may take it while it stands.

    `subject` is the applicant's blind index, empty where nobody else may take it either (an invoice). A key that could
    name a person or a paper is a keyed digest.
    """

    kind = models.CharField(max_length=24)
    subject = models.CharField(max_length=64, blank=True)
    key = models.CharField(max_length=120, blank=True)
    case = models.ForeignKey(Case, models.PROTECT, related_name="exclusion_keys")
    taken_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["district", "kind", "subject", "key"],
                condition=Q(released_at__isnull=True),
                name="one_standing_claim_per_key",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key[:12]}"


class ClaimMark(Row):
    """A certificate, event or invoice that a case claims (申报标记), as a digest: another claim of the same is found before
    either is granted. Derived from the newest facts."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="marks", db_index=False)
    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=140)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "kind", "key"], name="one_mark_per_object")]
        indexes = [models.Index(fields=["district", "kind", "key"], name="mark_by_object")]

    def __str__(self) -> str:
        return f"mark of {self.case_id}"


class CapAccount(Row):
    """What is used of a yearly cap (年度限额): one per applicant, kind and year. Yuan."""

    kind = models.CharField(max_length=24)
    subject = models.CharField(max_length=64)
    key = models.CharField(max_length=20)
    cap = models.DecimalField(max_digits=14, decimal_places=2)
    used = models.DecimalField(max_digits=14, decimal_places=2, default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["district", "kind", "subject", "key"], name="one_cap_account"),
            models.CheckConstraint(condition=Q(used__gte=0) & Q(used__lte=F("cap")), name="used_within_the_cap"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class CapUse(Row):
    """The part of a cap that one granted case uses; the account's `used` is their sum."""

    account = models.ForeignKey(CapAccount, models.PROTECT, related_name="uses")
    case = models.ForeignKey(Case, models.PROTECT, related_name="cap_uses")
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    taken_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "case"], condition=Q(released_at__isnull=True), name="one_standing_use_per_case"
            )
        ]

    def __str__(self) -> str:
        return f"{self.amount} of {self.account_id}"


class OtherBenefit(Row):
    """A benefit of another district policy, outside this system (外部待遇): declared by the applicant, or imported.

    `words` is what the applicant wrote for the key, sealed under their key. `number_index` is the blind index of the person's or the unit's number, whether or not they are known here.
    """

    number_index = models.CharField(max_length=64)
    kind = models.CharField(max_length=24)
    key = models.CharField(max_length=120, blank=True)
    amount = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    source = models.CharField(max_length=8)
    words = models.BinaryField(null=True)
    batch = models.UUIDField(null=True, blank=True)
    noted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    noted_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["district", "number_index", "kind", "key", "source"],
                condition=Q(withdrawn_at__isnull=True),
                name="one_benefit_per_key_and_source",
            ),
            models.CheckConstraint(condition=Q(source__in=["declared", "imported"]), name="benefit_source"),
            models.CheckConstraint(condition=Q(amount__isnull=True) | Q(amount__gte=0), name="benefit_amount"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key[:12]}"
