"""Public references (受理编号): read out over the telephone, written on paper, typed back with mistakes found.

The district's prefix, a two-digit year, eight random characters and two check characters, of the 32 digits and letters
without I, L, O and U. The check is two sums over the field of 32 elements (a Reed–Solomon code of distance 3), so that
every single wrong character and every swap of neighbours is caught. Stored without hyphens: `MH267K3P9QXD4T`.
"""

import secrets
from datetime import date

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_VALUE = {character: value for value, character in enumerate(ALPHABET)}
LENGTH = 14
_RANDOM = 8


class NotAReference(ValueError):
    """The text is no reference: too short or long, a character that none has, or a check that fails."""


def _times(a: int, b: int) -> int:
    """Multiplication in the field of 32 elements, modulo x⁵ + x² + 1."""
    product = 0
    while b:
        if b & 1:
            product ^= a
        a <<= 1
        if a & 32:
            a ^= 37
        b >>= 1
    return product


def _check(body: str) -> str:
    """The two characters that make both sums of the whole zero: Σ c = 0 and Σ c·2^position = 0."""
    plain, weighted, weight = 0, 0, 1
    weights = []
    for _ in range(len(body) + 2):
        weights.append(weight)
        weight = _times(weight, 2)
    for position, character in enumerate(body):
        plain ^= _VALUE[character]
        weighted ^= _times(_VALUE[character], weights[position])
    # c1 ^ c2 = plain ; c1·w1 ^ c2·w2 = weighted  →  c1·(w1 ^ w2) = weighted ^ plain·w2
    first, second = weights[-2], weights[-1]
    needed = weighted ^ _times(plain, second)
    one = next(c for c in range(32) if _times(c, first ^ second) == needed)
    return ALPHABET[one] + ALPHABET[one ^ plain]


def new(prefix: str, on: date) -> str:
    """A new reference, stored form: 14 characters."""
    return of(prefix, on, secrets.randbelow(len(ALPHABET) ** _RANDOM))


def of(prefix: str, on: date, number: int) -> str:
    """The reference of that number, below 32⁸: stored form. A district's differ where their numbers or years do."""
    drawn = "".join(ALPHABET[number >> 5 * place & 31] for place in reversed(range(_RANDOM)))
    body = f"{prefix}{on:%y}{drawn}"
    return body + _check(body)


def read(text: str) -> str:
    """The stored form of what somebody typed: case, spaces, hyphens, full width, O for 0, I and L for 1 forgiven."""
    narrow = "".join(chr(ord(c) - 0xFEE0) if "！" <= c <= "～" else c for c in text)
    kept = "".join(c for c in narrow.upper() if not c.isspace() and c not in "-‐‑–—－_.")
    kept = kept.translate(str.maketrans("OIL", "011"))
    if len(kept) != LENGTH or any(c not in _VALUE for c in kept) or _check(kept[:-2]) != kept[-2:]:
        raise NotAReference
    return kept


def shown(reference: str) -> str:
    """As people read it: `MH26-7K3P-9QXD-4T`."""
    return "-".join((reference[:4], reference[4:8], reference[8:12], reference[12:]))
