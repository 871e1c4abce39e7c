"""`manage.py registers`: which registers answer; of the demonstration's simulator, switch one off, on, or make it slow."""

import json
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.timezone import now

from accounts.actor import CLOCK
from accounts.models import District
from casework.registers import REGISTERS
from casework.wording import REGISTER_FAILURES
from demo.registers import HOW, MODES, modes_in
from flows.actions.look_up import probe
from policy import T

_ANSWERS = T("有回答", "answers")
_LINE = T("{title}：{state}", "{title}: {state}")


class Command(BaseCommand):
    help = (
        "Ask each register whether it answers; --down, --slow, --garbage and --up switch the demonstration's simulator."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        for how in (*HOW, "up"):
            parser.add_argument(f"--{how}", action="append", default=[], choices=[*REGISTERS], metavar="REGISTER")
        parser.add_argument("--district", default="minhang")
        parser.add_argument("--lang", choices=("zh", "en"), default="zh")

    def handle(self, *args: Any, lang: str, **options: Any) -> None:
        switched = {code: how for how in (*HOW, "up") for code in options[how]}
        if switched:
            return self._switch(switched)
        district = District.objects.get(code=options["district"])
        for register in REGISTERS.values():
            if register.is_connected:
                state = probe(register=register, district_id=district.pk, by=CLOCK, now=now())
            else:
                state = "not_connected"
            words = _ANSWERS if state == "answered" else REGISTER_FAILURES[state]
            self.stdout.write(_LINE.fill(title=register.title, state=words).in_(lang))
        return None

    def _switch(self, switched: dict[str, str]) -> None:
        if not settings.DEMONSTRATION:
            raise CommandError("This installation is in production: its registers are not ours to switch.")
        modes = {code: how for code, how in {**modes_in(MODES), **switched}.items() if how != "up"}
        MODES.parent.mkdir(parents=True, exist_ok=True)
        MODES.write_text(json.dumps(modes), encoding="utf-8")
