"""`manage.py relay`: render the letters that were decided, send the messages of the outbox."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.timezone import now

from accounts.actor import CLOCK
from casework.channels import channel
from casework.models import Letter
from flows.actions.render_letter import render_letter
from flows.actions.send_messages import send_messages


class Command(BaseCommand):
    help = "Render letters and send messages; may run twice at once."

    def handle(self, *args: Any, **options: Any) -> None:
        rendered = 0
        for pk in (
            Letter.objects.filter(rendered_at=None, void_at=None).order_by("pk").values_list("pk", flat=True)[:200]
        ):
            render_letter(letter_id=pk, by=CLOCK, now=now())
            rendered += 1
        sent = 0
        while batch := send_messages(through=channel(), now=now()):
            sent += batch
        if options["verbosity"] > 0:
            self.stdout.write(f"letters rendered {rendered}, messages sent {sent}")
