"""Fixes in files, and the diff that shows them."""

from __future__ import annotations

from pathlib import Path

from llmanac.cli.check.finding import Finding
from llmanac.cli.check.fixing import diff, fixed_files, write_fixes
from llmanac.service.check.lint import LintRule, Violation
from llmanac.service.check.mentions import Mention
from llmanac.service.check.text import FileText


def finding(path: Path, start: int, fix: str | None) -> Finding:
    mention = Mention(id="gpt-4", start=start, line=1, column=1, is_model=True, host=None, hint=None)
    return Finding(path.as_posix(), mention, Violation(LintRule.RETIRED, "gone", None, "gpt-4"), fix)


def text_of(path: Path) -> FileText:
    text = FileText.read(path.read_bytes())
    assert text is not None
    return text


def test_sure_fixes_are_written_and_others_are_not(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(b"gpt-4 gpt-4\r\n")
    texts = {path: text_of(path)}
    contents = fixed_files([finding(path, 0, "gpt-5"), finding(path, 6, None)], texts)
    assert write_fixes(contents, texts) == []
    assert path.read_bytes() == b"gpt-5 gpt-4\r\n"


def test_a_file_that_has_changed_since_is_left(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(b"gpt-4\n")
    texts = {path: text_of(path)}
    path.write_bytes(b"other\n")
    assert write_fixes(fixed_files([finding(path, 0, "gpt-5")], texts), texts) == [path]
    assert path.read_bytes() == b"other\n"


def test_a_diff_as_patch_takes_it() -> None:
    path = Path("a.py")
    text = FileText.read(b"a\ngpt-4")
    assert text is not None
    shown = diff(fixed_files([finding(path, 2, "gpt-5")], {path: text}), {path: text})
    assert shown.splitlines() == [
        "--- a/a.py",
        "+++ b/a.py",
        "@@ -1,2 +1,2 @@",
        " a",
        "-gpt-4",
        "\\ No newline at end of file",
        "+gpt-5",
        "\\ No newline at end of file",
    ]
