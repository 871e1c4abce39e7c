"""A verifier written from docs/proof.md alone: it shares no line with `ledger/` and uses recursion where that loops."""

import base64
import hashlib
import json
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ed25519


def digest(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def jcs(thing: Any) -> str:
    """RFC 8785 for objects with ASCII names, lists, strings, integers, true, false, null."""
    if isinstance(thing, dict):
        return "{" + ",".join(f"{jcs(name)}:{jcs(thing[name])}" for name in sorted(thing)) + "}"
    if isinstance(thing, list):
        return "[" + ",".join(jcs(one) for one in thing) + "]"
    return json.dumps(thing, ensure_ascii=False)


def root_from(leaf: bytes, index: int, size: int, proof: list[bytes]) -> bytes:
    """The root that an audit path gives, from the top down: the last hash of the path is the sibling nearest the root."""
    if size == 1:
        assert not proof
        return leaf
    half = 1 << ((size - 1).bit_length() - 1)
    *below, sibling = proof
    if index < half:
        return digest(b"\x01" + root_from(leaf, index, half, below) + sibling)
    return digest(b"\x01" + sibling + root_from(leaf, index - half, size - half, below))


def holds(export: dict[str, Any], trusted_key: str) -> bool:
    """Whether every record of the export is what the log holds, under the key."""
    body, line = export["checkpoint"].split("\n\n")
    origin, size, root = body.split("\n")
    public = base64.b64decode(trusted_key)
    signature = base64.b64decode(line.split()[-1])
    if signature[:4] != digest(origin.encode() + b"\n\x01" + public)[:4]:
        return False
    try:
        ed25519.Ed25519PublicKey.from_public_bytes(public).verify(signature[4:], (body + "\n").encode())
    except Exception:
        return False
    before = "0" * 64
    for position, record in enumerate(export["actions"]):
        fields = dict(record["fields"])
        text = jcs({**fields, "previous": before})
        before = digest(text.encode()).hex()
        entry = jcs(
            {
                "action": record["id"], "district": fields["district"], "hash": before, "number": position + 1,
                "subject_id": fields["subject_id"], "subject_kind": fields["subject_kind"],
            }
        )  # fmt: skip
        leaf = digest(b"\x00" + entry.encode())
        try:
            found = root_from(leaf, record["leaf"], int(size), [bytes.fromhex(one) for one in record["proof"]])
        except (AssertionError, ValueError):
            return False
        words = record["texts"] or {}
        if found != base64.b64decode(root) or before != record["hash"] or fields["number"] != position + 1:
            return False
        if any(digest(bytes.fromhex(s) + t.encode()).hex() != fields["commitments"][f] for f, (s, t) in words.items()):
            return False
    return bool(export["actions"])
