"""The action, the hook and the template in repositories as their users have them; the examples of docs/ci.md too."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import orjson
import pytest
import yaml

from llmanac.version import __version__

from .code_hosts import GitHubRunner, run_gitlab_job
from .conftest import RunningServer, environment

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
EXAMPLES = [yaml.safe_load(it) for it in re.findall(r"^```yaml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)]
SOURCES = ("src", "clients/python/src", "locks", "web/package.json", "web/package-lock.json")
BIN = Path(sys.executable).parent
RETIRED = 'MODEL = "gpt-3.5-turbo"\n'
BASELINE = "llmanac-baseline.json"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def variables(home: Path) -> dict[str, str]:
    """The environment of a build.

    What our locks name is installed here already: pip finds all of it, and asks no index.
    """
    kept = {name: value for name, value in environment(home).items() if not name.startswith(("LLMANAC_", "GIT_"))}
    return {
        **kept,
        "PATH": f"{BIN}{os.pathsep}{kept['PATH']}",
        "PYTHONPATH": sysconfig.get_path("purelib"),
        "PIP_NO_INDEX": "1",
        "PIP_NO_BUILD_ISOLATION": "0",
        "BUILD_ASSETS": "none",
        "LLMANAC_DATA_DIR": str(home / "data"),
    }


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, variables: Mapping[str, str]) -> Path:
    """This project as a repository of Git, with what it is installed from."""
    copy = tmp_path_factory.mktemp("project")
    left_out = shutil.ignore_patterns("__pycache__", "vendor")
    for name in SOURCES:
        target = copy / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, target, ignore=left_out)
        else:
            shutil.copy(ROOT / name, target)
    for file in ROOT.iterdir():
        if file.is_file() and file.name != ".git":
            shutil.copy(file, copy)
    commit(copy, variables)
    return copy


@pytest.fixture(scope="module")
def wheel(project: Path, variables: Mapping[str, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of the project, as an index has it."""
    folder = tmp_path_factory.mktemp("wheel")
    code, told = shell(f"python -m pip wheel --quiet --no-deps --wheel-dir {folder} .", project, variables)
    assert code == 0, told
    [wheel] = folder.glob("*.whl")
    return wheel


@pytest.fixture
def repository(tmp_path: Path, variables: Mapping[str, str]) -> Path:
    """A repository with one retired id in a program, and one in a README."""
    (tmp_path / "app.py").write_text(RETIRED)
    (tmp_path / "README.md").write_text('We use "gpt-3.5-turbo".\n')
    commit(tmp_path, variables)
    return tmp_path


def commit(folder: Path, variables: Mapping[str, str]) -> None:
    for arguments in (("init", "-q"), ("add", "-A"), ("commit", "-q", "-m", "It begins")):
        identity = ("-c", "user.name=A", "-c", "user.email=a@example.org")
        subprocess.run(["git", *identity, *arguments], cwd=folder, env=dict(variables), check=True)  # noqa: S607 -- from the path


