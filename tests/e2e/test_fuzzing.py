"""Odd input on every operation of the OpenAPI document: no failure, no undocumented status, no other shape."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import StartServer

EXAMPLES = 300
"""An operation."""

CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"


@pytest.mark.timeout(1200)  # some seven thousand requests, beside other tests: minutes
def test_no_operation_fails_or_answers_what_it_does_not_document(
    start_server: StartServer, shared_data: Path, tmp_path: Path
) -> None:
    # From files, so that a refresh succeeds: where an address cannot be reached, a 502 would be right.
    server = start_server(
        "--models-dev", str(shared_data / "models-dev-2026-09-30.json.gz"),
        "--litellm", str(shared_data / "litellm-2026-11.json.gz"),
        LLMANAC_FAILURES_PER_MINUTE="0",
    )  # fmt: skip
    ran = subprocess.run(
        [
            sys.executable, "-m", "schemathesis.cli", "run", f"{server.url}/openapi.json",
            "--header", f"Authorization: Bearer {server.token}",
            "--checks", CHECKS,
            "--max-examples", str(EXAMPLES),
            "--request-timeout", "60",
            "--seed", "1",
            "--no-color",
        ],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout + ran.stderr
