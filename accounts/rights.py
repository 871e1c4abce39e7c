"""Guardian's object permissions on departments, derived from the posts in force by one function."""

from datetime import date

from guardian.models import UserObjectPermission
from guardian.shortcuts import assign_perm

from accounts.models import Post, Role, User

HANDLES: dict[str, tuple[str, ...]] = {
    Role.INTAKE: ("handle_intake",),
    Role.TRIAGE: ("handle_intake",),
    Role.REVIEWER: ("handle_review", "handle_confirm", "handle_publicity", "handle_assignment"),
    Role.APPROVER: ("handle_approval", "handle_countersign"),
    Role.INSPECTOR: ("handle_inspect",),
    Role.PAYER: ("handle_payment",),
    Role.HEAD: ("handle_challenge",),
    Role.SUPERVISOR: (),
    Role.AUDITOR: (),
    Role.ADMINISTRATOR: (),
}
SEES_NO_CASES = (Role.ADMINISTRATOR,)


def permissions_of(post: Post) -> set[str]:
    """The permissions that a post gives on its department."""
    seeing = set() if post.role in SEES_NO_CASES else {"view_cases"}
    return seeing | set(HANDLES[post.role])


def derive(user: User, on: date) -> None:
    """Make the user's object permissions those of the posts in force on the day; called by the actions on posts."""
    due: set[tuple[str, str]] = set()
    departments = {}
    for post in Post.objects.in_force(on).filter(user=user):
        departments[str(post.department_id)] = post.department
        due |= {(codename, str(post.department_id)) for codename in permissions_of(post)}
    rows = UserObjectPermission.objects.filter(
        user=user, content_type__app_label="accounts", content_type__model="department"
    ).select_related("permission")
    have = {(row.permission.codename, row.object_pk): row for row in rows}
    for key, row in have.items():
        if key not in due:
            row.delete()
    for codename, pk in due - set(have):
        assign_perm(f"accounts.{codename}", user, departments[pk])
