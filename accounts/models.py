"""District, department, person who signs in, post and deputy.

The only fact about rights is the post: a user holds a role in a department from one day to another. Guardian's object
permissions are derived from it (`accounts.rights`), and `casework.access.may` asks for a post in force today.
"""

import secrets
from datetime import date
from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from simple_history.models import HistoricalRecords


def in_language(zh: str, en: str) -> str:
    """The Chinese text, or the English one where the page is in English and there is one."""
    return en if en and (get_language() or "zh").startswith("en") else zh


class District(models.Model):
    """A district (区): its names, the prefix of its references, and where its decisions are appealed to.

    `host` is the name under which its pages are served, None where it is the only one; `words` what it says where our texts,
    written for Minhang, name that: {"zh": [[written, said], …], "en": […]}; `orders` the steps of the chains that go another
    way here than published, by chain and version (`flows/orders.py`).
    """

    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=80)
    reference_prefix = models.CharField(max_length=2, unique=True)
    review_body = models.CharField(max_length=80)
    review_body_en = models.CharField(max_length=120)
    court = models.CharField(max_length=80)
    court_en = models.CharField(max_length=120)
    host = models.CharField(max_length=120, null=True, blank=True, unique=True)
    words = models.JSONField(null=True, blank=True)
    orders = models.JSONField(default=dict, blank=True, db_default={})

    def __str__(self) -> str:
        return self.code


class UserManager(BaseUserManager["User"]):
    def create_officer(self, login: str, display_name: str, password: str | None = None) -> "User":
        """An officer's account. `login` is a work number, never a personal one."""
        return self._create(login, display_name, User.OFFICER, password)

    def create_applicant(self, display_name: str) -> "User":
        """An applicant's account: a random login name and no password, for the identity adapter proves who it is."""
        return self._create(secrets.token_hex(12), display_name, User.APPLICANT, None)

    def _create(self, login: str, display_name: str, kind: str, password: str | None) -> "User":
        user = self.model(login=login, display_name=display_name, kind=kind)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(login=username)


class User(AbstractBaseUser, PermissionsMixin):
    """Who signs in: an officer or an applicant. Deactivated when they leave, never deleted; never a superuser.

    `language` is the one that they last chose while signed in; messages are written in it. Empty: none was chosen.
    `password_given_at`: an administrator handed the password over; no page opens before the officer has chosen another.
    """

    OFFICER, APPLICANT = "officer", "applicant"

    login = models.CharField(max_length=40, unique=True)
    display_name = models.CharField(max_length=60)
    kind = models.CharField(max_length=10, choices=[(OFFICER, OFFICER), (APPLICANT, APPLICANT)])
    is_active = models.BooleanField(default=True)
    language = models.CharField(max_length=10, blank=True)
    password_given_at = models.DateTimeField(null=True, blank=True)
    is_superuser = False  # no column: nobody is above the rules

    USERNAME_FIELD = "login"
    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(kind__in=["officer", "applicant"]), name="user_kind")]

    def __str__(self) -> str:
        return self.login

    def get_short_name(self) -> str:
        return self.display_name


class Department(models.Model):
    """A department (部门): one of the district's, a town-level office (镇、街道、莘庄工业区), or supervision (监督).

    `name` is what people call it; `official_name` stands on letters.
    """

    DISTRICT_LEVEL, TOWN, SUPERVISION = "district", "town", "supervision"

    district = models.ForeignKey(District, models.PROTECT, related_name="departments")
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=100)
    official_name = models.CharField(max_length=60)
    kind = models.CharField(max_length=12)
    telephone = models.CharField(max_length=30, blank=True)
    history = HistoricalRecords()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["district", "code"], name="one_department_per_code"),
            models.CheckConstraint(condition=Q(kind__in=["district", "town", "supervision"]), name="department_kind"),
        ]
        permissions = [
            ("view_cases", "May see the department's cases"),
            ("handle_intake", "May handle intake (受理)"),
            ("handle_review", "May handle review (审核)"),
            ("handle_approval", "May handle approval (审批)"),
            ("handle_countersign", "May handle countersigning (会签)"),
            ("handle_confirm", "May handle confirmation (确认)"),
            ("handle_publicity", "May handle a public notice (公示)"),
            ("handle_assignment", "May handle assignment to a position (安排岗位)"),
            ("handle_inspect", "May handle inspection (核查)"),
            ("handle_payment", "May handle payment (拨付)"),
            ("handle_challenge", "May decide transfers and challenges (转办、回避)"),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def title(self) -> str:
        return in_language(self.name, self.name_en)


class Role(models.TextChoices):
    """What a post (任职) lets its holder do; the words are shown as "department · role"."""

    INTAKE = "intake"
    REVIEWER = "reviewer"
    APPROVER = "approver"
    HEAD = "head"
    PAYER = "payer"
    TRIAGE = "triage"
    INSPECTOR = "inspector"
    SUPERVISOR = "supervisor"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


class PostQuerySet(models.QuerySet["Post"]):
    def in_force(self, on: date) -> "PostQuerySet":
        """The posts held on the day `on`, of people who are active."""
        return self.filter(
            Q(until__isnull=True) | Q(until__gte=on), since__lte=on, user__is_active=True
        ).select_related("user", "department")


class Post(models.Model):
    """A user holds a role in a department from one day to another (任职), both days included."""

    district = models.ForeignKey(District, models.PROTECT, related_name="+")
    user = models.ForeignKey(User, models.PROTECT, related_name="posts")
    department = models.ForeignKey(Department, models.PROTECT, related_name="posts")
    role = models.CharField(max_length=16, choices=Role.choices)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    history = HistoricalRecords()

    objects = PostQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["district", "user", "department", "role", "since"], name="one_post_per_day"
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="post_ends_after_it_begins"
            ),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="post_role"),
        ]

    def __str__(self) -> str:
        return f"{self.department_id}:{self.role}"

    def is_in_force(self, on: date) -> bool:
        return self.since <= on and (self.until is None or self.until >= on)


