"""The baseline of findings: from its file and back, and which findings it knows."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from llmanac.cli.check.baseline import Baseline
from llmanac.cli.check.finding import BaselineState, Finding
from llmanac.errors import InvalidParameters, NotFound
from llmanac.service.check.lint import LintRule, Violation
from llmanac.service.check.mentions import Mention

NEW, UNCHANGED = BaselineState.NEW, BaselineState.UNCHANGED


def finding(path: str, id_: str = "gpt-4", *, line: int = 1, rule: LintRule = LintRule.RETIRED) -> Finding:
    mention = Mention(id=id_, start=0, line=line, column=1, is_model=True, host=None, hint=None)
    return Finding(path, mention, Violation(rule, "gone", None, id_))


def never(_: str) -> bool:
    return False


@pytest.fixture(autouse=True)
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The directory in which the command runs."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_file_has_a_line_for_each_rule_and_id_in_a_path_in_order() -> None:
    file = Path("b.json")
    Baseline.of([finding("z.py"), finding("a/é.py", 'q"', line=3), finding("z.py", line=9)], file).write(file)
    assert file.read_text(encoding="utf-8") == (
        '{\n  "version": 1,\n  "findings": [\n'
        '    {"path": "a/é.py", "rule": "retired", "id": "q\\"", "count": 1},\n'
        '    {"path": "z.py", "rule": "retired", "id": "gpt-4", "count": 2}\n'
        "  ]\n}\n"
    )
    assert Baseline.read(file) == Baseline.of([finding("z.py"), finding("a/é.py", 'q"'), finding("z.py")], file)
    assert [it.name for it in Path().iterdir()] == ["b.json"]


def test_an_empty_baseline_can_be_read_again() -> None:
    file = Path("b.json")
    Baseline.of([], file).write(file)
    assert json.loads(file.read_text()) == {"version": 1, "findings": []}
    assert Baseline.read(file).counts == {}


def test_lines_may_move_and_one_mention_more_is_new() -> None:
    known = Baseline.of([finding("a.py", line=4)], Path("b.json"))
    marked = known.marked([finding("a.py", line=40), finding("a.py", line=41)])
    assert [it.baseline_state for it in marked] == [UNCHANGED, NEW]


@pytest.mark.parametrize(
    "other",
    [finding("b.py"), finding("a.py", "gpt-3"), finding("a.py", rule=LintRule.RETIRING)],
    ids=["path", "id", "rule"],
)
def test_another_path_id_or_rule_is_new(other: Finding) -> None:
    known = Baseline.of([finding("a.py")], Path("b.json"))
    assert [it.baseline_state for it in known.marked([other])] == [NEW]


def test_paths_are_of_the_folder_of_the_file_wherever_the_command_runs(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder in ("ci", "src"):
        (root / folder).mkdir()
    file = root / "ci" / "b.json"
    Baseline.of([finding("src/a.py")], file).write(file)
    assert '"../src/a.py"' in file.read_text()
    monkeypatch.chdir(root / "src")
    for spelling in ("a.py", "../src/a.py", str(root / "src" / "a.py")):
        [marked] = Baseline.read(Path("../ci/b.json")).marked([finding(spelling)])
        assert marked.is_known


def test_what_is_no_more_is_counted_in_files_that_were_checked_or_are_gone() -> None:
    for name in ("checked.py", "other.py"):
        Path(name).touch()
    known = Baseline.of(
        [*[finding("checked.py")] * 3, finding("other.py"), finding("gone.py"), finding("checked.py", "ours")],
        Path("b.json"),
    )
    now = [finding("checked.py")]
    assert known.mended(now, ["checked.py"], is_ignored=never) == 4
    assert known.mended(now, ["checked.py"], is_ignored=lambda id_: id_ == "ours") == 3
    assert known.mended(now, ["checked.py", "other.py"], is_ignored=never) == 5


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "no baseline"),
        ("[1]", "no baseline"),
        ('{"findings": []}', "version"),
        ('{"version": 2, "findings": {}}', "its version is 2, and this llmanac reads 1"),
        ('{"version": 1, "findings": [{"path": "a", "rule": "retired", "id": "b", "count": 0}]}', "count"),
        ('{"version": 1, "findings": [{"path": "a", "rule": "retired", "id": "b"}]}', "count"),
        ('{"version": 1, "findings": [], "more": 1}', "more"),
        (
            json.dumps({"version": 1, "findings": [{"path": "a", "rule": "r", "id": "b", "count": 1}] * 2}),
            "lists b in a twice",
        ),
    ],
)
def test_a_file_that_is_no_baseline_is_refused_with_the_reason(content: str, reason: str) -> None:
    Path("b.json").write_text(content)
    with pytest.raises(InvalidParameters, match=reason):
        Baseline.read(Path("b.json"))


def test_a_file_that_is_not_there_or_not_to_be_read_or_written_is_refused() -> None:
    with pytest.raises(NotFound, match=r"b\.json does not exist"):
        Baseline.read(Path("b.json"))
    Path("folder").mkdir()
    with pytest.raises(InvalidParameters, match="folder cannot be read"):
        Baseline.read(Path("folder"))
    for place in ("nowhere/b.json", "folder"):
        with pytest.raises(InvalidParameters, match="cannot be written"):
            Baseline.of([], Path(place)).write(Path(place))
    assert [it.name for it in Path().iterdir()] == ["folder"]
