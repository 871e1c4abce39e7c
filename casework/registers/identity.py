"""Who an applicant is, by the population register: one more adapter of `accounts/identity.py` (IDENTITY_ADAPTER)."""

from accounts.identity import Identity, IdentityRefused, normal_number, number_is_sound
from casework.registers import IDENTITY
from casework.registers.client import Unanswered, ask


class RegisterIdentity:
    """Believes whom the register knows under that number and name."""

    def prove(self, number: str, name: str) -> Identity:
        """Raises IdentityRefused: number, unknown, or unreachable where the register does not answer."""
        number, name = normal_number(number), name.strip()
        if not number_is_sound(number):
            raise IdentityRefused("number")
        try:
            known = ask(IDENTITY, {"number": number, "name": name})
        except Unanswered as failure:
            raise IdentityRefused("unreachable") from failure
        if known is None:
            raise IdentityRefused("unknown")
        return Identity(number, name)
