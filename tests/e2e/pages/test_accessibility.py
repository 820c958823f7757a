"""axe finds nothing to object to, on any view, in the light or in the dark."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import VIEWS, OpenTab, Tab

RUN = """async () => {
  const found = await axe.run(document, {resultTypes: ['violations']});
  const where = it => it.nodes.slice(0, 3).map(node => node.html).join(' | ');
  return found.violations.map(it => `${it.id}: ${it.help} (${where(it)})`);
}"""


def violations(tab: Tab, axe: str) -> Any:
    tab.page.evaluate(axe)
    return tab.page.evaluate(RUN)


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_is_accessible_in_both_themes(open_tab: OpenTab, axe: str, view: str) -> None:
    with open_tab(bypass_csp=True, reduced_motion="reduce") as tab:
        tab.open(VIEWS[view])
        for theme in ("light", "dark"):
            tab.page.emulate_media(color_scheme=theme)
            assert violations(tab, axe) == []


def test_what_opens_is_accessible_too(open_tab: OpenTab, axe: str) -> None:
    with open_tab(bypass_csp=True, reduced_motion="reduce", viewport={"width": 390, "height": 844}) as tab:
        tab.open("/?query=claude")
        tab.page.get_by_text("Filters", exact=True).click()
        tab.page.locator("tbody input").first.check()
        assert violations(tab, axe) == []
        tab.page.keyboard.press("?")
        assert violations(tab, axe) == []


def test_the_door_is_accessible(open_tab: OpenTab, axe: str) -> None:
    with open_tab(bypass_csp=True) as tab:
        tab.page.context.clear_cookies()
        tab.open("/")
        assert violations(tab, axe) == []
