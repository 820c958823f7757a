"""Overlays on the pages: written by forms and as text, previewed, refused with reasons, and never half."""

from __future__ import annotations

import pytest

from llmanac.rules.documents import as_written, read_overlay

from .conftest import READER, Site

pytestmark = pytest.mark.anyio

CORP = read_overlay(
    {
        "name": "corp",
        "rules": [
            {"match": "acme/alpha", "set": {"discount": 0.5}, "reason": "First"},
            {"match": "acme/beta", "set": {"tags": "ours"}, "reason": "Second"},
        ],
    }
)


async def rules_of(site: Site, name: str = "corp") -> list[str]:
    """The reasons of an overlay's rules, in their order."""
    return [rule.reason for rule in (await site.overlays.overlays.get(name)).document.rules]


async def test_a_first_overlay_is_written_in_two_forms(site: Site) -> None:
    assert "There are none yet" in (await site.get("/overlays")).text

    made = await site.post("/new-overlay", action="save", name="corp", description="Contracts")
    assert made.headers["location"] == "/overlays/corp/rules/new"
    await site.post(
        "/overlays/corp/rules/new", action="save", match="acme/*", set__discount="0.15", reason="Agreement", version="1"
    )

    record = await site.overlays.overlays.get("corp")
    assert as_written(record.document) == {
        "name": "corp",
        "description": "Contracts",
        "rules": [{"match": ["acme/*"], "set": {"discount": 0.15}, "reason": "Agreement"}],
    }
    assert record.author == "ann"
    html = (await site.get("/overlays/corp")).text
    assert "acme/*" in html
    assert "Agreement" in html


async def test_the_model_that_a_link_is_about_is_filled_in(site: Site) -> None:
    made = await site.post("/new-overlay?match=acme/alpha", action="save", name="corp")
    assert made.headers["location"] == "/overlays/corp/rules/new?match=acme%2Falpha"
    assert ">acme/alpha</textarea>" in (await site.get(made.headers["location"])).text


async def test_a_preview_tells_what_would_change_and_keeps_nothing(site: Site) -> None:
    await site.overlays.overlays.put(CORP)
    fields = {"match": "acme/alpha", "set__rates__input": "1", "reason": "New", "action": "preview"}

    whole = await site.post("/overlays/corp/rules/new", expect=200, **fields)
    part = await site.client.post(
        "/overlays/corp/rules/new",
        data={name.replace("__", "."): value for name, value in fields.items()},
        headers={"hx-request-type": "partial"},
    )

    for html in (whole.text, part.text):
        assert "change" in html
        assert "acme/alpha" in html
    assert "<form" in whole.text
    assert "<form" not in part.text
    assert await rules_of(site) == ["First", "Second"]


@pytest.mark.parametrize(
    ("fields", "field", "message"),
    [
        ({"set__discount": "abc"}, "set-discount", "valid decimal"),
        ({"set__rates__input": "1000000"}, "set-rates", "another unit"),
        ({"where": "nonsense"}, "where", "provider = azure"),
        ({"where": "nonsense = 1"}, "where", "is not a filter of the catalog"),
        ({"set__tiers": "1000: input"}, "set-tiers", "200000: input=6"),
        ({"set__capabilities": "+flying"}, "set-capabilities", "match pattern"),
        ({"valid_until": "tomorrow"}, "valid_until", "valid"),
        ({"place": "first"}, "place", "a number from 1 on"),
        ({"reason": ""}, "reason", "This is needed"),
    ],
)
async def test_a_fault_is_told_and_all_that_was_written_stays(
    site: Site, fields: dict[str, str], field: str, message: str
) -> None:
    await site.overlays.overlays.put(CORP)
    valid = {"match": "acme/alpha", "set__notes": "a long story", "reason": "Kept"}

    response = await site.post("/overlays/corp/rules/new", expect=422, action="save", **(valid | fields))

    assert message in response.text
    assert "a long story" in response.text
    if field != "set-rates":
        assert f"{field}-fault" in response.text
    assert await rules_of(site) == ["First", "Second"]


async def test_a_rule_is_moved_changed_and_deleted(site: Site) -> None:
    await site.overlays.overlays.put(CORP)

    await site.post("/overlays/corp/rules/2", action="save", match="acme/beta", set__tags="x", reason="Now", place="1")
    assert await rules_of(site) == ["Now", "First"]
    await site.post("/overlays/corp/rules/2", action="delete")
    assert await rules_of(site) == ["Now"]


