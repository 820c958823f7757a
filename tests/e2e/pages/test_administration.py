"""What those who may write do in the pages: overlays, policies, new arrivals, and what a refresh holds."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from llmanac.ingest.packaged.snapshot import embedded_feeds

from ..conftest import RunningServer, StartServer
from .conftest import OpenTab
from .test_accessibility import violations

MODEL = "openai/gpt-5.5"
FILES = {"models-dev": "models.dev", "litellm": "litellm"}
HIDDEN = "anthropic/claude-sonnet-4-5"


@pytest.fixture(scope="module")
def feeds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the package's feeds as files of the server, which a test changes as the world would."""
    folder = tmp_path_factory.mktemp("feeds")
    for feed in embedded_feeds():
        (folder / f"{feed.name}-2026-11-27.json").write_bytes(feed.text)
    return folder


@pytest.fixture(scope="module")
def organisation(start_server: StartServer, feeds: Path) -> RunningServer:
    """A server with an overlay, a policy that lets nothing new in unseen, and a token under it."""
    files = (f"--{option}={feeds / name}-2026-11-27.json" for option, name in FILES.items())
    server = start_server(*files)
    rule = {"match": MODEL, "set": {"rates": {"input": 1}, "tags": "preferred"}, "reason": "Agreement of May"}
    arrivals = {"name": "checked", "new_arrivals": "quarantine", "rules": [{"effect": "deny", "match": f"{HIDDEN}*"}]}
    for path, body in (
        ("overlays", {"name": "corp", "description": "What our contracts say", "rules": [rule]}),
        ("policies", arrivals),
        ("tokens", {"name": "gateway", "policies": ["checked"]}),
    ):
        made = server.client.post(f"/api/v1/{path}", json=body, timeout=60)
        assert made.status_code == 201, made.text
    return server


@pytest.fixture
def page(open_tab: OpenTab, organisation: RunningServer) -> Iterator[Page]:
    """A tab of somebody who may write everything, in which nothing goes wrong."""
    with open_tab(organisation) as tab:
        tab.page.goto(organisation.url)
        yield tab.page
        assert tab.diary.errors == []


def go(page: Page, path: str) -> None:
    page.goto(re.sub(r"(https?://[^/]+).*", rf"\1{path}", page.url))


def test_a_price_is_stated_from_the_models_own_page(page: Page) -> None:
    go(page, "/models/anthropic/claude-sonnet-5")
    page.get_by_role("link", name="Overlay", exact=True).click()
    page.get_by_role("link", name="Add a rule").click()
    expect(page.get_by_label("Ids or globs")).to_have_value("anthropic/claude-sonnet-5")
    page.locator("summary", has_text="Price").click()
    page.get_by_label("Discount on every price").fill("0.5")
    page.get_by_label("Reason", exact=True).fill("Half of it")
    preview = page.locator("#preview")
    expect(preview).to_contain_text("anthropic/claude-sonnet-5", timeout=20_000)
    page.get_by_role("button", name="Add").click()
    row = page.get_by_role("row").filter(has_text="Half of it")
    expect(row).to_contain_text("in force", timeout=30_000)  # by itself, once it is served
    go(page, "/models/anthropic/claude-sonnet-5")
    expect(page.locator("#ours")).to_be_visible()
    expect(page.locator("main")).to_contain_text("Half of it")


def test_a_fault_is_told_beside_its_field(page: Page, organisation: RunningServer) -> None:
    go(page, "/overlays/corp/rules/1")
    page.get_by_label("Holds until").fill("tomorrow")
    expect(page.locator("#preview")).to_contain_text("valid_until", timeout=20_000)
    assert "tomorrow" not in organisation.client.get("/api/v1/overlays/corp").text


def test_no_script_is_needed(open_tab: OpenTab, organisation: RunningServer) -> None:
    with open_tab(organisation, java_script_enabled=False) as tab:
        page = tab.page
        tab.open("/overlays/corp/rules/new")
        page.get_by_label("Ids or globs").fill("mistral/*")
        page.locator("summary", has_text="Known to us alone").click()
        page.get_by_label("Tags").fill("eu")
        page.get_by_label("Reason", exact=True).fill("Hosted in the EU")
        page.get_by_role("button", name="Preview").click()
        expect(page.locator("#preview")).to_contain_text("offers change")
        expect(page.get_by_label("Reason", exact=True)).to_have_value("Hosted in the EU")
        page.get_by_role("button", name="Add").click()
        expect(page.get_by_role("row").filter(has_text="Hosted in the EU")).to_be_visible()


