"""An open or finished step of a case, on viewflow's abstract task."""

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.timezone import localdate
from viewflow.workflow.models import AbstractTask

from accounts.models import Department, User
from casework.models.base import Row
from casework.models.case import Case
from casework.models.person import Organisation
from casework.statements import insert, update


class Task(AbstractTask, Row):
    """A piece of work at a step (任务), held by exactly one party: a department, an organisation or the applicant.

    `due` is the copy of its deadline's date; `owner` is the handler (经办人) who has claimed it.
    """

    process = models.ForeignKey(Case, models.PROTECT, related_name="task_set")
    department = models.ForeignKey(Department, models.PROTECT, null=True, related_name="+", db_index=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+", db_index=False)
    held_by_applicant = models.BooleanField(default=False)
    kind = models.CharField(max_length=16, blank=True)
    due = models.DateField(default=localdate)
    outcome = models.CharField(max_length=24, blank=True)
    data = models.JSONField(default=dict, blank=True)
    owner = models.ForeignKey(User, models.PROTECT, null=True, db_index=False, related_name="+")
    owner_permission_content_type = models.ForeignKey(
        ContentType, models.PROTECT, null=True, db_index=False, related_name="+"
    )
    assigned = external_task_id = scheduled = owner_permission = None
    created = models.DateTimeField(default=timezone.now)
    status = models.CharField(max_length=50, default="NEW")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["process", "flow_task"], condition=Q(finished=None), name="one_open_task_per_node"
            ),
            models.CheckConstraint(
                condition=Q(kind="", department=None, organisation=None, held_by_applicant=False)
                | (~Q(kind="") & Q(department__isnull=False, organisation=None, held_by_applicant=False))
                | (~Q(kind="") & Q(department=None, organisation__isnull=False, held_by_applicant=False))
                | (~Q(kind="") & Q(department=None, organisation=None, held_by_applicant=True)),
                name="task_has_one_holder",
            ),
        ]
        indexes = [
            models.Index(fields=["department", "due", "id"], condition=Q(finished=None), name="inbox_department"),
            models.Index(fields=["owner", "due", "id"], condition=Q(finished=None), name="inbox_owner"),
            models.Index(fields=["due", "id"], condition=Q(finished=None), name="task_by_due"),
            # What nobody has taken on, of one kind, among all that the department has; what a unit has to do.
            models.Index(
                fields=["department", "kind", "due", "id"],
                condition=Q(finished=None, owner=None),
                name="inbox_unclaimed",
            ),
            models.Index(
                fields=["organisation", "due", "id"],
                condition=Q(finished=None, organisation__isnull=False),
                name="inbox_of_a_unit",
            ),
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Viewflow creates start and end tasks itself: the district is the case's."""
        self.district_id = self.district_id or self.process.district_id
        self.flow_task_type = self.flow_task_type or (self.flow_task.task_type if self.flow_task else "")
        if args or kwargs:
            super().save(*args, **kwargs)
        elif self._state.adding:
            insert(self)
        else:
            update(self)

    @property
    def step_name(self) -> str:
        """The node's name in its chain, which never changes."""
        return str(self.flow_task.name) if self.flow_task else ""

    @property
    def step_key(self) -> str:
        """The chain and the node, as steps register their rights under it."""
        return f"{self.flow_task.flow_class.instance.flow_label}.{self.flow_task.name}" if self.flow_task else ""

    @property
    def is_open(self) -> bool:
        return self.finished is None
