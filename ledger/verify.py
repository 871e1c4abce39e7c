#!/usr/bin/env python3
"""Verify an exported record of a case, on any machine, without the system that wrote it (独立核验).

    python verify.py FILE [--key BASE64] [--checkpoint FILE]

Needs Python 3.10 or later and `cryptography`, nothing of ours: this one file may be copied away and read in a quarter of an hour.
What it proves and what it does not stands in docs/proof.md. The exit status is 0 if everything holds, else 1.

Without `--key` the signing key is taken from the export itself, which proves only that the export agrees with itself:
compare the fingerprint that is printed with the one that the office publishes, or give the key. `--checkpoint` is a
checkpoint of the same log that you kept or got elsewhere: the export's must be the same one.
"""

import argparse
import base64
import hashlib
import json
import sys
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def canonical(value: Any) -> bytes:
    """The bytes of RFC 8785 for what an export holds: objects, lists, strings, whole numbers, true, false, null."""
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be"))
        return b"{" + b",".join(canonical(name) + b":" + canonical(value[name]) for name in names) + b"}"
    if isinstance(value, list):
        return b"[" + b",".join(map(canonical, value)) + b"]"
    if isinstance(value, float):
        raise ValueError("a record holds no fractions")
    return json.dumps(value, ensure_ascii=False).encode()


def sha256(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


def climbs(leaf: bytes, index: int, size: int, proof: list[bytes], root: bytes) -> bool:
    """Whether the proof leads from the leaf to the root of a tree of that size (RFC 9162, section 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    place, last, found = index, size - 1, leaf
    for one in proof:
        if last == 0:
            return False
        if place % 2 or place == last:
            found = sha256(b"\x01", one, found)
            while place % 2 == 0 and place:
                place, last = place // 2, last // 2
        else:
            found = sha256(b"\x01", found, one)
        place, last = place // 2, last // 2
    return last == 0 and found == root


def signed(text: str, keys: list[bytes]) -> tuple[int, bytes, int] | None:
    """(size, root, number of the key) of a checkpoint that one of the keys signed, else None."""
    body, _, line = text.partition("\n\n")
    try:
        origin, size, root = body.split("\n")
        _, name, signature = line.rstrip("\n").split(" ")
        raw = base64.b64decode(signature)
    except ValueError:
        return None
    for number, key in enumerate(keys):
        if name == origin and raw[:4] == sha256(origin.encode(), b"\n\x01", key)[:4]:
            try:
                Ed25519PublicKey.from_public_bytes(key).verify(raw[4:], (body + "\n").encode())
            except InvalidSignature:
                return None
            return int(size), base64.b64decode(root), number
    return None


def problems(export: dict[str, Any], key: str | None = None, checkpoint: str | None = None) -> list[str]:
    """Everything that does not hold, as sentences; nothing if all of it does."""
    found = []
    keys = [base64.b64decode(one) for one in ([key] if key else export["keys"])]
    head = signed(export["checkpoint"], keys)
    if head is None:
        return ["The checkpoint is signed by none of the keys."]
    size, root, _ = head
    if checkpoint is not None and checkpoint != export["checkpoint"]:
        found.append("The checkpoint of the export is not the one that was given.")
    # A letter's proof is one record alone, with the hash of the one before it.
    previous = export.get("previous", "0" * 64)
    for place, action in enumerate(export["actions"], 1):
        name = f"Record {place}"
        fields = action["fields"]
        if fields["number"] != place and "previous" not in export:
            found.append(name + ": the numbers have a gap.")
        digest = sha256(canonical({**fields, "previous": previous})).hex()
        if digest != action["hash"]:
            found.append(name + ": its hash is not that of its contents after the record before it.")
        for field, (salt, text) in (action.get("texts") or {}).items():
            if sha256(bytes.fromhex(salt), text.encode()).hex() != fields["commitments"].get(field):
                found.append(f"{name}: the text of {field} is not the one that was committed to.")
        if action.get("leaf") is None:
            found.append(
                name + ": it was not in the log yet when this was exported; that takes a few minutes. Export it again."
            )
        else:
            parts = ("district", "subject_kind", "subject_id", "number")
            entry = {"action": action["id"], "hash": action["hash"], **{part: fields[part] for part in parts}}
            proof = [bytes.fromhex(one) for one in action["proof"]]
            if not climbs(sha256(b"\x00", canonical(entry)), action["leaf"], size, proof, root):
                found.append(name + ": the log does not hold it in the place that is given.")
        previous = action["hash"]
    if not export["actions"]:
        found.append("There is no record in it.")
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("--key", help="the public key that you trust, Base64")
    parser.add_argument("--checkpoint", type=Path, help="a checkpoint of the same log that you trust")
    given = parser.parse_args()
    try:
        export = json.loads(given.file.read_text("utf-8"))
        trusted = given.checkpoint.read_text("utf-8") if given.checkpoint else None
        found = problems(export, given.key, trusted)
    except (OSError, KeyError, TypeError, ValueError) as error:
        print(f"This is no export that can be read: {type(error).__name__}: {error}", file=sys.stderr)
        return 1
    for one in found:
        print(one)
    if not found:
        print("{}: {} records hold.".format(export["subject"], len(export["actions"])))
        print("Log: {}, {} entries.".format(*export["checkpoint"].split("\n")[:2]))
        for number, key in enumerate(export["keys"]):
            print("Key {}: {}{}".format(number, key, "" if given.key else "  (compare it with the published one)"))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
