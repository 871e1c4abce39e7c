"""The export of a record with its proofs (证明文件): what `ledger/verify.py` verifies without this system."""

import base64
import hmac
from collections.abc import Sequence
from typing import Any

from casework.models import Action, Case, Letter
from casework.record import hashed_fields, keys_of
from casework.sealing import Erased, fixed_index, unseal
from casework.sequencer import the_checkpoints, the_log
from ledger import tree

FORMAT = "casework-record/1"


def export_of(case: Case, with_texts: bool = False) -> dict[str, Any]:
    """The case's records with their place in the log and the newest checkpoint that holds them.

    `with_texts` adds the sealed words with their salts, as far as they were not erased: they show what people wrote.
    Raises `ledger.checkpoints.NotSigned` or `ledger.log.Damaged`, and LookupError where there is no checkpoint yet.
    """
    found = Action.objects.filter(subject_kind="case", subject_id=case.pk, district_id=case.district_id)
    return _export(case.shown_reference, list(found.order_by("number")), with_texts)


def proof_of(letter: Letter) -> dict[str, Any] | None:
    """The one record of the letter's making, with the hash that it follows and its place in the log; None before the relay
    has rendered it. Raises as `export_of`."""
    found = Action.objects.filter(
        subject_kind="case", subject_id=letter.case_id, event="letter_rendered", details__letter=letter.number
    ).first()
    if found is None:
        return None
    return {**_export(letter.number, [found], False), "previous": found.previous}


def code_of(letter: Letter) -> str:
    """What a letter is verified by: nobody can guess it, and it tells nothing."""
    return f"{letter.pk}-{fixed_index(f'letter {letter.pk}')[:16]}"


def letter_of(code: str) -> Letter | None:
    """The rendered letter with that code."""
    number = code.partition("-")[0]
    if not (number.isascii() and number.isdigit() and len(number) < 18):
        return None
    letter = Letter.objects.filter(pk=int(number)).exclude(digest="").first()
    if letter is None or not hmac.compare_digest(code_of(letter).encode(), code.strip().lower().encode()):
        return None
    return letter


def _export(subject: str, actions: Sequence[Action], with_texts: bool) -> dict[str, Any]:
    log, checkpoints = the_log(), the_checkpoints()
    latest = checkpoints.latest()
    if latest is None:
        raise LookupError("there is no checkpoint yet: run manage.py sequence")
    keys = keys_of(list(actions)) if with_texts else {}
    places = log.places([one.pk for one in actions])
    return {
        "format": FORMAT,
        "subject": subject,
        "origin": latest.origin,
        "checkpoint": latest.text,
        "keys": [base64.b64encode(one).decode() for one in checkpoints.public_keys()],
        "actions": [
            {
                "id": action.pk,
                "fields": hashed_fields(action),
                "hash": action.hash,
                "texts": _texts(action, keys) if with_texts else None,
                "leaf": place if place is not None and place < latest.size else None,
                "proof": [one.hex() for one in tree.inclusion(log.node, place, latest.size)]
                if place is not None and place < latest.size
                else [],
            }
            for action, place in zip(actions, places, strict=True)
        ],
    }


def _texts(action: Action, keys: dict[Any, Any]) -> dict[str, list[str]]:
    if action.sealed is None:
        return {}
    try:
        return {name: list(pair) for name, pair in unseal(keys.get(action.key_id), action.sealed).items()}
    except Erased:
        return {}
