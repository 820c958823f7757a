"""As much of GitHub and GitLab as their runners do with our action and our template: every step is really run."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

EXPRESSION = re.compile(r"\$\{\{ *(.*?) *\}\}")
INTERPOLATION = re.compile(r"\$\[\[ *inputs\.([\w-]+) *\]\]")


@dataclass(frozen=True)
class Job:
    """The result of a job: its exit code, what it printed, and its outputs."""

    code: int
    log: str
    outputs: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class GitHubRunner:
    """Runs the steps of a composite action as GitHub does; of the actions of others it knows ``setup-python`` alone.

    A step without an id installs something, and that stays: it is run once.
    """

    action: Path
    temp: Path
    environment: Mapping[str, str]
    installed: set[str] = field(default_factory=set)

    def run(self, workspace: Path, inputs: Mapping[str, str]) -> Job:
        """Use the action in a workspace; inputs that are not given have their defaults."""
        description = yaml.safe_load((self.action / "action.yml").read_text(encoding="utf-8"))
        unknown = set(inputs) - set(description["inputs"])
        assert not unknown, unknown
        contexts: dict[str, str] = {"github.action_path": str(self.action)}
        for name, stated in description["inputs"].items():
            contexts[f"inputs.{name}"] = inputs.get(name, stated["default"])
        code, log = 0, ""
        for step in description["runs"]["steps"]:
            if "uses" in step:
                assert step["uses"].startswith("actions/setup-python@")
                contexts[f"steps.{step['id']}.outputs.python-path"] = sys.executable
                continue
            if step["name"] in self.installed:
                continue
            done = self._run_step(step, workspace, contexts)
            code, log = done.code, log + done.log
            if "id" in step:
                contexts |= {f"steps.{step['id']}.outputs.{name}": value for name, value in done.outputs.items()}
            elif done.code == 0:
                self.installed.add(step["name"])
            if code:
                break
        # An output of a step that did not get so far is empty, and so is no other.
        for step in description["runs"]["steps"]:
            for name in re.findall(rf"steps\.{step.get('id', '-')}\.outputs\.([\w-]+)", str(description["outputs"])):
                contexts.setdefault(f"steps.{step['id']}.outputs.{name}", "")
        outputs = {name: evaluated(it["value"], contexts) for name, it in description["outputs"].items()}
        return Job(code, log, outputs)

    def _run_step(self, step: Mapping[str, Any], workspace: Path, contexts: Mapping[str, str]) -> Job:
        assert step["shell"] == "bash"
        output = self.temp / "output"
        output.write_text("")
        script = self.temp / "script.sh"
        script.write_text(evaluated(step["run"], contexts))
        variables = {name: evaluated(str(value), contexts) for name, value in step.get("env", {}).items()}
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)],  # noqa: S607 -- from the path
            cwd=workspace,
            env={**self.environment, "RUNNER_TEMP": str(self.temp), "GITHUB_OUTPUT": str(output), **variables},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        pairs = (line.partition("=") for line in output.read_text().splitlines())
        return Job(done.returncode, done.stdout, {name: value for name, _, value in pairs})


def evaluated(text: str, contexts: Mapping[str, str]) -> str:
    """The text with its expressions replaced. Raises KeyError for one that is no value of a context."""
    return EXPRESSION.sub(lambda found: contexts[found[1]], text)


def run_gitlab_job(
    template: Path, project: Path, inputs: Mapping[str, str], environment: Mapping[str, str]
) -> tuple[Job, dict[str, Any]]:
    """Run the one job of a template with inputs, as a runner with a plain shell does; and the job as it was then."""
    specification, jobs = yaml.safe_load_all(template.read_text(encoding="utf-8"))
    stated = specification["spec"]["inputs"]
    assert not set(inputs) - set(stated)
    values = {name: inputs.get(name, it.get("default")) for name, it in stated.items()}
    for name, it in stated.items():
        assert "options" not in it or values[name] in it["options"]
    [job] = interpolated(jobs, values).values()
    script = "\n".join(["set -e", *job["script"]])
    done = subprocess.run(
        ["sh", "-c", script],  # noqa: S607 -- from the path
        cwd=project,
        env={**environment, "CI_PROJECT_DIR": str(project), **job["variables"]},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return Job(done.returncode, done.stdout), job


def interpolated(node: Any, values: Mapping[str, str]) -> Any:
    """A part of a template with its inputs filled in."""
    if isinstance(node, dict):
        return {name: interpolated(it, values) for name, it in node.items()}
    if isinstance(node, list):
        return [interpolated(it, values) for it in node]
    return INTERPOLATION.sub(lambda found: values[found[1]], node) if isinstance(node, str) else node
