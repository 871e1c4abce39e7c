"""Codes of the second factor: made, compared, and the recovery codes for whoever has lost their phone.

TOTP as every authenticator app has it (RFC 6238): SHA-1, six digits, 30 seconds. Nothing here writes; the actions do.
"""

import base64
import hashlib
import hmac
import secrets
from datetime import UTC, datetime
from typing import Any

import pyotp
from django.conf import settings

from accounts.models import User
from casework.models import SecondFactor, SubjectKey
from casework.sealing import Erased, keyed_digest, unseal

STEP = 30  # seconds for which a code stands on the phone
DRIFT = 1  # steps that the phone's clock may be early or late
CODE_DIGITS, RECOVERY_DIGITS = 6, 12
RECOVERY_CODES = 10


def new_secret() -> str:
    """160 bits in base32, as apps read them."""
    return pyotp.random_base32()


def demonstration_secret(login: str) -> str:
    """The secret of an invented officer: anybody can work it out, so that visitors can sign in by hand."""
    return base64.b32encode(hashlib.sha256(f"demonstration only: {login}".encode()).digest()[:20]).decode()


def otpauth(secret: str, login: str, issuer: str) -> str:
    """The address that an app reads from the QR code; it names the account by its work number."""
    return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=issuer)


def step_of(now: datetime) -> int:
    """The number of the 30 seconds, counted from 1970."""
    return int(now.timestamp()) // STEP


def code_at(secret: str, step: int) -> str:
    return pyotp.TOTP(secret).generate_otp(step)


def matching_steps(secret: str, code: str, now: datetime) -> list[int]:
    """The steps, the latest first, whose code this is: now, one early or one late."""
    here = step_of(now)
    near = range(here + DRIFT, here - DRIFT - 1, -1)
    return [step for step in near if hmac.compare_digest(code_at(secret, step).encode(), code.encode())]


def secret_of(factor: SecondFactor | None) -> str:
    """The secret of a confirmed factor; empty where there is none, it was erased, or it is a demonstration's in earnest."""
    if factor is None or factor.secret is None:
        return ""
    try:
        secret: str = unseal(factor.key, factor.secret)
    except Erased:
        return ""
    is_public = secret == demonstration_secret(factor.user.login)
    return "" if is_public and not settings.DEMONSTRATION else secret


def shown_code(factor: SecondFactor, now: datetime) -> str | None:
    """For the sign-in page of the demonstration alone: a code that an invented officer can use now.

    None in every other mode, and for everybody who set up a device of their own; empty until the next code comes.
    """
    if not settings.SECOND_FACTOR_SHOWN or secret_of(factor) != demonstration_secret(factor.user.login):
        return None
    step = max(step_of(now), factor.last_step + 1)
    return code_at(secret_of(factor), step) if step <= step_of(now) + DRIFT else ""


def stamp(confirmed_at: datetime) -> str:
    """What a session remembers of the factor that it passed."""
    return confirmed_at.astimezone(UTC).isoformat(timespec="microseconds")


def confirmed(user: User) -> SecondFactor | None:
    """The officer's factor, where it is set up."""
    return SecondFactor.objects.select_related("key", "user").filter(user=user, confirmed_at__isnull=False).first()


def new_recovery_codes() -> list[str]:
    """Ten codes of twelve digits, so that one field with a number pad takes them too."""
    return [f"{secrets.randbelow(10**RECOVERY_DIGITS):0{RECOVERY_DIGITS}d}" for _ in range(RECOVERY_CODES)]


def digested(key: SubjectKey | None, code: str) -> dict[str, Any]:
    """A recovery code as it is stored: salted, and keyed so that nobody can try all of them on a copy of the table."""
    salt = secrets.token_hex(16)
    return {"salt": salt, "digest": _digest(key, salt, code), "used_at": None}


def matching_recovery(factor: SecondFactor, code: str) -> dict[str, Any] | None:
    """The unused recovery code that this is."""
    try:
        same = [
            one for one in factor.recovery
            if hmac.compare_digest(_digest(factor.key, one["salt"], code), one["digest"]) and one["used_at"] is None
        ]  # fmt: skip
    except Erased:
        return None
    return same[0] if same else None


def grouped(text: str, by: int = 4) -> str:
    """In groups, to be read out and typed."""
    return " ".join(text[start : start + by] for start in range(0, len(text), by))


def _digest(key: SubjectKey | None, salt: str, code: str) -> str:
    return keyed_digest(key, f"recovery:{salt}:{code}".encode())