def shell(command: str, folder: Path, variables: Mapping[str, str]) -> tuple[int, str]:
    """The exit code of a command in bash, and all that it printed."""
    done = subprocess.run(
        ["bash", "-c", command],  # noqa: S607 -- from the path
        cwd=folder,
        env=dict(variables),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


def write_baseline(repository: Path, variables: Mapping[str, str]) -> None:
    code, told = shell(f"llmanac check --write-baseline {BASELINE} .", repository, variables)
    assert code == 0, told


def nodes(tree: Any) -> Iterator[dict[str, Any]]:
    """Every mapping in a document of YAML."""
    if isinstance(tree, dict):
        yield tree
    for it in tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ():
        yield from nodes(it)


@pytest.fixture(scope="module")
def github(project: Path, variables: Mapping[str, str], tmp_path_factory: pytest.TempPathFactory) -> GitHubRunner:
    return GitHubRunner(project, tmp_path_factory.mktemp("runner"), variables)


class TestAction:
    def test_a_new_finding_fails_the_job_and_is_in_its_report(self, github: GitHubRunner, repository: Path) -> None:
        job = github.run(repository, {})
        assert job.code == 1, job.log
        assert "app.py:1:10: error: openai/gpt-3.5-turbo" in job.log
        assert job.outputs["findings"] == "1"
        assert job.outputs["sarif"] == job.outputs["report"]
        [result] = orjson.loads(Path(job.outputs["sarif"]).read_bytes())["runs"][0]["results"]
        assert result["ruleId"] == "retired"

    def test_with_a_baseline_it_passes_until_there_is_something_new(
        self, github: GitHubRunner, repository: Path, variables: Mapping[str, str]
    ) -> None:
        write_baseline(repository, variables)
        job = github.run(repository, {"baseline": BASELINE})
        assert (job.code, job.outputs["findings"]) == (0, "0"), job.log
        folder = repository / "a folder"
        folder.mkdir()
        (folder / "$(touch hacked).py").write_text(RETIRED)
        inputs = {"baseline": BASELINE, "paths": "app.py\na folder\n", "format": "junit"}
        job = github.run(repository, inputs)
        assert (job.code, job.outputs["findings"], job.outputs["sarif"]) == (1, "1", ""), job.log
        assert "$(touch hacked).py" in Path(job.outputs["report"]).read_text()

    def test_the_level_is_chosen_or_nothing_fails(self, github: GitHubRunner, repository: Path) -> None:
        (repository / "app.py").write_text('model = "anthropic/claude-opus-55"\n')
        assert github.run(repository, {"fail-on": "error"}).code == 0
        (repository / "app.py").write_text(RETIRED)
        job = github.run(repository, {"fail-on": "never"})
        assert (job.code, job.outputs["findings"]) == (0, "1"), job.log

    @pytest.mark.parametrize(
        "inputs",
        [
            {"baseline": "nowhere.json", "fail-on": "never"},
            {"paths": "nowhere", "fail-on": "never"},
            {"format": "sarif=x"},
            {"fail-on": "fatal"},
            {"url": "http://127.0.0.1:9", "fail-on": "never"},
        ],
        ids=str,
    )
    def test_what_cannot_be_checked_never_passes(
        self, github: GitHubRunner, repository: Path, inputs: Mapping[str, str]
    ) -> None:
        job = github.run(repository, inputs)
        assert job.code > 1, job.log
        assert job.outputs["findings"] == ""

    @pytest.mark.parametrize("name", ["paths", "baseline", "fail-on", "format", "url", "token"])
    def test_no_input_is_run(self, github: GitHubRunner, repository: Path, name: str) -> None:
        hostile = "$(touch hacked)`touch hacked`'; touch hacked; \" ; touch hacked\n--fix"
        github.run(repository, {name: hostile})
        assert not (repository / "hacked").exists()
        assert (repository / "app.py").read_text() == RETIRED

    def test_a_server_is_asked_with_a_token_that_stands_in_no_argument(
        self, github: GitHubRunner, repository: Path, server: RunningServer
    ) -> None:
        inputs = {"url": server.url, "token": server.token}
        job = github.run(repository, inputs)
        assert (job.code, job.outputs["findings"]) == (1, "1"), job.log
        assert server.token not in job.log
        assert github.run(repository, inputs | {"token": "llma_wrong"}).code == 4

    def test_every_use_in_the_docs_runs(
        self, github: GitHubRunner, repository: Path, variables: Mapping[str, str]
    ) -> None:
        used = [it for it in nodes(EXAMPLES) if str(it.get("uses", "")).startswith("OWNER/llmanac@")]
        assert {it["uses"] for it in used} == {f"OWNER/llmanac@v{__version__.rpartition('.')[0]}"}
        write_baseline(repository, variables)
        codes = []
        for it in used:
            inputs = dict(it.get("with", {}))
            secret = inputs.pop("token", "")
            assert secret in {"", "${{ secrets.LLMANAC_TOKEN }}"}
            inputs.pop("url", None)  # an address that is nowhere
            codes.append(github.run(repository, inputs).code)
        assert codes == [1, 0, 1]

    def test_the_docs_list_its_inputs_and_outputs(self) -> None:
        action = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
        section = PAGE.split("\n## GitHub\n")[1].split("\n## ")[0]
        inputs, outputs = section.split("| output |")
        rows = dict(re.findall(r"^\| `([\w-]+)` \| `?([^`|]*?)`? *\|", inputs, re.MULTILINE))
        assert rows == {name: it["default"] for name, it in action["inputs"].items()}
        assert re.findall(r"^\| `(\w+)` \|", outputs, re.MULTILINE) == list(action["outputs"])
        named = set(re.findall(r"steps\.models\.outputs\.(\w+)", PAGE))
        assert named
        assert named <= set(action["outputs"])


class TestHook:
    def test_it_fails_on_a_retired_id_and_passes_with_a_baseline(
        self, project: Path, repository: Path, home: Path, variables: Mapping[str, str]
    ) -> None:
        variables = {**variables, "PRE_COMMIT_HOME": str(home / "pre-commit")}
        without, with_baseline = [it for it in EXAMPLES if isinstance(it, dict) and "repos" in it]
        (repository / "fine.py").write_text('MODEL = "claude-sonnet-5"\n')
        self.configure(repository, without, project, variables)
        code, told = shell("pre-commit run", repository, variables)
        assert code == 0, told
        assert "Passed" in told
        code, told = shell("pre-commit run --all-files", repository, variables)
        assert code == 1, told
        assert "app.py:1:10: error: openai/gpt-3.5-turbo" in told
        assert "README.md" not in told

        write_baseline(repository, variables)
        self.configure(repository, with_baseline, project, variables)
        code, told = shell("pre-commit run --all-files", repository, variables)
        assert code == 0, told
        (repository / "fine.py").write_text(RETIRED)
        code, told = shell("git add fine.py && pre-commit run", repository, variables)
        assert code == 1, told
        assert "fine.py:1:10" in told

    @staticmethod
    def configure(repository: Path, example: dict[str, Any], project: Path, variables: Mapping[str, str]) -> None:
        """Write an example with this project in place of the one at a code host."""
        [repo] = example["repos"]
        assert (repo["repo"], repo["rev"]) == ("https://github.com/OWNER/llmanac", f"v{__version__}")
        revision = shell("git rev-parse HEAD", project, variables)[1].strip()
        here = {**repo, "repo": str(project), "rev": revision}
        (repository / ".pre-commit-config.yaml").write_text(yaml.safe_dump({"repos": [here]}))
        code, told = shell("pre-commit validate-config && git add -A", repository, variables)
        assert code == 0, told


class TestTemplate:
    template = ROOT / "templates" / "check.yml"

    def test_every_include_in_the_docs_runs(self, repository: Path, wheel: Path, variables: Mapping[str, str]) -> None:
        for folder in ("src", "deploy"):
            (repository / folder).mkdir()
        write_baseline(repository, variables)
        includes = [it for example in EXAMPLES if isinstance(example, dict) for it in example.get("include", ())]
        minor = __version__.rpartition(".")[0]
        outcomes = []
        for it in includes:
            assert it["remote"] == f"https://raw.githubusercontent.com/OWNER/llmanac/v{minor}/templates/check.yml"
            inputs = {"package": str(wheel), **it.get("inputs", {})}
            done, job = run_gitlab_job(self.template, repository, inputs, variables)
            report = orjson.loads((repository / job["artifacts"]["reports"]["codequality"]).read_bytes())
            outcomes.append((done.code, [finding["location"] for finding in report]))
        assert outcomes == [(1, [{"path": "app.py", "lines": {"begin": 1}}]), (0, [])]

    def test_a_job_that_fails_on_nothing_passes_with_findings_alone(
        self, repository: Path, wheel: Path, variables: Mapping[str, str]
    ) -> None:
        inputs = {"package": str(wheel), "fail-on": "never", "paths": "$(touch hacked)\n"}
        assert run_gitlab_job(self.template, repository, inputs, variables)[0].code == 3
        assert not (repository / "hacked").exists()
        assert run_gitlab_job(self.template, repository, inputs | {"paths": "."}, variables)[0].code == 0

    def test_it_installs_this_version(self) -> None:
        specification, _ = yaml.safe_load_all(self.template.read_text(encoding="utf-8"))
        assert specification["spec"]["inputs"]["package"]["default"] == f"llmanac=={__version__}"
        assert set(re.findall(r"llmanac==([\d.]+\d)", PAGE)) == {__version__}


def test_the_walk_through_the_docs_prints_what_they_say(tmp_path: Path, variables: Mapping[str, str]) -> None:
    (tmp_path / "app.py").write_text(RETIRED)
    sessions = "".join(re.findall(r"^```console\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL))
    said = re.split(r"^\$ (.*)\n", sessions, flags=re.MULTILINE)[1:]
    commands = list(zip(said[::2], said[1::2], strict=True))
    assert len(commands) > 5
    for command, output in commands:
        assert shell(command, tmp_path, variables)[1] == output, command


def test_anywhere_else_it_runs_as_the_docs_say(repository: Path, variables: Mapping[str, str]) -> None:
    [block] = re.findall(r"^```sh\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    install, check = block.splitlines()
    assert install == f"pip install llmanac=={__version__}"
    write_baseline(repository, variables)
    assert shell(check, repository, variables)[0] == 0
    assert (repository / "models.xml").read_text().startswith("<?xml")


class TestSchemas:
    """By the schemas that are published of these files."""

    @staticmethod
    def validate(schema: str, file: Path) -> None:
        command = [str(BIN / "check-jsonschema"), "--builtin-schema", f"vendor.{schema}", str(file)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr

    def test_the_action(self) -> None:
        self.validate("github-actions", ROOT / "action.yml")

    def test_the_workflows_of_the_project(self) -> None:
        for file in sorted((ROOT / ".github" / "workflows").glob("*.yml")):
            self.validate("github-workflows", file)

    def test_the_workflow_in_the_docs(self, tmp_path: Path) -> None:
        [text] = [
            it for it in re.findall(r"^```yaml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL) if it.startswith("name: ")
        ]
        (tmp_path / "models.yml").write_text(text)
        self.validate("github-workflows", tmp_path / "models.yml")

    def test_the_template_and_what_includes_it(self, tmp_path: Path) -> None:
        head, body = yaml.safe_load_all((ROOT / "templates" / "check.yml").read_text(encoding="utf-8"))
        includes = [it for it in EXAMPLES if isinstance(it, dict) and "include" in it]
        assert len(includes) == 2
        for number, document in enumerate([head, body, *includes]):
            file = tmp_path / f"{number}.json"
            file.write_text(json.dumps(document))
            self.validate("gitlab-ci", file)

    def test_the_hook(self) -> None:
        command = [str(BIN / "pre-commit"), "validate-manifest", str(ROOT / ".pre-commit-hooks.yaml")]
        assert subprocess.run(command, check=False).returncode == 0
