"""The officers of a district as administrators see them: posts, second factor, last sign-in. Read side only."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from accounts.models import Post, User
from casework.models import SecondFactor

PAGE = 50


@dataclass(frozen=True)
class Officer:
    """One account, the posts in force, and the second factor where it is set up."""

    user: User
    posts: list[Post]
    factor: SecondFactor | None


def officers(district_id: int, asked: str = "") -> QuerySet[User]:
    """Everybody with a post in the district, ever, and accounts that have had none anywhere; by work number.

    `asked` is a whole name or work number.
    """
    posts = Post.objects.filter(user=OuterRef("pk"))
    found = User.objects.filter(Exists(posts.filter(district_id=district_id)) | ~Exists(posts), kind=User.OFFICER)
    if asked:
        found = found.filter(Q(display_name=asked) | Q(login=asked))
    return found.order_by("login")


def page(found: QuerySet[User], on: date, after: int = 0, size: int = PAGE) -> list[Officer]:
    """The page after the account `after`, one row more than `size`; four statements whatever the number of rows."""
    if after:
        found = found.filter(login__gt=User.objects.filter(pk=after).values("login")[:1])
    held = Prefetch("posts", Post.objects.in_force(on).order_by("department__pk", "role"), to_attr="held")
    users = list(found.prefetch_related(held)[: size + 1])
    factors = {
        one.user_id: one for one in SecondFactor.objects.filter(user__in=users, confirmed_at__isnull=False).defer("secret")
    }  # fmt: skip
    return [Officer(user, user.held, factors.get(user.pk)) for user in users]
