"""Take the pictures of README and handbook again: `.venv/bin/python -m docs.take_pictures [ADDRESS] [NAME …]`.

The address is that of a running demonstration, best one that was just built (`make clean`, then `make run`); without it,
http://127.0.0.1:8000. With names, only those are taken. `docs/pictures.py` lists them all.
"""

import io
import os
import sys
from functools import cache, partial
from pathlib import Path

import django
from PIL import Image
from playwright.sync_api import Browser, sync_playwright

os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

django.setup()

from config import tools  # noqa: E402
from docs.pictures import FOLDER, MOST_BYTES, PICTURES, WIDTH, Picture, path_of  # noqa: E402
from tests.browser.pages import links  # noqa: E402
from tests.browser.visitor import Visitor, sign_in  # noqa: E402

COLOURS = (256, 128, 64, 32)  # the most that keep a picture small; a page of text has few
WINDOW = ["--no-sandbox", "--disable-gpu"]


def main(arguments: list[str]) -> None:
    address = "http://127.0.0.1:8000"
    if arguments and arguments[0].startswith("http"):
        address = arguments.pop(0).rstrip("/")

    @cache  # a code of the second factor is good for one sign-in
    def cookies(role: str) -> list[dict[str, str]]:
        return sign_in(Visitor(address), role)

    def led_to(picture: Picture, path: str) -> list[str]:
        return list(links(Visitor(address, cookies(picture.who)).get(path)))

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=tools.chromium(), args=WINDOW)
        for picture in PICTURES:
            if not arguments or picture.name in arguments:
                path = path_of(picture, partial(led_to, picture))
                print(
                    f"{picture.name}: {_take(browser, picture, address + path, cookies(picture.who)) // 1024} KB, {path}"
                )
        browser.close()


def _take(browser: Browser, picture: Picture, url: str, cookies: list[dict[str, str]]) -> int:
    """Take one picture; its size in bytes."""
    window = {"width": WIDTH, "height": picture.height}
    context = browser.new_context(viewport=window, locale="zh-CN", reduced_motion="reduce")  # type: ignore[arg-type]
    context.add_cookies(cookies)  # type: ignore[arg-type]
    tab = context.new_page()
    tab.goto(url, wait_until="networkidle")
    for words in picture.words:
        tab.locator(picture.landmark).get_by_text(words).first.wait_for(state="attached", timeout=5000)
    taken = tab.locator(picture.part).screenshot() if picture.part else tab.screenshot()
    context.close()
    small = _small(taken)
    (FOLDER / f"{picture.name}.png").write_bytes(small)
    return len(small)


def _small(png: bytes) -> bytes:
    """The picture with as many colours as its size allows."""
    whole = Image.open(io.BytesIO(png)).convert("RGB")
    for colours in COLOURS:
        out = io.BytesIO()
        whole.quantize(colours, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
        if out.tell() <= MOST_BYTES:
            break
    return out.getvalue()


if __name__ == "__main__":
    main(sys.argv[1:])