async def test_what_somebody_else_wrote_meanwhile_is_not_overwritten(site: Site) -> None:
    version = await site.overlays.overlays.put(CORP)
    await site.overlays.overlays.put(CORP.model_copy(update={"description": "Theirs"}))

    response = await site.post(
        "/overlays/corp/rules/new",
        expect=409,
        action="save",
        version=str(version),
        match="acme/alpha",
        set__tags="mine",
        reason="My own words",
    )

    assert "My own words" in response.text
    assert (await site.overlays.overlays.get("corp")).document.description == "Theirs"


async def test_settings_are_changed_and_rules_stay(site: Site) -> None:
    await site.overlays.overlays.put(CORP)
    await site.post("/overlays/corp/edit", action="save", priority="7", name="another")

    document = (await site.overlays.overlays.get("corp")).document
    assert (document.priority, len(document.rules)) == (7, 2)


async def test_the_text_is_the_whole_document(site: Site) -> None:
    await site.overlays.overlays.put(CORP)
    assert "[[overlays.rules]]" in (await site.get("/overlays/corp/text")).text

    await site.post("/overlays/corp/text", action="save", text='[[overlays]]\nname = "corp"\ndescription = "Empty"\n')
    assert (await site.overlays.overlays.get("corp")).document.rules == ()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[overlays", "is not TOML"),
        ('[[overlays]]\nname = "other"\n', "should hold one overlay, named"),
        ('[[overlays]]\nname = "corp"\nrules = [{match = "a/b"}]\n', "This is needed"),
        ("", "should hold one overlay"),
    ],
)
async def test_a_text_that_cannot_be_read_stays_and_says_why(site: Site, text: str, message: str) -> None:
    await site.overlays.overlays.put(CORP)
    response = await site.post("/overlays/corp/text", expect=422, action="save", text=text)
    assert message in response.text
    assert await rules_of(site) == ["First", "Second"]


async def test_a_name_that_is_taken_is_refused(site: Site) -> None:
    await site.overlays.overlays.put(CORP)
    response = await site.post("/new-overlay", expect=409, action="save", name="corp", description="Mine")
    assert "Mine" in response.text
    assert await rules_of(site) == ["First", "Second"]


async def test_an_overlay_is_deleted_in_the_version_that_was_seen(site: Site) -> None:
    version = await site.overlays.overlays.put(CORP)
    await site.post("/overlays/corp/delete", expect=409, version=str(version + 1))
    await site.post("/overlays/corp/delete", version=str(version))
    assert await site.overlays.overlays.all() == ()


@pytest.mark.parametrize("path", ["rules/3", "rules/0", "rules/-1", "rules/x", "rules/9999999999999", "nothing/1"])
async def test_a_rule_that_is_not_there_is_not_found(site: Site, path: str) -> None:
    await site.overlays.overlays.put(CORP)
    assert (await site.get(f"/overlays/corp/{path}")).status_code == 404


async def test_an_overlay_that_is_not_there_is_not_found(site: Site) -> None:
    for path in ("/overlays/none", "/overlays/none/edit", "/overlays/none/text", "/overlays/none/rules/1"):
        assert (await site.get(path)).status_code == 404


async def test_whoever_may_only_read_is_told_which_scope_is_missing(site: Site) -> None:
    site.bearer.principal = READER
    await site.overlays.overlays.put(CORP)

    for path in ("/overlays", "/new-overlay", "/overlays/corp", "/overlays/corp/rules/1", "/overlays/corp/text"):
        response = await site.get(path)
        assert response.status_code == 403
        assert "overlays:write" in response.text
        assert "First" not in response.text
    await site.post("/overlays/corp/delete", expect=403)
    assert "/overlays" not in (await site.get("/")).text


async def test_a_form_of_another_site_changes_nothing(site: Site) -> None:
    await site.overlays.overlays.put(CORP)
    for path in ("/overlays/corp/delete", "/overlays/corp/rules/1", "/overlays/corp/text", "/new-overlay"):
        response = await site.client.post(path, data={"action": "delete"}, headers={"sec-fetch-site": "cross-site"})
        assert response.status_code == 403
    assert await rules_of(site) == ["First", "Second"]


async def test_a_form_that_is_too_large_is_refused(site: Site) -> None:
    await site.overlays.overlays.put(CORP)
    response = await site.post("/overlays/corp/rules/1", expect=400, reason="x" * (65 << 10))
    assert "larger than 65536 bytes" in response.text