class Deputy(models.Model):
    """A acts for the holder of a post from–to, for the named kinds of step (代理); the record names both."""

    district = models.ForeignKey(District, models.PROTECT, related_name="+")
    principal = models.ForeignKey(Post, models.PROTECT, related_name="deputies")
    user = models.ForeignKey(User, models.PROTECT, related_name="deputy_for")
    since = models.DateField()
    until = models.DateField()
    step_kinds = models.JSONField(default=list, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name_plural = "deputies"
        constraints = [
            models.CheckConstraint(condition=Q(until__gte=F("since")), name="deputy_ends_after_it_begins"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}→{self.principal_id}"

    def covers(self, step_kind: str, on: date) -> bool:
        return self.is_in_force(on) and (not self.step_kinds or step_kind in self.step_kinds)

    def is_in_force(self, on: date) -> bool:
        """Whether the deputy may act on the day: between the two days, not ended, and the principal's post still held."""
        return self.ended_at is None and self.since <= on <= self.until and self.principal.is_in_force(on)


# As what a token reads in its department: no post that anybody could hold, and no role that signs (`accounts/rights.py`).
INTERFACE = "interface"


class ApiClient(models.Model):
    """A system that uses the API (接入方): a department's own, or a portal that a department answers for.

    `account` is who it is in the record and in the mandates of applicants. Nobody can sign in with it: it has no password
    and no identity.
    """

    district = models.ForeignKey(District, models.PROTECT, related_name="+")
    department = models.ForeignKey(Department, models.PROTECT, related_name="api_clients")
    account = models.OneToOneField(User, models.PROTECT, related_name="api_client")
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=100)
    opened_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["district", "name"], name="one_api_client_per_name")]

    def __str__(self) -> str:
        return f"client {self.pk}"

    @property
    def title(self) -> str:
        return in_language(self.name, self.name_en)


class Scope(models.TextChoices):
    """What a token allows, beside what is public."""

    SUBMIT = "cases:submit"
    FOLLOW = "cases:follow"
    READ = "cases:read"
    EVENTS = "events:read"


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    def good(self, on: date) -> "ApiTokenQuerySet":
        """The tokens that open something on the day."""
        in_force = Q(until__isnull=True) | Q(until__gte=on)
        return self.filter(in_force, since__lte=on, revoked_at=None, client__account__is_active=True)


class ApiToken(models.Model):
    """What a client shows to be let in (接口凭证), both days included. The secret itself is kept nowhere: `digest` is its
    SHA-256. `last_used_on` is the day alone, so that a request need not write."""

    district = models.ForeignKey(District, models.PROTECT, related_name="+")
    client = models.ForeignKey(ApiClient, models.PROTECT, related_name="tokens")
    label = models.CharField(max_length=60)
    digest = models.CharField(max_length=64)
    scopes = models.JSONField(default=list)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    issued_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    issued_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_on = models.DateField(null=True, blank=True)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["digest"], name="one_api_token_per_secret"),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="api_token_ends_after_it_begins"
            ),
        ]

    def __str__(self) -> str:
        return f"token {self.pk}"


class Absence(models.Model):
    """Days on which an officer is away (不在岗), both included: known to the head, who plans a deputy."""

    KINDS = ("leave", "illness", "travel", "training", "other")

    district = models.ForeignKey(District, models.PROTECT, related_name="+")
    user = models.ForeignKey(User, models.PROTECT, related_name="absences")
    since = models.DateField()
    until = models.DateField()
    kind = models.CharField(max_length=10)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    history = HistoricalRecords()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(until__gte=F("since")), name="absence_ends_after_it_begins"),
            models.CheckConstraint(
                condition=Q(kind__in=["leave", "illness", "travel", "training", "other"]), name="absence_kind"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} away from {self.since}"
