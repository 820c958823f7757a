"""Write the locks: every release that llmanac is installed with, by version and hash.

    python locks/lock.py [--upgrade]

``runtime.txt`` is what a server needs, ``client.txt`` what its client needs, ``build.txt`` what builds the project,
``dev.txt`` all of them and what the checks and tests need, in the same versions. Without ``--upgrade``, what is
locked stays as it is as long as ``pyproject.toml`` allows it.

Only releases that are at least a week old, and only wheels: most malicious releases are found within days,
and a wheel runs no code when it is installed.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import Any

from packaging.dependency_groups import resolve_dependency_groups

LOCKS = Path(__file__).resolve().parent
ROOT = LOCKS.parent
CLIENT = ROOT / "clients" / "python"
LEAST_AGE = "P7D"
HEADER = "# Written by `make lock` from pyproject.toml; edit that instead.\n"


def main() -> None:
    """Write the locks, the smaller ones first, since the larger one must agree with them."""
    project = read_project(ROOT)
    groups = project["dependency-groups"]
    runtime = project["project"]["dependencies"]
    extras = [line for extra in project["project"]["optional-dependencies"].values() for line in extra]
    build = [str(requirement) for requirement in resolve_dependency_groups(groups, "build")]
    dev = [str(requirement) for requirement in resolve_dependency_groups(groups, "dev")]

    write("runtime.txt", [*runtime, *extras])
    write("client.txt", read_project(CLIENT)["project"]["dependencies"], agreeing_with=("runtime.txt",))
    write("build.txt", build, agreeing_with=("runtime.txt",))
    write("dev.txt", [*runtime, *extras, *dev], agreeing_with=("runtime.txt", "build.txt"))


def read_project(folder: Path) -> dict[str, Any]:
    """The ``pyproject.toml`` in a folder."""
    return tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))


def write(name: str, requirements: list[str], *, agreeing_with: tuple[str, ...] = ()) -> None:
    """Resolve the requirements and write them, with everything that they need, to ``locks/<name>``."""
    lock = LOCKS / name
    with tempfile.TemporaryDirectory() as scratch:
        source = Path(scratch) / "requirements.in"
        source.write_text("\n".join(requirements), encoding="utf-8")
        resolved = Path(scratch) / name
        if lock.exists():
            resolved.write_text(lock.read_text(encoding="utf-8"), encoding="utf-8")
        subprocess.run(
            [
                *(sys.executable, "-m", "piptools", "compile", "--quiet", "--no-config", "--no-header"),
                *("--generate-hashes", "--strip-extras", "--allow-unsafe", "--no-annotate"),
                *("--no-emit-index-url", "--no-emit-find-links", "--no-emit-trusted-host", "--no-emit-options"),
                *("--uploaded-prior-to", LEAST_AGE, "--pip-args", "--only-binary :all:"),
                *(argument for other in agreeing_with for argument in ("--constraint", str(LOCKS / other))),
                *(("--upgrade",) if "--upgrade" in sys.argv[1:] else ()),
                *("--output-file", str(resolved), str(source)),
            ],
            check=True,
            env=public_registry_only(),
        )
        lock.write_text(HEADER + resolved.read_text(encoding="utf-8"), encoding="utf-8")


def public_registry_only() -> dict[str, str]:
    """This environment, less what would bring in files of a machine's own: they carry other hashes."""
    environment = {name: value for name, value in os.environ.items() if name not in {"PIP_FIND_LINKS", "PIP_NO_INDEX"}}
    return environment | {"PIP_CONFIG_FILE": os.devnull, "PIP_EXTRA_INDEX_URL": ""}


if __name__ == "__main__":
    main()
