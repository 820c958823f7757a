"""Signing in: by the printed link, by a pasted token, or not at all."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator

import httpx2
import pytest
from playwright.sync_api import expect

from ..conftest import RunningServer, StartServer, llmanac
from .conftest import OpenTab

LINK = re.compile(r"http://\S+/sign-in\?code=\S+")
OURS = {"sec-fetch-site": "same-origin"}


@pytest.fixture
def stranger(server: RunningServer) -> Iterator[httpx2.Client]:
    """A client without a token or a cookie."""
    with httpx2.Client(base_url=server.url, trust_env=False, timeout=60) as client:
        yield client


def link_of(server: RunningServer) -> str:
    found = LINK.search(server.greeting)
    assert found, server.greeting
    return found[0]


def revoke(server: RunningServer) -> None:
    command = llmanac("token", "revoke", server.token.split("_")[1], "--data-dir", str(server.data_dir))
    subprocess.run(command, check=True, capture_output=True)


def test_the_printed_link_signs_one_browser_in_once(start_server: StartServer, open_tab: OpenTab) -> None:
    server = start_server()
    with open_tab(at=server) as tab:
        tab.page.context.clear_cookies()
        tab.page.goto(link_of(server))
        expect(tab.page).to_have_url(f"{server.url}/")
        expect(tab.page.locator("tbody tr").first).to_be_visible()
        [cookie] = tab.page.context.cookies()
        assert cookie["httpOnly"]
        assert cookie["sameSite"] == "Lax"
        tab.page.get_by_role("button", name="Sign out").click()
        expect(tab.page.get_by_label("Token")).to_be_visible()
        tab.page.goto(link_of(server))
        expect(tab.page.get_by_role("alert")).to_contain_text("used already")


def test_a_token_is_pasted_once_and_leads_where_one_was_going(server: RunningServer, open_tab: OpenTab) -> None:
    with open_tab() as tab:
        tab.page.context.clear_cookies()
        tab.open("/hosts?query=open")
        tab.page.get_by_label("Token").fill(server.token)
        tab.page.get_by_role("button", name="Sign in").click()
        expect(tab.page).to_have_url(f"{server.url}/hosts?query=open")
        tab.open("/estimate")
        expect(tab.page.get_by_role("heading", level=1)).to_have_text("Estimate")


@pytest.mark.parametrize("path", ["/", "/models/anthropic/claude-sonnet-5", "/export.csv", "/changes", "/sources"])
def test_without_a_session_there_is_only_the_door(stranger: httpx2.Client, path: str) -> None:
    reply = stranger.get(path)
    assert reply.status_code == 401
    assert "Sign in" in reply.text
    assert "llmanac_session" not in reply.headers.get("set-cookie", "")


def test_a_live_update_without_a_session_reloads_the_page(stranger: httpx2.Client) -> None:
    assert stranger.get("/", headers={"hx-request": "true"}).headers["hx-refresh"] == "true"


@pytest.mark.parametrize("cookie", ["llma_nonsense", "pass.9999999999.x.y", "pass.1.2.3.4", "", "€"])
def test_a_cookie_that_is_none_of_ours_opens_nothing(stranger: httpx2.Client, cookie: str) -> None:
    reply = stranger.get("/", headers=[(b"cookie", f"llmanac_session={cookie}".encode())])
    assert reply.status_code == 401


def test_a_wrong_token_is_told_what_is_wrong_with_it(stranger: httpx2.Client, server: RunningServer) -> None:
    reply = stranger.post("/sign-in", data={"token": server.token[:-1] + "!"}, headers=OURS)
    assert reply.status_code == 401
    assert "This is not a token of llmanac" in reply.text
    assert server.token[:-1] not in reply.text


def test_revoking_a_token_ends_its_session(start_server: StartServer) -> None:
    server = start_server()
    with httpx2.Client(
        base_url=server.url, trust_env=False, timeout=60, cookies={"llmanac_session": server.token}
    ) as client:
        assert client.get("/hosts").status_code == 200
        revoke(server)
        statuses = (client.get("/hosts").status_code for _ in range(1000))
        assert 401 in statuses


@pytest.mark.parametrize("path", ["/sign-in", "/sign-out", "/theme"])
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": "https://elsewhere.example"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "none"},
    ],
)
def test_a_form_from_elsewhere_changes_nothing(
    server: RunningServer, stranger: httpx2.Client, path: str, headers: dict[str, str]
) -> None:
    reply = stranger.post(path, data={"token": server.token, "theme": "dark"}, headers=headers)
    assert reply.status_code == 403
    assert "set-cookie" not in reply.headers


@pytest.mark.parametrize(
    "target", ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example", "x", "/\t/x"]
)
def test_signing_in_leads_nowhere_else(server: RunningServer, stranger: httpx2.Client, target: str) -> None:
    reply = stranger.post("/sign-in", data={"token": server.token, "next": target}, headers=OURS)
    assert reply.status_code == 303
    assert reply.headers["location"] == "/"


def test_where_reading_is_open_nobody_signs_in(start_server: StartServer) -> None:
    server = start_server(LLMANAC_AUTHENTICATION="none")
    reply = httpx2.get(server.url, trust_env=False, timeout=60)
    assert reply.status_code == 200
    assert "Sign out" not in reply.text
    assert "sign-in" not in server.greeting
