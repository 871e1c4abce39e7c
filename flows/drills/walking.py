"""A visitor who walks through the pages at random, link by link: applicant, officer, supervisor or nobody in particular."""

import random
import re
import threading
import time
from collections import Counter
from collections.abc import Sequence
from html import unescape
from typing import Final

from flows.drills.visitor import BROKEN_OFF, Roaming

_LINK = re.compile(r'<a\b[^>]*\bhref="(/[^"#]*)')
_NOT_FOLLOWED: Final = ("/static/", "/signout/")
_STARTS_ANEW: Final = 0.3  # so often a walk begins at one of its first pages again


class Walker(threading.Thread):
    """One visitor; `starts` are the pages that a walk begins with."""

    def __init__(self, visitor: Roaming, starts: Sequence[str], seed: int, pause: float) -> None:
        super().__init__(daemon=True)
        self.visitor, self.starts, self.pause = visitor, starts, pause
        self.random, self.ending = random.Random(seed), threading.Event()
        self.seconds: list[float] = []
        self.answers: Counter[int] = Counter()

    def run(self) -> None:
        links: list[str] = []
        while not self.ending.wait(self.pause * self.random.uniform(0.5, 1.5)):
            is_new = not links or self.random.random() < _STARTS_ANEW
            begun = time.monotonic()
            address = self.random.choice(self.starts if is_new else links)
            try:
                status, page = self.visitor.ask(address)
            except BROKEN_OFF:
                links = []
                continue
            self.answers[status] += 1
            self.seconds.append(time.monotonic() - begun)
            links = links_of(page) if status == 200 else []


def links_of(page: str) -> list[str]:
    """The pages of ours that it leads to."""
    found = (unescape(one) for one in _LINK.findall(page))
    return [one for one in dict.fromkeys(found) if not one.startswith(("//", *_NOT_FOLLOWED))]
