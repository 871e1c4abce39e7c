"""A served page as a browser has it: its forms with what stands in them, its links, and what it says is wrong."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

_TYPED = {"text", "tel", "number", "search"}


@dataclass
class Control:
    """What may be filled in under one name: what stands there, which values it offers, whether it is marked as wrong."""

    kind: str
    value: str | None = None
    offered: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    is_wrong: bool = False


@dataclass
class Form:
    """A form: its method, where it goes (empty: the page itself), its controls and its buttons."""

    method: str
    action: str
    controls: dict[str, Control] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)

    def as_it_stands(self) -> dict[str, str]:
        """What a browser sends where nothing is touched."""
        return {name: one.value for name, one in self.controls.items() if one.kind != "file" and one.value is not None}


class Served(HTMLParser):
    """A page at an address."""

    def __init__(self, address: str, status: int, text: str) -> None:
        super().__init__()
        self.address, self.status, self.text = address, status, text
        self.forms: list[Form] = []
        self.links: list[str] = []
        self.summary: list[tuple[str, str]] = []  # the error summary: what it says, and the id that it leads to
        self._form: Form | None = None
        self._area = self._select = ""
        self._summed = False
        self.feed(text)

    def own_form(self) -> Form:
        """The one form that the page is about: it goes to the page itself, the others to addresses of their own."""
        found = [one for one in self.forms if one.method == "post" and not one.action]
        assert len(found) == 1, f"{len(found)} forms at {self.address}"
        return found[0]

    def wrong(self) -> set[str]:
        """The names of the controls that are marked as wrong, as the summary leads to them."""
        targets = {target for _, target in self.summary}
        return {
            name for form in self.forms for name, one in form.controls.items() if one.is_wrong or targets & {*one.ids}
        }

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = Form(given.get("method", "get"), given.get("action", ""))
            self.forms.append(self._form)
        elif tag == "a":
            self.links.append(given.get("href", ""))
            if self._summed:
                self.summary.append(("", given.get("href", "").removeprefix("#")))
        elif tag == "ol" and "errors__list" in given.get("class", ""):
            self._summed = True
        elif tag == "button" and self._form is not None:
            self._form.buttons.append((given.get("name", ""), given.get("value", "")))
        elif tag == "option" and self._select and self._form is not None:
            self._option(self._form.controls[self._select], given)
        elif tag in ("input", "textarea", "select") and "name" in given and self._form is not None:
            self._control(self._form, tag, given)

    def _control(self, form: Form, tag: str, given: dict[str, str]) -> None:
        kind = {"input": given.get("type", "text"), "textarea": "text"}.get(tag, tag)
        one = form.controls.setdefault(given["name"], Control("text" if kind in _TYPED else kind))
        one.ids.append(given.get("id", ""))
        one.is_wrong |= given.get("aria-invalid") == "true"
        if kind in ("radio", "checkbox"):
            one.offered.append(given.get("value", "on"))
            one.value = one.offered[-1] if "checked" in given else one.value
        elif tag == "input":
            one.value = given.get("value", "")
        elif tag == "textarea":
            one.value, self._area = "", given["name"]
        else:
            self._select = given["name"]

    @staticmethod
    def _option(one: Control, given: dict[str, str]) -> None:
        one.offered.append(given.get("value", ""))
        if one.value is None or "selected" in given:
            one.value = one.offered[-1]

    def handle_data(self, data: str) -> None:
        if self._area and self._form is not None:
            one = self._form.controls[self._area]
            one.value = (one.value or "") + data
        elif self._summed and self.summary:
            text, target = self.summary[-1]
            self.summary[-1] = (text + data, target)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "textarea":
            self._area = ""
        elif tag == "select":
            self._select = ""
        elif tag == "ol":
            self._summed = False
