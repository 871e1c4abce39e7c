"""Who is signed in: Django's look-up of the account, which every page asks, by a query put into SQL once."""

from typing import Any, Final

from django.contrib.auth.backends import ModelBackend

from accounts.models import User
from casework.statements import Asked, given

ACCOUNT: Final = Asked(lambda: User.objects.filter(pk=given("user")))


class Accounts(ModelBackend):
    def get_user(self, user_id: Any) -> User | None:
        user = ACCOUNT.first(user=user_id)
        return user if user is not None and self.user_can_authenticate(user) else None
