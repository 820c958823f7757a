"""Journeys of people through the pages, in a real browser."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from .conftest import COMPARED, VIEWS, OpenTab


def test_from_a_search_to_a_copied_snippet(open_tab: OpenTab) -> None:
    with open_tab(permissions=["clipboard-read", "clipboard-write"]) as tab:
        tab.open("/")
        tab.page.get_by_role("searchbox").press_sequentially("sonet 5")
        expect(tab.page).to_have_url(re.compile(r"\?query=sonet\+5$"))
        expect(tab.page.locator("tbody tr").first).to_contain_text("anthropic/claude-sonnet-5")
        tab.page.locator("code", has_text=re.compile("^anthropic/claude-sonnet-5$")).locator("..").get_by_role(
            "link"
        ).click()
        expect(tab.page.get_by_role("heading", level=1)).to_have_text("Claude Sonnet 5")
        tab.page.get_by_role("button", name="Copy").first.click()
        expect(tab.page.get_by_role("button", name="Copied")).to_be_visible()
        copied = tab.page.evaluate("navigator.clipboard.readText()")
        assert 'model="anthropic/claude-sonnet-5"' in copied
        compile(copied, "snippet", "exec")
        assert tab.diary.errors == []


def test_a_keyboard_is_enough(open_tab: OpenTab) -> None:
    with open_tab() as tab:
        keyboard, page = tab.page.keyboard, tab.page
        tab.open("/")
        keyboard.press("/")
        keyboard.type("claude")
        expect(page).to_have_url(re.compile("query=claude$"))
        keyboard.press("ArrowDown")
        expect(page.locator("tbody a.go").first).to_be_focused()
        keyboard.press("x")
        keyboard.press("j")
        keyboard.press("j")
        keyboard.press("k")
        keyboard.press("x")
        expect(page.locator("form.tray")).to_contain_text("2 of 6")
        keyboard.press("?")
        expect(page.get_by_role("dialog")).to_be_visible()
        keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_be_hidden()
        keyboard.press("c")
        expect(page.get_by_role("heading", level=1)).to_have_text("Compare")
        expect(page.locator("table.compare thead th")).to_have_count(2)
        keyboard.press("g")
        keyboard.press("e")
        expect(page.get_by_role("heading", level=1)).to_have_text("Estimate")
        keyboard.press("j")
        keyboard.press("Enter")
        expect(page).to_have_url(re.compile("/models/"))


def test_single_keys_can_be_switched_off(open_tab: OpenTab) -> None:
    with open_tab() as tab:
        tab.open("/")
        tab.page.keyboard.press("?")
        tab.page.get_by_label("Single keys do these things").uncheck()
        tab.page.keyboard.press("Escape")
        tab.page.keyboard.press("/")
        expect(tab.page.get_by_role("searchbox")).not_to_be_focused()


def test_what_is_chosen_outlasts_a_search_and_is_six_at_most(open_tab: OpenTab) -> None:
    with open_tab() as tab:
        tab.open("/?query=claude")
        for row in range(4):
            tab.page.locator("tbody input").nth(row).check()
        tab.page.get_by_role("searchbox").fill("gemini")
        expect(tab.page.locator("tbody tr").first).to_contain_text("gemini")
        for row in range(2):
            tab.page.locator("tbody input").nth(row).check()
        expect(tab.page.locator("tbody input").nth(2)).to_be_disabled()
        tab.page.locator("form.tray").get_by_role("button").click()
        expect(tab.page.locator("table.compare thead th")).to_have_count(6)


def test_filters_sorting_and_sliders_are_in_the_address_and_back_undoes_them(open_tab: OpenTab) -> None:
    with open_tab() as tab:
        page = tab.page
        tab.open("/?query=claude")
        page.get_by_role("checkbox", name=re.compile("^PDF")).check()
        expect(page).to_have_url(re.compile("capabilities=pdf"))
        page.get_by_role("columnheader", name="Output").get_by_role("link").click()
        expect(page).to_have_url(re.compile("sort=output_price"))
        expect(page.locator("th[aria-sort]")).to_have_attribute("aria-sort", "ascending")
        slider = page.get_by_role("slider", name="Price up to")
        slider.focus()
        slider.press("ArrowLeft")
        expect(page).to_have_url(re.compile(r"max_price=50.*sort=output_price|sort=output_price.*max_price=50"))
        expect(page.locator(".chip", has_text="Price up to $50")).to_be_visible()
        page.go_back()
        expect(page).not_to_have_url(re.compile("max_price"))
        expect(page.get_by_role("checkbox", name=re.compile("^PDF"))).to_be_checked()


def test_one_step_back_leaves_a_search_that_was_typed(open_tab: OpenTab) -> None:
    with open_tab() as tab:
        tab.open("/")
        tab.page.get_by_role("searchbox").press_sequentially("cla")
        expect(tab.page).to_have_url(re.compile("query=cla$"))
        tab.page.get_by_role("searchbox").press_sequentially("ude")
        expect(tab.page).to_have_url(re.compile("query=claude$"))
        tab.page.go_back()
        expect(tab.page).to_have_url(re.compile("/$"))


def test_everything_works_without_scripts(open_tab: OpenTab) -> None:
    with open_tab(java_script_enabled=False) as tab:
        page = tab.page
        tab.open("/")
        page.get_by_role("searchbox").fill("claude sonnet")
        page.get_by_role("checkbox", name=re.compile("^Vision")).check()
        page.get_by_role("button", name="Search").click()
        expect(page.locator("#count")).to_contain_text("offers")
        page.get_by_role("columnheader", name="Context").get_by_role("link").click()
        expect(page.locator("th[aria-sort]")).to_have_attribute("aria-sort", "descending")
        expect(page.locator("svg.scatter")).to_be_visible()
        page.locator("tbody input").nth(0).check()
        page.locator("tbody input").nth(1).check()
        page.get_by_role("button", name="Compare").click()
        expect(page.locator("table.compare thead th")).to_have_count(2)
        page.locator("table.compare thead a").first.click()
        page.get_by_text("opencode.json", exact=True).click()
        expect(page.locator("#snippet-opencode")).to_be_visible()
        tab.open("/estimate")
        page.get_by_label("Input", exact=True).fill("1,000,000")
        page.get_by_role("button", name="Estimate").click()
        page.locator("tbody summary").first.click()
        expect(page.locator("table.formula").first).to_contain_text("1,000,000,000")
        page.get_by_role("button", name="Change between light and dark").click()
        expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_the_plot_is_drawn_by_the_server_and_alive_with_scripts(open_tab: OpenTab) -> None:
    with open_tab(java_script_enabled=False) as tab:
        tab.open("/")
        link = tab.page.locator("svg.scatter a", has_text="Claude").first
        link.locator("circle").click()
        expect(tab.page).to_have_url(re.compile("/models/anthropic/claude"))
    with open_tab() as tab:
        tab.open("/?plot=date")
        expect(tab.page.locator(".plot canvas")).to_be_visible()
        expect(tab.page.locator("svg.scatter")).to_be_hidden()
        tab.page.get_by_role("link", name="Hide").click()
        expect(tab.page.locator(".plot")).to_have_count(0)


def test_a_theme_lasts(open_tab: OpenTab) -> None:
    with open_tab(color_scheme="light") as tab:
        tab.open("/")
        tab.page.get_by_role("button", name="Change between light and dark").click()
        expect(tab.page.locator("html")).to_have_attribute("data-theme", "dark")
        tab.open("/hosts")
        assert tab.page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(19, 21, 23)"


def test_a_history_of_prices_is_drawn(open_tab: OpenTab) -> None:
    with open_tab() as tab:
        tab.open("/changes?kind=price&since=2026-08-01")
        row = tab.page.locator("tr", has_text="output").first
        row.get_by_role("link").click()
        expect(tab.page.locator(".history canvas")).to_be_visible()
        expect(tab.page.locator("ol.changes")).to_contain_text("output")


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_fits_a_phone_and_breaks_no_rule_of_its_policy(open_tab: OpenTab, view: str) -> None:
    with open_tab(viewport={"width": 390, "height": 844}) as tab:
        tab.open(VIEWS[view])
        tab.page.wait_for_load_state("networkidle")
        assert tab.page.evaluate("document.documentElement.scrollWidth") <= 390
        missing = "Failed to load resource: the server responded with a status of 404 (Not Found)"
        assert [error for error in tab.diary.errors if error != missing] == []


def test_whoever_cannot_be_compared_is_named(open_tab: OpenTab) -> None:
    with open_tab() as tab:
        tab.open(f"{COMPARED}&ids=nobody/nothing-at-all")
        expect(tab.page.get_by_role("alert")).to_contain_text("nobody/nothing-at-all")
        expect(tab.page.locator("table.compare thead th")).to_have_count(3)
