"""Checkpoints (检查点): signed statements of how large the log is and what its root is, and the keys that sign them.

The form is the signed note of C2SP tlog-checkpoint: origin, size, root in Base64, an empty line, and a signature line
`— <origin> <Base64 of four bytes of the key's hash and 64 of Ed25519>`. `checkpoints/<size>` keeps each one, `latest` the
newest; `keys/<number>.pub` the public keys, each but the first with the signature of the one before (`<number>.sig`).
"""

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from ledger.log import Damaged, Log, _replace

_DASH = "\N{EM DASH}"
_HANDED_ON = b"minhang ledger: the next key is "


class NotSigned(Exception):
    """A checkpoint that none of the known keys signed, or that is none."""


@dataclass(frozen=True)
class Checkpoint:
    origin: str
    size: int
    root: bytes
    key: int  # the number of the key that signed it
    text: str


def public_bytes(key: Ed25519PrivateKey | Ed25519PublicKey) -> bytes:
    public = key.public_key() if isinstance(key, Ed25519PrivateKey) else key
    return public.public_bytes(Encoding.Raw, PublicFormat.Raw)


def key_hash(origin: str, public: bytes) -> bytes:
    """The first four bytes that name a key in a signature line."""
    return hashlib.sha256(origin.encode() + b"\n\x01" + public).digest()[:4]


def sign(origin: str, size: int, root: bytes, key: Ed25519PrivateKey) -> str:
    """The text of a checkpoint."""
    body = f"{origin}\n{size}\n{base64.b64encode(root).decode()}\n"
    signature = key_hash(origin, public_bytes(key)) + key.sign(body.encode())
    return f"{body}\n{_DASH} {origin} {base64.b64encode(signature).decode()}\n"


def read(text: str, keys: list[bytes]) -> Checkpoint:
    """A checkpoint whose signature holds under one of the public keys. Raises NotSigned."""
    try:
        body, signed = text.split("\n\n", 1)
        origin, size, root = body.split("\n")
        dash, name, signature = signed.rstrip("\n").split(" ")
        raw = base64.b64decode(signature, validate=True)
        found = Checkpoint(origin, int(size), base64.b64decode(root, validate=True), 0, text)
    except ValueError as error:
        raise NotSigned("this is no checkpoint") from error
    for number, key in enumerate(keys):
        if dash == _DASH and name == origin and raw[:4] == key_hash(origin, key):
            try:
                Ed25519PublicKey.from_public_bytes(key).verify(raw[4:], f"{body}\n".encode())
            except InvalidSignature:
                break
            return Checkpoint(found.origin, found.size, found.root, number, text)
    raise NotSigned(f"the checkpoint of size {found.size} is signed by none of the known keys")


class Checkpoints:
    """The checkpoints and the public keys of a log."""

    def __init__(self, folder: Path, origin: str) -> None:
        self.folder, self.origin = folder, origin

    def publish(self, log: Log, key: Ed25519PrivateKey) -> Checkpoint:
        """Sign the log as it stands; the same size is signed once. Raises NotSigned where the key is not the newest."""
        keys = self.public_keys()
        if not keys or keys[-1] != public_bytes(key):
            raise NotSigned("the signing key is not the newest of the log's keys")
        size = log.size
        latest = self.latest()
        if latest is not None and latest.size == size and latest.key == len(keys) - 1:
            return latest
        text = sign(self.origin, size, log.root(size), key)
        _replace(self.folder / "checkpoints" / f"{size:012d}", text.encode())
        _replace(self.folder / "latest", text.encode())
        return read(text, keys)

    def latest(self) -> Checkpoint | None:
        """The newest checkpoint. Raises NotSigned."""
        path = self.folder / "latest"
        return read(path.read_text("utf-8"), self.public_keys()) if path.is_file() else None

    def every(self, since: int = 0) -> Iterator[Checkpoint]:
        """All of them from that size on, smallest first. Raises NotSigned."""
        keys = self.public_keys()
        for path in sorted((self.folder / "checkpoints").glob("[0-9]*")):
            if int(path.name) >= since:
                found = read(path.read_text("utf-8"), keys)
                if found.size != int(path.name):
                    raise NotSigned(f"the checkpoint kept as {int(path.name)} is of size {found.size}")
                yield found

    def public_keys(self) -> list[bytes]:
        """The public keys in their order, each signed by the one before. Raises NotSigned."""
        keys: list[bytes] = []
        for number in range(10_000):
            path = self.folder / "keys" / f"{number}.pub"
            if not path.is_file():
                break
            key = base64.b64decode(path.read_text("ascii"))
            if keys:
                signature = base64.b64decode(path.with_suffix(".sig").read_text("ascii"))
                try:
                    Ed25519PublicKey.from_public_bytes(keys[-1]).verify(signature, _HANDED_ON + key)
                except InvalidSignature:
                    raise NotSigned(f"key {number} is not signed by the one before") from None
            keys.append(key)
        return keys

    def add_key(self, key: Ed25519PrivateKey, before: Ed25519PrivateKey | None = None) -> int:
        """The first key, or the next one, signed by the one before; its number. Raises NotSigned."""
        keys = self.public_keys()
        if keys and (before is None or public_bytes(before) != keys[-1]):
            raise NotSigned("the next key has to be signed by the newest one")
        number = len(keys)
        place = self.folder / "keys" / f"{number}.pub"
        if before is not None and keys:
            signature = before.sign(_HANDED_ON + public_bytes(key))
            _replace(place.with_suffix(".sig"), base64.b64encode(signature))
        _replace(place, base64.b64encode(public_bytes(key)))
        return number


def check_growth(log: Log, checkpoints: Checkpoints, since: int = 0) -> list[str]:
    """What is wrong with the log's own files: roots that the tiles do not give, a log that is shorter than was signed."""
    problems = []
    try:
        size = log.size
        for one in checkpoints.every(since):
            if one.size > size:
                problems.append(f"checkpoint {one.size}: the log has only {size} entries")
            elif log.root(one.size) != one.root:
                problems.append(f"checkpoint {one.size}: the log gives another root")
    except (Damaged, NotSigned) as error:
        problems.append(str(error))
    return problems
