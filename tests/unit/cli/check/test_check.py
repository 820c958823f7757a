"""``llmanac check`` on a repository: its findings, and the formats of its reports."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import orjson
import pytest

from llmanac.cli.check.reports import ReportFormat
from llmanac.cli.output.figures import number_of

from ..conftest import Run


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository of programs, configurations and installed files."""
    for name, content in {
        "app.py": 'MODEL = "gpt-3.5-turbo"\nGOOD = "claude-sonnet-5"\n',
        "config.yaml": "model: anthropic/claude-3-opus-20240229\nimage: openai/whisper:latest\n",
        "fine.ts": 'const model = openai("gpt-5.6-sol");\n',
        "README.md": 'We used "gpt-3.5-turbo" once.\n',
        "node_modules/thing/index.js": 'const m = "gpt-3.5-turbo";\n',
        ".github/workflows/ci.yml": "env:\n  MODEL: gemini/gemini-2.0-flash\n",
        "data.json": '{"blob": "\x00"}\n',
    }.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    return tmp_path


@pytest.mark.slow
def test_findings_stand_where_they_are_and_end_the_command_with_1(
    run: Run, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(repository)
    found = run("check")
    assert found.code == 1
    lines = {line.split(": ")[0]: line for line in found.out.splitlines()}
    assert set(lines) == {".github/workflows/ci.yml:2:10", "app.py:1:10", "config.yaml:1:8"}
    assert "error: openai/gpt-3.5-turbo was retired on 2026-10-23, by LiteLLM." in lines["app.py:1:10"]
    assert "Take anthropic/claude-opus-5-5 instead?" in lines["config.yaml:1:8"]
    assert found.err == "data.json was not read: not a text.\n3 findings among 5 models in 4 files.\n"


def test_a_clean_file_ends_with_0(run: Run, repository: Path) -> None:
    found = run("check", str(repository / "fine.ts"))
    assert (found.code, found.out.strip()) == (0, "")


@pytest.mark.slow
def test_a_level_decides_what_ends_with_1(run: Run, repository: Path) -> None:
    misspelt = repository / "misspelt.yaml"
    misspelt.write_text("model: anthropic/claude-opus-55\n")
    assert run("check", str(misspelt)).code == 1
    assert run("check", str(misspelt), "--level", "error").code == 0
    assert run("check", str(repository / "app.py"), "--level", "error").code == 1


def test_ids_and_paths_can_be_left_out(run: Run, repository: Path) -> None:
    found = run("check", str(repository), "--ignore", "anthropic/*", "--exclude", "*.yml", "--ignore", "gpt-3.5*")
    assert (found.code, found.out.strip()) == (0, "")


def test_a_file_that_is_named_is_read_whatever_it_is_called(run: Run, repository: Path) -> None:
    assert run("check", str(repository / "README.md")).code == 1


def test_a_path_that_is_not_there_ends_with_3(run: Run, tmp_path: Path) -> None:
    assert run("check", str(tmp_path / "nowhere")).code == 3


def test_programs_get_json(run: Run, repository: Path) -> None:
    answer = run("check", str(repository / "app.py"), "-f", "json").json
    assert answer["files"] == 1
    [finding] = answer["findings"]
    assert (finding["line"], finding["column"], finding["id"]) == (1, 10, "gpt-3.5-turbo")
    assert (finding["rule"], finding["level"]) == ("retired", "error")


def test_code_hosts_get_sarif(run: Run, repository: Path) -> None:
    report = run("check", str(repository), "-f", "sarif").json
    assert report["version"] == "2.1.0"
    [ran] = report["runs"]
    rules = [it["id"] for it in ran["tool"]["driver"]["rules"]]
    assert rules == ["retired", "retiring", "unknown", "unpriced", "unapproved"]
    assert len(ran["results"]) == 3
    for result in ran["results"]:
        assert rules[result["ruleIndex"]] == result["ruleId"]
        region = result["locations"][0]["physicalLocation"]["region"]
        assert region["endColumn"] > region["startColumn"] >= 1
        assert result["level"] in {"error", "warning", "note"}
        for fix in result.get("fixes", []):
            [change] = fix["artifactChanges"]
            assert change["replacements"][0]["deletedRegion"] == region
    assert any("fixes" in it for it in ran["results"])


def test_ci_systems_get_junit(run: Run, repository: Path) -> None:
    suites = ET.fromstring(run("check", str(repository), "-f", "junit").out)  # noqa: S314 -- our own
    assert suites.attrib["tests"] == "4"
    assert suites.attrib["failures"] == "3"
    cases = {Path(it.attrib["name"]).name: it for it in suites.iter("testcase")}
    assert cases["fine.ts"].find("failure") is None
    failure = cases["app.py"].find("failure")
    assert failure is not None
    assert failure.attrib["type"] == "retired"


GONE = "model: claude-sonnet-4-5 # old\r\nother: 'openai/gpt-3.5-turbo'\r\n"


def test_a_diff_shows_what_would_be_written_and_writes_nothing(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.yaml").write_bytes(GONE.encode())
    found = run("check", "a.yaml", "--diff", "--within", "36500")
    assert found.code == 1
    assert "--- a/a.yaml\n+++ b/a.yaml\n" in found.out
    assert "-model: claude-sonnet-4-5 # old" in found.out
    assert Path("a.yaml").read_bytes() == GONE.encode()


def test_a_fix_changes_the_id_and_no_other_byte(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.yaml").write_bytes(GONE.encode())
    told = {it["id"]: it["fix"] for it in run("check", "a.yaml", "-f", "json").json["findings"]}
    fix = told["claude-sonnet-4-5"]
    assert fix is not None
    expected = GONE.replace("claude-sonnet-4-5", fix)
    other = told["openai/gpt-3.5-turbo"]
    expected = expected.replace("openai/gpt-3.5-turbo", other) if other else expected
    fixed = run("check", "a.yaml", "--fix")
    assert Path("a.yaml").read_bytes() == expected.encode()
    replaced = number_of(sum(it is not None for it in told.values()), "id")
    assert fixed.err.startswith(f"Replaced {replaced} in 1 file.\n")
    assert fixed.code == (0 if other else 1)


def test_files_that_are_not_read_are_said_on_standard_error(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("large.json").write_bytes(b" " * (1 << 20) + b" ")
    Path("binary.py").write_bytes(b"\0")
    Path("broken.yaml").write_text("a: {\n  model: gpt-3.5-turbo\n  b: ]\n", encoding="utf-8")
    found = run("check", ".")
    assert found.err.splitlines() == [
        "binary.py was not read: not a text.",
        "large.json was not read: larger than 1 MiB.",
        "broken.yaml was read as text from there on: no valid YAML at line 2.",
        "1 finding among 1 model in 1 file.",
    ]
    assert "broken.yaml:2:10: error: openai/gpt-3.5-turbo" in found.out


@pytest.fixture
def baseline(run: Run, repository: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The baseline of the repository, in which the command then runs."""
    monkeypatch.chdir(repository)
    written = run("check", "--write-baseline", "llmanac-baseline.json")
    assert (written.code, written.out.strip()) == (0, "")
    assert written.err.splitlines()[-1] == "0 findings, and 3 of the baseline, among 5 models in 4 files."
    return "llmanac-baseline.json"


class TestBaseline:
    def test_old_findings_pass_and_new_ones_fail(self, run: Run, baseline: str) -> None:
        assert run("check", "--baseline", baseline, ".").code == 0
        app = Path("app.py")
        app.write_text(f'# moved\n\n{app.read_text()}OTHER = "gpt-3.5-turbo"\n')
        found = run("check", "--baseline", baseline, ".")
        assert found.code == 1
        assert [line.split(": ")[0] for line in found.out.splitlines()] == ["app.py:5:10"]
        assert found.err.splitlines()[-1] == "1 finding, and 3 of the baseline, among 5 models in 4 files."

    def test_without_it_they_fail(self, run: Run, baseline: str) -> None:
        assert Path(baseline).exists()
        assert run("check", ".").code == 1

    def test_a_line_that_is_ignored_or_mended_is_told(self, run: Run, baseline: str) -> None:
        Path("app.py").write_text('MODEL = "gpt-3.5-turbo"  # llmanac: ignore\n')
        Path("config.yaml").unlink()
        found = run("check", "--baseline", baseline, ".")
        assert found.code == 0
        assert found.err.endswith("Mended since the baseline: 2 findings. Write it anew with --write-baseline.\n")
        assert "mended" not in run("check", "--baseline", baseline, "fine.ts", "--ignore", "*claude*").err
        assert run("check", "--write-baseline", baseline, ".").code == 0
        assert "mended" not in run("check", "--baseline", baseline, ".").err

    def test_a_fix_mends_old_findings_too_and_the_rest_is_written(self, run: Run, baseline: str) -> None:
        Path("app.py").write_text(f"{Path('app.py').read_text()}model = 'anthropic/claude-opus-55'\n")
        assert run("check", "--write-baseline", baseline, ".", "--fix").code == 0
        assert "gpt-3.5-turbo" not in Path("app.py").read_text()
        assert [it["id"] for it in orjson.loads(Path(baseline).read_bytes())["findings"] if it["path"] == "app.py"] == [
            "anthropic/claude-opus-55"
        ]
        assert run("check", "--baseline", baseline, ".").code == 0

    def test_every_report_tells_old_from_new(self, run: Run, baseline: str) -> None:
        Path("new.py").write_text('M = "gpt-3.5-turbo"\n')
        found = {it.value: f"../{it}" for it in ReportFormat}
        told = run("check", "--baseline", baseline, ".", *(f"--report={it}={file}" for it, file in found.items()))
        read = {it: Path(file).read_text() for it, file in found.items()}
        assert read["text"] == told.out
        assert [it["location"]["path"] for it in orjson.loads(read["gitlab"])] == ["new.py"]
        states = {it["path"]: it["baseline_state"] for it in orjson.loads(read["json"])["findings"]}
        old = {"app.py": "unchanged", "config.yaml": "unchanged", ".github/workflows/ci.yml": "unchanged"}
        assert states == old | {"new.py": "new"}
        results = {
            it["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]: it
            for it in orjson.loads(read["sarif"])["runs"][0]["results"]
        }
        assert {path: it["baselineState"] for path, it in results.items()} == states
        assert {path: [one["kind"] for one in it["suppressions"]] for path, it in results.items()} == {
            path: ["external"] if state == "unchanged" else [] for path, state in states.items()
        }
        suites = ET.fromstring(read["junit"])  # noqa: S314 -- our own
        failed = {it.attrib["name"] for it in suites.iter("testcase") if it.find("failure") is not None}
        assert (suites.attrib["failures"], failed) == ("1", {"new.py"})
        assert read["junit"].count("[retired] (in the baseline)") == 3

    def test_a_fingerprint_is_one_in_every_report_and_each_finding_has_its_own(self, run: Run, baseline: str) -> None:
        Path("twice.py").write_text('M = ["gpt-3.5-turbo", "gpt-3.5-turbo"]\n')
        first = run("check", "twice.py", "-f", "sarif").json["runs"][0]["results"]
        Path("twice.py").write_text(f"\n{Path('twice.py').read_text()}")
        again = run("check", "twice.py", "-f", "gitlab", "--baseline", baseline).json
        prints = [it["partialFingerprints"]["mention/v1"] for it in first]
        assert len(set(prints)) == 2
        assert prints == [it["fingerprint"] for it in again]

    @pytest.mark.parametrize(
        ("arguments", "code"),
        [
            (("--baseline", "nowhere.json"), 3),
            (("--baseline", "fine.ts"), 2),
            (("--write-baseline", "nowhere/b.json"), 2),
            (("--write-baseline", "b.json", "--baseline", "llmanac-baseline.json"), 2),
            (("--write-baseline", "b.json", "--diff"), 2),
            (("--report", "sarif"), 2),
            (("--report", "toml=x"), 2),
            (("--report", "sarif=nowhere/x"), 2),
        ],
    )
    def test_what_cannot_be_is_told_in_a_line(
        self, run: Run, baseline: str, arguments: tuple[str, ...], code: int
    ) -> None:
        before = Path(baseline).read_bytes()
        found = run("check", "fine.ts", *arguments)
        assert found.code == code
        assert found.err.splitlines()[-1].startswith("llmanac: ")
        assert Path(baseline).read_bytes() == before


def test_without_a_baseline_no_report_speaks_of_one(run: Run, repository: Path) -> None:
    report = run("check", str(repository), "-f", "sarif").json
    assert all(not {"baselineState", "suppressions"} & set(it) for it in report["runs"][0]["results"])
    assert run("check", str(repository), "-f", "json").json["findings"][0]["baseline_state"] is None


def test_gitlab_gets_what_its_code_quality_reads(run: Run, repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repository)
    [found] = run("check", "app.py", "-f", "gitlab").json
    assert set(found) == {"description", "check_name", "fingerprint", "severity", "location"}
    assert found["location"] == {"path": "app.py", "lines": {"begin": 1}}
    assert (found["check_name"], found["severity"]) == ("llmanac-retired", "major")
    assert len(found["fingerprint"]) == 64
    assert run("check", "fine.ts", "-f", "gitlab").json == []


def test_many_files_of_a_list_are_read_and_those_that_are_no_programs_passed_over(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    names = [f"m{number}.py" for number in range(2_000)]
    for name in names:
        Path(name).write_text('M = "claude-sonnet-5"\n')
    Path("README.md").write_text('"gpt-3.5-turbo"\n')
    found = run("check", "--force-exclude", *names, "README.md", "gone.py")
    assert (found.code, found.out.strip()) == (0, "")
    assert found.err.splitlines() == [
        "gone.py was not read: no such file or directory.",
        "0 findings among 1 model in 2,000 files.",
    ]


@pytest.mark.skipif(sys.platform == "darwin", reason="its names of files are UTF-8")
def test_a_name_that_is_no_utf_8_is_reported_and_known_again(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path(os.fsdecode(b"a\xff.py")).write_text('MODEL = "gpt-3.5-turbo"\n', encoding="utf-8")
    reports = {format_: tmp_path / "reports" / format_ for format_ in ("text", "json", "sarif", "junit", "gitlab")}
    (tmp_path / "reports").mkdir()
    options = [it for format_, path in reports.items() for it in ("--report", f"{format_}={path}")]

    assert run("check", ".", *options).code == 1
    for format_, path in reports.items():
        report = path.read_text(encoding="utf-8")
        assert ("a%FF.py" if format_ == "sarif" else "gpt-3.5-turbo") in report
        if format_ in {"json", "sarif", "gitlab"}:
            orjson.loads(report)

    assert run("check", ".", "--exclude", "reports", "--write-baseline", "known.json").code == 0
    again = run("check", ".", "--exclude", "reports", "--baseline", "known.json")
    assert (again.code, again.err) == (0, "0 findings, and 1 of the baseline, among 1 model in 1 file.\n")
