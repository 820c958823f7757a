"""``llmanac alternatives``: what could take a model's place, as tables and as JSON."""

from __future__ import annotations

from ..conftest import Run


def test_a_table_for_people(run: Run) -> None:
    found = run("alternatives", "claude-3-opus-20240229", "--limit", "2")
    assert found.code == 0
    lines = [line.split() for line in found.out.splitlines()]
    assert lines[0][:5] == ["DISTANCE", "ID", "USD", "TIMES", "CONTEXT"]
    assert lines[1][:4] == ["0", "anthropic/claude-opus-5-5", "60.00", "0.267"]
    assert "2 of " in found.err
    assert "is not listed any more" in found.err
    assert "1,000 requests of 10,000 input, 1,000 output tokens, which cost 225.00 USD" in found.err
    assert "Its successor is anthropic/claude-opus-5-5." in found.err


def test_no_id_is_cut_off(run: Run) -> None:
    id_ = "amazon-bedrock/eu.anthropic.claude-sonnet-4-5-20250929-v1:0"
    found, answer = run("alternatives", id_), run("alternatives", id_, "--json").json
    assert answer["hosts"]
    assert all(f"{it['id']} " in found.out for it in (*answer["models"], *answer["hosts"]))
    assert "claude-sonnet-4.5 elsewhere:" in found.out
    assert "region eu" in found.err


def test_a_workload_and_filters_are_those_of_estimate(run: Run) -> None:
    work = ("-i", "300k", "--cache-read", "250k", "-o", "2k", "-n", "1000", "--batch-share", "25%")
    answer = run("alternatives", "gpt-5.5", *work, "--lab", "anthropic", "--limit", "1", "--json").json
    [listed] = answer["models"]
    estimate = run("estimate", listed["id"], *work, "--json").json["models"][0]
    assert listed["lab"] == "anthropic"
    assert listed["total"] == estimate["total"]
    assert answer["workload"]["is_default"] is False


def test_what_nothing_could_replace_has_an_exit_code_of_its_own(run: Run) -> None:
    found = run("alternatives", "gpt-5.5", "--provider", "nobody")
    assert (found.code, found.out) == (3, "")
    assert "Nothing fulfils these conditions." in found.err


def test_what_is_wrong_is_said(run: Run) -> None:
    unknown = run("alternatives", "gpt-9000")
    assert (unknown.code, "the nearest are" in unknown.err) == (3, True)
    wrong = run("alternatives", "gpt-5.5", "-i", "10", "--cache-read", "20")
    assert wrong.code == 2
    assert "input (10) is the whole, and less than its parts" in wrong.err


def test_the_help_has_examples(run: Run) -> None:
    assert "llmanac alternatives claude-3-opus-20240229 -i 300k" in run("alternatives", "--help").out
