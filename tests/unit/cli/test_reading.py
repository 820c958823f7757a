"""The commands that read: tables for people, the API's JSON for programs, codes for scripts."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from pathlib import Path

import orjson
import pytest

from llmanac.dialects.configs.table import CONFIG_BY_NAME
from llmanac.dialects.table import EXPORTED
from llmanac.search.query.schema import PARAMETERS, PRESENTATION

from .conftest import Run


class TestSearch:
    def test_words_find_models_and_messages_go_to_standard_error(self, run: Run) -> None:
        found = run("search", "claude", "sonnet", "--limit", "2")
        assert found.code == 0
        heading, *rows = found.out.splitlines()
        assert heading.split()[:2] == ["ID", "CONTEXT"]
        assert rows[0].startswith("anthropic/")
        assert len(rows) == 2
        assert found.err.startswith("2 of ")

    def test_programs_get_what_the_endpoint_answers(self, run: Run) -> None:
        answer = run("search", "grok", "--provider", "xai", "--json").json
        assert answer["total"] >= len(answer["models"]) > 3
        assert {it["provider"] for it in answer["models"]} == {"xai"}

    def test_every_parameter_of_the_catalog_is_an_option(self, run: Run) -> None:
        help_ = run("search", "--help").out
        assert [
            it.name for it in PARAMETERS if it.name != "query" and f"--{it.name.replace('_', '-')}" not in help_
        ] == []

    def test_filters_mean_what_they_mean_in_the_api(self, run: Run) -> None:
        answer = run(
            "search", "--capabilities", "tools", "--capabilities", "vision", "--open-weights",
            "--min-context", "200000", "--max-price", "1.5", "--sort", "-context", "--json",
        ).json  # fmt: skip
        for it in answer["models"]:
            assert it["open_weights"] is True
            assert {"tool_call", "vision"} <= set(it["capabilities"])
            assert it["limits"]["context"] >= 200_000
            assert max(it["cost"].values()) <= 1.5
        assert run("search", "--no-open-weights", "--json").json["models"][0]["open_weights"] is False
        assert run("search", "--featured", "--json").json["total"] == 40

    def test_what_retires_before_a_day_can_be_found(self, run: Run) -> None:
        before, later = (
            run("search", "--retires-before", day, "--json").json["total"] for day in ("2026-10-01", "2027-01-01")
        )
        assert 0 < before < later
        assert run("search", "--retires-before", "soon").code == 2

    def test_nothing_found_says_why_and_ends_with_3(self, run: Run) -> None:
        found = run("search", "claude", "--provider", "antropic", "--max-price", "0.001")
        assert (found.code, found.out) == (3, "")
        assert "Without the filter on provider" in found.err
        assert "There is anthropic." in found.err
        assert run("search", "zzzqqqzzz").err == "Nothing reads like this.\n"

    @pytest.mark.parametrize(
        "arguments",
        [
            ["--limit", "0"],
            ["--limit", "101"],
            ["--max-price", "nan"],
            ["--max-price", "cheap"],
            ["--sort", "colour"],
            ["--as-of", "yesterday"],
            ["--min-context", "5", "--max-context", "4"],
        ],
    )
    def test_wrong_usage_ends_with_2(self, run: Run, arguments: list[str]) -> None:
        assert run("search", *arguments).code == 2


class TestShow:
    def test_a_person_sees_facts_and_the_other_hosts(self, run: Run) -> None:
        found = run("show", "gemini/gemini-3.5-flash-lite", "--all")
        assert found.code == 0
        facts = {line[:17].strip(): line[17:].strip() for line in found.out.split("\n\n")[0].splitlines()}
        assert facts["id"] == "google/gemini-3.5-flash-lite"
        assert facts["LiteLLM"] == "gemini/gemini-3.5-flash-lite"
        assert facts["price, USD/M"].startswith("input 0.3, output 2.5")
        assert "openrouter/google/gemini-3.5-flash-lite" in found.out

    def test_a_program_gets_all_of_it(self, run: Run) -> None:
        known = run("show", "claude-sonnet-5", "--json").json
        assert (known["id"], known["price"]["state"], known["host"]["id"]) == (
            "anthropic/claude-sonnet-5", "known", "anthropic",
        )  # fmt: skip
        assert len(known["offers"]) > 10

    def test_a_model_that_ends_shows_its_last_day_and_its_successor(self, run: Run) -> None:
        found = run("show", "openai/gpt-4.1-nano").out
        assert "last day         2026-10-23, by LiteLLM" in found
        assert "successor        openai/gpt-5.4-nano" in found

    def test_what_is_not_there_ends_with_3_and_the_nearest(self, run: Run) -> None:
        found = run("show", "claude-sonet-5")
        assert (found.code, found.out) == (3, "")
        assert "the nearest are anthropic/claude-sonnet-5" in found.err

    @pytest.mark.slow
    def test_what_is_ours_stands_beside_what_the_sources_state(
        self, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        overlays = tmp_path / "overlays.toml"
        overlays.write_text(
            """
            [[overlays]]
            name = "corp"
            [[overlays.rules]]
            match = "anthropic/claude-sonnet-5"
            set = { rates = { input = 1.25 }, aliases = "work-horse", approved = false }
            reason = "Negotiated"
            [[overlays.rules]]
            add = { id = "rack/own", like = "anthropic/claude-sonnet-5" }
            reason = "Our own"
            """
        )
        monkeypatch.setenv("LLMANAC_OVERLAYS", str(overlays))

        found = run("show", "work-horse")
        table = found.out.partition("\nOURS ")[2].splitlines()
        rows = {line.split("  ")[0]: line for line in table[1:]}
        assert "read as          alias" in found.out
        assert rows["input"].split()[:4] == ["input", "1.25", "2", "Negotiated"]
        assert rows["input"].endswith("rule 1 of corp")
        assert "disagree on input" not in found.err
        assert "listed by        the organisation's overlays alone" in run("show", "rack/own").out

        (tmp_path / "config.yaml").write_text("model: anthropic/claude-sonnet-5\n")
        checked = run("check", str(tmp_path / "config.yaml"))
        assert checked.code == 1
        assert "is not approved, by the organisation's overlays." in checked.out
        assert "[unapproved]" in checked.out


class TestCompare:
    def test_rows_that_differ_are_marked(self, run: Run) -> None:
        lines = run("compare", "claude-sonnet-5", "gemini/gemini-3.5-flash-lite").out.splitlines()
        by_fact = {line[3:].split()[0]: line for line in lines[1:]}
        assert by_fact["input_price"].startswith("≠")
        assert by_fact["input_price"].rstrip().endswith("0.3 *")
        assert not by_fact["tool_call"].startswith("≠")

    def test_only_what_differs(self, run: Run) -> None:
        lines = run("compare", "claude-sonnet-5", "gpt-5.6-sol", "--differing").out.splitlines()
        assert all(line.startswith("≠") for line in lines[1:])

    def test_one_alone_cannot_be_compared(self, run: Run) -> None:
        assert run("compare", "claude-sonnet-5").code == 2


class TestEstimate:
    def test_one_model_is_worked_out_line_by_line(self, run: Run) -> None:
        found = run("estimate", "claude-sonnet-5", "-i", "300k", "--cache-read", "250k", "-o", "2k", "-n", "1,000"[0])
        assert "anthropic/claude-sonnet-5: 0.17 USD" in found.out

    def test_all_that_pass_are_ranked(self, run: Run) -> None:
        answer = run("estimate", "-i", "10k", "-o", "1k", "--provider", "anthropic", "--json").json
        totals = [Decimal(it["total"]) for it in answer["models"]]
        assert totals == sorted(totals)
        rows = run("estimate", "-i", "10k", "-o", "1k", "--provider", "anthropic").out.splitlines()[1:]
        assert [row.split()[1] for row in rows] == [it["id"] for it in answer["models"]]

    def test_a_batch_is_cheaper(self, run: Run) -> None:
        totals = [
            Decimal(
                run("estimate", "claude-sonnet-5", "-i", "1M", "--batch-share", share, "--json").json["models"][0][
                    "total"
                ]
            )
            for share in ("0", "25%", "1")
        ]
        assert totals == [Decimal(2), Decimal("1.75"), Decimal(1)]

    @pytest.mark.parametrize(
        "arguments",
        [
            ["claude-sonnet-5"],
            ["claude-sonnet-5", "-i", "many"],
            ["claude-sonnet-5", "-i", "1.2345k"],
            ["claude-sonnet-5", "-i", "5", "--cache-read", "6"],
            ["claude-sonnet-5", "-i", "5", "--provider", "anthropic"],
            ["claude-sonnet-5", "-i", "5", "--batch-share", "2"],
            ["claude-sonnet-5", "-i", "5", "--service", "warp"],
        ],
    )
    def test_wrong_usage_ends_with_2(self, run: Run, arguments: list[str]) -> None:
        assert run("estimate", *arguments).code == 2

    def test_nothing_passes(self, run: Run) -> None:
        assert run("estimate", "-i", "5", "--provider", "nobody").code == 3


class TestProviders:
    def test_all_or_those_that_are_named(self, run: Run) -> None:
        assert len(run("providers").out.splitlines()) > 200
        assert [it["id"] for it in run("providers", "vertex_ai", "--json").json["providers"]] == [
            "google-vertex", "google-vertex-anthropic",
        ]  # fmt: skip
        assert run("providers", "nobody").code == 3


class TestExport:
    def test_csv_json_and_lines_hold_the_same(self, run: Run, tmp_path: Path) -> None:
        whole = run("export", "--provider", "openrouter").json
        assert whole["total"] == len(whole["models"]) > 300
        lines = [
            orjson.loads(line) for line in run("export", "--provider", "openrouter", "-f", "jsonl").out.splitlines()
        ]
        assert lines == whole["models"]
        path = tmp_path / "models.csv"
        assert run("export", "--provider", "openrouter", "-f", "csv", "-o", str(path)).out == ""
        rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))
        assert [row["id"] for row in rows] == [it["id"] for it in whole["models"]]

    @pytest.mark.parametrize("name", CONFIG_BY_NAME)
    def test_a_configuration_has_the_models_that_match_and_says_what_it_leaves_out(self, run: Run, name: str) -> None:
        found = run("export", "--format", name, "--provider", "openai", "--query", "gpt-5", "--kind", "chat")
        assert "gpt-5" in found.out
        assert "claude" not in found.out
        assert "left out" in run("export", "--format", name, "--provider", "merge-gateway").err

    @pytest.mark.parametrize("name", EXPORTED)
    def test_a_dialect_is_written_whole_and_says_what_it_leaves_out(self, run: Run, tmp_path: Path, name: str) -> None:
        path = tmp_path / "document"
        found = run("export", "--dialect", name, "--out", str(path))
        assert orjson.loads(path.read_bytes())
        assert ("left out" in found.err) == (EXPORTED[name].omission is not None)
        assert name in run("export", "--help").out

    @pytest.mark.parametrize("arguments", [["--dialect", "nope"], ["--dialect", "litellm", "--provider", "openai"]])
    def test_an_unknown_dialect_and_a_filter_beside_one_are_refused(self, run: Run, arguments: list[str]) -> None:
        assert run("export", *arguments).code == 2

    def test_takes_filters_but_no_page(self, run: Run) -> None:
        help_ = run("export", "--help").out
        assert all(f"--{it.name.replace('_', '-')}" in help_ for it in PARAMETERS if it.name not in PRESENTATION)
        assert "--offset" not in help_

    def test_a_file_that_cannot_be_written_is_reported(self, run: Run, tmp_path: Path) -> None:
        found = run("export", "--provider", "xai", "-o", str(tmp_path / "nowhere" / "file"))
        assert found.code == 2
        assert "cannot be written" in found.err


@pytest.mark.slow
def test_feed_files_can_stand_in_for_the_embedded_ones(run: Run, shared_data: Path) -> None:
    older = str(shared_data / "models-dev-2026-05-21.json.gz")
    found = run("search", "--models-dev", older, "--litellm", str(shared_data / "litellm-2026-08-11.json.gz"), "--json")
    assert found.json["total"] == 4803


def test_the_list_of_commands_needs_none_of_them(run: Run) -> None:
    found = run("--help")
    assert found.code == 0
    assert all(name in found.out for name in ("search", "show", "compare", "estimate", "export", "check", "serve"))


def test_each_command_explains_itself(run: Run) -> None:
    for name in ("search", "show", "compare", "estimate", "providers", "export", "check"):
        found = run(name, "--help")
        assert found.code == 0
        assert "--url" in found.out
