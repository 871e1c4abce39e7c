"""Secrets of the API: how one is made, and whose it is. Only its digest is kept, so that a copy of the table opens nothing."""

import hashlib
import secrets
from datetime import date
from typing import Final

from accounts.models import ApiToken

PREFIX: Final = "mh_"  # so that a secret that strayed into a text is found by whoever searches for such
_BYTES: Final = 32
_LONGEST: Final = 100


def new_secret() -> str:
    """A secret of 256 random bits."""
    return PREFIX + secrets.token_urlsafe(_BYTES)


def digest(secret: str) -> str:
    """How a secret is kept and found. It is random, so that no salt is needed."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def token_of(secret: str, on: date) -> ApiToken | None:
    """The token with this secret, with its client, if it is good on the day; in one statement."""
    if not secret.startswith(PREFIX) or len(secret) > _LONGEST:
        return None
    known = ApiToken.objects.good(on).select_related("client__account", "client__department__district")
    return known.filter(digest=digest(secret)).first()
