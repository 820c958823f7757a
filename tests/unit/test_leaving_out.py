"""Tests that this machine cannot run are left out aloud, and never in CI."""

from __future__ import annotations

from pathlib import Path

import pytest

CONFTEST = Path(__file__).resolve().parents[1] / "conftest.py"
pytestmark = pytest.mark.slow
NEEDS_FEEDS = "def test_one(shared):\n    pass\n\ndef test_two():\n    pass\n"
SKIPS = "import pytest\n\ndef test_one():\n    pytest.skip('not today')\n"


def run(pytester: pytest.Pytester, tests: str, *, ci: str, workers: int = 0) -> pytest.RunResult:
    """Run tests under our conftest, on a machine that has nothing beside the project."""
    pytester.makeconftest(CONFTEST.read_text(encoding="utf-8").replace('pytest_plugins = ["pytester"]', ""))
    pytester.makepyfile(tests)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CI", ci)
        patch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")  # none of them is asked, and they take seconds to import
        return pytester.runpytest_subprocess("-p", "no:cacheprovider", "-p", "xdist", "-n", str(workers))


def test_a_test_whose_need_is_missing_is_left_out_in_a_line(pytester: pytest.Pytester) -> None:
    result = run(pytester, NEEDS_FEEDS, ci="")
    result.assert_outcomes(passed=1, deselected=1)
    result.stdout.fnmatch_lines("left out: 1 test, for want of the recorded feeds *")
    assert result.ret == pytest.ExitCode.OK


@pytest.mark.parametrize("workers", [0, 1])
def test_in_ci_leaving_out_is_a_failure(pytester: pytest.Pytester, workers: int) -> None:
    result = run(pytester, NEEDS_FEEDS, ci="true", workers=workers)
    result.stdout.fnmatch_lines("left out: 1 test, for want of the recorded feeds *")
    assert result.ret == pytest.ExitCode.TESTS_FAILED


@pytest.mark.parametrize("ci", ["", "true"])
def test_in_ci_skipping_is_a_failure(pytester: pytest.Pytester, ci: str) -> None:
    assert run(pytester, SKIPS, ci=ci).ret == (pytest.ExitCode.TESTS_FAILED if ci else pytest.ExitCode.OK)