def test_only_the_fields_of_what_a_rule_does_are_shown(page: Page) -> None:
    go(page, "/overlays/corp/rules/new")
    page.get_by_role("radio", name="Adds a host").check()
    expect(page.get_by_label("Base URL of its API")).to_be_visible()
    expect(page.get_by_label("Ids or globs")).to_be_hidden()
    page.get_by_role("radio", name="Adds an offer").check()
    expect(page.get_by_label("Like")).to_be_visible()
    expect(page.get_by_label("Base URL of its API")).to_be_hidden()


def test_the_text_is_edited_as_a_whole(page: Page) -> None:
    go(page, "/overlays/corp/text")
    text = page.get_by_label("TOML")
    text.fill(text.input_value().replace("Agreement of May", "Agreement of June"))
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("table").first).to_contain_text("Agreement of June")


def test_the_catalog_is_seen_as_a_token_sees_it(page: Page) -> None:
    go(page, "/policies/checked")
    expect(page.locator("main")).to_contain_text(HIDDEN)
    go(page, "/access")
    page.get_by_label("Name of a token").fill("gateway")
    page.get_by_label("Ids to ask about").fill(HIDDEN)
    page.get_by_role("button", name="Show").click()
    expect(page.locator(".preview")).to_contain_text("no:")
    page.get_by_role("button", name="See all pages as this token").click()
    expect(page.locator(".viewing")).to_contain_text("gateway")
    go(page, "/?featured=false&query=claude+sonnet+4.5&provider=anthropic")
    expect(page.locator("main")).not_to_contain_text(HIDDEN)
    page.get_by_role("button", name="See it as yourself again").click()
    expect(page.locator(".viewing")).to_have_count(0)
    go(page, "/?featured=false&query=claude+sonnet+4.5&provider=anthropic")
    expect(page.locator("main")).to_contain_text(HIDDEN)


def test_an_arrival_is_approved_and_what_a_refresh_holds_is_accepted(
    page: Page, organisation: RunningServer, feeds: Path
) -> None:
    feed = feeds / "models.dev-2026-11-27.json"
    content: dict[str, Any] = json.loads(feed.read_bytes())
    models = content["openai"]["models"]
    models["gpt-brand-new"] = {**models["gpt-5.5"], "id": "gpt-brand-new", "name": "Brand new"}
    models["gpt-5.5"]["cost"]["output"] *= 1000
    feed.write_text(json.dumps(content))
    refreshed = organisation.client.post("/api/v1/refreshes?wait=true", timeout=120).json()
    assert refreshed.get("sources"), refreshed
    assert refreshed["sources"][0]["pending_count"] >= 1, refreshed

    go(page, "/arrivals")
    page.get_by_label("openai/gpt-brand-new").check()
    page.get_by_label("Reason", exact=True).fill("Checked")
    page.get_by_role("button", name="Approve the chosen").click()
    expect(page.locator("main")).to_contain_text("1 approved")

    go(page, "/refreshes")
    page.get_by_role("row").nth(1).get_by_role("link").click()
    held = page.get_by_role("table", name=f"{MODEL}, as it is served").get_by_role(
        "row", name=re.compile("^cost.output")
    )
    expect(held).to_contain_text(str(models["gpt-5.5"]["cost"]["output"]))
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_role("button", name="Accept all that is held").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Refresh of")
    accepted = organisation.client.get("/api/v1/refreshes").json()["refreshes"][0]
    assert accepted["trigger"] == "accept"


FILLED = (
    "/overlays",
    f"/overlays?match={MODEL}",
    "/overlays/corp",
    "/overlays/corp/edit",
    "/overlays/corp/text",
    "/overlays/corp/rules/1",
    "/policies",
    "/policies/checked",
    "/policies/checked/rules/1",
    "/policies/checked/approve/new",
    "/arrivals",
    "/access?token=gateway&ids=openai/gpt-5.5",
    "/refreshes",
)
"""The pages with something on them."""


@pytest.mark.parametrize("path", FILLED)
def test_a_page_is_accessible_and_fits_a_phone(
    open_tab: OpenTab, organisation: RunningServer, axe: str, path: str
) -> None:
    with open_tab(
        organisation, bypass_csp=True, reduced_motion="reduce", viewport={"width": 390, "height": 844}
    ) as tab:
        tab.open(path)
        for theme in ("light", "dark"):
            tab.page.emulate_media(color_scheme=theme)
            assert violations(tab, axe) == []
        assert tab.page.evaluate("document.documentElement.scrollWidth") <= 390
