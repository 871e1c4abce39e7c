"""The fixtures of every test that opens a browser; `tests/conftest.py` makes them known.

`world` is the demonstration district, shared by all tests of a worker that only look. `own_world` is a fresh copy for
the tests of one module that change it. `open_tab(role, world)` gives a signed-in tab; Chromium missing is a failure.
"""

import fcntl
import pickle
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright
from playwright.sync_api import Page as Tab

from config import tools
from tests.browser.pages import Judged, Page, crawl
from tests.browser.probes import HEIGHT, WIDE, Judge, equip
from tests.browser.served import World, served
from tests.browser.visitor import Visitor

OPTIONS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
OpenTab = Callable[..., Tab]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the worker."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=tools.chromium(), args=OPTIONS)
        yield started
        started.close()


@pytest.fixture(scope="session")
def world(shared_folder: Path) -> Iterator[World]:
    """The district to look at; nobody changes it."""
    with served("looked_at", shared_folder) as made:
        yield made


@pytest.fixture(scope="module")
def own_world(shared_folder: Path, request: pytest.FixtureRequest) -> Iterator[World]:
    """The district to act in: a fresh copy for each module of tests."""
    with served(request.module.__name__.rpartition(".")[2], shared_folder) as made:
        yield made


@pytest.fixture
def open_tab(browser: Browser) -> Iterator[OpenTab]:
    """`open_tab("civil-1", own_world, javascript=False)`: a tab of that role, its cookies and judges in place.

    Addresses are then relative: `tab.goto("/work/inbox/")`.
    """
    contexts = []

    def opened(role: str, world: World, *, javascript: bool = True, **options: Any) -> Tab:
        settings: dict[str, Any] = {"viewport": {"width": WIDE, "height": HEIGHT}, "locale": "zh-CN"} | options
        context = browser.new_context(
            base_url=world.url, reduced_motion="reduce", java_script_enabled=javascript, **settings
        )
        contexts.append(context)
        if cookies := world.signed_in(role):
            context.add_cookies(cookies)  # type: ignore[arg-type]
        equip(context)
        return context.new_page()

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture
def judge_for(open_tab: OpenTab) -> Callable[..., Judge]:
    """`judge_for("civil-1", world)`: a tab of that role with everything that judges its pages."""
    return lambda role, world, **options: Judge(open_tab(role, world, **options), world.url)


@pytest.fixture(scope="session")
def pages_of(world: World, shared_folder: Path) -> Callable[[str], list[Page]]:
    """The pages that a role can reach, walked once in a run, by the first worker who asks."""

    @cache
    def walk(role: str) -> list[Page]:
        kept = shared_folder / f"walk-{role}"
        with (shared_folder / f"walk-{role}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not kept.exists():
                kept.write_bytes(pickle.dumps(crawl(Visitor(world.url, world.signed_in(role)), role)))
        return list(pickle.loads(kept.read_bytes()))

    return walk


@pytest.fixture(scope="session")
def judged(shared_folder: Path) -> Judged:
    """What the workers of this run have judged already."""
    return Judged(shared_folder / "judged")
