"""The figures in the docs are the code's own: each sentence that states some is written here with their constants."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from importlib import resources
from pathlib import Path

import pytest

from llmanac.auth import jwks
from llmanac.bootstrap import server
from llmanac.domain.amounts import digits
from llmanac.domain.usage import MAX_TOKENS
from llmanac.history.noise import THRESHOLD
from llmanac.http.api.price import AT_ONCE
from llmanac.http.api.price import BOUNDS as LOG_BOUNDS
from llmanac.http.server.bounds import WireBounds
from llmanac.ingest.fetch.fetcher import FetchBounds
from llmanac.ingest.fetch.retry_after import LONGEST_S
from llmanac.ingest.guard import drift, price_bounds, rules
from llmanac.ingest.guard.price_bounds import BOUNDS, LEAST, MOST
from llmanac.ingest.guard.rules import FINAL, GuardRule
from llmanac.ingest.packaged import seeds
from llmanac.pages.sessions import INVITATION_LASTS, PASS_LASTS
from llmanac.service.history import as_of, changes
from llmanac.service.offers import billing
from llmanac.service.refresh import candidate, schedule, source_client
from llmanac.settings import Settings
from llmanac.usage.logs.lines import MAX_LINE

ROOT = Path(__file__).parents[2]
REFRESH, HISTORY, BILLS, SECURITY = "docs/refresh.md", "docs/history.md", "docs/bills.md", "SECURITY.md"

WIRE = WireBounds()
FETCH = FetchBounds()
MIB = 1 << 20
MINUTE_S, HOUR_S, DAY_S = 60.0, 3600.0, 86_400.0
SPELT = dict(enumerate("no one two three four five six seven eight nine ten eleven twelve".split()))


@dataclass(frozen=True, slots=True)
class Stated:
    """A sentence of a page, or a part of one, as the code's constants make it."""

    page: str
    text: str
    holds: bool = True
    """For what is said in words: whether the constants agree."""


def default(name: str) -> int:
    """The default of a setting."""
    value = Settings.model_fields[name].default
    assert isinstance(value, int)
    return value


STATED = (
    # ── How a source is asked ──
    Stated(REFRESH, "every hour.", holds=default("refresh_interval_minutes") == 60),
    Stated(REFRESH, "within half a minute", holds=timedelta(seconds=30) == schedule.SETTLING),
    Stated(REFRESH, "once a day the feed is asked for in full", holds=timedelta(days=1) == source_client.TRUST),
    Stated(
        REFRESH,
        f"At most {FETCH.wire_bytes // MIB} MiB on the wire, {FETCH.content_bytes // MIB} MiB unpacked, "
        f"and {FETCH.total_s:.0f} s in all",
    ),
    Stated(REFRESH, "a minute at least", holds=source_client.LEAST_PAUSE_S == MINUTE_S),
    Stated(REFRESH, f"{SPELT[int(LONGEST_S / HOUR_S)]} hours at most"),
    # ── What is not believed at once ──
    Stated(REFRESH, f"fewer than {rules.LEAST_SHARE:.0%} as many models, or fewer than {rules.LEAST_MODELS} |"),
    Stated(REFRESH, f"lacks more than {1 - rules.LEAST_SHARE:.0%} of the entries"),
    Stated(REFRESH, f"the prices of more than {rules.MOST_REPRICED:.0%} of the entries"),
    Stated(REFRESH, "of the entries by more than half", holds=rules.MOVED * 2 == 1),
    Stated(REFRESH, f"the limits of more than {rules.MOST_RESIZED:.0%}"),
    Stated(REFRESH, f"knows less of more than {rules.MOST_BLURRED:.0%} of the entries"),
    Stated(REFRESH, f"a price is at least {SPELT[rules.JUMP]} times as high or low, or became"),
    Stated(
        REFRESH,
        f"at least {SPELT[rules.JUMP]} times as high or low as before its steps "
        f"of the last {SPELT[drift.WINDOW.days]} days",
    ),
    Stated(REFRESH, "is at least a hundred times as high or low as others", holds=price_bounds.FAR == 100),
    Stated(
        REFRESH,
        f"less than {digits(LEAST)} USD per million tokens ({digits(BOUNDS['cache_read'][0])} for a cache read), "
        f"or more than {BOUNDS['input'][1]:,} for input and cache reads, {MOST:,} for other tokens, "
        f"and {BOUNDS['output_audio'][1]:,} for audio and images that are made",
        holds=BOUNDS["cache_read"][1] == BOUNDS["input"][1] and BOUNDS["output_image"] == BOUNDS["output_audio"],
    ),
    Stated(REFRESH, f"where at least {SPELT[price_bounds.FEWEST_OFFERS]} have one"),
    Stated(REFRESH, f"where it has at least {SPELT[price_bounds.FEWEST_MODELS]}"),
    Stated(REFRESH, f"`refresh_confirmations` says, {SPELT[default('refresh_confirmations')]} unless set otherwise"),
    Stated(REFRESH, f"is {SPELT[candidate.MOST_GROWTH]} times as large as the last"),
    # ── The past ──
    Stated(HISTORY, f"the last {SPELT[as_of.MAX_OPEN]} catalogs that were asked for", holds=as_of.MAX_OPEN == 2),
    Stated(HISTORY, "a day ahead of UTC is allowed", holds=timedelta(days=1) == as_of.AHEAD),
    Stated(HISTORY, f"1 to {changes.MAX_LIMIT}, default {changes.DEFAULT_LIMIT} |"),
    Stated(HISTORY, f"A price that moves by {THRESHOLD:.0%} or less"),
    # ── What is promised ──
    Stated(SECURITY, "listens on 127.0.0.1.", holds=Settings.model_fields["host"].default == "127.0.0.1"),
    Stated(SECURITY, f"After {default('failures_per_minute')} bad credentials in a minute"),
    Stated(SECURITY, "a revocation is seen within five seconds", holds=server.TOKEN_REFRESH_SECONDS < 5),
    Stated(SECURITY, f"fetched at most once in {jwks.REFETCH_SECONDS:.0f} s"),
    Stated(SECURITY, "serves for a day while the issuer is away", holds=jwks.STALE_SECONDS == DAY_S),
    Stated(SECURITY, "forgotten with it, within the hour", holds=jwks.FRESH_SECONDS == HOUR_S),
    Stated(
        SECURITY,
        f"{WIRE.head_seconds:.0f} s for a request's head, {WIRE.body_seconds:.0f} s for its body, "
        f"{WIRE.idle_seconds:.0f} s of silence between requests, {WIRE.write_seconds:.0f} s for a client to read; "
        f"{WIRE.head_bytes >> 10} KiB of headers, {WIRE.fields} of them, {WIRE.url_bytes >> 10} KiB of URL, "
        f"{WIRE.body_bytes >> 20} MiB of body; {default('max_connections'):,} connections, "
        f"{default('max_connections_per_address'):,} from one address",
    ),
    Stated(
        SECURITY,
        f"A usage log may have {WIRE.log_bytes // MIB} MiB, within {WIRE.log_seconds:.0f} s, "
        f"and {(LOG_BOUNDS.file_bytes or 0) // MIB} MiB unpacked",
    ),
    # ── Bills ──
    Stated(BILLS, f"a log has at most {WIRE.log_bytes // MIB} MiB, {(LOG_BOUNDS.file_bytes or 0) // MIB} MiB unpacked"),
    Stated(BILLS, f"its requests are of at most {LOG_BOUNDS.days} days and name at most {LOG_BOUNDS.rates:,} models"),
    Stated(BILLS, f"each day apart; {SPELT[AT_ONCE]} are priced at a time"),
    Stated(BILLS, "is sent within two minutes", holds=WIRE.log_seconds == 2 * MINUTE_S),
    Stated(BILLS, f"At most {SPELT[billing.MOST_FIELDS]}, and {billing.MOST_GROUPS:,} different totals"),
    Stated(BILLS, f"it has more than {MAX_LINE // MIB} MiB"),
    Stated(BILLS, "is above a thousand million", holds=MAX_TOKENS == 10**9),
    Stated(SECURITY, f"within {INVITATION_LASTS / timedelta(minutes=1):.0f} minutes"),
    Stated(SECURITY, f"for {SPELT[PASS_LASTS // timedelta(hours=1)]} hours"),
)

