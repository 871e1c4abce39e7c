"""Sessions in the database as Django keeps them; read, as every page does, by a query put into SQL once."""

from typing import Final

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone

from casework.statements import Asked, given

_KEPT: Final = Asked(lambda: Session.objects.filter(session_key=given("key"), expire_date__gt=given("at")))


class SessionStore(db.SessionStore):
    def _get_session_from_db(self) -> Session | None:
        found = _KEPT.first(key=self.session_key, at=timezone.now())
        if found is None:
            self._session_key = None
        return found
