"""The bytes of a record and the link to the one before.

Canonical bytes are RFC 8785 JSON; the hash is SHA-256 of them, with the hash of the subject's previous record among
them (`previous`, 64 zeros for the first). A commitment is SHA-256(salt ‖ value): it proves a value without showing it,
until its salt is erased.
"""

import hashlib
import secrets
from collections.abc import Iterable, Mapping
from json.encoder import encode_basestring
from typing import Any, Final

FIRST = "0" * 64
SCHEMA = 1

Plain = Any  # str, int, bool, None, or mappings and lists of them


LARGEST: Final = 2**53 - 1  # of the whole numbers that every reader of JSON holds exactly


def canonical(fields: Mapping[str, Plain]) -> bytes:
    """The RFC 8785 bytes of the fields; raises ValueError on what JSON can't say exactly, and on fractions."""
    return _said(fields).encode()


def _said(value: Plain) -> str:
    if value is None:
        return "null"
    if isinstance(value, str):
        return encode_basestring(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int) and -LARGEST <= value <= LARGEST:
        return str(int(value))
    if isinstance(value, Mapping):
        return f"{{{','.join([f'{encode_basestring(name)}:{_said(value[name])}' for name in _in_order(value)])}}}"
    if isinstance(value, list | tuple):
        return f"[{','.join(map(_said, value))}]"
    raise ValueError(f"a record can't hold a {type(value).__name__}, nor a number beyond 2^53")


def _in_order(names: Iterable[str]) -> list[str]:
    """By their UTF-16, as the standard has it; of plain ASCII, as most are, that is their own order."""
    if all(map(str.isascii, names)):
        return sorted(names)
    return sorted(names, key=lambda name: name.encode("utf-16-be", "surrogatepass"))


def link(fields: Mapping[str, Plain], previous: str) -> str:
    """The hash (64 hexadecimal digits) of the record with these fields that follows the one hashed `previous`."""
    return hashlib.sha256(canonical({**fields, "previous": previous})).hexdigest()


def commit(value: str) -> tuple[str, str]:
    """A fresh salt and the commitment to the value: (salt, SHA-256 of salt ‖ value), both hexadecimal."""
    salt = secrets.token_bytes(16)
    return salt.hex(), commitment(salt.hex(), value)


def commitment(salt: str, value: str) -> str:
    return hashlib.sha256(bytes.fromhex(salt) + value.encode()).hexdigest()
