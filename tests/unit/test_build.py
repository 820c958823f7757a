"""The build brings what the pages take from npm into the package, or says that it could not."""

from __future__ import annotations

import hashlib
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from hatch_build import ASSETS, MARKS, PACKAGE, STAMP, VENDORS, AssetError, AssetHook, bring_up_to_date, logos

ROOT = Path(__file__).resolve().parents[2]
FILES = ASSETS | logos(ROOT / PACKAGE)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A project with the npm lock of this one, and nothing fetched."""
    (tmp_path / "web").mkdir()
    for name in ("package.json", "package-lock.json"):
        shutil.copy(ROOT / "web" / name, tmp_path / "web" / name)
    (tmp_path / PACKAGE / MARKS).parent.mkdir(parents=True)
    shutil.copy(ROOT / PACKAGE / MARKS, tmp_path / PACKAGE / MARKS)
    return tmp_path


@pytest.fixture
def npm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An npm that "installs" the assets of ``tree``, and writes down what it was asked."""
    folder = tmp_path / "bin"
    folder.mkdir()
    script = "\n".join(
        [
            "#!/bin/sh",
            f'echo "$@" >>"{folder}/asked"',
            *(f"mkdir -p $(dirname node_modules/{source}) && echo new >node_modules/{source}" for source in FILES),
        ]
    )
    (folder / "npm").write_text(script, encoding="utf-8")
    (folder / "npm").chmod(0o755)
    monkeypatch.setenv("PATH", str(folder), prepend=":")
    return folder / "asked"


@pytest.fixture
def no_npm(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")


def build(root: Path) -> None:
    """Run the hook as hatchling does; it looks at the root and the target alone."""
    nothing: Any = None
    AssetHook(str(root), nothing, nothing, nothing, nothing, "wheel").initialize("standard", {})


def vendored(root: Path) -> set[str]:
    package = root / PACKAGE
    return {str(path.relative_to(package)) for vendor in VENDORS for path in (package / vendor).iterdir()}


@pytest.mark.usefixtures("npm")
def test_the_assets_are_copied_into_the_package(tree: Path) -> None:
    bring_up_to_date(tree)
    assert vendored(tree) == {*FILES.values(), STAMP}


def test_npm_installs_what_the_lock_says_and_runs_no_script(tree: Path, npm: Path) -> None:
    bring_up_to_date(tree)
    assert npm.read_text(encoding="utf-8").startswith("ci --ignore-scripts ")


def test_assets_of_the_same_lock_are_not_fetched_again(tree: Path, npm: Path) -> None:
    bring_up_to_date(tree)
    npm.unlink()
    bring_up_to_date(tree)
    assert not npm.exists()


@pytest.mark.usefixtures("npm")
def test_assets_of_another_lock_are_replaced(tree: Path) -> None:
    for vendor in VENDORS:
        (tree / PACKAGE / vendor).mkdir(parents=True)
        (tree / PACKAGE / vendor / "old.js").touch()
    (tree / PACKAGE / STAMP).write_text(hashlib.sha256(b"another lock").hexdigest(), encoding="ascii")
    bring_up_to_date(tree)
    assert vendored(tree) == {*FILES.values(), STAMP}


@pytest.mark.usefixtures("no_npm")
def test_without_npm_the_build_goes_on_and_says_so(
    tree: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("BUILD_ASSETS", raising=False)
    build(tree)
    printed = capsys.readouterr()
    assert "npm was not found" in printed.out + printed.err
    assert not (tree / PACKAGE / STAMP).exists()


@pytest.mark.usefixtures("no_npm")
def test_a_release_is_not_built_without_npm(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BUILD_ASSETS", "required")
    with pytest.raises(AssetError, match="npm was not found"):
        build(tree)


def test_a_build_that_wants_no_assets_fetches_none(tree: Path, npm: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BUILD_ASSETS", "none")
    build(tree)
    assert not npm.exists()
    assert not (tree / PACKAGE / STAMP).exists()


@pytest.mark.parametrize("source", [it for it in ASSETS if "LICENSE" not in it and "NOTICE" not in it])
def test_the_notice_names_every_asset_and_where_its_licence_lies(source: str) -> None:
    distribution, target = source.split("/", maxsplit=1)[0], Path(ASSETS[source])
    [section] = [it for it in notices() if re.search(rf"\b{re.escape(target.name)}\b", it)]
    assert Path(source).name in section
    assert f"from\n{distribution} (" in section or f"from {distribution}\n(" in section
    assert f"llmanac/{target.parent}/" in section
    assert [it for it in ASSETS if it.startswith(f"{distribution}/") and "LICENSE" in it]


def notices() -> list[str]:
    """The sections of NOTICE, each under its underlined heading."""
    return re.split(r"\n{3}", (ROOT / "NOTICE").read_text(encoding="utf-8"))


def test_an_npm_that_fails_is_quoted(tree: Path, npm: Path) -> None:
    (npm.parent / "npm").write_text("#!/bin/sh\necho no network >&2\nexit 1\n", encoding="utf-8")
    with pytest.raises(AssetError, match="no network"):
        bring_up_to_date(tree)
