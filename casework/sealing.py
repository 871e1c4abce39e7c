"""Sealing what people tell us, and finding them by their numbers without storing those in clear (加密、盲索引).

Each subject (person, organisation, officer, objector, reporter) has a key of its own, wrapped by the master key. Values
are JSON under AES-256-GCM: 12 bytes of nonce, then the ciphertext. Deleting the key's row erases all of them at once.
Numbers are found by HMAC-SHA256 of the normalised number under a key of its own, and of their last four characters.

Both keys can be renewed (`manage.py rotate_keys`, docs/operations.md): MASTER_KEY and INDEX_KEY hold one key, or several,
each on a line of its own, the newest last. What is sealed opens under any of them. A number is put through every index
key in turn, so that what stands in the tables can be taken from one key to the next without anybody's number.
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

from casework.models.person import KeyRotation, SubjectKey

_NONCE = 12


class KeyIsMissing(Exception):
    """A setting lacks the key that the tables were last taken to."""


class Erased(Exception):
    """What was sealed can't be read: its key is deleted, or it was sealed under another."""


@lru_cache
def _derived(secret: str, purpose: str) -> bytes:
    return hmac.new(secret.encode(), purpose.encode(), hashlib.sha256).digest()


@lru_cache(maxsize=8)
def _masters(said: str) -> tuple[AESGCM, ...]:
    """The newest first."""
    return tuple(AESGCM(_derived(one, "subject keys")) for one in reversed(keys_in(said)))


def keys_in(said: str) -> tuple[str, ...]:
    """The keys that a setting holds, a line each, the oldest first; a key may have spaces in it."""
    return tuple(line.strip() for line in said.splitlines() if line.strip())


def master_mark() -> int:
    """What stands with each wrapped key: by which master key, told by 15 bits of a digest of it."""
    return int(mark_of(keys_in(settings.MASTER_KEY)[-1])[:4], 16) % 2**15


def mark_of(key: str) -> str:
    """16 hexadecimal digits by which another key is noticed, and from which the key can't be found."""
    return hmac.new(key.encode(), b"mark of a key", hashlib.sha256).hexdigest()[:16]


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
    key = SubjectKey(kind=kind, district_id=district_id)
    _wrap(key, AESGCM.generate_key(256))
    return key


def wrap_anew(key: SubjectKey) -> None:
    """The subject's key, which stays what it is, under the newest master key; the caller stores the row. Raises Erased."""
    _wrap(key, _raw(key))


def _wrap(key: SubjectKey, raw: bytes) -> None:
    nonce = secrets.token_bytes(_NONCE)
    key.wrapped = nonce + _masters(settings.MASTER_KEY)[0].encrypt(nonce, raw, key.id.bytes)
    key.master_version = master_mark()


def _raw(key: SubjectKey | None) -> bytes:
    if key is None:
        raise Erased
    return _unwrapped(bytes(key.wrapped), key.id.bytes)


def _unwrapped(wrapped: bytes, key_id: bytes) -> bytes:
    for master in _masters(settings.MASTER_KEY):
        try:
            return master.decrypt(wrapped[:_NONCE], wrapped[_NONCE:], key_id)
        except InvalidTag:
            continue
    raise Erased


def seal(key: SubjectKey | None, value: Any) -> bytes:
    """The value (anything JSON can say) sealed under the subject's key."""
    return seal_bytes(key, json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())


def unseal(key: SubjectKey | None, sealed: bytes | memoryview | None) -> Any:
    """The value again; None stays None. Raises Erased where the key is gone."""
    return None if sealed is None else json.loads(unseal_bytes(key, sealed))


def unsealing() -> Callable[[str, bytes | memoryview, bytes | memoryview], Any]:
    """What unseals many values one after the other, in half the time: it takes the key's id, the wrapped key and what is
    sealed, and raises Erased as `unseal` does."""

    def opened(key_id: str, wrapped: bytes | memoryview, sealed: bytes | memoryview) -> Any:
        wrapped, sealed = bytes(wrapped), bytes(sealed)
        try:
            key = AESGCM(_unwrapped(wrapped, bytes.fromhex(key_id.replace("-", ""))))
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


NUMBER, TAIL = "number", "tail"


def index(number: str) -> str:
    """The blind index of a normalised number: 64 hexadecimal digits."""
    return _through_every_key(NUMBER, number)


def tail_index(number: str) -> str:
    """The blind index of the last four characters."""
    return _through_every_key(TAIL, number[-4:].upper())


def fixed_index(text: str) -> str:
    """The blind index of what is no personal number and stands where it stays as it is (the record, letters, codes): by the
    first key alone."""
    return _hashed(_first_index_key(), NUMBER, text.encode())


def content_index(content: bytes) -> str:
    """The blind index of a file's content: equal files are found inside the house, and can't be matched from outside."""
    return _hashed(_first_index_key(), "content", content)


def taken_on(purpose: str, found: str, key: str) -> str:
    """A blind index as it becomes with one key more."""
    return _hashed(key, purpose, found.encode())


def _through_every_key(purpose: str, text: str) -> str:
    first, *later = index_keys()
    found = _hashed(first, purpose, text.encode())
    for key in later:
        found = taken_on(purpose, found, key)
    return found


def _hashed(key: str, purpose: str, content: bytes) -> str:
    return hmac.new(_derived(key, purpose), content, hashlib.sha256).hexdigest()


def _first_index_key() -> str:
    return keys_in(settings.INDEX_KEY)[0]


def index_keys() -> tuple[str, ...]:
    """The index keys through which the numbers in the tables have gone: a new one counts once `rotate_keys` has run."""
    return _index_keys(settings.INDEX_KEY)


@lru_cache(maxsize=8)
def _index_keys(said: str) -> tuple[str, ...]:
    keys = keys_in(said)
    if len(keys) == 1:
        return keys  # whether it is the one of the tables is asked by `readyz` and `doctor`
    newest = newest_index_mark()
    marks = [mark_of(key) for key in keys]
    if newest and newest not in marks:
        raise KeyIsMissing("INDEX_KEY")
    return keys[: marks.index(newest) + 1] if newest else keys[:1]


def newest_index_mark() -> str:
    """The mark of the newest key through which the numbers in the tables have gone; empty before the first rotation."""
    rotations = KeyRotation.objects.filter(kind=KeyRotation.INDEXES).order_by("-pk")
    return rotations.values_list("mark", flat=True).first() or ""


def index_keys_fit() -> bool:
    """Whether INDEX_KEY holds the key by which the tables are indexed now."""
    newest = newest_index_mark()
    return not newest or newest in [mark_of(key) for key in keys_in(settings.INDEX_KEY)]


def read_index_keys_again() -> None:
    """After a rotation, in the process that made it."""
    _index_keys.cache_clear()


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
    return (nonce + _for_sessions().encrypt(nonce, content, None)).hex()


def unwrap(wrapped: str) -> Any:
    """The value again; raises Erased where it was wrapped by another key."""
    data = bytes.fromhex(wrapped)
    try:
        return json.loads(_for_sessions().decrypt(data[:_NONCE], data[_NONCE:], None))
    except InvalidTag as error:
        raise Erased from error


def _for_sessions() -> AESGCM:
    return AESGCM(_derived(keys_in(settings.MASTER_KEY)[-1], "sessions"))
