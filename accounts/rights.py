"""Guardian's object permissions on departments, derived from the posts in force by one function."""

from datetime import date

from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from guardian.models import UserObjectPermission

from accounts.models import Department, Post, Role, User

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
    return seeing | set(HANDLES.get(post.role, ()))  # an interface handles nothing


def derive(user: User, on: date) -> None:
    """Make the user's object permissions those of the posts in force on the day; called by the actions on posts."""
    due = {
        (codename, str(post.department_id))
        for post in Post.objects.in_force(on).filter(user=user)
        for codename in permissions_of(post)
    }
    kind = ContentType.objects.get_for_model(Department)
    rows = UserObjectPermission.objects.filter(user=user, content_type=kind).select_related("permission")
    have = {(row.permission.codename, row.object_pk): row.pk for row in rows}
    if over := [pk for key, pk in have.items() if key not in due]:
        UserObjectPermission.objects.filter(pk__in=over).delete()
    if missing := due - set(have):
        named = {one.codename: one for one in Permission.objects.filter(content_type=kind)}
        UserObjectPermission.objects.bulk_create(
            (
                UserObjectPermission(user=user, permission=named[codename], content_type=kind, object_pk=pk)
                for codename, pk in sorted(missing)
            ),
            ignore_conflicts=True,  # two who appoint the same person at once
        )
