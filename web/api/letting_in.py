"""Who is let in, and how often they may ask: a token for what is somebody's, an address alone for what is public."""

from collections.abc import Iterable

from django.conf import settings
from django.http import HttpRequest
from django.utils.timezone import localdate, now

from accounts.models import ApiToken, Scope
from accounts.tokens import token_of
from flows.actions.open_interface import note_use
from policy import T
from web.api.problems import Problem
from web.public.tries import Tries, address

_CHALLENGE = {"WWW-Authenticate": 'Bearer realm="api"'}
_LACKS = T("这个凭证没有 {scope} 权限。", "The token lacks the scope {scope}.")


class Public:
    """Anyone; counted by address."""

    def __call__(self, request: HttpRequest) -> str:
        _count(Tries("api-address", settings.API_PER_MINUTE_PUBLIC, 60), address(request))
        return "anyone"


class Bearer:
    """Whoever shows a good token with every one of the scopes, and with one of `any_of` where there are some.

    A token that is unknown, over, revoked or of another district is answered alike, and counted by address.
    """

    openapi_type = "http"
    openapi_scheme = "bearer"

    def __init__(self, *scopes: Scope, any_of: Iterable[Scope] = ()) -> None:
        self.scopes, self.any_of = scopes, tuple(any_of)
        self.openapi_security_schema = {"type": "http", "scheme": "bearer"}

    def __call__(self, request: HttpRequest) -> ApiToken:
        kind, _, secret = request.headers.get("Authorization", "").partition(" ")
        token = token_of(secret.strip(), localdate()) if kind.lower() == "bearer" else None
        if token is None or token.district_id != request.district.pk:
            _count(Tries("api-address", settings.API_PER_MINUTE_PUBLIC, 60), address(request))
            raise Problem("not-let-in", headers=_CHALLENGE)
        _count(Tries("api-token", settings.API_PER_MINUTE, 60), str(token.pk))
        for scope in self.scopes:
            if scope not in token.scopes:
                raise Problem("not-allowed", _LACKS.fill(scope=scope.value))
        if self.any_of and not set(self.any_of) & set(token.scopes):
            raise Problem("not-allowed", _LACKS.fill(scope=self.any_of[0].value))
        note_use(token, now())
        return token


def _count(tries: Tries, whose: str) -> None:
    if not tries.take(whose):
        raise Problem("too-many", headers={"Retry-After": str(tries.seconds)})
