"""An application filled in on its own pages: only what a page shows is filled in, only buttons that it has are pressed."""

import re
from collections.abc import Mapping
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.timezone import localdate

from accounts.actor import Actor
from casework.known import known_of
from casework.models import Case, Draft
from policy import measure
from tests.factories import picture
from tests.web.applicant.served import Control, Form, Served
from tests.web.signing_in import signed_in
from web.tables import value_at

CONTACT = {"telephone": "021-0000-0000", "address": "示例路 1 号"}
MOST_PAGES = 40
UNSURE, OTHER = "unsure", "other"


class Sitting:
    """Somebody at the pages of one application. `seen` are the controls that were shown, `typed` what was put into them,
    `confirmed` the facts that the system knew already and that were said to be right."""

    def __init__(self, by: Actor, code: str) -> None:
        self.client, self.code = signed_in(by), code
        self.town = str(getattr(by.on_behalf_of, "town_id", ""))
        self.seen: set[str] = set()
        self.typed: dict[str, str] = {}
        self.confirmed: set[str] = set()

    def get(self, address: str) -> Served:
        return _served(self.client.get(address, follow=True))

    def send(self, page: Served, form: Form, typed: Mapping[str, Any] | None = None, **pressed: str) -> Served:
        """The form sent with what was typed into it and the button pressed: the page that comes then."""
        for name, value in pressed.items():
            assert (name, value) in form.buttons, f"no button {name}={value} at {page.address}"
        sent = {**form.as_it_stands(), **(typed or {}), **pressed}
        return _served(self.client.post(form.action or page.address, sent, follow=True))

    def filled_in(self, facts: Mapping[str, Any]) -> Served:
        """From the guide to the list of what is to be filled in, everything done; or the page that says what is wrong."""
        guide = self.get(f"/guides/{self.code}/")
        begin = self.get(next(link for link in guide.links if link.startswith(f"/my/apply/{self.code}/")))
        tasks = self.send(begin, begin.own_form()).address
        about = self.get(f"{tasks}about/")
        page = self.send(about, about.own_form(), {**CONTACT, "town": self.town})
        for _ in range(MOST_PAGES):
            if page.address == tasks and f"{tasks}check/" in page.links:
                return page
            page = self.get(to_do(page)) if page.address == tasks else page
            page = self.found(page, facts) if page.address == f"{tasks}known/" else self.section(page, facts)
            if page.summary:
                return page
        raise AssertionError(f"{self.code}: no end of pages, the last at {page.address}")

    def sent(self, facts: Mapping[str, Any]) -> tuple[Served, Case]:
        """Everything filled in, read back and sent: the page on which it was read back, and the case."""
        tasks = self.filled_in(facts)
        assert not tasks.summary, f"{tasks.address}: {tasks.summary}"
        checked = self.get(f"{tasks.address}check/")
        done = self.send(checked, checked.own_form())
        assert done.status == 200
        assert done.address.endswith("/sent/"), f"{done.address}: {done.summary}"
        return checked, Case.objects.select_related("person__key", "organisation__key").latest("pk")

    def found(self, page: Served, facts: Mapping[str, Any]) -> Served:
        """What the system knows already, looked over: what is other than the facts say is marked as wrong."""
        boxes = page.own_form().controls["wrong"].offered
        draft = Draft.objects.get(pk=int(page.address.split("/")[3]))
        known = known_of(draft.person, measure(self.code), localdate())
        self.confirmed = {name for name in boxes if facts.get(name) is not None and known[name].value == facts[name]}
        return self.send(page, page.own_form(), {"wrong": [name for name in boxes if name not in self.confirmed]})

    def section(self, page: Served, facts: Mapping[str, Any]) -> Served:
        """A section filled in as far as it is shown; a list gets its rows first, one press a row."""
        form = page.own_form()
        typed = self._typed(form, facts)
        for name, value in form.buttons:
            table = value.removeprefix("add:")
            if name == "row" and value != table and rows_shown(form, table) < len(value_at(facts, table) or ()):
                return self.send(page, form, typed, row=value)
        papers = {
            name: SimpleUploadedFile("示例.jpg", picture(), "image/jpeg")
            for name, one in form.controls.items() if one.kind == "file"
        }  # fmt: skip
        return self.send(page, form, {**typed, **papers}, go="1")

    def _typed(self, form: Form, facts: Mapping[str, Any]) -> dict[str, str]:
        """What the facts put into the controls that are shown; a question without an answer stays as it is."""
        typed = {}
        for name, one in form.controls.items():
            if one.kind not in ("text", "radio") or name.startswith("about-"):
                continue
            self.seen.add(name)
            said = written(value_at(facts, name), one)
            if said is not None:
                typed[name] = said
        self.typed |= typed
        return typed


def _served(answer: Any) -> Served:
    asked = answer.request
    query = f"?{asked['QUERY_STRING']}" if asked["QUERY_STRING"] else ""
    page = Served(f"{asked['PATH_INFO']}{query}", answer.status_code, answer.content.decode())
    assert page.status < 500
    return page


def written(value: Any, one: Control) -> str | None:
    """A JSON value as it is put into a control: what is not known as "I am not sure", and a kind that is not among those
    offered as another one, where the control offers that."""
    if value is None:
        return UNSURE if UNSURE in one.offered else None
    if OTHER in one.offered and value not in one.offered:
        return OTHER
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return " ".join(str(number) for number in value)
    return str(value)


def rows_shown(form: Form, table: str) -> int:
    found = {int(row[1]) for name in form.controls if (row := re.match(rf"{re.escape(table)}-(\d+)-", name))}
    return max(found, default=-1) + 1


def to_do(tasks: Served) -> str:
    """The first line of the list that is not done yet."""
    rows = re.findall(r'<a href="([^"]+)" aria-describedby="(s-\d+)">', tasks.text)
    return next(link for link, state in rows if "填好了" not in re.findall(rf'id="{state}">(.*?)</li>', tasks.text)[0])
