"""Sealing what people tell us, and finding them by their numbers without storing those in clear.

Each subject (person, organisation, officer, objector, reporter) has a key of its own, wrapped by the master key. Values
are JSON under AES-256-GCM: 12 bytes of nonce, then the ciphertext. Deleting the key's row erases all of them at once.
Numbers are found by HMAC-SHA256 of the normalised number under a key of its own, and of their last four characters.
"""

import hashlib
import hmac
import json
import secrets
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from casework.models.person import SubjectKey

_NONCE = 12


class Erased(Exception):
    """What was sealed can't be read: its key is deleted, or it was sealed under another."""


@lru_cache
def _derived(secret: str, purpose: str) -> bytes:
    return hmac.new(secret.encode(), purpose.encode(), hashlib.sha256).digest()


def _master() -> AESGCM:
    return AESGCM(_derived(settings.MASTER_KEY, "subject keys"))


def new_key(kind: str, district_id: int) -> SubjectKey:
    """A new subject's key, stored wrapped."""
    key = _wrapped(kind, district_id)
    key.save(force_insert=True)
    return key


def new_keys(kind: str, district_id: int, count: int) -> list[SubjectKey]:
    """The keys of many new subjects at once, stored wrapped."""
    keys = [_wrapped(kind, district_id) for _ in range(count)]
    return SubjectKey.objects.bulk_create(keys)


def _wrapped(kind: str, district_id: int) -> SubjectKey:
    key = SubjectKey(kind=kind, district_id=district_id, master_version=settings.MASTER_KEY_VERSION)
    nonce = secrets.token_bytes(_NONCE)
    key.wrapped = nonce + _master().encrypt(nonce, AESGCM.generate_key(256), key.id.bytes)
    return key


def _raw(key: SubjectKey | None) -> bytes:
    if key is None:
        raise Erased
    wrapped = bytes(key.wrapped)
    try:
        return _master().decrypt(wrapped[:_NONCE], wrapped[_NONCE:], key.id.bytes)
    except InvalidTag as error:
        raise Erased from error


def seal(key: SubjectKey | None, value: Any) -> bytes:
    """The value (anything JSON can say) sealed under the subject's key."""
    return seal_bytes(key, json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())


def unseal(key: SubjectKey | None, sealed: bytes | memoryview | None) -> Any:
    """The value again; None stays None. Raises Erased where the key is gone."""
    return None if sealed is None else json.loads(unseal_bytes(key, sealed))


def unsealing() -> Callable[[str, bytes | memoryview, bytes | memoryview], Any]:
    """What unseals many values one after the other, in half the time: it takes the key's id, the wrapped key and what is
    sealed, and raises Erased as `unseal` does."""
    master = _master()

    def opened(key_id: str, wrapped: bytes | memoryview, sealed: bytes | memoryview) -> Any:
        wrapped, sealed = bytes(wrapped), bytes(sealed)
        try:
            key = AESGCM(master.decrypt(wrapped[:_NONCE], wrapped[_NONCE:], bytes.fromhex(key_id.replace("-", ""))))
            return json.loads(key.decrypt(sealed[:_NONCE], sealed[_NONCE:], None).decode())
        except InvalidTag as error:
            raise Erased from error

    return opened


def seal_bytes(key: SubjectKey | None, content: bytes) -> bytes:
    nonce = secrets.token_bytes(_NONCE)
    return nonce + AESGCM(_raw(key)).encrypt(nonce, content, None)


def unseal_bytes(key: SubjectKey | None, sealed: bytes | memoryview) -> bytes:
    data = bytes(sealed)
    try:
        return AESGCM(_raw(key)).decrypt(data[:_NONCE], data[_NONCE:], None)
    except InvalidTag as error:
        raise Erased from error


def keyed_digest(key: SubjectKey | None, content: bytes) -> str:
    """A file's digest under its subject's key, so that equal files of two people can't be matched from outside."""
    return hmac.new(_raw(key), content, hashlib.sha256).hexdigest()


def index(number: str) -> str:
    """The blind index of a normalised number: 64 hexadecimal digits."""
    return hmac.new(_derived(settings.INDEX_KEY, "number"), number.encode(), hashlib.sha256).hexdigest()


def content_index(content: bytes) -> str:
    """The blind index of a file's content: equal files are found inside the house, and can't be matched from outside."""
    return hmac.new(_derived(settings.INDEX_KEY, "content"), content, hashlib.sha256).hexdigest()


def tail_index(number: str) -> str:
    """The blind index of the last four characters."""
    return hmac.new(_derived(settings.INDEX_KEY, "tail"), number[-4:].upper().encode(), hashlib.sha256).hexdigest()


def masked(number: str) -> str:
    """The number as screens show it: the first and the last characters, the rest hidden, its length too."""
    return f"{number[:1]}••••{number[-4:]}" if len(number) > 5 else "••••"


def masked_address(address: str) -> str:
    """A telephone number or an e-mail address as screens show it; of an address the part after the @ stays."""
    name, at, host = address.rpartition("@")
    return f"{name[:1]}••••@{host}" if at else masked(address)


def wrap(value: Any) -> str:
    """A value for the session of somebody who is not signed in yet, unreadable in the table of sessions."""
    nonce = secrets.token_bytes(_NONCE)
    content = json.dumps(value, ensure_ascii=False).encode()
    return (nonce + AESGCM(_derived(settings.MASTER_KEY, "sessions")).encrypt(nonce, content, None)).hex()


def unwrap(wrapped: str) -> Any:
    """The value again; raises Erased where it was wrapped by another key."""
    data = bytes.fromhex(wrapped)
    try:
        return json.loads(AESGCM(_derived(settings.MASTER_KEY, "sessions")).decrypt(data[:_NONCE], data[_NONCE:], None))
    except InvalidTag as error:
        raise Erased from error
