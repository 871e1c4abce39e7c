"""The bytes of a record and the link to the one before.

Canonical bytes are RFC 8785 JSON; the hash is SHA-256 of them, with the hash of the subject's previous record among
them (`previous`, 64 zeros for the first). A commitment is SHA-256(salt ‖ value): it proves a value without showing it,
until its salt is erased.
"""

import hashlib
import secrets
from collections.abc import Mapping
from typing import Any

import rfc8785

FIRST = "0" * 64
SCHEMA = 1

Plain = Any  # str, int, bool, None, or mappings and lists of them


def canonical(fields: Mapping[str, Plain]) -> bytes:
    """The RFC 8785 bytes of the fields; raises ValueError on what JSON can't say exactly (floats are refused)."""
    return rfc8785.dumps(dict(fields))


def link(fields: Mapping[str, Plain], previous: str) -> str:
    """The hash (64 hexadecimal digits) of the record with these fields that follows the one hashed `previous`."""
    return hashlib.sha256(canonical({**fields, "previous": previous})).hexdigest()


def commit(value: str) -> tuple[str, str]:
    """A fresh salt and the commitment to the value: (salt, SHA-256 of salt ‖ value), both hexadecimal."""
    salt = secrets.token_bytes(16)
    return salt.hex(), commitment(salt.hex(), value)


def commitment(salt: str, value: str) -> str:
    return hashlib.sha256(bytes.fromhex(salt) + value.encode()).hexdigest()
