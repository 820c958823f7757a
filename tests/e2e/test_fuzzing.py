"""Odd input on every operation of the OpenAPI document: no failure, no undocumented status, no other shape."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from llmanac.dialects.table import DIALECTS

from .conftest import RunningServer, StartServer

DOCUMENTS = sorted({it.path.replace(":path", "") for dialect in DIALECTS for it in dialect.documents})
"""The addresses of dialects: megabytes each, which are held against their schemas, and made anew after each write."""
HERE = Path(__file__).resolve().parent
HOOKS = "fuzzing_hooks"
"""The module beside this one that the fuzzer loads."""
EXAMPLES, OF_DOCUMENTS = 100, 10
"""Examples of each operation, and of one of a dialect."""

CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"


@pytest.fixture(scope="module")
def fuzzed(start_server: StartServer, shared_data: Path) -> RunningServer:
    """A server on files, so that a refresh succeeds: where an address cannot be reached, a 502 would be right."""
    return start_server(
        "--models-dev", str(shared_data / "models-dev-2026-09-30.json.gz"),
        "--litellm", str(shared_data / "litellm-2026-11.json.gz"),
        LLMANAC_FAILURES_PER_MINUTE="0",
    )  # fmt: skip


@pytest.mark.timeout(1200)  # some seven thousand requests, beside other tests: minutes
def test_no_operation_fails_or_answers_what_it_does_not_document(fuzzed: RunningServer, tmp_path: Path) -> None:
    fuzz(fuzzed, tmp_path, "--exclude-path", examples=EXAMPLES)


@pytest.mark.timeout(1200)
def test_no_document_of_a_dialect_is_another_than_documented(fuzzed: RunningServer, tmp_path: Path) -> None:
    fuzz(fuzzed, tmp_path, "--include-path", examples=OF_DOCUMENTS)


def fuzz(server: RunningServer, folder: Path, option: str, *, examples: int) -> None:
    """Fuzz all operations but those of dialects, or these alone, as the option says."""
    chosen = [argument for path in DOCUMENTS for argument in (option, path)]
    ran = subprocess.run(
        [
            sys.executable, "-m", "schemathesis.cli", "run", f"{server.url}/openapi.json",
            "--header", f"Authorization: Bearer {server.token}",
            "--checks", CHECKS,
            "--max-examples", str(examples),
            "--request-timeout", "60",
            "--seed", "1",
            "--no-color",
            *chosen,
        ],
        cwd=folder, capture_output=True, text=True, check=False,
        env=os.environ | {"SCHEMATHESIS_HOOKS": HOOKS, "PYTHONPATH": str(HERE)},  # noqa: TID251 -- the fuzzer reads it
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout + ran.stderr
