"""Somebody who answers the checker's questions page by page, as a browser sends its form."""

import re
from collections.abc import Callable, Mapping
from html import unescape

from django.test import Client

HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')
MAIN = re.compile(r"<main.*?</main>", re.S)


class Walk:
    """One walk: `page` is what stands there now, `asked` the keys that were asked, in order."""

    def __init__(self, client: Client, path: str = "/check/", event: str = "") -> None:
        self.client, self.path = client, path
        self.asked: list[str] = []
        self.page = ""
        self._take(client.post(path, {"event": event}) if event else client.get(path))

    @property
    def fields(self) -> dict[str, str]:
        """What travels in the page's form."""
        return {name: unescape(value) for name, value in HIDDEN.findall(MAIN.search(self.page)[0])}

    @property
    def key(self) -> str:
        """The key of the question that stands there; empty on the page of results."""
        return self.fields.get("asked", "")

    @property
    def offers(self) -> list[str]:
        """The choices of the question that stands there."""
        return re.findall(r'<input type="radio" name="[^"]+" value="([^"]+)"', self.page)

    def answer(self, value: str) -> "Walk":
        """Fill in the field and press Next."""
        return self.send({self.key: value})

    def send(self, more: Mapping[str, str]) -> "Walk":
        self._take(self.client.post(self.path, {**self.fields, **more}))
        return self

    def to_the_end(self, answers: Mapping[str, str] | Callable[[str], str]) -> "Walk":
        """Answer every question: by the end of its key, or by a function of it."""
        for _ in range(60):
            if not self.key:
                return self
            self.answer(answers(self.key) if callable(answers) else answers[self.key.rpartition("-")[2]])
        raise AssertionError(f"It does not end: {self.asked}")

    def _take(self, answer: object) -> None:
        assert answer.status_code == 200, answer  # type: ignore[attr-defined]
        self.page = answer.content.decode()  # type: ignore[attr-defined]
        if self.key and self.key not in self.asked:
            self.asked.append(self.key)
