"""``llmanac check`` on a repository: its findings, and the formats of its reports."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from llmanac.cli.check.files import files, syntax_of
from llmanac.errors import NotFound
from llmanac.service.check.mentions import Syntax

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
    assert "error: openai/gpt-3.5-turbo was retired on 2026-10-23." in lines["app.py:1:10"]
    assert "Take anthropic/claude-opus-5-5 instead? [retired]" in lines["config.yaml:1:8"]
    assert found.err == "3 findings among 5 models in 4 files; 1 were too large or no text.\n"


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
    assert rules == ["retired", "retiring", "unknown", "unpriced"]
    assert len(ran["results"]) == 3
    for result in ran["results"]:
        assert rules[result["ruleIndex"]] == result["ruleId"]
        region = result["locations"][0]["physicalLocation"]["region"]
        assert region["endColumn"] > region["startColumn"] >= 1
        assert result["level"] in {"error", "warning", "note"}


def test_ci_systems_get_junit(run: Run, repository: Path) -> None:
    suites = ET.fromstring(run("check", str(repository), "-f", "junit").out)  # noqa: S314 -- our own
    assert suites.attrib["tests"] == "4"
    assert suites.attrib["failures"] == "3"
    cases = {Path(it.attrib["name"]).name: it for it in suites.iter("testcase")}
    assert cases["fine.ts"].find("failure") is None
    failure = cases["app.py"].find("failure")
    assert failure is not None
    assert failure.attrib["type"] == "retired"


@pytest.mark.parametrize(
    ("name", "syntax"),
    [
        ("a.py", Syntax.PROGRAM),
        ("a.json", Syntax.PROGRAM),
        ("a.yaml", Syntax.CONFIGURATION),
        (".env.production", Syntax.CONFIGURATION),
        ("Dockerfile", Syntax.CONFIGURATION),
        ("package-lock.json", None),
        ("jquery.min.js", None),
        ("a.md", None),
        ("a.png", None),
    ],
)
def test_a_files_name_determines_its_syntax(name: str, syntax: Syntax | None) -> None:
    assert syntax_of(Path(name)) == syntax


def test_what_was_installed_or_built_is_not_entered(tmp_path: Path) -> None:
    for folder in ("src", ".venv", "node_modules", "dist", ".git", ".github"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.py").write_text("")
    assert [path.parent.name for path, _ in files([tmp_path])] == [".github", "src"]
    with pytest.raises(NotFound):
        list(files([tmp_path / "nowhere"]))
