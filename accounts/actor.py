"""The actor: who does something, as whom, and when they last proved that it is them.

Every action takes one as `by`; so does every function of `casework/queries.py` and `casework/access.py`.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from accounts.models import Deputy, Post, User


@dataclass(frozen=True)
class Actor:
    """`kind` is officer, applicant, clock or anonymous.

    `post` is the post acted as; with `deputy_for` it is the principal's post and `user` is the deputy.
    `on_behalf_of` is the person or organisation an applicant's account acts for, `acts_as` as whom (`casework/acting.py`);
    `proved_at` the moment of the last proof (password, second factor, identity check).
    """

    kind: str
    user: User | None = None
    post: Post | None = None
    deputy_for: Deputy | None = None
    on_behalf_of: Any = None
    acts_as: str = ""
    proved_at: datetime | None = None
    request_id: str = ""

    @property
    def is_officer(self) -> bool:
        return self.kind == "officer" and self.user is not None and self.post is not None

    @property
    def is_applicant(self) -> bool:
        return self.kind == "applicant" and self.user is not None

    @property
    def user_id(self) -> Any:
        """The account's key; None for the clock and for people who gave no name."""
        return self.user.pk if self.user else None

    @property
    def hands(self) -> set[Any]:
        """The keys of the accounts whose hand it is: the user's, and the principal's where a deputy acts."""
        return {self.user_id} | ({self.post.user_id} if self.post else set())

    def holds_post(self, on: date) -> bool:
        """Whether the post acted as, and the deputy's mandate where there is one, is in force on that day."""
        if not self.is_officer or not self.post or not self.user or not self.user.is_active:
            return False
        if self.deputy_for is not None:
            return self.deputy_for.user_id == self.user.pk and self.deputy_for.is_in_force(on)
        return self.post.user_id == self.user.pk and self.post.is_in_force(on)

    def has_role(self, *roles: str) -> bool:
        return self.post is not None and self.post.role in roles

    def proof_is_fresh(self, now: datetime, minutes: int) -> bool:
        return self.proved_at is not None and now - self.proved_at <= timedelta(minutes=minutes)


CLOCK = Actor("clock")
ANONYMOUS = Actor("anonymous")
