"""A real browser, and what it met on its way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from ..conftest import RunningServer

CHROMIUM = "/usr/bin/chromium"
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()
AXE = Path(__file__).resolve().parents[3] / "web" / "node_modules" / "axe-core" / "axe.min.js"

COMPARED = "/compare?ids=anthropic/claude-sonnet-5&ids=zai/glm-5.2&ids=openai/gpt-5.5"
VIEWS = {
    "models": "/",
    "all models": "/?featured=false&sort=-context",
    "a search": "/?query=claude+sonnet&capabilities=vision&max_price=20",
    "nothing found": "/?query=claude&max_price=0&min_context=4000000",
    "a model": "/models/anthropic/claude-sonnet-5",
    "a model that ends": "/models/anthropic/claude-sonnet-4-5",
    "compare": COMPARED,
    "estimate": "/estimate?input=60000&cache_read=54000&output=1200&reasoning=400",
    "changes": "/changes?kind=price",
    "hosts": "/hosts?query=a",
    "sources": "/sources?cause=currency",
    "connect": "/connect",
    "nothing there": "/models/nobody/nothing",
    "overlays": "/overlays",
    "a new overlay": "/new-overlay",
    "policies": "/policies",
    "a new policy": "/new-policy",
    "new arrivals": "/arrivals",
    "seen by others": "/access?claims=groups+%3D+eu&ids=openai/gpt-5.5",
    "refreshes": "/refreshes",
}
"""Every kind of page, by what it is called here."""


@dataclass
class Diary:
    """The errors of a page, as the browser tells them."""

    errors: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)

    def watch(self, page: Page) -> None:
        """Write down errors, violations of the content security policy, and dialogs."""
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda message: self.errors.append(message.text) if message.type == "error" else None)
        page.on("dialog", self._dismiss)
        page.add_init_script(
            "document.addEventListener('securitypolicyviolation', event =>"
            " console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`))"
        )

    def _dismiss(self, dialog: Any) -> None:
        self.dialogs.append(dialog.message)
        dialog.dismiss()


@dataclass(frozen=True)
class Tab:
    """A page in a browser of its own, signed in at a server."""

    page: Page
    diary: Diary
    url: str

    def open(self, path: str) -> None:
        self.page.goto(self.url + path)


OpenTab = Callable[..., AbstractContextManager[Tab]]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The machine's own Chromium; no longer than a module, since playwright holds the thread's event loop meanwhile."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def axe() -> str:
    """The script of axe-core."""
    return AXE.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def open_tab(browser: Browser, server: RunningServer) -> OpenTab:
    """Opens tabs at a server, signed in with its token; options are those of the browser's contexts."""

    @contextmanager
    def open_at(at: RunningServer | None = None, **options: Any) -> Iterator[Tab]:
        visited = at or server
        context = browser.new_context(**options)
        context.set_default_timeout(15_000)
        context.set_default_navigation_timeout(60_000)
        if visited.token:
            context.add_cookies([{"name": "llmanac_session", "value": visited.token, "url": visited.url}])
        diary = Diary()
        page = context.new_page()
        diary.watch(page)
        yield Tab(page, diary, visited.url)
        context.close()

    return open_at
