"""`manage.py relay`: render the letters that were decided, send the messages of the outbox by the channels that their
readers chose, and the events of cases to the systems that follow them."""

import logging
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.timezone import now

from accounts.actor import CLOCK
from casework.channels import opened
from casework.models import Letter
from casework.webhooks import post
from flows.actions.render_letter import render_letter
from flows.actions.send_events import send_events
from flows.actions.send_messages import send_messages
from flows.errors import FlowError

log = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Render letters, send messages and events; may run twice at once."

    def handle(self, *args: Any, **options: Any) -> None:
        rendered = 0
        waiting = Letter.objects.filter(rendered_at=None, void_at=None).order_by("pk")
        for pk in waiting.values_list("pk", flat=True):
            try:
                render_letter(letter_id=pk, by=CLOCK, now=now())
            except FlowError as error:  # its case is being changed: the next run renders it
                log.info("a letter waits: %s", type(error).__name__)
            else:
                rendered += 1
        with opened() as through:
            sent = send_messages(through=through, now=now())
        events = send_events(post=post, now=now())
        if options["verbosity"] > 0:
            self.stdout.write(f"letters rendered {rendered}, messages sent {sent}, events sent {events}")
