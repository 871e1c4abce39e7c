"""Who an applicant is: the adapter to an identity service (身份核验).

An adapter takes the posted answers and returns the number and the name that the service vouches for. The city's real
service is one more adapter, named by IDENTITY_ADAPTER; the demonstration one believes what it is told, for numbers of an
area code that was never assigned.
"""

from dataclasses import dataclass
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string
from stdnum.cn import ric
from stdnum.exceptions import ValidationError

DEMONSTRATION_AREA = "999999"  # never assigned to any place


@dataclass(frozen=True)
class Identity:
    """What the identity service vouches for: the number (身份证号, 18 characters) and the name on it."""

    number: str
    name: str


class IdentityRefused(Exception):
    """The service does not know this person; `reason` is a key for the page: `number`, `name`, `unknown`, or
    `unreachable` where the service itself gave no answer."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class IdentityAdapter(Protocol):
    def prove(self, number: str, name: str) -> Identity:
        """The identity of whoever answered; raises IdentityRefused."""


def normal_number(text: str) -> str:
    """The number as it is stored: half-width, no spaces or hyphens, a capital X."""
    wide = str.maketrans("０１２３４５６７８９ｘＸ－　", "0123456789XX- ")
    return "".join(text.translate(wide).split()).replace("-", "").upper()


def number_is_sound(number: str) -> bool:
    """Whether the number's length, birth date and check character are right (GB 11643)."""
    body = number
    if number.startswith(DEMONSTRATION_AREA):  # the area is invented: judge the rest
        body = "310112" + number[6:]
        return (
            len(number) == 18 and number[:17].isdigit() and ric.calc_check_digit(number) == number[-1] and _dated(body)
        )
    try:
        ric.validate(number)
    except ValidationError:
        return False
    return True


def _dated(number: str) -> bool:
    try:
        ric.get_birth_date(number)
    except ValidationError:
        return False
    return True


class DemonstrationIdentity:
    """Believes everyone whose number is sound and of the demonstration's area."""

    def prove(self, number: str, name: str) -> Identity:
        number = normal_number(number)
        if not number_is_sound(number):
            raise IdentityRefused("number")
        if not number.startswith(DEMONSTRATION_AREA):
            raise IdentityRefused("unknown")
        if not name.strip():
            raise IdentityRefused("name")
        return Identity(number, name.strip())


def adapter() -> IdentityAdapter:
    """The adapter that the settings name."""
    made: IdentityAdapter = import_string(settings.IDENTITY_ADAPTER)()
    return made
