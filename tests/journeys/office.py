"""What the office does with a case in a browser: take it on, judge, visit, decide, publish a figure, reopen after an appeal."""

from pathlib import Path

from playwright.sync_api import Locator
from playwright.sync_api import Page as Tab

from tests.journeys.applying import main
from tests.journeys.hands import Hands

SIGNED = "看过材料，可以认定。（示例）"


def taken_on(tab: Tab, hands: Hands, reference: str, *, by_inbox: bool = False) -> None:
    """The case, claimed: on its own page, or from the list of the department."""
    if by_inbox:
        tab.goto("/work/inbox/?view=department")
        hands.follow(f'main tr:has(a[href="/work/cases/{reference}/"]) button')
    else:
        tab.goto(f"/work/cases/{reference}/")
        hands.follow('main form[action$="/claim/"] button')
    assert tab.url.endswith(f"/work/cases/{reference}/"), tab.url


def signs(tab: Tab, hands: Hands, verb: str, opinion: str = "", *, against: str = "") -> None:
    """Every clause judged as it is chosen already, the rest as met; `against` is the title of the one that is not."""
    tab.wait_for_load_state("domcontentloaded")
    for clause in tab.locator(".clause:has(.clause__mine)").all():
        asked = clause.locator("input").first.get_attribute("name") or ""
        chosen = clause.locator("input:checked")
        now = chosen.get_attribute("value") if chosen.count() else ""
        wanted = "not_met" if against and against in clause.locator("h3").inner_text() else now or "met"
        if wanted != now:
            hands.pick(f'input[name="{asked}"][value="{wanted}"]')
        if wanted == "not_met" or not now:
            _says_why(clause, hands, f"r{asked[1:]}", opinion or SIGNED)
    if opinion:
        hands.write("#f-opinion", opinion)
    hands.follow(f'main button[name=do][value="{verb}"]')
    assert "/sign/" not in tab.url, main(tab)[:600]


def _says_why(clause: Locator, hands: Hands, name: str, why: str) -> None:
    """The reason beside a clause, where none stands there yet."""
    place = clause.locator("textarea")
    if not place.input_value():
        if not place.is_visible():
            clause.locator("summary").click()
        hands.write(f'textarea[name="{name}"]', why)


def acts(tab: Tab, hands: Hands, reference: str, verb: str, **said: str) -> None:
    """An act on its own page: radios by their value, a colleague by name, the rest typed."""
    tab.goto(f"/work/cases/{reference}/do/{verb}/")
    for name, value in said.items():
        place = tab.locator(f'main [name="{name}"]').first
        if place.get_attribute("type") == "radio":
            hands.pick(f'main input[name="{name}"][value="{value}"]')
        elif place.evaluate("one => one.tagName") == "SELECT":
            label = place.locator("option", has_text=value).inner_text()
            hands.select(f'main select[name="{name}"]', label)
        else:
            hands.write(f'main [name="{name}"]', value)
    hands.follow("main form .actions button")
    assert f"/do/{verb}/" not in tab.url, main(tab)[:600]


def reopens(tab: Tab, hands: Hands, reference: str, step: str, paper: Path) -> None:
    """An administrator, by the document that sets the decision aside."""
    tab.goto(f"/work/reopen/?reference={reference}")
    hands.pick(f'main input[name="to"][value="{step}"]')
    hands.write("#f-reason", "复议决定书撤销了原决定，责令重新办理。（示例）")
    hands.hand_in("main input[name=file]", paper)
    hands.follow("main .sign .actions button")
    assert "重新办理了" in main(tab), main(tab)[:600]


def proposes_figure(tab: Tab, hands: Hands, name: str, **typed: str) -> str:
    """A figure for the days that have none; the address of the proposal."""
    tab.goto(f"/work/rules/figure/?name={name}")
    for field, words in typed.items():
        hands.write(f"#f-{field}", words)
    hands.follow('main button[name=do][value="check"]')
    hands.follow('main button[name=do][value="propose"]')
    assert "/work/rules/proposals/" in tab.url, main(tab)[:600]
    return tab.url


def publishes(tab: Tab, hands: Hands, proposal: str) -> None:
    """Another administrator tries it out first: it can be published once that has finished."""
    tab.goto(proposal)
    assert tab.locator('main button[value="publish"]').count() == 0
    hands.follow('main form[action$="/backtest/"] button')
    tab.locator("main p.lead").wait_for(timeout=60_000)  # the page asks again by itself
    tab.goto(proposal)
    hands.follow('main button[name=do][value="publish"]')
    assert "公布了" in main(tab), main(tab)[:600]
