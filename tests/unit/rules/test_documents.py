"""Documents of overlays and policies: read from TOML and JSON, with every fault and its place."""

from __future__ import annotations

import json

import pytest

from llmanac.errors import InvalidParameters
from llmanac.rules.documents import read_overlay, read_overlays, read_policies, write_document

OVERLAYS = """
[[overlays]]
name = "azure"
priority = 10

[[overlays.rules]]
match = "azure/*"
where = { retires_before = 2027-01-01, capabilities = "vision" }
set = { discount = 0.15, tags = "+contract" }
reason = "Enterprise agreement"
valid_from = 2026-09-01

[[overlays.rules]]
add = { id = "acme/llama-private", like = "meta/llama-4-maverick" }
set = { rates = { input = 0.1, output = 0.3 } }
reason = "Runs in our own rack"
"""


def test_toml_is_read() -> None:
    [overlay] = read_overlays(OVERLAYS, origin="overlays.toml")

    assert [rule.reason for rule in overlay.rules] == ["Enterprise agreement", "Runs in our own rack"]
    assert overlay.rules[0].match == ("azure/*",)


def test_json_is_the_same_document() -> None:
    [overlay] = read_overlays(OVERLAYS, origin="overlays.toml")

    text = json.dumps({"overlays": [json.loads(write_document(overlay))]})

    assert read_overlays(text, origin="overlays.json") == (overlay,)
    assert read_overlay(json.loads(write_document(overlay))) == overlay


def test_what_is_left_out_stays_left_out() -> None:
    [overlay] = read_overlays(OVERLAYS, origin="overlays.toml")

    assert json.loads(write_document(overlay))["rules"][0]["set"] == {"discount": 0.15, "tags": ["+contract"]}


def test_policies_are_read() -> None:
    text = '[[policies]]\nname = "eu-only"\ndefault = "deny"\nrules = [{ effect = "allow", match = "azure/*" }]\n'

    [policy] = read_policies(text, origin="policies.toml")

    assert policy.default == "deny"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("overlays = 3", "overlays is not a list"),
        ("[[policies]]\n", "'policies' is not known"),
        ('a = "', "not TOML"),
        ('{"overlays":', "not JSON"),
        ("[" * 9 + "{", "not TOML"),
        ('[[overlays]]\nname = "a"\n[[overlays]]\nname = "a"\n', "'a' is declared twice"),
        (
            '[[overlays]]\nname = "corp"\nrules = [{match = "a/*", set = {disc = 1}}]',
            "rule 1, set.disc: There is no such",
        ),
        (
            '[[overlays]]\nname = "corp"\nrules = [{match = "a/*", set = {tags = "x"}}]',
            "rule 1, reason: This is needed",
        ),
        ('[[overlays]]\nrules = [{where = {provder = "a"}, set = {tags = "x"}}]', "the nearest is 'provider'"),
    ],
)
def test_a_bad_text_says_what_is_wrong_and_where(text: str, expected: str) -> None:
    with pytest.raises(InvalidParameters) as error:
        read_overlays(text, origin="overlays.toml")

    assert expected in error.value.detail
    assert error.value.detail.startswith("overlays.toml")


def test_every_fault_has_its_place() -> None:
    rules = [{"match": "a/*", "set": {"tags": "x"}}, {"match": "a/*", "reason": "r", "set": {"rates": {"input": 1e6}}}]

    with pytest.raises(InvalidParameters) as error:
        read_overlay({"name": "corp", "rules": rules})

    assert [fault.loc for fault in error.value.faults] == [("rules", 0, "reason"), ("rules", 1, "set", "rates")]


def test_many_faults_are_counted() -> None:
    text = json.dumps({"overlays": [{"name": "corp", "rules": [{"match": "a"}] * 50}]})

    with pytest.raises(InvalidParameters, match=r"and \d+ more") as error:
        read_overlays(text, origin="overlays.json")

    assert len(error.value.faults) >= 50
