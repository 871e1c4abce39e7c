"""Take the README's pictures again from a running demonstration: `.venv/bin/python docs/take_pictures.py [ADDRESS]`."""

import os
import sys
from pathlib import Path

import django
from playwright.sync_api import Page, sync_playwright

os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

django.setup()

from config import tools  # noqa: E402
from demo.people import APPLICANTS, PASSWORD, number_of  # noqa: E402

FOLDER = Path(__file__).resolve().parent / "pictures"
ADDRESS = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000"


def officer(tab: Page, login: str) -> None:
    tab.goto(f"{ADDRESS}/officers/signin/")
    tab.fill("input[name=login]", login)
    tab.fill("input[name=password]", PASSWORD)
    tab.click("main button[type=submit]")
    tab.fill("input[name=one_time_code]", tab.locator("main .notice strong").inner_text())
    tab.click("main button[type=submit]")


def applicant(tab: Page, place: int) -> None:
    tab.goto(f"{ADDRESS}/signin/")
    tab.fill("input[name=number]", number_of(place))
    tab.fill("input[name=name]", APPLICANTS[place][0])
    tab.click("main button[type=submit]")


def main() -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=tools.chromium(), args=["--no-sandbox", "--disable-gpu"])

        def picture(name: str, height: int, *steps: object) -> None:
            tab = browser.new_context(viewport={"width": 1280, "height": height}).new_page()
            for step in steps:
                step(tab)  # type: ignore[operator]
            tab.wait_for_load_state("networkidle")
            tab.screenshot(path=FOLDER / f"{name}.png")

        draft = 7  # the applicant whose draft is half filled in
        picture("tasks", 860, lambda t: applicant(t, draft), lambda t: t.click(".tasks a >> nth=0"))
        picture("track", 1000, lambda t: applicant(t, 0), lambda t: t.click(".tasks a[href^='/my/cases/'] >> nth=0"))
        picture("case", 1400, lambda t: officer(t, "civil-1"), lambda t: t.click("[data-open] >> nth=0"))
        picture("audit", 1000, lambda t: officer(t, "supervisor"))
        browser.close()


if __name__ == "__main__":
    main()
