"""Four steps, each for the group of its department, in the order of the direct admission's signatures."""

from typing import Any

from django.contrib.auth.models import Group
from guardian.shortcuts import assign_perm
from viewflow import this
from viewflow.workflow import flow, lock
from viewflow.workflow.flow.views import UpdateProcessView
from viewflow.workflow.models import Process

STEPS = ("federation", "civil_affairs", "hrss", "government")


def _next_may_sign(activation: Any) -> None:
    """The department that is next sees this process, and no other: one row of guardian's for each."""
    group = Group.objects.get(name=activation.flow_task.name)
    assign_perm("viewflow.sign", group, activation.process)


def _step(following: Any) -> Any:
    made = flow.View(UpdateProcessView.as_view(fields=["data"]))
    return made.Permission("viewflow.sign", obj=lambda process: process).onCreate(_next_may_sign).Next(following)


class AdmissionFlow(flow.Flow):
    process_class = Process
    lock_impl = lock.SelectForUpdateLock()

    start = flow.StartHandle().Next(this.federation)
    federation = _step(this.civil_affairs)
    civil_affairs = _step(this.hrss)
    hrss = _step(this.government)
    government = _step(this.end)
    end = flow.End()
