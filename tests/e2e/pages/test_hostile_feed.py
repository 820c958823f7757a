"""The text of a hostile feed stays text: in pages, attributes, links, the browser's own parts, and spreadsheets."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from urllib.parse import quote

import httpx2
import pytest

from ..conftest import RunningServer, StartServer
from .conftest import OpenTab

PAYLOADS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><svg onload=alert(1)>",
    "</title><script>alert(1)</script>",
    "</textarea><iframe srcdoc='<script>parent.alert(1)</script>'>",
    "javascript:alert(1)//",
    "{{7*7}}${7*7}#{7*7}",
    "<hx-partial hx-target='body'><img src=x onerror=alert(1)></hx-partial>",
    "x' hx-get='/estimate' hx-trigger='load",
    "<template hx type='oob'></template><base href='https://elsewhere.example/'>",
    "--></style><style>*{display:none}</style>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "`;alert(1)//",
    "\u202egnp.exe<marquee>",
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(1+1)",
)

FOREIGN = (
    "script:not([src]), img, iframe, marquee, base, style, [onerror], [onload], "
    "a[href^=javascript], svg a[href^=javascript], form[action^=javascript]"
)
"""Selectors of elements that are in none of our templates."""


def feed() -> dict[str, object]:
    """Every text field of every record is a payload, each in its turn."""
    return {
        f"host-{number}": {
            "id": f"host-{number}",
            "name": payload,
            "api": f"javascript:alert(1)//{payload}" if number % 2 else f"https://x.example/{payload}",
            "doc": f"javascript:alert(1)//{payload}" if number % 2 else f'https://x.example/"{payload}',
            "npm": payload,
            "env": [payload],
            "models": {
                f"{payload}-{number}": {
                    "id": f"{payload}-{number}",
                    "name": payload,
                    "family": payload,
                    "release_date": "2026-01-01",
                    "last_updated": "2026-01-01",
                    "knowledge": "2025-01",
                    "status": payload,
                    "description": payload,
                    "attachment": False,
                    "reasoning": False,
                    "tool_call": True,
                    "temperature": True,
                    "open_weights": False,
                    "modalities": {"input": ["text", payload], "output": [payload, "text"]},
                    "limit": {"context": 1000 * (number + 1), "output": 100},
                    "cost": {"input": number + 1, "output": number + 2},
                    payload: payload,
                }
            },
        }
        for number, payload in enumerate(PAYLOADS)
    }


@pytest.fixture(scope="module")
def infested(start_server: StartServer, tmp_path_factory: pytest.TempPathFactory) -> RunningServer:
    path: Path = tmp_path_factory.mktemp("hostile") / "models-dev-2026-10-01.json"
    path.write_text(json.dumps(feed()), encoding="utf-8")
    return start_server("--models-dev", str(path), "--no-refresh")


@pytest.fixture(scope="module")
def ids(infested: RunningServer) -> list[str]:
    models = infested.client.get("/api/v1/inference/catalog?limit=100").json()["models"]
    assert len(models) >= len(PAYLOADS) - 2
    return [entry["id"] for entry in models]


def test_nothing_of_it_runs_in_a_browser(infested: RunningServer, open_tab: OpenTab, ids: list[str]) -> None:
    pages = [
        "/?featured=false",
        "/?featured=false&plot=date",
        *(f"/?query={quote(payload)}" for payload in PAYLOADS),
        *(f"/models/{quote(name)}" for name in ids),
        "/compare?" + "&".join(f"ids={quote(name)}" for name in ids[:6]),
        "/compare?" + "&".join(f"ids={quote(payload)}" for payload in PAYLOADS[:6]),
        "/estimate?featured=false",
        f"/estimate?featured=false&query={quote(PAYLOADS[1])}&input={quote(PAYLOADS[1])}",
        f"/changes?provider={quote(PAYLOADS[1])}&base={quote(PAYLOADS[2])}",
        "/hosts",
        f"/hosts?query={quote(PAYLOADS[1])}&sort={quote(PAYLOADS[1])}",
        "/sources",
        f"/models/{quote(PAYLOADS[0])}",
        f"/?{quote(PAYLOADS[1])}={quote(PAYLOADS[1])}&plot={quote(PAYLOADS[0])}&sort={quote(PAYLOADS[0])}",
    ]
    with open_tab(at=infested) as tab:
        for path in pages:
            tab.open(path)
            bad = tab.page.locator(FOREIGN).evaluate_all("found => found.map(it => it.outerHTML)")
            assert bad == [], path
        tab.open("/?featured=false")
        box = tab.page.get_by_role("searchbox")
        for payload in PAYLOADS[:6]:
            box.fill(payload)
            tab.page.wait_for_load_state("networkidle")
        tab.page.locator(".plot .u-over").hover()
        assert tab.diary.dialogs == []
        statuses = "Failed to load resource: the server responded with a status of 4"
        assert [error for error in tab.diary.errors if not error.startswith(statuses)] == []


def test_names_are_shown_to_the_letter(infested: RunningServer, open_tab: OpenTab) -> None:
    with open_tab(at=infested) as tab:
        tab.open("/?featured=false")
        shown = tab.page.locator("a.go").all_text_contents()
        assert set(PAYLOADS[:6]) <= set(shown)


def test_no_cell_of_the_csv_is_a_formula(infested: RunningServer) -> None:
    reply = httpx2.get(
        f"{infested.url}/export.csv?featured=false", cookies={"llmanac_session": infested.token}, trust_env=False
    )
    rows = list(csv.reader(io.StringIO(reply.text)))
    cells = [cell for row in rows for cell in row]
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))] == []
    assert {f"'{payload}" for payload in PAYLOADS[-4:]} <= set(cells)
