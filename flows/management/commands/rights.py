"""`manage.py rights`: who may do what to a case, by state, role and action, as Markdown (`docs/rights.md`)."""

from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

from django.core.management.base import BaseCommand
from django.db.models import Q
from django.utils.timezone import localdate, make_aware

import flows.chains  # noqa: F401  (registers the steps' rights)
from accounts.models import ApiToken, Deputy, Post, User
from accounts.rights import permissions_of
from casework.rights_table import pages


class Command(BaseCommand):
    help = "The table of rights, made from what is declared."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--write", metavar="FILE", nargs="?", const="docs/rights.md", help="write it to a file")
        parser.add_argument(
            "--holders", metavar="DAY", nargs="?", const=localdate(), type=date.fromisoformat,
            help="who held which post and acted for whom, as it stood on that day (today)",
        )  # fmt: skip

    def handle(self, *args: Any, write: str | None, holders: date | None, **options: Any) -> None:
        if holders:
            for line in held_on(holders):
                self.stdout.write(line)
        elif write:
            with open(write, "w", encoding="utf-8") as file:
                file.write(pages())
        else:
            self.stdout.write(pages(), ending="")


def held_on(day: date) -> Iterator[str]:
    """A line for each post in force on the day, each deputy and each token of the API, as they stood at its end: department,
    role, work number, from, until, the rights that follow."""
    at = make_aware(datetime.combine(day, time.max))
    people = User.objects.in_bulk()
    posts = {one.pk: one for one in Post.history.as_of(at).select_related("department")}
    for post in sorted(posts.values(), key=lambda one: (one.department_id, one.role, one.user_id)):
        if post.since <= day and (post.until is None or post.until >= day):
            rights = " ".join(sorted(permissions_of(post)))
            until = post.until.isoformat() if post.until else "-"
            yield "\t".join(
                [
                    post.department.code,
                    str(post.role),
                    people[post.user_id].login,
                    post.since.isoformat(),
                    until,
                    rights,
                ]
            )
    for one in sorted(Deputy.history.as_of(at), key=lambda one: one.pk):
        if one.since <= day <= one.until and one.ended_at is None and one.principal_id in posts:
            principal = posts[one.principal_id]
            yield "\t".join(
                [
                    principal.department.code, f"deputy of {people[principal.user_id].login}", people[one.user_id].login,
                    one.since.isoformat(), one.until.isoformat(), " ".join(one.step_kinds) or "every step",
                ]
            )  # fmt: skip
    yield from _tokens(day, at)


def _tokens(day: date, at: datetime) -> Iterator[str]:
    """The tokens that systems could show: they give rights, too."""
    standing = ApiToken.objects.filter(Q(revoked_at=None) | Q(revoked_at__gt=at), issued_at__lte=at, since__lte=day)
    standing = standing.filter(Q(until=None) | Q(until__gte=day)).select_related(
        "client__account", "client__department"
    )
    for one in standing.order_by("client__department", "pk"):
        until = one.until.isoformat() if one.until else "-"
        client = one.client
        yield "\t".join(
            [
                client.department.code, f"token of {client.name}", client.account.login, one.since.isoformat(), until,
                " ".join(one.scopes),
            ]
        )  # fmt: skip