ELSEWHERE = {
    REFRESH: {"SHA-256", "the dearest today are 150 and 600"},
    HISTORY: {"SHA-256"},
    SECURITY: {
        "SHA-256",
        "Ed25519",
        "A 403 says",
        "10,000 mutated requests, 1,000 slow connections of each kind, 10,000 idle ones, 100,000 guesses",
        "mode 0700",
        "above 1,",
        "before 1.0",
    },
}
"""Texts with digits that are no constant of the server: names, and what other tests and the bench hold."""


@cache
def words_of(page: str) -> str:
    """A page's text in one line, without its examples and its code."""
    text = re.sub(r"^```.*?^```$", "", (ROOT / page).read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    # A percent sign stands apart in prose, and together in Python's format.
    return re.sub(r"\s+", " ", text).replace(" %", "%")


@pytest.mark.parametrize("stated", STATED, ids=lambda it: f"{it.page}: {it.text[:40]}")
def test_a_page_states_the_figure_of_the_code(stated: Stated) -> None:
    assert stated.holds
    assert stated.text in words_of(stated.page)


@pytest.mark.parametrize("page", [REFRESH, HISTORY, SECURITY])
def test_no_page_states_a_figure_that_nothing_holds(page: str) -> None:
    text = words_of(page)
    for held in [*(it.text for it in STATED if it.page == page), *ELSEWHERE[page]]:
        text = text.replace(held, "")
    text = re.sub(r"`[^`]*`|\]\([^)]*\)|\d{4}-\d{2}-\d{2}", "", text)
    assert re.findall(r".{0,30}\d.{0,30}", text) == []


def test_every_rule_of_the_guard_has_its_row() -> None:
    rows = re.findall(r"^\| `([\w-]+)` \|.*\| ([\w ]+) \|$", (ROOT / REFRESH).read_text(encoding="utf-8"), re.MULTILINE)
    assert [name for name, _ in rows] == [rule.value for rule in GuardRule]
    assert {name for name, until in rows if until == "somebody accepts it"} == {rule.value for rule in FINAL}


def test_the_seeds_that_the_history_begins_with_are_those_in_the_package() -> None:
    folder = resources.files("llmanac.ingest.packaged").joinpath("seed")
    page = words_of(HISTORY).partition("## `as_of`")[0]
    for entry in seeds.read_manifest(folder):
        assert entry.ref.date in page


def test_the_quick_bench_takes_as_long_in_the_makefile_as_in_the_docs() -> None:
    promised = re.search(r"QUICK=1 takes (\w+ minutes)", (ROOT / "Makefile").read_text(encoding="utf-8"))
    assert promised
    assert f"about {promised[1]}, without the catalog of a million" in (ROOT / "docs" / "performance.md").read_text()
