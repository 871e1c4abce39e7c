"""Render a letter once (生成文书), after the decision is committed; its digest goes into the record."""

import hashlib
from datetime import datetime

from django.conf import settings

from accounts.actor import Actor
from casework import access, files, letters
from casework.access import ActionSpec
from casework.models import Letter
from casework.proving import code_of
from casework.sealing import unseal
from flows import engine
from flows.conclude import note

SPEC = access.register_action(ActionSpec("render_letter", needs="any_case", holder="clock"))


def render_letter(*, letter_id: int, by: Actor, now: datetime) -> None:
    """The PDF from the frozen facts, sealed on disk. A second time changes nothing."""
    letter = Letter.objects.get(pk=letter_id)
    with engine.at_work(case_id=letter.case_id, by=by, verb="render_letter", now=now) as work:
        letter.refresh_from_db()
        if letter.rendered_at is not None:
            return
        key = work.case.key
        facts = unseal(key, letter.facts)
        if settings.SITE_URL:
            facts["verify_url"] = f"{settings.SITE_URL}/verify/{code_of(letter)}/"
        pdf = letters.render(facts, letter.language)
        letter.stored_as = files.put(key, pdf, settings.LETTERS_DIR)
        letter.digest, letter.rendered_at = hashlib.sha256(pdf).hexdigest(), now
        letter.save(update_fields=["stored_as", "digest", "rendered_at"])
        note(work, "letter_rendered", details={"letter": letter.number, "digest": letter.digest})
